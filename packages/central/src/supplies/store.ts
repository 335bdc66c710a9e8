/** Supplies of the whole fleet: what runs low, and what no printer can tell. */
import { z } from 'zod'
import { type Scope, within } from '../access/scope.ts'
import type { Supplies, suppliesQuerySchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'
import { brief, briefRow, presentBrief } from '../fleet/brief.ts'
import { deviceCondition } from '../fleet/filter.ts'
import { presentSupply, supplyColumns, supplyJoins, supplyRow } from './present.ts'

type Query = z.output<typeof suppliesQuerySchema>

/** Per cent at or under which a supply is low until somebody says otherwise. */
export const lowPercent = 20

const listRow = briefRow.extend({ ...supplyRow.shape, percent: z.number().nullable(), at: z.date() })
const countsRow = z.object({ low: z.int(), unknowable: z.int(), all: z.int() })

const sorts: Readonly<Record<Query['sort'], string>> = {
  percent: 'u.percent',
  model: 'lower(d.model)',
  customer: 'c.plain',
  kind: 'u.kind',
}
/** `unlimited` is an answer: the printer places no limit. Only `some` and `unknown` leave somebody guessing. */
const unknowable = `u.level_kind in ('some', 'unknown')`

/** One page of supplies, and how many each view has under the same filters. */
export async function listSupplies(scope: Scope, database: Database, query: Query): Promise<Supplies> {
  const parameters = new Parameters()
  const kind = query.kind === undefined ? '' : `and u.kind = ${parameters.add(query.kind)}`
  const condition = `${deviceCondition(scope, parameters, query)} ${kind}`
  const threshold = `${parameters.add(query.threshold)}::float8`
  const low = `u.percent <= ${threshold}`
  const countsSql = `
    select count(*) filter (where ${low})::int as low, count(*) filter (where ${unknowable})::int as unknowable,
      count(*)::int as all
    from device d join supply_state u on u.tenant_id = d.tenant_id and u.device_id = d.device_id where ${condition}`
  const counted = [...parameters.values]
  const view = { low, unknowable, all: 'true' }[query.view]
  // Views that need no threshold name it all the same: a parameter nobody uses has no type.
  const rowsSql = `
    select ${brief.columns}, ${supplyColumns}, u.percent,
      coalesce((t.older #>> '{supplies,at}')::timestamptz, t.at) as at
    from ${brief.from}
    join supply_state u on u.tenant_id = d.tenant_id and u.device_id = d.device_id
    ${supplyJoins}
    where ${condition} and ${view} and (${threshold} is not null)
    order by ${sorts[query.sort]} ${query.order} nulls last, d.device_id, u.index
    limit ${parameters.add(query.size)} offset ${parameters.add((query.page - 1) * query.size)}`
  return await within(scope, database, async (queries) => {
    const counts = (await queries.row(countsRow, countsSql, counted)) ?? { low: 0, unknowable: 0, all: 0 }
    const rows = await queries.rows(listRow, rowsSql, parameters.values)
    return {
      rows: rows.map((row) => ({
        device: presentBrief(row),
        supply: presentSupply(row),
        percent: row.percent,
        lastSeen: row.at.toISOString(),
      })),
      total: counts[query.view],
      page: query.page,
      size: query.size,
      counts,
    }
  })
}
