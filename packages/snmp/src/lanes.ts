/**
 * One lane for each device, whatever sessions ask it: on a lane one request is on its way and the others wait. Idle lanes
 * are kept for the next request and thrown out together, when they are many; those of silent addresses go at once.
 */
import type { Flight } from './flight.ts'
import type { Placed } from './places.ts'
import type { RoundTrip } from './round-trip.ts'

/** The traffic with one device. */
export class Lane implements Placed {
  readonly name: string
  live: Flight | undefined = undefined
  /** Requests behind the live one; most devices never have any. */
  waiting: Flight[] | undefined = undefined
  /** Whether it ever answered on this lane. */
  answered = false
  /** Whether its last answer took longer than answers take here, without loss: its slowness is then no sign of loss. */
  slow = false
  /** How long it takes to answer; unknown until it did so at its first try. */
  trip: RoundTrip | undefined = undefined
  onLink: boolean | undefined = undefined
  place: Placed['place'] = 'none'
  placeSince = 0
  /** Thrown out: whoever kept it must look again. */
  gone = false

  constructor(name: string) {
    this.name = name
  }
}

/** Idle lanes are first looked for at this many; later whenever twice as many have gathered as were busy. */
const LEAST_LANES = 32_768

export class Lanes {
  #lanes = new Map<string, Lane>()
  #sweepAt = LEAST_LANES
  /** Flights under way beside a lane's live one. */
  readonly #guests = new Set<Flight>()

  /** The lane of this address and port, if a request is on it. */
  busy(address: string, port: number): Lane | undefined {
    const lane = this.#lanes.get(laneOf(address, port))
    return lane?.live === undefined ? undefined : lane
  }

  /** The lane of this name, a new one if there is none. */
  at(name: string): Lane {
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    if (this.#lanes.size >= this.#sweepAt) this.#sweep()
    const lane = new Lane(name)
    this.#lanes.set(name, lane)
    return lane
  }

  /** Throws out an idle lane on which nobody ever answered: a sweep meets ten of them for one device. */
  forgetSilent(lane: Lane): void {
    if (lane.answered || lane.live !== undefined || lane.gone) return
    lane.gone = true
    this.#lanes.delete(lane.name)
  }

  /** Keeps a flight that was under way before its lane was looked for, and found it taken. */
  host(flight: Flight): void {
    this.#guests.add(flight)
  }

  /** It has ended; harmless if it was no guest. */
  leave(flight: Flight): void {
    this.#guests.delete(flight)
  }

  /** Every flight on a lane, beside it or waiting for it. */
  all(): Flight[] {
    const lanes = [...this.#lanes.values()]
    const flights = lanes.flatMap(({ live, waiting = [] }) => (live === undefined ? waiting : [live, ...waiting]))
    return [...flights, ...this.#guests]
  }

  /** All lanes are forgotten; the flights that were there. */
  clear(): Flight[] {
    const flights = this.all()
    for (const lane of this.#lanes.values()) lane.gone = true
    this.#lanes = new Map()
    this.#guests.clear()
    return flights
  }

  #sweep(): void {
    for (const [name, lane] of this.#lanes) {
      if (lane.live !== undefined) continue
      lane.gone = true
      this.#lanes.delete(name)
    }
    this.#sweepAt = Math.max(LEAST_LANES, this.#lanes.size * 2)
  }
}

/** Address and port as one text, a lane's name. */
export function laneOf(address: string, port: number): string {
  return `${address} ${port}`
}

/** The address in a lane's name. */
export function addressOf(lane: Lane): string {
  return lane.name.slice(0, lane.name.indexOf(' '))
}
