/** Keeps a device's open alerts as the newest reading of its alert table has them: new ones open when Central first saw them, gone ones close by themselves. */
import type { Queries } from '../db/engine.ts'
import { alertCode } from './columns.ts'
import type { Known } from './fold.ts'
import type { NewState } from './states.ts'

/** Opens and closes alerts of devices whose alerts are not those known before. */
export async function storeAlerts(
  queries: Queries,
  tenant: bigint,
  states: readonly NewState[],
  before: ReadonlyMap<bigint, Known>,
): Promise<void> {
  const changed = states.flatMap(({ device, state: { from } }) => {
    const codes = from.alerts?.columns.alerts ?? null
    const known = before.get(device)?.alerts ?? []
    if (from.alerts === null || codes === null) return []
    const same = known.length === codes.length && known.every((code, place) => code === codes[place])
    return same ? [] : [{ device, arrival: from.alerts }]
  })
  if (changed.length === 0) return
  const open = changed.flatMap(({ device, arrival: { reading, at } }) => {
    const byCode = new Map(reading.status.alerts.map((alert) => [alertCode(alert), alert]))
    return [...byCode].map(([code, alert]) => ({ device, code, alert, at: new Date(at) }))
  })
  const devices = open.map(({ device }) => device)
  const codes = open.map(({ code }) => code)
  await queries.run(
    `update alert a set closed_at = c.at from unnest($2::int8[], $3::timestamptz[]) as c(device_id, at)
     where a.tenant_id = $1 and a.device_id = c.device_id and a.closed_at is null and not exists (
       select from unnest($4::int8[], $5::text[]) as o(device_id, code) where o.device_id = a.device_id and o.code = a.code)`,
    [tenant, changed.map(({ device }) => device), changed.map(({ arrival }) => new Date(arrival.at)), devices, codes],
  )
  await queries.run(
    `insert into alert (tenant_id, device_id, code, alert, opened_at)
     select $1, o.device_id, o.code, o.alert::jsonb, o.at
     from unnest($2::int8[], $3::text[], $4::text[], $5::timestamptz[]) as o(device_id, code, alert, at)
     on conflict do nothing`,
    [tenant, devices, codes, open.map(({ alert }) => JSON.stringify(alert)), open.map(({ at }) => at)],
  )
}
