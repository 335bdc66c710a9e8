/** Events of meters in the database. A reading that came late stands between two that were judged as neighbours: the three are judged again. */
import { z } from 'zod'
import type { Queries } from '../db/engine.ts'
import { metersRead } from '../meters/read.ts'
import { eventsBetween, type MeterEvent } from './events.ts'

/** Stores events of one device each. */
export async function insertEvents(
  queries: Queries,
  tenant: bigint,
  events: readonly (MeterEvent & { readonly device: bigint })[],
): Promise<void> {
  if (events.length === 0) return
  await queries.run(
    `insert into meter_event (tenant_id, device_id, meter, at, kind, before_at, before_value, after_value)
     select $1, e.device_id, e.meter, e.at, e.kind, e.before_at, e.before_value, e.after_value
     from unnest($2::int8[], $3::text[], $4::timestamptz[], $5::text[], $6::timestamptz[], $7::int8[], $8::int8[])
       as e(device_id, meter, at, kind, before_at, before_value, after_value)
     on conflict do nothing`,
    [
      tenant,
      events.map(({ device }) => device),
      events.map(({ meter }) => meter),
      events.map(({ at }) => new Date(at)),
      events.map(({ kind }) => kind),
      events.map(({ beforeAt }) => new Date(beforeAt)),
      events.map(({ before }) => before),
      events.map(({ after }) => after),
    ],
  )
}

const rowSchema = z.object({ at: z.date(), keys: z.array(z.string()), meters: z.array(z.bigint()) })

/** Judges again what lies around moments that came late; the rows of those moments are already stored. */
export async function judgeAgain(
  queries: Queries,
  tenant: bigint,
  device: bigint,
  late: readonly number[],
): Promise<void> {
  const from = new Date(Math.min(...late))
  const to = new Date(Math.max(...late))
  const around = `
    select r.at, m.keys, r.meters from reading r
    join meter_layout m on m.tenant_id = r.tenant_id and m.layout_id = r.layout_id
    where r.tenant_id = $1 and r.device_id = $2 and ${metersRead('r')} and
      r.at >= coalesce((select max(b.at) from reading b
        where b.tenant_id = $1 and b.device_id = $2 and b.at < $3 and ${metersRead('b')}), $3) and
      r.at <= coalesce((select min(b.at) from reading b
        where b.tenant_id = $1 and b.device_id = $2 and b.at > $4 and ${metersRead('b')}), $4)
    order by r.at`
  const rows = await queries.rows(rowSchema, around, [tenant, device, from, to])
  const [first] = rows
  const last = rows.at(-1)
  if (first === undefined || last === undefined) return
  const dropped = await queries.rows(
    z.object({ kind: z.string() }),
    `delete from meter_event where tenant_id = $1 and device_id = $2 and at > $3 and at <= $4 returning kind`,
    [tenant, device, first.at, last.at],
  )
  // Rows do not say which controller board counted: a board that was seen replaced before still is.
  const replaced = dropped.some(({ kind }) => kind === 'replaced')
  const events = rows.slice(1).flatMap((row, place) => {
    const before = rows[place] ?? first
    const judged = eventsBetween(
      { ...before, at: before.at.getTime(), mac: null },
      { ...row, at: row.at.getTime(), mac: null },
    )
    return judged.map((event) => ({
      ...event,
      kind: replaced && event.kind === 'restarted' ? ('replaced' as const) : event.kind,
      device,
    }))
  })
  await insertEvents(queries, tenant, events)
}
