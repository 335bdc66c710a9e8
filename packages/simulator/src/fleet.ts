/** A whole fleet in one process: recordings become moulds, moulds become devices, each at its own loopback address. */
import type { Clock } from '@platen/snmp'
import type { Fault } from './faults.ts'
import { planGrowth } from './growth.ts'
import type { GrowthModel } from './growth-model.ts'
import { planIdentity } from './individual.ts'
import { type Mould, Printer } from './printer.ts'
import type { Recording } from './recordings.ts'
import { type AgentSettings, ORDINARY_AGENT } from './responder.ts'
import { RowIndex } from './row-index.ts'
import { serve } from './server.ts'
import { STANDARD, STANDARD_MODEL } from './standard-growth.ts'

/** A recording and what it is called, as a rule its file's name without the ending. */
export interface NamedRecording extends Pick<Recording, 'rows'> {
  readonly name: string
}

/** What a fleet is made of. */
export interface FleetOptions {
  /** Taken in turn: the first device is made of the first, and so on round and round. */
  readonly recordings: readonly NamedRecording[]
  readonly port: number
  /** The first device's address; addresses ending in .0 and .255 are passed over. */
  readonly base: string
  readonly count: number
  readonly seed: string | number
  readonly clock: Clock
  /** How the families move; without it, by the standard objects alone. */
  readonly growth?: readonly GrowthModel[]
  /** One device every so many addresses. 1 if not given. */
  readonly spacing?: number
  /** true: addresses without a device are silent, as in a network; else the kernel says at once that nobody is there. */
  readonly swallow?: boolean
  /** false: devices say exactly what was recorded, serial and all; only time passes. true if not given. */
  readonly individual?: boolean
  /** How many times faster than the clock pages are printed; 0 stands still. 1 if not given. */
  readonly speed?: number
  /** A device has printed at most so many pages before it starts. 60,000 if not given. */
  readonly mostStartPages?: number
  readonly agent?: Partial<AgentSettings>
  /** What is wrong with the device of this number, counted from 0. */
  readonly faults?: (number: number) => readonly Fault[]
}

const MOST_START_PAGES = 60_000

/** Devices that answer until they are closed. */
export class Fleet {
  readonly printers: readonly Printer[]
  readonly #asked: () => number
  readonly #close: () => Promise<void>

  private constructor(printers: readonly Printer[], server: { asked(): number; close(): Promise<void> }) {
    this.printers = printers
    this.#asked = () => server.asked()
    this.#close = () => server.close()
  }

  /** Makes the devices and opens their sockets. @throws Error if there is no recording or an address cannot be bound. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const printers = printersOf(options)
    return new Fleet(
      printers,
      await serve(printers, { port: options.port, swallow: options.swallow ?? false }, options.clock),
    )
  }

  /** Where the devices are, in order of their numbers. */
  get addresses(): readonly string[] {
    return this.printers.map((printer) => printer.address)
  }

  /** Datagrams that have arrived so far. */
  asked(): number {
    return this.#asked()
  }

  close(): Promise<void> {
    return this.#close()
  }
}

/** Starts a fleet. @throws Error if there is no recording or an address cannot be bound. */
export const startFleet = (options: FleetOptions): Promise<Fleet> => Fleet.start(options)

/** The devices of a fleet, without sockets; the same options give the same devices. */
export function printersOf(options: FleetOptions): readonly Printer[] {
  const moulds = options.recordings.map((recording) => mouldOf(recording, options.growth ?? []))
  const startedAt = options.clock.now()
  return loopbackAddresses(options.base, options.count, options.spacing ?? 1).map((address, number) => {
    const mould = moulds[number % moulds.length]
    if (mould === undefined) throw new Error('a fleet needs at least one recording')
    return new Printer({
      mould,
      individual: { seed: options.seed, number, address },
      agent: { ...ORDINARY_AGENT, ...options.agent },
      faults: options.faults?.(number) ?? [],
      isIndividual: options.individual ?? true,
      speed: options.speed ?? 1,
      mostStartPages: options.mostStartPages ?? MOST_START_PAGES,
      startedAt,
    })
  })
}

function mouldOf(recording: NamedRecording, models: readonly GrowthModel[]): Mould {
  const model = modelFor(recording, models)
  return {
    name: recording.name,
    growth: planGrowth(recording.rows, model),
    identity: planIdentity(recording.rows, model),
  }
}

/** The model for a recording: by name if one says so, else by the longest prefix of its sysObjectID, else the standard one. */
export function modelFor(recording: NamedRecording, models: readonly GrowthModel[]): GrowthModel {
  const [row] = new RowIndex(recording.rows).at(STANDARD.sysObjectID)
  const family = row?.value.type === 'oid' ? `${row.value.value.text}.` : ''
  const ranked = models
    .map((model) => ({
      model,
      rank: Math.max(0, ...model.match.map((match) => rankOf(match, recording.name, family))),
    }))
    .sort((a, b) => b.rank - a.rank)
  const best = ranked[0]
  return best !== undefined && best.rank > 0 ? best.model : STANDARD_MODEL
}

function rankOf(match: string, name: string, family: string): number {
  if (match === name) return Number.POSITIVE_INFINITY
  return family.startsWith(`${match}.`) ? match.length : 0
}

/** So many addresses from `base` on, `spacing` apart, none of them ending in .0 or .255. @throws RangeError outside 127.0.0.0/8. */
export function loopbackAddresses(base: string, count: number, spacing = 1): readonly string[] {
  const addresses: string[] = []
  for (let at = numberOf(base); addresses.length < count; at += spacing) {
    while (at % 256 === 0 || at % 256 === 255) at++
    if (at >>> 24 !== 127) throw new RangeError(`${base} and ${count} devices go beyond the loopback addresses`)
    addresses.push([24, 16, 8, 0].map((shift) => (at >>> shift) & 0xff).join('.'))
  }
  return addresses
}

function numberOf(address: string): number {
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new RangeError(`'${address}' is no IPv4 address`)
  }
  return parts.reduce((number, part) => number * 256 + part, 0)
}
