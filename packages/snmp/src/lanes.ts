/**
 * One lane for each device, whatever sessions ask it: on a lane one request is on its way and the others wait. Idle lanes
 * are kept for the next request and thrown out together, when they are many.
 */
import type { Flight } from './flight.ts'

/** The traffic with one device. */
export interface Lane {
  live: Flight | undefined
  readonly waiting: Flight[]
  /** Whether it ever answered on this lane. */
  answered: boolean
  /** Whether its last answer took longer than answers take here, without loss: its slowness is then no sign of loss. */
  slow: boolean
  /** Thrown out: whoever kept it must look again. */
  gone: boolean
}

/** Idle lanes are first looked for at this many; later whenever twice as many have gathered as were busy. */
const LEAST_LANES = 4_096

export class Lanes {
  #lanes = new Map<string, Lane>()
  #sweepAt = LEAST_LANES

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
    const lane: Lane = { live: undefined, waiting: [], answered: false, slow: false, gone: false }
    this.#lanes.set(name, lane)
    return lane
  }

  /** Every flight on a lane or waiting for it; all lanes are forgotten. */
  clear(): Flight[] {
    const lanes = [...this.#lanes.values()]
    for (const lane of lanes) lane.gone = true
    this.#lanes = new Map()
    return lanes.flatMap((lane) => (lane.live === undefined ? lane.waiting : [lane.live, ...lane.waiting]))
  }

  #sweep(): void {
    const kept = new Map<string, Lane>()
    for (const [name, lane] of this.#lanes) {
      if (lane.live === undefined) lane.gone = true
      else kept.set(name, lane)
    }
    this.#lanes = kept
    this.#sweepAt = Math.max(LEAST_LANES, kept.size * 2)
  }
}

/** Address and port as one text, a lane's name. */
export function laneOf(address: string, port: number): string {
  return `${address} ${port}`
}
