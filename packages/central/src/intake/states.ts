/** The latest state of devices in the database: how its row is read before readings are folded, and written where the fold made it newer. */
import { hash } from 'node:crypto'
import type { Reading } from '@platen/model'
import { z } from 'zod'
import type { Queries } from '../db/engine.ts'
import { plain } from '../plain.ts'
import { addressOrder } from './address.ts'
import { realMac, realSerial } from './evidence.ts'
import type { Folded, Known } from './fold.ts'
import type { Described } from './layouts.ts'
import type { LockedOnsite } from './onsites.ts'
import { arrayText, type LayoutNumbers, numberOf, wordsText } from './readings.ts'

const words = z.array(z.string()).nullable()

const stateRow = z.object({
  device_id: z.bigint(),
  at: z.date(),
  reading_id: z.string(),
  stored_at: z.date(),
  layout_id: z.bigint(),
  supply_layout_id: z.bigint(),
  meters: z.array(z.bigint()),
  levels: z.array(z.number()),
  status: z.string(),
  errors: words,
  alerts: words,
  board_mac: z.string().nullable(),
  look: z.string(),
  detail_mark: z.string(),
})
/** A device's state as its row says it. */
export type StateRow = z.output<typeof stateRow>

/** The states of devices, locked in the order of devices, so that two Onsites that see the same printers never wait in a ring. */
export async function lockStates(
  queries: Queries,
  tenant: bigint,
  devices: ReadonlySet<bigint>,
): Promise<ReadonlyMap<bigint, StateRow>> {
  if (devices.size === 0) return new Map()
  const sql = `
    select device_id, at, reading_id, stored_at, layout_id, supply_layout_id, meters, levels, status, errors, alerts,
      mac as board_mac, look, detail_mark
    from device_state where tenant_id = $1 and device_id = any($2) order by device_id for update`
  const rows = await queries.rows(stateRow, sql, [tenant, [...devices]])
  return new Map(rows.map((row) => [row.device_id, row]))
}

/** What is known of a device by its state's row and the layouts that row names. */
export function knownOf(row: StateRow, meterLayout: Described, supplyLayout: Described): Known {
  return {
    at: row.at.getTime(),
    id: row.reading_id,
    storedAt: row.stored_at.getTime(),
    meterLayout: meterLayout.hash,
    supplyLayout: supplyLayout.hash,
    keys: meterLayout.keys,
    meters: row.meters,
    levels: row.levels,
    status: row.status,
    errors: row.errors ?? [],
    alerts: row.alerts ?? [],
    mac: row.board_mac,
  }
}

/** A new state and its device. `before` is the state it replaces, null for a new device. */
export interface NewState {
  readonly device: bigint
  readonly state: NonNullable<Folded['state']>
  readonly before: StateRow | null
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
  ['checks', 'text', 'jsonb'],
  ['look', 'text'],
  ['detail_mark', 'text'],
  ['detail', 'text', 'jsonb'],
] as const

const names = columns.map(([name]) => name)
/** Identity, trays and misses seldom change; what did not change comes as null. */
const keptDetail = 'detail = coalesce(excluded.detail, device_state.detail)'
const upsert = `
  insert into device_state (tenant_id, onsite_id, ${names.join(', ')})
  select $1, $2, ${columns.map(([name, , cast]) => (cast === undefined ? `s.${name}` : `s.${name}::${cast}`)).join(', ')}
  from unnest(${columns.map(([, type], place) => `$${place + 3}::${type}[]`).join(', ')}) as s(${names.join(', ')})
  on conflict (tenant_id, device_id) do update set onsite_id = excluded.onsite_id,
    ${names
      .slice(1)
      .map((name) => (name === 'detail' ? keptDetail : `${name} = excluded.${name}`))
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
  const rows = states.map((one) => stateValues(one, numbers))
  await queries.run(upsert, [
    onsite.tenant,
    onsite.id,
    ...names.map((_, place) => rows.map((row) => row[place] ?? null)),
  ])
}

function stateValues({ device, state, before }: NewState, numbers: LayoutNumbers) {
  const { arrival, known } = state
  const { reading, columns: own } = arrival
  const detail = detailText(reading)
  const mark = markOf(detail)
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
    checksText(reading),
    lookOf(reading),
    mark,
    mark === before?.detail_mark ? null : detail,
  ]
}

/** What the device's page shows besides meters and supplies. The raw answers stay in the envelope. */
function detailText(reading: Reading): string {
  return JSON.stringify({ identity: reading.identity, inputs: reading.inputs, misses: reading.misses })
}

function checksText(reading: Reading): string {
  return JSON.stringify(reading.checks.map((check) => ({ ...check, left: `${check.left}`, right: `${check.right}` })))
}

/** What people look devices up by: it follows the newest reading. */
export async function updateDevices(queries: Queries, tenant: bigint, states: readonly NewState[]): Promise<void> {
  const changed = states.filter(({ state, before }) => before?.look !== lookOf(state.arrival.reading))
  if (changed.length === 0) return
  const rows = changed.map(({ device, state }) => [device, ...lookValues(state.arrival.reading)])
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
/** A printer that keeps its serial number to itself this once is still found by it. */
const updateChanged = `
  update device d set vendor = n.vendor, model = n.model, serial = coalesce(n.serial, d.serial), mac = coalesce(n.mac, d.mac),
    asset_number = n.asset_number, host_name = n.host_name, location = n.location, address = n.address,
    address_order = n.address_order,
    plain = n.plain || case when n.serial is null then coalesce(' ' || lower(d.serial), '') else '' end
  from unnest(${deviceColumns.map((name, place) => `$${place + 2}::${name === 'device_id' ? 'int8' : 'text'}[]`).join(', ')})
    as n(${deviceColumns.join(', ')})
  where d.tenant_id = $1 and d.device_id = n.device_id`

function lookValues({ identity, address }: Reading): readonly (string | null)[] {
  const { vendor, model, serial, assetNumber, mac, hostName, location } = identity
  const searched = [vendor, model, serial, address, hostName, location, assetNumber, mac]
  return [
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

/** A mark of all that a device is looked up by: while it stays the same, nothing needs writing. */
function lookOf({ identity, address }: Reading): string {
  const { vendor, model, serial, assetNumber, mac, hostName, location } = identity
  return markOf(JSON.stringify([vendor, model, serial, assetNumber, mac, hostName, location, address]))
}

/** 128 bits of a text's hash: enough to say that it is the same text. */
function markOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32)
}
