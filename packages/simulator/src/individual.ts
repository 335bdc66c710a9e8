/**
 * Makes one device out of a recording that many share: its own serial number, MAC and IP address, host name and place. Whatever object
 * held the recorded serial or MAC, text or octets, holds the new one, so a device tells one story in all its objects.
 */
import { Oid, type Value, type Varbind } from '@platen/snmp'
import { hash } from './dice.ts'
import type { GrowthModel } from './growth-model.ts'
import { placeOf } from './places.ts'
import { RowIndex } from './row-index.ts'
import { STANDARD } from './standard-growth.ts'

/** What sets one device apart; `number` is its place in the fleet and makes serial and MAC unique there. */
export interface Individual {
  readonly seed: string | number
  readonly number: number
  readonly address: string
}

/** What of a recording names the recorded device, and which rows say so; worked out once for all devices made of it. */
export interface IdentityPlan {
  readonly rows: readonly Varbind[]
  readonly serials: readonly Buffer[]
  readonly macs: readonly Buffer[]
  readonly hostNames: readonly Buffer[]
  /** The recorded device's address, if it had exactly one beside loopback. */
  readonly address: string | undefined
  /** Places of the rows that differ from device to device. */
  readonly own: readonly number[]
}

/** A stretch of octets that stands for the recorded device, and what stands for the new one. */
interface Replacement {
  readonly from: Buffer
  readonly to: Buffer
  /** Too short or too plain to be looked for inside other texts. */
  readonly wholeOnly: boolean
}

/** Finds what identifies the recorded device. A host name that its description holds is its model's: some makers begin with that. */
export function planIdentity(rows: readonly Varbind[], model: GrowthModel): IdentityPlan {
  const index = new RowIndex(rows)
  const found = {
    serials: distinct(
      [STANDARD.prtGeneralSerialNumber, ...model.serials].flatMap((at) => octetsAt(index, at)).map(trimmed),
    ),
    macs: distinct(octetsAt(index, STANDARD.ifPhysAddress).filter(isMac)),
    hostNames: distinct([STANDARD.sysName, ...model.hostNames].flatMap((at) => octetsAt(index, at))).filter(
      (name) => !octetsAt(index, STANDARD.sysDescr).some((description) => description.includes(name)),
    ),
    address: soleAddress(index),
  }
  // Tried on with a device that exists nowhere: rows that change are those that name the device.
  const trial = replacementsFor(found, { seed: 'trial', number: 0, address: '127.0.0.1' }, 'trial')
  const own = rows.flatMap((row, at) => {
    const differs =
      row.oid.text === STANDARD.sysLocation || isOfAddress(row, found.address) || replaced(row, trial) !== row
    return differs ? [at] : []
  })
  return { ...found, rows, own }
}

/** The recording's rows with one device's own identity, in order; all other rows are the very objects of the recording. */
export function individualise(plan: IdentityPlan, individual: Individual): readonly Varbind[] {
  const place = placeOf(individual.seed, individual.number)
  const replacements = replacementsFor(plan, individual, place.hostName)
  const rows = [...plan.rows]
  for (const at of plan.own) {
    const row = plan.rows[at]
    if (row === undefined) continue
    if (row.oid.text === STANDARD.sysLocation) rows[at] = { oid: row.oid, value: text(place.text) }
    else if (isOfAddress(row, plan.address)) rows[at] = readdressed(row, plan.address ?? '', individual.address)
    else rows[at] = replaced(row, replacements)
  }
  return plan.address === undefined ? rows : rows.sort((a, b) => a.oid.compare(b.oid))
}

const text = (words: string): Value => ({ type: 'octets', value: new TextEncoder().encode(words) })

function octetsAt(index: RowIndex, object: string): readonly Buffer[] {
  return index
    .at(object)
    .flatMap(({ value }) => (value.type === 'octets' && value.value.length > 0 ? [Buffer.from(value.value)] : []))
}

const distinct = (found: readonly Buffer[]): readonly Buffer[] => [
  ...new Map(found.map((bytes) => [bytes.toString('hex'), bytes])).values(),
]

/** Real hardware addresses: six octets that are not all zero. */
const isMac = (bytes: Buffer): boolean => bytes.length === 6 && bytes.some((octet) => octet > 0)

/** Some printers keep two octets of symbol set before a text and NUL or blanks after it: only what can be printed is the serial. */
function trimmed(bytes: Buffer): Buffer {
  const isPrintable = (octet: number) => octet > 0x20 && octet < 0x7f
  const first = bytes.findIndex(isPrintable)
  const last = bytes.findLastIndex(isPrintable)
  return first < 0 ? bytes : bytes.subarray(first, last + 1)
}

