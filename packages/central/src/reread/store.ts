/** Kept readings in the database, for interpreting them once more: pages of one device with their signed envelopes, and what a page changes. */
import { z } from 'zod'
import { meterSchema } from '../api-said.ts'
import type { Queries } from '../db/engine.ts'
import type { Columns } from '../intake/columns.ts'
import { judgeAgain } from '../intake/meter-events.ts'
import { arrayText, someText } from '../intake/readings.ts'
import { metersAt } from '../meters/read.ts'

const bytes = z.instanceof(Uint8Array)
const keptRow = z.object({
  at: z.date(),
  item: z.int(),
  layout_id: z.bigint(),
  meters: z.array(z.bigint()),
  doubts: z.array(z.int()).nullable(),
  layout: z.array(meterSchema.omit({ value: true })),
  kept: bytes.nullable(),
  signing_key: bytes.nullable(),
})
/** One reading as it is kept: what was made of it, and the envelope that proves what was said. */
export type KeptRow = z.output<typeof keptRow>

const layoutRow = z.object({ layout_id: z.bigint(), profile: z.string(), instructions: z.string() })

/** Which device of which tenant. */
export interface Place {
  readonly tenant: bigint
  readonly device: bigint
}

/** Layouts of a tenant that another version of instructions made. */
export function otherLayouts(queries: Queries, tenant: bigint, version: string) {
  const sql = `select layout_id, profile, instructions from meter_layout where tenant_id = $1 and instructions <> $2`
  return queries.rows(layoutRow, sql, [tenant, version])
}

/** The next device of a tenant, or null after the last. */
export async function deviceAfter(queries: Queries, { tenant, device }: Place): Promise<bigint | null> {
  const sql = `select device_id from device_state where tenant_id = $1 and device_id > $2 order by device_id limit 1`
  return (await queries.row(z.object({ device_id: z.bigint() }), sql, [tenant, device]))?.device_id ?? null
}

/** Keeps intake from the device until the transaction ends. */
export function lockDevice(queries: Queries, { tenant, device }: Place): Promise<void> {
  const sql = 'select device_id from device_state where tenant_id = $1 and device_id = $2 for update'
  return queries.run(sql, [tenant, device])
}

const envelopeOf = (reading: string): string => `
  left join receipt c on c.tenant_id = ${reading}.tenant_id and c.envelope_id = ${reading}.envelope_id
  left join envelope e on e.tenant_id = c.tenant_id and e.envelope_id = c.envelope_id and e.received_at = c.received_at
  left join onsite_door k on k.onsite_id = e.onsite_id`

/** Rows of one device from a moment on, after another, made under one of these layouts; at most `most`. */
export function keptRows(
  queries: Queries,
  { tenant, device }: Place,
  wanted: {
    readonly from: Date
    readonly after: Date | null
    readonly layouts: readonly bigint[]
    readonly most: number
  },
): Promise<KeptRow[]> {
  const sql = `
    select r.at, r.item, r.layout_id, r.meters, r.doubts, l.meters as layout, e.kept, k.signing_key
    from reading r join meter_layout l on l.tenant_id = r.tenant_id and l.layout_id = r.layout_id ${envelopeOf('r')}
    where r.tenant_id = $1 and r.device_id = $2 and r.at >= $3 and r.at > coalesce($4::timestamptz, '-infinity')
      and r.layout_id = any($5) and r.meters <> '{}'
    order by r.at limit ${wanted.most}`
  return queries.rows(keptRow, sql, [tenant, device, wanted.from, wanted.after, wanted.layouts])
}

/** The reading of the meters that a device's state shows, where it was made under one of these layouts. */
export function keptState(
  queries: Queries,
  { tenant, device }: Place,
  wanted: { readonly from: Date; readonly layouts: readonly bigint[] },
): Promise<KeptRow | null> {
  const sql = `
    select ${metersAt('t')} as at, t.item, t.layout_id, t.meters, t.doubts, l.meters as layout, e.kept, k.signing_key
    from device_state t join meter_layout l on l.tenant_id = t.tenant_id and l.layout_id = t.layout_id ${envelopeOf('t')}
    where t.tenant_id = $1 and t.device_id = $2 and ${metersAt('t')} >= $3 and t.layout_id = any($4)`
  return queries.row(keptRow, sql, [tenant, device, wanted.from, wanted.layouts])
}

/** A reading's meters before and after. `gained` says that there are meters which were not there before. */
export interface Change {
  readonly row: KeptRow
  readonly columns: Columns
  readonly checks: string
  readonly layout: bigint
  readonly gained: boolean
}

