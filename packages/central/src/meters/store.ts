/**
 * The meters of every device as of a day. Readings in which nothing changed have no row, but each row says until when the content before
 * it was still seen, so "exact" means that the printer said so that day, or the same before and after.
 */
import { z } from 'zod'
import { type Scope, within } from '../access/scope.ts'
import type { MeterRow, Meters, metersQuerySchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'
import { brief, briefRow, presentBrief } from '../fleet/brief.ts'
import { deviceCondition } from '../fleet/filter.ts'
import { doubtsAt } from './doubts.ts'
import { metersAt, metersRead } from './read.ts'
import { valueAt } from './values.ts'

type Query = Omit<z.output<typeof metersQuerySchema>, 'date' | 'zone' | 'page' | 'size'>

/** A calendar day somewhere, and its first and last moment in milliseconds since 1970 (the end is the next day's start). */
export interface Day {
  readonly date: string
  readonly start: number
  readonly end: number
}

const meterRow = briefRow.extend({
  read_at: z.date().nullable(),
  held: z.date().nullable(),
  reread_at: z.date().nullable(),
  keys: z.array(z.string()).nullable(),
  meters: z.array(z.bigint()).nullable(),
  doubts: z.array(z.int()).nullable(),
})

const sorts: Readonly<Record<Query['sort'], string>> = {
  model: 'lower(d.model)',
  customer: 'c.plain',
  serial: 'lower(d.serial)',
  total: 'null::int8',
}

/** One page of meters at the end of `day`. */
export async function listMeters(
  scope: Scope,
  database: Database,
  wanted: { readonly query: Query; readonly day: Day; readonly page: number; readonly size: number },
): Promise<Meters> {
  const { query, day, page, size } = wanted
  const parameters = new Parameters()
  const limit = `limit ${parameters.add(size)} offset ${parameters.add((page - 1) * size)}`
  const sql = metersSql(scope, parameters, { query, day, limit })
  const counted = new Parameters()
  const countSql = `select count(*)::int as total from device d where ${deviceCondition(scope, counted, query)}`
  return await within(scope, database, async (queries) => {
    const count = await queries.row(z.object({ total: z.int() }), countSql, counted.values)
    const rows = await queries.rows(meterRow, sql, parameters.values)
    return { date: day.date, rows: rows.map((row) => present(row, day)), total: count?.total ?? 0, page, size }
  })
}

/** Every device's meters at the end of `day`, for a file. */
export async function allMeters(
  scope: Scope,
  database: Database,
  wanted: { readonly query: Query; readonly day: Day },
): Promise<MeterRow[]> {
  const parameters = new Parameters()
  const sql = metersSql(scope, parameters, { ...wanted, limit: '' })
  const rows = await within(scope, database, (queries) => queries.rows(meterRow, sql, parameters.values))
  return rows.map((row) => present(row, wanted.day))
}

/** Devices are cut to the page before their readings are looked up, unless the readings decide which page they are on. */
function metersSql(
  scope: Scope,
  parameters: Parameters,
  wanted: { readonly query: Query; readonly day: Day; readonly limit: string },
): string {
  const { query, day, limit } = wanted
  const condition = deviceCondition(scope, parameters, query)
  const end = `${parameters.add(new Date(day.end))}::timestamptz`
  const byReading = query.sort === 'total'
  const order = (key: string) => `order by ${key} ${query.order} nulls last, device_id`
  const devices = `
    select d.tenant_id, ${brief.columns}, ${metersAt('t')} as seen_at, ${sorts[query.sort]} as sort_key
    from ${brief.from}
    join device_state t on t.tenant_id = d.tenant_id and t.device_id = d.device_id
    where ${condition} ${byReading ? '' : `${order('sort_key')} ${limit}`}`
  return `
    select d.*, r.at as read_at, l.keys, r.meters, r.doubts,
      (select max(x.reread_at) from reread x where x.tenant_id = d.tenant_id and x.device_id = d.device_id and x.at = r.at) as reread_at,
      case when n.at is null then greatest(d.seen_at, r.at) else coalesce(n.before_seen, r.at) end as held
    from (${devices}) d
    left join lateral (
      ${lastBefore(end, metersRead('b'), 'true')}
      union all
      ${lastBefore(end, `not ${metersRead('b')} and b.meters <> '{}'`, 'false')}
      limit 1
    ) r on true
    left join lateral (
      select b.at, b.before_seen from reading b
      where b.tenant_id = d.tenant_id and b.device_id = d.device_id and b.at >= ${end}
        and (${metersRead('b')} or (not r.whole and b.meters <> '{}'))
      order by b.at limit 1
    ) n on true
    left join meter_layout l on l.tenant_id = d.tenant_id and l.layout_id = r.layout_id
    ${order(byReading ? 'r.total' : 'd.sort_key')} ${byReading ? limit : ''}`
}

/** The last row of a device before `end`. Of two such the first that answers ends the search: half-read meters count only before any whole ones. */
function lastBefore(end: string, condition: string, whole: 'true' | 'false'): string {
  return `(select b.at, b.meters, b.doubts, b.layout_id, b.total, ${whole} as whole from reading b
        where b.tenant_id = d.tenant_id and b.device_id = d.device_id and b.at < ${end} and ${condition}
        order by b.at desc limit 1)`
}

function doubtsByKey(keys: readonly string[], numbers: readonly number[]): NonNullable<MeterRow['doubts']> {
  const places = [...doubtsAt(numbers)]
  return Object.fromEntries(
    places.flatMap(([place, doubt]) => (keys[place] === undefined ? [] : [[keys[place], doubt]])),
  )
}

/** Where the content was seen both before and after the day's end, it was the same at the day's end: lifetime counters only grow. */
function present(row: z.output<typeof meterRow>, day: Day): MeterRow {
  const device = presentBrief(row)
  const { read_at: readAt, held, keys, meters, doubts } = row
  if (readAt === null || held === null || keys === null || meters === null) {
    return { device, way: 'none', readAt: null, meters: {} }
  }
  const seen = held.getTime() < day.end ? held : readAt
  return {
    device,
    way: held.getTime() >= day.start ? 'exact' : 'before',
    readAt: seen.toISOString(),
    ...(row.reread_at === null ? {} : { rereadAt: row.reread_at.toISOString() }),
    meters: Object.fromEntries(keys.map((key, place) => [key, valueAt(meters, place)])),
    ...(doubts === null ? {} : { doubts: doubtsByKey(keys, doubts) }),
  }
}
