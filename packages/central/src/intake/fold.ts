/**
 * Folds readings into a device's latest state. Pure, and the same whatever order readings arrive in: the state is that of the newest
 * reading. Says too which readings need a row of their own, because they say something the row before does not.
 */
import type { Reading } from '@platen/model'
import type { Columns } from './columns.ts'
import { eventsBetween, type MeterEvent, type MetersAt } from './events.ts'
import { realMac } from './evidence.ts'

/** A reading and where it came in: its line in a signed envelope. `at` is its moment as Central keeps it. */
export interface Arrival {
  readonly reading: Reading
  readonly columns: Columns
  readonly at: number
  readonly envelope: bigint
  readonly item: number
}

/** What the next reading is compared with. `storedAt` is the moment of the row that holds this content. */
export interface Known extends MetersAt {
  readonly id: string
  readonly storedAt: number
  readonly meterLayout: string
  readonly supplyLayout: string
  readonly levels: readonly number[]
  readonly status: string
  readonly errors: readonly string[]
  readonly alerts: readonly string[]
}

/** A row to be stored. `beforeSeen` is when the content of the row before was last seen; null where the reading came late. */
export interface Row {
  readonly arrival: Arrival
  readonly beforeSeen: number | null
}

/** What readings of one device did: the state after them (null: not newer), rows to store, events, and moments that came late. */
export interface Folded {
  readonly state: { readonly arrival: Arrival; readonly known: Known } | null
  readonly rows: readonly Row[]
  readonly events: readonly MeterEvent[]
  readonly late: readonly number[]
}

/** Folds readings of one device, in any order, into what is known of it. */
export function fold(known: Known | null, arrivals: readonly Arrival[]): Folded {
  const rows: Row[] = []
  const events: MeterEvent[] = []
  const late: number[] = []
  let state: Folded['state'] = null
  let newest = known
  for (const arrival of [...arrivals].sort(byMoment)) {
    if (newest !== null && !isNewer(arrival, newest)) {
      // Out of order: it always has a row, since what lies around it is not at hand.
      rows.push({ arrival, beforeSeen: null })
      late.push(arrival.at)
      continue
    }
    const says = newest === null || saysMore(newest, arrival)
    const next = knownOf(arrival, says ? arrival.at : newest?.storedAt)
    if (says) rows.push({ arrival, beforeSeen: newest?.at ?? null })
    if (newest !== null) events.push(...eventsBetween(newest, next))
    state = { arrival, known: next }
    newest = next
  }
  return { state, rows, events, late }
}

function knownOf(arrival: Arrival, storedAt = arrival.at): Known {
  const { columns } = arrival
  return {
    at: arrival.at,
    id: arrival.reading.id,
    storedAt,
    meterLayout: columns.meterLayout.hash,
    supplyLayout: columns.supplyLayout.hash,
    keys: columns.meterLayout.keys,
    meters: columns.meters,
    levels: columns.levels,
    status: columns.status,
    errors: columns.errors,
    alerts: columns.alerts,
    mac: realMac(arrival.reading.identity.mac),
  }
}

function byMoment(a: Arrival, b: Arrival): number {
  return a.at - b.at || (a.reading.id < b.reading.id ? -1 : a.reading.id > b.reading.id ? 1 : 0)
}

/** Two readings of one moment are ordered by their names, so that the order of arrival never decides. */
function isNewer(arrival: Arrival, known: Known): boolean {
  return arrival.at > known.at || (arrival.at === known.at && arrival.reading.id > known.id)
}

/** Meters only grow, so "the same value later" proves the value between: unchanged readings need no row, but the first of a month has one. */
function saysMore(known: Known, arrival: Arrival): boolean {
  const { columns } = arrival
  return (
    monthOf(arrival.at) !== monthOf(known.storedAt) ||
    columns.meterLayout.hash !== known.meterLayout ||
    columns.supplyLayout.hash !== known.supplyLayout ||
    columns.status !== known.status ||
    differ(columns.meters, known.meters) ||
    differ(columns.levels, known.levels) ||
    differ(columns.errors, known.errors) ||
    differ(columns.alerts, known.alerts)
  )
}

function differ<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length !== b.length || a.some((value, index) => value !== b[index])
}

/** `YYYY-MM` in UTC: partitions are cut there too. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}
