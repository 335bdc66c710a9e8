/** One device with everything its newest readings said, where each number came from, and the envelope that proves it. */
import { deviceStatuses } from '@platen/model'
import { toHex } from '@platen/wire'
import { z } from 'zod'
import { type Scope, within } from '../access/scope.ts'
import { type Device, deviceSchema, presences } from '../api.ts'
import { meterSchema } from '../api-said.ts'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import { Parameters } from '../db/parameters.ts'
import { sections } from '../intake/sections.ts'
import { olderSchema } from '../intake/states.ts'
import { doubtsAt } from '../meters/doubts.ts'
import { valueAt } from '../meters/values.ts'
import { presenceSql } from '../onsites/rules.ts'
import { rereadsOf } from '../reread/device.ts'
import { presentSupply, supplyColumns, supplyJoins, supplyRow } from '../supplies/present.ts'
import { brief, briefRow, presentBrief } from './brief.ts'
import { deviceCondition } from './filter.ts'

const bytes = z.instanceof(Uint8Array)
const deviceRow = briefRow.extend({
  at: z.date(),
  older: olderSchema.nullable(),
  first_seen: z.date(),
  presence: z.enum(presences),
  up_time: z.bigint().nullable(),
  onsite_id: z.string(),
  onsite: z.string(),
  profile: z.string(),
  instructions: z.string(),
  status: z.enum(deviceStatuses),
  errors: deviceSchema.shape.status.shape.errors.nullable(),
  meters: z.array(z.bigint()),
  doubts: z.array(z.int()).nullable(),
  layout: z.array(meterSchema.omit({ value: true })),
  detail: deviceSchema.pick({
    identity: true,
    inputs: true,
    misses: true,
    outputs: true,
    covers: true,
    firmwareParts: true,
  }),
  checks: deviceSchema.shape.checks,
  reading_id: z.string(),
  item: z.int(),
  envelope_id: z.bigint(),
  epoch: bytes,
  seq: z.bigint(),
  hash: bytes,
  received_at: z.date(),
})
const alertRow = z.object({
  alert: deviceSchema.shape.status.shape.alerts.element.omit({ since: true }),
  opened_at: z.date(),
})

/** A device as its page shows it, and what was kept of the envelope that the reading of its meters is line `item` of; the raw answers are in there. */
export interface FoundDevice {
  readonly device: Omit<Device, 'observation'>
  readonly envelope: Uint8Array
  readonly item: number
}

/** The device with this number, or null where the scope has none. */
export async function findDevice(
  scope: Scope,
  database: Database,
  id: bigint,
  now: number,
): Promise<FoundDevice | null> {
  const parameters = new Parameters()
  const condition = deviceCondition(scope, parameters, {})
  const presence = presenceSql('t.at', 'o.interval_minutes', parameters.add(new Date(now)))
  const sql = `
    select ${brief.columns}, t.at, t.older, d.first_seen, ${presence} as presence, t.up_time, o.onsite_id, o.name as onsite,
      l.profile, l.instructions, t.status, t.errors, t.meters, t.doubts, l.meters as layout, t.detail, t.checks, t.reading_id, t.item,
      t.envelope_id, r.epoch, r.seq, r.hash, r.received_at
    from ${brief.from}
    join device_state t on t.tenant_id = d.tenant_id and t.device_id = d.device_id
    join onsite o on o.tenant_id = t.tenant_id and o.onsite_id = t.onsite_id
    join meter_layout l on l.tenant_id = t.tenant_id and l.layout_id = t.layout_id
    join receipt r on r.tenant_id = t.tenant_id and r.envelope_id = t.envelope_id
    where ${condition} and d.device_id = ${parameters.add(id)}`
  return await within(scope, database, async (queries) => {
    const row = await queries.row(deviceRow, sql, parameters.values)
    return row === null ? null : await complete(scope, queries, row)
  })
}

async function complete(scope: Scope, queries: Queries, row: z.output<typeof deviceRow>): Promise<FoundDevice> {
  const key = [scope.tenant, row.device_id]
  const supplies = await queries.rows(
    supplyRow,
    `select ${supplyColumns} from supply_state u ${supplyJoins} where u.tenant_id = $1 and u.device_id = $2
     order by u.kind, u.colorant, u.index`,
    key,
  )
  const alerts = await queries.rows(
    alertRow,
    `select alert, opened_at from alert where tenant_id = $1 and device_id = $2 and closed_at is null
     order by opened_at desc, alert_id`,
    key,
  )
  const rereads = await rereadsOf(queries, scope.tenant, row.device_id)
  const envelope = await queries.row(
    z.object({ kept: bytes }),
    'select kept from envelope where tenant_id = $1 and envelope_id = $2 and received_at = $3',
    [scope.tenant, row.envelope_id, row.received_at],
  )
  return {
    envelope: envelope?.kept ?? new Uint8Array(),
    item: row.item,
    device: {
      ...presentBrief(row),
      ...row.detail,
      checks: row.checks,
      rereads,
      presence: row.presence,
      firstSeen: row.first_seen.toISOString(),
      lastSeen: row.at.toISOString(),
      upTime: row.up_time === null ? null : Number(row.up_time),
      onsite: { id: row.onsite_id, name: row.onsite },
      profile: row.profile,
      instructions: row.instructions,
      status: {
        device: row.status,
        errors: row.errors ?? [],
        alerts: alerts.map(({ alert, opened_at: since }) => ({ ...alert, since: since.toISOString() })),
      },
      meters: metersOf(row),
      supplies: supplies.map(presentSupply),
      ...olderOf(row),
      proof: {
        reading: row.older?.meters?.id ?? row.reading_id,
        at: row.older?.meters?.at ?? row.at.toISOString(),
        epoch: toHex(row.epoch),
        seq: Number(row.seq),
        hash: toHex(row.hash),
      },
    },
  }
}

function metersOf({ layout, meters, doubts }: z.output<typeof deviceRow>): Device['meters'] {
  const found = doubtsAt(doubts)
  return layout.map((meter, place) => {
    const doubt = found.get(place)
    return { ...meter, value: valueAt(meters, place), ...(doubt === undefined ? {} : { doubt }) }
  })
}

/** The sections that are not the newest reading's, with the moments they are from; none where there are none. */
function olderOf({ at, older }: z.output<typeof deviceRow>): Pick<Device, 'older'> {
  const from = sections.flatMap((section) => {
    const source = older?.[section]
    return source === undefined || source.at === at.toISOString() ? [] : [[section, source.at] as const]
  })
  return from.length === 0 ? {} : { older: Object.fromEntries(from) }
}
