/**
 * By what a device is known again: evidence, not one key that every printer must have. Pure; the store looks the evidence up within one
 * customer, so that two Onsites that see the same printer find the same device.
 */
import { isIP } from 'node:net'
import type { Identity } from '@platen/model'

/** One thing a device is known by. */
export interface Evidence {
  readonly kind: 'serial' | 'mac' | 'address'
  readonly value: string
}

/** What is known of a device that some evidence leads to. */
export interface KnownDevice {
  readonly device: bigint
  readonly serial: string | null
  readonly mac: string | null
}

/** The evidence of one reading, strongest first. Empty where the device cannot be told from any other. */
export function evidenceOf(
  identity: Identity,
  place: { readonly onsite: string; readonly address: string },
): readonly Evidence[] {
  const serial = realSerial(identity.serial)
  const mac = realMac(identity.mac)
  const evidence: Evidence[] = []
  if (serial !== null) {
    const vendor = (identity.vendor ?? '').toLowerCase().replaceAll('|', ' ')
    evidence.push({ kind: 'serial', value: `${vendor}|${serial}` })
  }
  if (mac !== null) evidence.push({ kind: 'mac', value: mac })
  // Addresses move with DHCP: they count only where there is nothing better, and only within one Onsite's network.
  if (isIP(place.address) !== 0) evidence.push({ kind: 'address', value: `${place.onsite}/${place.address}` })
  return evidence
}

/** The device a reading is of: by serial before MAC before address, and never one that is known to have another serial. */
export function recognise<D extends KnownDevice>(
  evidence: readonly Evidence[],
  find: (evidence: Evidence) => D | undefined,
): D | null {
  const serial = evidence.find(({ kind }) => kind === 'serial')?.value.replace(/^[^|]*\|/, '')
  for (const one of evidence) {
    const device = find(one)
    if (device === undefined) continue
    // A maker's name that comes and goes makes new evidence of one serial number: only another number is another device.
    if (one.kind === 'mac' && serial !== undefined && isOther(device.serial, serial)) continue
    if (one.kind === 'address' && (device.serial !== null || device.mac !== null)) continue
    return device
  }
  return null
}

function isOther(known: string | null, serial: string): boolean {
  return known !== null && realSerial(known) !== serial
}

/** Evidence worth remembering: an address only where it is all there is. */
export function lasting(evidence: readonly Evidence[]): readonly Evidence[] {
  const strong = evidence.filter(({ kind }) => kind !== 'address')
  return strong.length > 0 ? strong : evidence
}

const placeholders = new Set([
  'NA',
  'NONE',
  'NULL',
  'UNKNOWN',
  'NOTAVAILABLE',
  'NOTSET',
  'DEFAULT',
  'SERIALNUMBER',
  'SERIAL',
  'TBD',
])

/** A serial number in capitals, or null for none and for what factories and boards put where none is: `0000`, `XXXX`, `N/A`. */
export function realSerial(serial: string | null): string | null {
  const text = (serial ?? '').trim().toUpperCase()
  const letters = text.replace(/[^\p{L}\p{N}]/gu, '')
  const same = new Set(letters).size <= 1
  const counted = '01234567890123456789'.includes(letters) || 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.includes(letters)
  return same || counted || placeholders.has(letters) ? null : text
}

/** A MAC in small letters with colons, or null for none, all zeros, broadcast and group addresses. */
export function realMac(mac: string | null): string | null {
  const text = (mac ?? '').trim().toLowerCase()
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(text) || text === '00:00:00:00:00:00') return null
  const group = (Number.parseInt(text.slice(0, 2), 16) & 1) === 1
  return group ? null : text
}
