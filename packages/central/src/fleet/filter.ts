/** Which devices a list is about: those in the scope, below a chosen place, that match every word searched for. */
import { placeCondition, type Scope } from '../access/scope.ts'
import type { Parameters } from '../db/parameters.ts'
import { searchPatterns } from '../plain.ts'

/** SQL conditions on a device `d`; names of its site and customer match too. */
export function deviceCondition(
  scope: Scope,
  parameters: Parameters,
  filter: { readonly search?: string | undefined; readonly place?: string | undefined },
): string {
  const tenant = parameters.add(scope.tenant)
  const conditions = [`d.tenant_id = ${tenant}`, placeCondition(scope, parameters, 'd.site_id', filter.place)]
  for (const pattern of searchPatterns(filter.search)) {
    const word = parameters.add(pattern)
    const named = `select place_id from place where tenant_id = ${tenant} and plain like ${word}`
    conditions.push(`(d.plain like ${word} or d.site_id in (${named}) or d.customer_id in (${named}))`)
  }
  return conditions.join(' and ')
}
