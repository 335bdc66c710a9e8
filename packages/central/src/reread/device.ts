/** What was interpreted once more of a device, for its page: old and new values, versions, when. */
import { z } from 'zod'
import type { Device } from '../api.ts'
import type { Queries } from '../db/engine.ts'

/** Readings shown at most: the newest. All of them stay in the database. */
const shownMost = 20

const row = z.object({
  at: z.date(),
  reread_at: z.date(),
  from_version: z.string(),
  to_version: z.string(),
  before_keys: z.array(z.string()),
  before_meters: z.array(z.bigint()),
  after_keys: z.array(z.string()),
  after_meters: z.array(z.bigint()),
})

/** The newest readings of a device whose meters were replaced, newest first. */
export async function rereadsOf(queries: Queries, tenant: bigint, device: bigint): Promise<Device['rereads']> {
  const sql = `
    select x.at, x.reread_at, b.instructions as from_version, a.instructions as to_version,
      b.keys as before_keys, x.before_meters, a.keys as after_keys, x.after_meters
    from reread x
    join meter_layout b on b.tenant_id = x.tenant_id and b.layout_id = x.before_layout_id
    join meter_layout a on a.tenant_id = x.tenant_id and a.layout_id = x.after_layout_id
    where x.tenant_id = $1 and x.device_id = $2 order by x.at desc, x.run_id desc limit ${shownMost}`
  return (await queries.rows(row, sql, [tenant, device])).map((one) => ({
    at: one.at.toISOString(),
    rereadAt: one.reread_at.toISOString(),
    from: one.from_version,
    to: one.to_version,
    meters: differences(one),
  }))
}

function differences(one: z.output<typeof row>): Device['rereads'][number]['meters'] {
  const valueIn = (keys: readonly string[], values: readonly bigint[], key: string): string | null => {
    const place = keys.indexOf(key)
    return place < 0 ? null : `${values[place] ?? ''}`
  }
  return [...new Set([...one.before_keys, ...one.after_keys])].flatMap((key) => {
    const before = valueIn(one.before_keys, one.before_meters, key)
    const after = valueIn(one.after_keys, one.after_meters, key)
    return before === after ? [] : [{ key, before, after }]
  })
}
