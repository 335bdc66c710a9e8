/** What needs somebody today, in one look: how many devices are heard of, how many ask for help, what runs low. */
import { z } from 'zod'
import { type Scope, within } from '../access/scope.ts'
import type { Overview } from '../api.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'
import { presenceSql } from '../onsites/rules.ts'
import { listOnsites } from '../onsites/store.ts'
import { lowPercent } from '../supplies/store.ts'
import { deviceCondition } from './filter.ts'

const countsRow = z.object({
  devices: z.int(),
  live: z.int(),
  late: z.int(),
  missing: z.int(),
  alerts: z.int(),
})
const suppliesRow = z.object({ low: z.int(), unknowable: z.int() })

/** Counts everything in the scope. `alerts` counts devices with open alerts. */
export async function overview(scope: Scope, database: Database, now: number): Promise<Overview> {
  const parameters = new Parameters()
  const condition = deviceCondition(scope, parameters, {})
  const presence = presenceSql('t.at', 'o.interval_minutes', parameters.add(new Date(now)))
  const devicesSql = `
    select count(*)::int as devices, count(*) filter (where presence = 'live')::int as live,
      count(*) filter (where presence = 'late')::int as late, count(*) filter (where presence = 'missing')::int as missing,
      count(*) filter (where alert_count > 0)::int as alerts
    from (
      select ${presence} as presence, t.alert_count from device d
      join device_state t on t.tenant_id = d.tenant_id and t.device_id = d.device_id
      join onsite o on o.tenant_id = t.tenant_id and o.onsite_id = t.onsite_id
      where ${condition}
    ) seen`
  const own = new Parameters()
  const ownCondition = deviceCondition(scope, own, {})
  const suppliesSql = `
    select count(*) filter (where u.percent <= ${own.add(lowPercent)})::int as low,
      count(*) filter (where u.level_kind in ('some', 'unknown'))::int as unknowable
    from device d join supply_state u on u.tenant_id = d.tenant_id and u.device_id = d.device_id where ${ownCondition}`
  const onsites = (await listOnsites(scope, database, now)).filter(({ state }) => state === 'enrolled')
  return await within(scope, database, async (queries) => {
    const devices = await queries.row(countsRow, devicesSql, parameters.values)
    const supplies = await queries.row(suppliesRow, suppliesSql, own.values)
    if (devices === null || supplies === null) throw new Error('a count answers one row')
    return {
      ...devices,
      ...supplies,
      onsites: { all: onsites.length, onTime: onsites.filter(({ contact }) => contact === 'onTime').length },
    }
  })
}
