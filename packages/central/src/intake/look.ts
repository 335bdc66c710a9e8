/** What people look devices up by, kept with the device itself: it follows the newest reading of who the device is. */
import { hash } from 'node:crypto'
import type { Reading } from '@platen/model'
import type { Queries } from '../db/engine.ts'
import { plain } from '../plain.ts'
import { addressOrder } from './address.ts'
import { realMac, realSerial } from './evidence.ts'
import type { LockedOnsite } from './onsites.ts'
import type { NewState } from './states.ts'

/** Writes it where it changed. */
export async function updateDevices(queries: Queries, tenant: bigint, states: readonly NewState[]): Promise<void> {
  const rows = states.flatMap(({ device, state, before }) => {
    const { identity } = state.from
    if (identity === null || before?.look === lookOf(identity.reading)) return []
    return [[device, ...lookValues(identity.reading)]]
  })
  if (rows.length === 0) return
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
export function lookOf({ identity, address }: Reading): string {
  const { vendor, model, serial, assetNumber, mac, hostName, location } = identity
  return markOf(JSON.stringify([vendor, model, serial, assetNumber, mac, hostName, location, address]))
}

/** 128 bits of a text's hash: enough to say that it is the same text. */
export function markOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32)
}
