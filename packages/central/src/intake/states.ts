/** The latest state of devices in the database: read and locked before readings are folded, written where the fold made it newer. */
import { z } from 'zod'
import type { Queries } from '../db/engine.ts'
import { plain } from '../plain.ts'
import { addressOrder } from './devices.ts'
import { realMac, realSerial } from './evidence.ts'
import type { Folded, Known } from './fold.ts'
import type { LockedOnsite } from './onsites.ts'
import { arrayText, type LayoutNumbers, numberOf, wordsText } from './readings.ts'

const bytes = z.instanceof(Uint8Array)
const words = z.array(z.string()).nullable()
const stateRow = z.object({
  device_id: z.bigint(),
  at: z.date(),
  reading_id: z.string(),
  stored_at: z.date(),
  meter_hash: bytes,
  supply_hash: bytes,
  keys: z.array(z.string()),
  meters: z.array(z.bigint()),
  levels: z.array(z.number()),
  status: z.string(),
  errors: words,
  alerts: words,
  mac: z.string().nullable(),
})

/** What is known of each device, its state's row locked: another Onsite that sees the same printer waits. */
export async function knownStates(
  queries: Queries,
  tenant: bigint,
  devices: readonly bigint[],
): Promise<ReadonlyMap<bigint, Known>> {
  const sql = `
    select s.device_id, s.at, s.reading_id, s.stored_at, m.hash as meter_hash, l.hash as supply_hash, m.keys,
      s.meters, s.levels, s.status, s.errors, s.alerts, s.mac
    from device_state s
    join meter_layout m on m.tenant_id = s.tenant_id and m.layout_id = s.layout_id
    join supply_layout l on l.tenant_id = s.tenant_id and l.layout_id = s.supply_layout_id
    where s.tenant_id = $1 and s.device_id = any($2) order by s.device_id for update of s`
  const rows = await queries.rows(stateRow, sql, [tenant, devices])
  return new Map(rows.map((row) => [row.device_id, knownOf(row)]))
}

function knownOf(row: z.output<typeof stateRow>): Known {
  return {
    at: row.at.getTime(),
    id: row.reading_id,
    storedAt: row.stored_at.getTime(),
    meterLayout: Buffer.from(row.meter_hash).toString('hex'),
    supplyLayout: Buffer.from(row.supply_hash).toString('hex'),
    keys: row.keys,
    meters: row.meters,
    levels: row.levels,
    status: row.status,
    errors: row.errors ?? [],
    alerts: row.alerts ?? [],
    mac: row.mac,
  }
}

/** A new state and its device. */
export interface NewState {
  readonly device: bigint
  readonly state: NonNullable<Folded['state']>
}

const columns = [
  ['device_id', 'int8'],
  ['at', 'timestamptz'],
  ['monotonic', 'float8'],
  ['reading_id', 'text'],
  ['stored_at', 'timestamptz'],
  ['envelope_id', 'int8'],
  ['item', 'int4'],
  ['layout_id', 'int8'],
  ['supply_layout_id', 'int8'],
  ['status', 'text'],
  ['meters', 'text', 'int8[]'],
  ['levels', 'text', 'float8[]'],
  ['errors', 'text', 'text[]'],
  ['alerts', 'text', 'text[]'],
  ['alert_count', 'int4'],
  ['total', 'int8'],
  ['total_unit', 'text'],
  ['lowest_percent', 'float4'],
  ['lowest_kind', 'text'],
  ['lowest_colorant', 'text'],
  ['up_time', 'int8'],
  ['mac', 'text'],
  ['detail', 'text', 'jsonb'],
] as const

const names = columns.map(([name]) => name)
const upsert = `
  insert into device_state (tenant_id, onsite_id, ${names.join(', ')})
  select $1, $2, ${columns.map(([name, , cast]) => (cast === undefined ? `s.${name}` : `s.${name}::${cast}`)).join(', ')}
  from unnest(${columns.map(([, type], place) => `$${place + 3}::${type}[]`).join(', ')}) as s(${names.join(', ')})
  on conflict (tenant_id, device_id) do update set onsite_id = excluded.onsite_id,
    ${names
      .slice(1)
      .map((name) => `${name} = excluded.${name}`)
      .join(', ')}
  where (device_state.at, device_state.reading_id) < (excluded.at, excluded.reading_id)`

