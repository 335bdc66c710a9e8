/** Passes over kept readings in the database: how far one is, so that who is stopped goes on there. */
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'

const count = z.int().min(0)
const countsSchema = z.object({
  devices: count,
  changed: count,
  same: count,
  incomplete: count,
  noProfile: count,
  unproved: count,
  failed: count,
})
/** Devices looked at, and readings by fate: `unproved` have no envelope any more, or one whose signature does not hold. */
export type RereadCounts = z.infer<typeof countsSchema>
export type Fate = Exclude<keyof RereadCounts, 'devices'>

/** Where a pass is: after this moment of this device, or after the device where the moment is null. */
export interface Cursor {
  readonly tenant: bigint
  readonly device: bigint
  readonly at: Date | null
}

/** A pass. Number 0 is one that only looks. */
export interface Run {
  readonly run: bigint
  readonly cursor: Cursor
  readonly counts: RereadCounts
}

export const nothingYet: RereadCounts = {
  devices: 0,
  changed: 0,
  same: 0,
  incomplete: 0,
  noProfile: 0,
  unproved: 0,
  failed: 0,
}

const runRow = z.object({
  run_id: z.bigint(),
  tenant_id: z.bigint(),
  device_id: z.bigint(),
  at: z.date().nullable(),
  counts: countsSchema,
})

/** The unfinished pass of this version and moment, or a new one. */
export async function beginRun(
  database: Database,
  wish: { readonly version: string; readonly since: Date; readonly now: Date },
): Promise<Run> {
  const row = await database.as({ role: 'reread', tenant: 0n }, async (queries) => {
    const open = await queries.row(
      runRow,
      `select run_id, tenant_id, device_id, at, counts from reread_run
       where version = $1 and since = $2 and ended_at is null order by run_id desc limit 1`,
      [wish.version, wish.since],
    )
    if (open !== null) return open
    return await queries.row(
      runRow,
      `insert into reread_run (version, since, started_at, counts) values ($1, $2, $3, $4::jsonb)
       returning run_id, tenant_id, device_id, at, counts`,
      [wish.version, wish.since, wish.now, JSON.stringify(nothingYet)],
    )
  })
  if (row === null) throw new Error('an insert answers its row')
  const { run_id: run, tenant_id: tenant, device_id: device, at, counts } = row
  return { run, cursor: { tenant, device, at }, counts }
}

/** Notes how far a pass is, in the transaction that took it there. */
export async function noteRun(queries: Queries, { run, cursor, counts }: Run): Promise<void> {
  await queries.run(
    'update reread_run set tenant_id = $2, device_id = $3, at = $4, counts = $5::jsonb where run_id = $1',
    [run, cursor.tenant, cursor.device, cursor.at, JSON.stringify(counts)],
  )
}

/** Ends a pass. */
export async function endRun(database: Database, run: bigint, now: Date): Promise<void> {
  await database.as({ role: 'reread', tenant: 0n }, (queries) =>
    queries.run('update reread_run set ended_at = $2 where run_id = $1', [run, now]),
  )
}
