/**
 * What one signed-in person may see: a tenant, and in it a node of provider > dealer > customer > site with all below it.
 * Every store function takes it first; no query of a person's runs without it.
 */
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import type { Parameters } from '../db/parameters.ts'

/** A person's view. `path` is the node's path in the tree of places, `/1/5/`. */
export interface Scope {
  readonly tenant: bigint
  readonly person: bigint
  readonly node: bigint
  readonly path: string
  readonly mayEdit: boolean
}

/** Runs reads and writes as a person's request: the web role, inside the scope's tenant. */
export function within<T>(scope: Scope, database: Database, run: (queries: Queries) => Promise<T>): Promise<T> {
  return database.as({ role: 'web', tenant: scope.tenant }, run)
}

/** SQL for "this place is in the scope", and below `place` too when one is chosen; an unknown or foreign place matches nothing. */
export function placeCondition(scope: Scope, parameters: Parameters, column: string, place?: string): string {
  const tenant = parameters.add(scope.tenant)
  const path = parameters.add(`${scope.path}%`)
  const chosen = place === undefined ? '' : ` and path like '%/' || ${parameters.add(place)}::text || '/%'`
  return `${column} in (select place_id from place where tenant_id = ${tenant} and path like ${path}${chosen})`
}
