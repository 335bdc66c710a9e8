/** Rows of readings in the database: those that say something new, in their month's partition. */
import type { Queries } from '../db/engine.ts'
import type { Row } from './fold.ts'

/** A row with its device and the numbers of its layouts. */
export interface ReadingRow {
  readonly device: bigint
  readonly row: Row
}

/** Layout numbers by hash. */
export interface LayoutNumbers {
  readonly meters: ReadonlyMap<string, bigint>
  readonly supplies: ReadonlyMap<string, bigint>
}

/** Stores rows. A moment that has a row keeps it: two Onsites that see one printer may agree on the millisecond. */
export async function insertReadings(
  queries: Queries,
  tenant: bigint,
  rows: readonly ReadingRow[],
  numbers: LayoutNumbers,
): Promise<void> {
  if (rows.length === 0) return
  await queries.run(
    `insert into reading (tenant_id, device_id, at, before_seen, envelope_id, item, layout_id, supply_layout_id,
       total, status, meters, levels, errors, alerts, unread, doubts)
     select $1, r.device_id, r.at, r.before_seen, r.envelope_id, r.item, r.layout_id, r.supply_layout_id,
       r.total, r.status, r.meters::int8[], r.levels::float8[], r.errors::text[], r.alerts::text[], r.unread::text[], r.doubts::int2[]
     from unnest($2::int8[], $3::timestamptz[], $4::timestamptz[], $5::int8[], $6::int4[], $7::int8[], $8::int8[],
       $9::int8[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
       as r(device_id, at, before_seen, envelope_id, item, layout_id, supply_layout_id,
         total, status, meters, levels, errors, alerts, unread, doubts)
     on conflict do nothing`,
    [
      tenant,
      rows.map(({ device }) => device),
      rows.map(({ row }) => new Date(row.arrival.at)),
      rows.map(({ row }) => (row.beforeSeen === null ? null : new Date(row.beforeSeen))),
      rows.map(({ row }) => row.arrival.envelope),
      rows.map(({ row }) => row.arrival.item),
      rows.map(({ row }) => numberOf(numbers.meters, row.arrival.columns.meterLayout.hash)),
      rows.map(({ row }) => numberOf(numbers.supplies, row.arrival.columns.supplyLayout.hash)),
      rows.map(({ row }) => row.arrival.columns.total?.value ?? null),
      rows.map(({ row }) => row.arrival.columns.status),
      rows.map(({ row }) => arrayText(row.arrival.columns.meters)),
      rows.map(({ row }) => arrayText(row.arrival.columns.levels)),
      rows.map(({ row }) => wordsText(row.arrival.columns.errors)),
      rows.map(({ row }) => wordsText(row.arrival.columns.alerts)),
      rows.map(({ row }) => wordsText(row.arrival.columns.unread)),
      rows.map(({ row }) => someText(row.arrival.columns.doubts)),
    ],
  )
}

/** The number of a layout that `Layouts.numbers` has found. */
export function numberOf(numbers: ReadonlyMap<string, bigint>, hash: string): bigint {
  const number = numbers.get(hash)
  if (number === undefined) throw new Error('a layout was not stored before its rows')
  return number
}

/** Numbers as an array's text: unnest would flatten arrays of arrays. */
export function arrayText(values: readonly (bigint | number)[]): string {
  return `{${values.join(',')}}`
}

/** The same, null for none, which costs no byte. */
export function someText(values: readonly number[]): string | null {
  return values.length === 0 ? null : arrayText(values)
}

/** Words of letters, digits and dots as an array's text; null for none, which costs no byte. */
export function wordsText(words: readonly string[]): string | null {
  return words.length === 0 ? null : `{${words.join(',')}}`
}
