/** One meter of one device over time: the stored readings, the newest moment it still had its last value, and what went wrong on the way. */
import { z } from 'zod'
import { type Scope, within } from '../access/scope.ts'
import { type History, historySchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'
import { metersAt, metersRead } from '../meters/read.ts'
import { deviceCondition } from './filter.ts'

/** Points at most: two years of hourly changes. A chart has fewer pixels. */
const pointsMost = 20_000

const pointRow = z.object({
  at: z.date(),
  value: z.bigint(),
  event: historySchema.shape.points.element.shape.event,
  before: z.bigint().nullable(),
})

/** Half-read meters are shown only of a device that never gave them whole: among whole ones they may be another count of the same name. */
const neverRead = `coalesce((select (t.older #>> '{meters,standing}')::int < 2 from device_state t
  where t.tenant_id = $1 and t.device_id = $2), false)`

/** The history of a meter between two days in UTC, both included, or null where the scope has no such device. */
export async function meterHistory(
  scope: Scope,
  database: Database,
  wanted: {
    readonly device: bigint
    readonly meter: string
    readonly from?: string | undefined
    readonly to?: string | undefined
  },
): Promise<History | null> {
  const seen = new Parameters()
  const condition = deviceCondition(scope, seen, {})
  const seenSql = `select d.device_id from device d where ${condition} and d.device_id = ${seen.add(wanted.device)}`
  // The state ends the line: unchanged readings have no row, but the value held until the device was last seen.
  const pointsSql = `
    with rows as (
      select r.at, r.meters, r.layout_id from reading r
      where r.tenant_id = $1 and r.device_id = $2 and (${metersRead('r')} or ${neverRead}) and r.at >= coalesce($4::date, '-infinity')
        and r.at < coalesce($5::date + 1, 'infinity')
      union all
      select ${metersAt('t')}, t.meters, t.layout_id from device_state t
      where t.tenant_id = $1 and t.device_id = $2 and ${metersAt('t')} > t.stored_at
        and ${metersAt('t')} >= coalesce($4::date, '-infinity') and ${metersAt('t')} < coalesce($5::date + 1, 'infinity')
    )
    select x.at, x.meters[array_position(l.keys, $3)] as value, e.kind as event, w.before
    from rows x
    join meter_layout l on l.tenant_id = $1 and l.layout_id = x.layout_id and array_position(l.keys, $3) is not null
    left join meter_event e on e.tenant_id = $1 and e.device_id = $2 and e.meter = $3 and e.at = x.at
    left join lateral (
      select y.before_meters[array_position(b.keys, $3)] as before from reread y
      join meter_layout b on b.tenant_id = y.tenant_id and b.layout_id = y.before_layout_id
      where y.tenant_id = $1 and y.device_id = $2 and y.at = x.at order by y.run_id limit 1
    ) w on true
    order by x.at desc limit ${pointsMost}`
  return await within(scope, database, async (queries) => {
    const device = await queries.row(z.object({ device_id: z.bigint() }), seenSql, seen.values)
    if (device === null) return null
    const rows = await queries.rows(pointRow, pointsSql, [
      scope.tenant,
      wanted.device,
      wanted.meter,
      wanted.from ?? null,
      wanted.to ?? null,
    ])
    return {
      meter: wanted.meter,
      points: rows.reverse().map(({ at, value, event, before }) => ({
        at: at.toISOString(),
        value: value.toString(),
        event,
        ...(before === null || before === value ? {} : { before: before.toString() }),
      })),
    }
  })
}