/** Who changes, and when. */
export interface Pass extends Place {
  readonly run: bigint
  readonly now: Date
}

/** Replaces the meters of rows, keeps what they were, and judges the counters' steps around them again. */
export async function changeRows(queries: Queries, pass: Pass, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const { tenant, device } = pass
  await note(queries, pass, changes)
  await queries.run(
    `update reading r set layout_id = n.layout_id, meters = n.meters::int8[], total = n.total, doubts = n.doubts::int2[]
     from unnest($3::timestamptz[], $4::int8[], $5::text[], $6::int8[], $7::text[]) as n(at, layout_id, meters, total, doubts)
     where r.tenant_id = $1 and r.device_id = $2 and r.at = n.at`,
    [
      tenant,
      device,
      changes.map(({ row }) => row.at),
      changes.map(({ layout }) => layout),
      changes.map(({ columns }) => arrayText(columns.meters)),
      changes.map(({ columns }) => columns.total?.value ?? null),
      changes.map(({ columns }) => someText(columns.doubts)),
    ],
  )
  // "The same until then" was said of the old meters; of one that was not read then, nothing is known.
  await queries.run(
    `update reading n set before_seen = null from unnest($3::timestamptz[]) as g(at)
     where n.tenant_id = $1 and n.device_id = $2 and n.at =
       (select min(b.at) from reading b where b.tenant_id = $1 and b.device_id = $2 and b.at > g.at)`,
    [tenant, device, changes.filter(({ gained }) => gained).map(({ row }) => row.at)],
  )
  await judgeAgain(
    queries,
    tenant,
    device,
    changes.map(({ row }) => row.at.getTime()),
  )
}

/** Replaces the meters of a device's state. Where its row now says otherwise, the state's reading gets a row of its own. */
export async function changeState(queries: Queries, pass: Pass, change: Change): Promise<void> {
  const { tenant, device } = pass
  const { columns, checks, layout, row } = change
  await note(queries, pass, [change])
  await queries.run(
    `update device_state set layout_id = $3, meters = $4::int8[], total = $5, total_unit = $6, checks = $7::jsonb, doubts = $8::text::int2[]
     where tenant_id = $1 and device_id = $2`,
    [
      tenant,
      device,
      layout,
      arrayText(columns.meters),
      columns.total?.value ?? null,
      columns.total?.unit ?? null,
      checks,
      someText(columns.doubts),
    ],
  )
  await queries.run(
    `with own as (
       insert into reading (tenant_id, device_id, at, before_seen, envelope_id, layout_id, supply_layout_id, item, total, status,
         meters, levels, errors, alerts, doubts)
       select t.tenant_id, t.device_id, ${metersAt('t')}, null, t.envelope_id, t.layout_id, t.supply_layout_id, t.item, t.total,
         t.status, t.meters, t.levels, t.errors, t.alerts, t.doubts
       from device_state t
       join reading r on r.tenant_id = t.tenant_id and r.device_id = t.device_id and r.at = t.stored_at
       where t.tenant_id = $1 and t.device_id = $2 and ${metersAt('t')} > t.stored_at
         and coalesce((t.older #>> '{meters,standing}')::int, 2) = 2
         and (r.meters <> t.meters or r.layout_id <> t.layout_id)
       on conflict do nothing returning at
     )
     update device_state set stored_at = own.at from own where tenant_id = $1 and device_id = $2`,
    [tenant, device],
  )
  await judgeAgain(queries, tenant, device, [row.at.getTime()])
}

async function note(queries: Queries, pass: Pass, changes: readonly Change[]): Promise<void> {
  await queries.run(
    `insert into reread (tenant_id, device_id, at, run_id, reread_at, before_layout_id, before_meters, after_layout_id, after_meters)
     select $1, $2, n.at, $3, $4, n.before_layout, n.before_meters::int8[], n.after_layout, n.after_meters::int8[]
     from unnest($5::timestamptz[], $6::int8[], $7::text[], $8::int8[], $9::text[])
       as n(at, before_layout, before_meters, after_layout, after_meters)
     on conflict do nothing`,
    [
      pass.tenant,
      pass.device,
      pass.run,
      pass.now,
      changes.map(({ row }) => row.at),
      changes.map(({ row }) => row.layout_id),
      changes.map(({ row }) => arrayText(row.meters)),
      changes.map(({ layout }) => layout),
      changes.map(({ columns }) => arrayText(columns.meters)),
    ],
  )
}
