/** The fleet, a page at a time: searched, filtered, sorted and counted in the database, so that 10,000 devices stay quick. */
import { deviceStatuses, supplyKinds, units } from '@platen/model'
import { z } from 'zod'
import { type Scope, within } from '../access/scope.ts'
import { type Devices, type devicesQuerySchema, presences } from '../api.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'
import { presenceSql } from '../onsites/rules.ts'
import { brief, briefRow, presentBrief } from './brief.ts'
import { deviceCondition } from './filter.ts'

type Query = z.output<typeof devicesQuerySchema>

/** One page of the fleet, with how many there are and what each filter would leave. */
export async function listDevices(scope: Scope, database: Database, query: Query, now: number): Promise<Devices> {
  const page = pageSql(scope, query, now)
  const counts = countsSql(scope, query, now)
  return await within(scope, database, async (queries) => {
    const rows = await queries.rows(deviceRow, page.sql, page.values)
    const facets = await queries.rows(facetRow, counts.sql, counts.values)
    return {
      rows: rows.map(present),
      total: facets.find((row) => row.facet === 'total')?.devices ?? 0,
      page: query.page,
      size: query.size,
      facets: {
        vendors: facets.flatMap(({ facet, name, devices }) =>
          facet === 'vendor' && name !== null ? { name, devices } : [],
        ),
        statuses: deviceStatuses.flatMap((name) => countOf(facets, 'status', name)),
        presences: presences.flatMap((name) => countOf(facets, 'presence', name)),
      },
    }
  })
}

const deviceRow = briefRow.extend({
  location: z.string().nullable(),
  status: z.enum(deviceStatuses),
  presence: z.enum(presences),
  at: z.date(),
  total: z.bigint().nullable(),
  total_unit: z.enum(units).nullable(),
  lowest_percent: z.number().nullable(),
  lowest_kind: z.enum(supplyKinds).nullable(),
  lowest_colorant: z.string().nullable(),
  alert_count: z.int(),
})

function present(row: z.output<typeof deviceRow>): Devices['rows'][number] {
  const { lowest_percent: percent, lowest_kind: kind } = row
  return {
    ...presentBrief(row),
    location: row.location,
    status: row.status,
    presence: row.presence,
    lastSeen: row.at.toISOString(),
    total: row.total?.toString() ?? null,
    totalUnit: row.total_unit,
    lowest: percent === null || kind === null ? null : { percent, kind, colorant: row.lowest_colorant },
    alerts: row.alert_count,
  }
}

const facetRow = z.object({
  facet: z.enum(['total', 'vendor', 'status', 'presence']),
  name: z.string().nullable(),
  devices: z.int(),
})

function countOf<N extends string>(rows: readonly z.output<typeof facetRow>[], facet: string, name: N) {
  const row = rows.find((one) => one.facet === facet && one.name === name)
  return row === undefined ? [] : [{ name, devices: row.devices }]
}

const sorts: Readonly<Record<Query['sort'], string>> = {
  model: 'lower(d.model)',
  vendor: 'lower(d.vendor)',
  serial: 'lower(d.serial)',
  address: 'd.address_order',
  customer: 'c.plain',
  status: 't.status',
  lastSeen: 't.at',
  total: 't.total',
  lowest: 't.lowest_percent',
}

const joined = `${brief.from}
  join device_state t on t.tenant_id = d.tenant_id and t.device_id = d.device_id
  join onsite o on o.tenant_id = t.tenant_id and o.onsite_id = t.onsite_id`

function pageSql(scope: Scope, query: Query, now: number) {
  const parameters = new Parameters()
  const condition = deviceCondition(scope, parameters, query)
  const presence = presenceSql('t.at', 'o.interval_minutes', parameters.add(new Date(now)))
  const chosen = facetConditions(query, parameters, presence)
  const sql = `
    select ${brief.columns}, d.location, t.status, ${presence} as presence, t.at, t.total, t.total_unit,
      t.lowest_percent, t.lowest_kind, t.lowest_colorant, t.alert_count
    from ${joined}
    where ${condition} and ${chosen.alerts} and ${chosen.vendor} and ${chosen.status} and ${chosen.presence}
    order by ${sorts[query.sort]} ${query.order} nulls last, d.device_id
    limit ${parameters.add(query.size)} offset ${parameters.add((query.page - 1) * query.size)}`
  return { sql, values: parameters.values }
}

/** Each facet is counted under all filters but its own, in one pass over the devices. */
function countsSql(scope: Scope, query: Query, now: number) {
  const parameters = new Parameters()
  const condition = deviceCondition(scope, parameters, query)
  const presence = presenceSql('t.at', 'o.interval_minutes', parameters.add(new Date(now)))
  const chosen = facetConditions(query, parameters, presence)
  const sql = `
    with base as materialized (
      select d.vendor, t.status, ${presence} as presence,
        ${chosen.vendor} as v, ${chosen.status} as s, ${chosen.presence} as p
      from device d
      join device_state t on t.tenant_id = d.tenant_id and t.device_id = d.device_id
      join onsite o on o.tenant_id = t.tenant_id and o.onsite_id = t.onsite_id
      where ${condition} and ${chosen.alerts}
    )
    select 'total' as facet, null as name, count(*)::int as devices from base where v and s and p
    union all select 'status', status, count(*)::int from base where v and p group by status
    union all select 'presence', presence, count(*)::int from base where v and s group by presence
    union all (select 'vendor', vendor, count(*)::int from base where s and p and vendor is not null
      group by vendor order by lower(vendor))`
  return { sql, values: parameters.values }
}

function facetConditions(query: Query, parameters: Parameters, presence: string) {
  const is = (column: string, value: string | undefined) =>
    value === undefined ? 'true' : `coalesce(${column} = ${parameters.add(value)}, false)`
  const alerts = query.alerts === undefined ? 'true' : query.alerts ? 't.alert_count > 0' : 't.alert_count = 0'
  return {
    vendor: is('d.vendor', query.vendor),
    status: is('t.status', query.status),
    presence: is(`(${presence})`, query.presence),
    alerts,
  }
}
