/** The tree of places in the database: what a person sees of it, and new customers and sites in it. */
import { z } from 'zod'
import { type Scope, within } from '../access/scope.ts'
import type { Place } from '../api.ts'
import type { Database } from '../db/database.ts'
import { plain } from '../plain.ts'

const placeRow = z.object({
  place_id: z.bigint(),
  parent_id: z.bigint().nullable(),
  kind: z.enum(['dealer', 'customer', 'site']),
  name: z.string(),
  devices: z.int(),
})

/** Every dealer, customer and site in the scope, by name, with the devices in and below each. */
export async function listPlaces(scope: Scope, database: Database): Promise<Place[]> {
  const sql = `
    with seen as (
      select place_id, parent_id, kind, name, plain, path from place
      where tenant_id = $1 and path like $2 and kind <> 'provider'
    ), counted as (
      select s.path, count(*)::int as devices
      from device d join place s on s.tenant_id = d.tenant_id and s.place_id = d.site_id
      where d.tenant_id = $1 and s.path like $2
      group by s.path
    )
    select p.place_id, (select q.place_id from seen q where q.place_id = p.parent_id) as parent_id, p.kind, p.name,
      coalesce((select sum(c.devices) from counted c where c.path like p.path || '%'), 0)::int as devices
    from seen p order by p.plain, p.place_id`
  const rows = await within(scope, database, (queries) => queries.rows(placeRow, sql, [scope.tenant, `${scope.path}%`]))
  return rows.map((row) => ({
    id: row.place_id.toString(),
    parent: row.parent_id?.toString() ?? null,
    kind: row.kind,
    name: row.name,
    devices: row.devices,
  }))
}

/** A place that was made, or why not: the parent is not in the scope, or cannot hold this kind. */
export type AddedPlace =
  | { readonly ok: true; readonly place: Place }
  | { readonly ok: false; readonly reason: 'notFound' | 'wrongParent' }

const holders = { dealer: ['provider', 'dealer'], customer: ['provider', 'dealer'], site: ['customer'] } as const

/** Adds a dealer, customer or site below `parent`. */
export async function addPlace(
  scope: Scope,
  database: Database,
  place: {
    readonly parent: bigint
    readonly kind: 'dealer' | 'customer' | 'site'
    readonly name: string
    readonly now: number
  },
): Promise<AddedPlace> {
  const parentRow = z.object({ kind: z.string(), path: z.string(), customer_id: z.bigint().nullable() })
  return await within(scope, database, async (queries): Promise<AddedPlace> => {
    const parent = await queries.row(
      parentRow,
      'select kind, path, customer_id from place where tenant_id = $1 and place_id = $2 and path like $3',
      [scope.tenant, place.parent, `${scope.path}%`],
    )
    if (parent === null) return { ok: false, reason: 'notFound' }
    if (!holders[place.kind].some((kind) => kind === parent.kind)) return { ok: false, reason: 'wrongParent' }
    const made = await queries.row(
      z.object({ place_id: z.bigint() }),
      `with next as (select nextval(pg_get_serial_sequence('platen.place', 'place_id')) as id)
       insert into place (tenant_id, place_id, parent_id, kind, name, plain, path, customer_id, created_at)
       select $1, id, $2, $3::text, $4, $5, $6 || id || '/', case when $3 = 'customer' then id else $7::bigint end, $8
       from next returning place_id`,
      [
        scope.tenant,
        place.parent,
        place.kind,
        place.name,
        plain(place.name),
        parent.path,
        parent.customer_id,
        new Date(place.now),
      ],
    )
    if (made === null) throw new Error('an insert answers its row')
    const { kind, name } = place
    return {
      ok: true,
      place: { id: made.place_id.toString(), parent: place.parent.toString(), kind, name, devices: 0 },
    }
  })
}
