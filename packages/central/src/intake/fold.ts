/**
 * Folds readings into a device's latest state, section by section. Pure, and the same whatever order readings arrive in: each section is
 * that of the newest reading that really read it. Says too which readings need a row of their own, because they say something new.
 */
import { askedIn, type Reading } from '@platen/model'
import type { Columns } from './columns.ts'
import { eventsBetween, type MeterEvent, type MetersAt } from './events.ts'
import { realMac } from './evidence.ts'
import { type Section, type Standing, sections } from './sections.ts'

/** A reading and where it came in: its line in a signed envelope. `at` is its moment as Central keeps it. */
export interface Arrival {
  readonly reading: Reading
  readonly columns: Columns
  readonly at: number
  readonly envelope: bigint
  readonly item: number
}

/** The reading that a section is of, and how far it told it. */
export interface Source {
  readonly at: number
  readonly id: string
  readonly standing: Standing
}

/** What the next reading is compared with. `at` and `id` are the newest reading's; `storedAt` is the moment of the row that holds the meters. */
export interface Known {
  readonly at: number
  readonly id: string
  readonly sources: Readonly<Record<Section, Source>>
  /** The newest reading in which all was asked: what was missed is what it missed. */
  readonly whole: Pick<Source, 'at' | 'id'>
  readonly storedAt: number
  readonly meterLayout: string
  readonly supplyLayout: string
  readonly keys: readonly string[]
  readonly meters: readonly bigint[]
  readonly mac: string | null
  readonly levels: readonly number[]
  readonly status: string
  readonly errors: readonly string[]
  readonly alerts: readonly string[]
}

/** A row to be stored. `beforeSeen` is when the meters of the row before were last seen; null where that is not known. */
export interface Row {
  readonly arrival: Arrival
  readonly beforeSeen: number | null
}

/** A part of a state: a section, what follows the newest reading whatever it read, or what was missed by the newest that asked for all. */
export type Part = Section | 'newest' | 'misses'
export const parts: readonly Part[] = ['newest', 'misses', ...sections]

/** A state that changed: the reading each part now is of (null: it stays as it was), and what the next reading is compared with. */
export interface State {
  readonly from: Readonly<Record<Part, Arrival | null>>
  readonly known: Known
}

/** What readings of one device did: the state after them (null: nothing in it is newer), rows to store, events, and moments that came late. */
export interface Folded {
  readonly state: State | null
  readonly rows: readonly Row[]
  readonly events: readonly MeterEvent[]
  readonly late: readonly number[]
}

/** Folds readings of one device, in any order, into what is known of it. */
export function fold(known: Known | null, arrivals: readonly Arrival[]): Folded {
  const rows: Row[] = []
  const events: MeterEvent[] = []
  const late: number[] = []
  let state: State | null = null
  let before = known
  for (const arrival of [...arrivals].sort(byMoment)) {
    const taken = takenFrom(before, arrival)
    // Out of order: it always has a row, since what lies around it is not at hand.
    const says = before === null || !taken.has('newest') || saysMore(before, arrival, taken)
    if (says) rows.push({ arrival, beforeSeen: taken.has('meters') ? (before?.sources.meters.at ?? null) : null })
    if (isRead(arrival.columns.standings.meters) && !taken.has('meters')) late.push(arrival.at)
    if (taken.size === 0) continue
    const next = nextOf(before, arrival, { taken, says })
    if (before !== null && taken.has('meters')) events.push(...judge(before, next))
    state = { from: fromOf(state, arrival, taken), known: next }
    before = next
  }
  return { state, rows, events, late }
}

/** Only meters that were really read are judged: half a table names other meters as the total. */
function judge(before: Known, after: Known): readonly MeterEvent[] {
  if (!isRead(before.sources.meters.standing) || !isRead(after.sources.meters.standing)) return []
  return eventsBetween(metersOf(before), metersOf(after))
}

function metersOf({ sources, keys, meters, mac }: Known): MetersAt {
  return { at: sources.meters.at, keys, meters, mac }
}

function isRead(standing: Standing): boolean {
  return standing === 2
}

/** The parts of a state that a reading gives: those it tells better, or as well and later. */
function takenFrom(known: Known | null, arrival: Arrival): ReadonlySet<Part> {
  if (known === null) return new Set(parts)
  const { standings } = arrival.columns
  const taken = new Set<Part>(
    sections.filter((section) => {
      const source = known.sources[section]
      const standing = standings[section]
      return standing === source.standing ? isNewer(arrival, source) : standing > source.standing
    }),
  )
  // A visit for some parts says nothing of what was missed in the others.
  if (asksForAll(arrival.reading) && isNewer(arrival, known.whole)) taken.add('misses')
  return isNewer(arrival, known) ? taken.add('newest') : taken
}

