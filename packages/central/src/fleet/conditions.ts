/** The devices a person may see, narrowed by what they chose: SQL conditions, each a parameter, so that filters combine in one query. */
import { placeCondition, type Scope } from '../access/scope.ts'
import type { Parameters } from '../db/parameters.ts'
import { searchPatterns } from '../plain.ts'

/** Where every list of devices begins. `d` device, `s` its state, `o` its Onsite, `site` and `customer` its places. */
export const devicesFrom = `
  from device d
  join device_state s on s.tenant_id = d.tenant_id and s.device_id = d.device_id
  join onsite o on o.tenant_id = d.tenant_id and o.onsite_id = d.onsite_id
  join place site on site.tenant_id = d.tenant_id and site.place_id = d.site_id
  join place customer on customer.tenant_id = d.tenant_id and customer.place_id = d.customer_id`

/** The columns `deviceBriefRow` reads. */
export const deviceBriefColumns = `d.device_id, d.vendor, d.model, d.serial, d.address, d.host_name,
  customer.place_id as customer_id, customer.name as customer_name, site.place_id as site_id, site.name as site_name`

/** Days without a word after which a device is missing (the trade's week: holidays and switched-off offices are shorter). */
const missingDays = 7

/**
 * `live`, `late` or `missing` as SQL over `s` and `o`. One round may fail and its jitter and delivery take minutes before a device that
 * answers counts as late.
 */
export function presenceOf(parameters: Parameters, now: number): string {
  const at = parameters.add(new Date(now))
  return `(case when s.at >= ${at}::timestamptz - make_interval(mins => 2 * o.interval_minutes + 20) then 'live'
    when s.at >= ${at}::timestamptz - make_interval(days => ${missingDays}) then 'late' else 'missing' end)`
}

/** The conditions on `d` that hold in every list: own tenant, own places, the place chosen, the words searched. */
export function deviceConditions(
  scope: Scope,
  parameters: Parameters,
  chosen: { readonly place?: string | undefined; readonly search?: string | undefined },
): readonly string[] {
  return [
    `d.tenant_id = ${parameters.add(scope.tenant)}`,
    placeCondition(scope, parameters, 'd.site_id', chosen.place),
    ...searchPatterns(chosen.search).map((pattern) => `d.plain like ${parameters.add(pattern)}`),
  ]
}