function replacementsFor(
  found: Pick<IdentityPlan, 'serials' | 'macs' | 'hostNames'>,
  individual: Individual,
  hostName: string,
): readonly Replacement[] {
  const serials = found.serials.map((from) => ({ from, to: newSerial(from, individual), wholeOnly: isPlain(from) }))
  const macs = found.macs.flatMap((from, port) => macForms(from, newMac(from, individual, port)))
  const names = found.hostNames.map((from) => ({ from, to: Buffer.from(hostName), wholeOnly: true }))
  return [...serials, ...macs, ...names]
}

/** Serials like 00000 or A1 stand in many texts by chance. */
const isPlain = (serial: Buffer): boolean => serial.length < 6 || new Set(serial).size < 3

/** A MAC address as octets and as the texts it is written in. */
function macForms(from: Buffer, to: Buffer): readonly Replacement[] {
  const written = ['', ':', '-'].flatMap((between) =>
    [false, true].map((capitals) => {
      const write = (mac: Buffer) => [...mac].map((octet) => octet.toString(16).padStart(2, '0')).join(between)
      const [before, after] = [write(from), write(to)]
      return {
        from: Buffer.from(capitals ? before.toUpperCase() : before),
        to: Buffer.from(capitals ? after.toUpperCase() : after),
      }
    }),
  )
  return [{ from, to }, ...written].map((pair) => ({ ...pair, wholeOnly: false }))
}

const DIGITS = '0123456789'
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
/** Letters and digits at the end that are a device's own; what is before them names the plant and the series. */
const OWN_CHARACTERS = 7

/** A serial of the same look, letters for letters and digits for digits, that no other number of the fleet gets while they last. */
function newSerial(serial: Buffer, individual: Individual): Buffer {
  const characters = [...serial.toString('latin1')]
  const places = characters
    .flatMap((character, at) => (/[0-9A-Za-z]/.test(character) ? [at] : []))
    .slice(-OWN_CHARACTERS)
  const alphabets = places.map((at) => (/\d/.test(characters[at] ?? '') ? DIGITS : LETTERS))
  let rest = scattered(
    individual,
    alphabets.reduce((size, alphabet) => size * alphabet.length, 1),
  )
  for (const [index, at] of places.entries()) {
    const alphabet = alphabets[index] ?? DIGITS
    characters[at] = alphabet[rest % alphabet.length] ?? '0'
    rest = Math.floor(rest / alphabet.length)
  }
  return Buffer.from(characters.join(''), 'latin1')
}

/** The maker's three octets stay, the device's three are new; eight numbers are set aside for the ports of one device. */
function newMac(mac: Buffer, individual: Individual, port: number): Buffer {
  const own = scattered(individual, 2 ** 21) * 8 + (port % 8)
  return Buffer.from([...mac.subarray(0, 3), (own >> 16) & 0xff, (own >> 8) & 0xff, own & 0xff])
}

/** A large prime that no alphabet's size shares a factor with, so that the steps meet every number before one comes again. */
const STEP = 15_485_863n

/** The device's number, scattered over 0 to `size` - 1; different devices of a fleet stay different as long as `size` allows. */
const scattered = ({ seed, number }: Individual, size: number): number =>
  Number((BigInt(number) * STEP + BigInt(hash(`serial ${seed}`))) % BigInt(size))

function soleAddress(index: RowIndex): string | undefined {
  const addresses = index
    .at(STANDARD.ipAdEntAddr)
    .flatMap((row) => (row.value.type === 'address' && !row.value.value.startsWith('127.') ? [row.value.value] : []))
  return addresses.length === 1 ? addresses[0] : undefined
}

const isOfAddress = (row: Varbind, address: string | undefined): boolean =>
  address !== undefined && row.oid.text.startsWith(`${STANDARD.ipAdEntTable}.`) && row.oid.text.endsWith(`.${address}`)

/** In the address table the address is index and value: both become the new one. */
function readdressed(row: Varbind, from: string, to: string): Varbind {
  const oid = Oid.parse(row.oid.text.slice(0, -from.length) + to)
  const isAddress = row.value.type === 'address' && row.value.value === from
  return { oid, value: isAddress ? { type: 'address', value: to } : row.value }
}

/** The row with every replacement made, or the row itself if there is nothing to replace. */
function replaced(row: Varbind, replacements: readonly Replacement[]): Varbind {
  if (row.value.type !== 'octets') return row
  let bytes = Buffer.from(row.value.value)
  let changed = false
  for (const { from, to, wholeOnly } of replacements) {
    const at = wholeOnly && bytes.length !== from.length ? -1 : bytes.indexOf(from)
    if (at < 0) continue
    bytes = Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)])
    changed = true
  }
  return changed ? { oid: row.oid, value: { type: 'octets', value: new Uint8Array(bytes) } } : row
}