function fromOf(state: State | null, arrival: Arrival, taken: ReadonlySet<Part>): State['from'] {
  const of = (part: Part): Arrival | null => (taken.has(part) ? arrival : (state?.from[part] ?? null))
  return {
    newest: of('newest'),
    misses: of('misses'),
    identity: of('identity'),
    meters: of('meters'),
    supplies: of('supplies'),
    inputs: of('inputs'),
    status: of('status'),
    alerts: of('alerts'),
  }
}

function nextOf(
  before: Known | null,
  arrival: Arrival,
  own: { readonly taken: ReadonlySet<Part>; readonly says: boolean },
): Known {
  const said = knownFrom(arrival)
  if (before === null) return said
  const { taken, says } = own
  const pick = (part: Part): Known => (taken.has(part) ? said : before)
  const { at, id } = pick('newest')
  const { meterLayout, keys, meters, mac } = pick('meters')
  const { supplyLayout, levels } = pick('supplies')
  const { status, errors } = pick('status')
  return {
    at,
    id,
    sources: {
      identity: pick('identity').sources.identity,
      meters: pick('meters').sources.meters,
      supplies: pick('supplies').sources.supplies,
      inputs: pick('inputs').sources.inputs,
      status: pick('status').sources.status,
      alerts: pick('alerts').sources.alerts,
    },
    whole: pick('misses').whole,
    storedAt: taken.has('meters') && says ? arrival.at : before.storedAt,
    meterLayout,
    keys,
    meters,
    mac,
    supplyLayout,
    levels,
    status,
    errors,
    alerts: pick('alerts').alerts,
  }
}

/** What one reading alone makes known. */
function knownFrom({ reading, columns, at }: Arrival): Known {
  const source = (section: Section): Source => ({ at, id: reading.id, standing: columns.standings[section] })
  return {
    at,
    id: reading.id,
    sources: {
      identity: source('identity'),
      meters: source('meters'),
      supplies: source('supplies'),
      inputs: source('inputs'),
      status: source('status'),
      alerts: source('alerts'),
    },
    whole: asksForAll(reading) ? { at, id: reading.id } : NEVER,
    storedAt: at,
    meterLayout: columns.meterLayout.hash,
    keys: columns.meterLayout.keys,
    meters: columns.meters,
    mac: realMac(reading.identity.mac),
    supplyLayout: columns.supplyLayout.hash,
    levels: columns.levels,
    status: columns.status,
    errors: columns.errors,
    alerts: columns.alerts,
  }
}

/** Before every reading. */
const NEVER = { at: 0, id: '' } as const

function asksForAll({ visit }: Reading): boolean {
  return askedIn[visit?.kind ?? 'full'].length === askedIn.full.length
}

function byMoment(a: Arrival, b: Arrival): number {
  return a.at - b.at || (a.reading.id < b.reading.id ? -1 : a.reading.id > b.reading.id ? 1 : 0)
}

/** Two readings of one moment are ordered by their names, so that the order of arrival never decides. */
function isNewer(arrival: Arrival, than: { readonly at: number; readonly id: string }): boolean {
  return arrival.at > than.at || (arrival.at === than.at && arrival.reading.id > than.id)
}

/** What rows hold of a reading, and when it differs from what is known. Meters only grow, so "the same value later" proves the value between: unchanged readings need no row, but the first of a month has one. */
const differs: ReadonlyMap<Section, (known: Known, arrival: Arrival) => boolean> = new Map([
  [
    'meters',
    (known, { columns, at }) =>
      monthOf(at) !== monthOf(known.storedAt) ||
      columns.meterLayout.hash !== known.meterLayout ||
      differ(columns.meters, known.meters),
  ],
  [
    'supplies',
    (known, { columns }) => columns.supplyLayout.hash !== known.supplyLayout || differ(columns.levels, known.levels),
  ],
  ['status', (known, { columns }) => columns.status !== known.status || differ(columns.errors, known.errors)],
  ['alerts', (known, { columns }) => differ(columns.alerts, known.alerts)],
])

function saysMore(known: Known, arrival: Arrival, taken: ReadonlySet<Part>): boolean {
  return [...differs].some(
    ([section, isOther]) =>
      taken.has(section) &&
      (arrival.columns.standings[section] !== known.sources[section].standing || isOther(known, arrival)),
  )
}

function differ<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length !== b.length || a.some((value, index) => value !== b[index])
}

/** `YYYY-MM` in UTC: partitions are cut there too. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}