/** Writes states, where they are newer than what is there. */
export async function upsertStates(
  queries: Queries,
  onsite: LockedOnsite,
  states: readonly NewState[],
  numbers: LayoutNumbers,
): Promise<void> {
  if (states.length === 0) return
  const rows = states.map(({ device, state }) => stateValues(device, state, numbers))
  await queries.run(upsert, [
    onsite.tenant,
    onsite.id,
    ...names.map((_, place) => rows.map((row) => row[place] ?? null)),
  ])
}

function stateValues(device: bigint, { arrival, columns: own, known }: NewState['state'], numbers: LayoutNumbers) {
  const { reading } = arrival
  return [
    device,
    new Date(arrival.at),
    reading.monotonic,
    reading.id,
    new Date(known.storedAt),
    arrival.envelope,
    arrival.item,
    numberOf(numbers.meters, own.meterLayout.hash),
    numberOf(numbers.supplies, own.supplyLayout.hash),
    own.status,
    arrayText(own.meters),
    arrayText(own.levels),
    wordsText(own.errors),
    wordsText(own.alerts),
    own.alerts.length,
    own.total?.value ?? null,
    own.total?.unit ?? null,
    own.lowest?.percent ?? null,
    own.lowest?.kind ?? null,
    own.lowest?.colorant ?? null,
    reading.upTime,
    realMac(reading.identity.mac),
    detailText(reading),
  ]
}

/** What the device's page shows besides meters and supplies. The raw answers stay in the envelope. */
function detailText(reading: NewState['state']['arrival']['reading']): string {
  const checks = reading.checks.map((check) => ({ ...check, left: `${check.left}`, right: `${check.right}` }))
  return JSON.stringify({ identity: reading.identity, inputs: reading.inputs, checks, misses: reading.misses })
}

/** What people look devices up by: it follows the newest reading. */
export async function updateDevices(queries: Queries, tenant: bigint, states: readonly NewState[]): Promise<void> {
  if (states.length === 0) return
  const rows = states.map(({ device, state }) => deviceValues(device, state))
  await queries.run(updateChanged, [tenant, ...deviceColumns.map((_, place) => rows.map((row) => row[place] ?? null))])
}

/** Gives devices to the Onsite that sees them now, and to its site. */
export async function moveDevices(queries: Queries, onsite: LockedOnsite, devices: readonly bigint[]): Promise<void> {
  if (devices.length === 0) return
  await queries.run(
    `update device set onsite_id = $2, site_id = $3
     where tenant_id = $1 and device_id = any($4) and onsite_id <> $2`,
    [onsite.tenant, onsite.id, onsite.site, devices],
  )
}

const deviceColumns = [
  'device_id',
  'vendor',
  'model',
  'serial',
  'mac',
  'asset_number',
  'host_name',
  'location',
  'address',
  'address_order',
  'plain',
] as const
const updateChanged = `
  update device d set vendor = n.vendor, model = n.model, serial = coalesce(n.serial, d.serial), mac = coalesce(n.mac, d.mac),
    asset_number = n.asset_number, host_name = n.host_name, location = n.location, address = n.address,
    address_order = n.address_order, plain = n.plain
  from unnest(${deviceColumns.map((name, place) => `$${place + 2}::${name === 'device_id' ? 'int8' : 'text'}[]`).join(', ')})
    as n(${deviceColumns.join(', ')})
  where d.tenant_id = $1 and d.device_id = n.device_id
    and (d.vendor, d.model, d.serial, d.mac, d.asset_number, d.host_name, d.location, d.address, d.plain)
      is distinct from (n.vendor, n.model, coalesce(n.serial, d.serial), coalesce(n.mac, d.mac), n.asset_number,
        n.host_name, n.location, n.address, n.plain)`

function deviceValues(device: bigint, { arrival }: NewState['state']) {
  const { identity, address } = arrival.reading
  const { vendor, model, serial, assetNumber, mac, hostName, location } = identity
  const searched = [vendor, model, serial, address, hostName, location, assetNumber, mac]
  return [
    device,
    vendor,
    model,
    realSerial(serial) === null ? null : (serial ?? '').trim(),
    realMac(mac),
    assetNumber,
    hostName,
    location,
    address,
    addressOrder(address),
    plain(searched.filter((text) => text !== null).join(' ')),
  ]
}
