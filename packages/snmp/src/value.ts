/**
 * What an object may hold, as typed values. Octets are judged when a message arrives and turned into a value only when
 * somebody looks at it: a round that keeps five of forty objects pays for five.
 */
import { fitsSigned32, fitsUnsigned, signed32, TAG, unsigned32, type Writer } from './ber.ts'
import { isOid, Oid } from './oid.ts'

/** One object's value. `octets` and `opaque` are raw octets, at most `MAX_OCTETS` of them; `cut` says how many were left off. */
export type Value =
  | { type: 'integer'; value: number }
  | { type: 'counter32' | 'gauge32' | 'timeTicks'; value: number }
  | { type: 'counter64'; value: bigint }
  | { type: 'octets' | 'opaque'; value: Uint8Array; cut?: number }
  | { type: 'float'; value: number }
  | { type: 'oid'; value: Oid }
  | { type: 'address'; value: string }
  | { type: 'null' }
  | { type: 'noSuchObject' | 'noSuchInstance' | 'endOfMibView' }

/** One object and what it holds. */
export interface Varbind {
  readonly oid: Oid
  readonly value: Value
}

/** Longest string kept: DisplayString ends at 255 (RFC 2579), vendors' records stay below this; a 65,000-octet name must not fill memory. */
export const MAX_OCTETS = 1_024

/** Numbers longer than this are not padded but noise. */
const MAX_NUMBER_OCTETS = 16

/** How octets suit their tag: right, of the right form with an impossible content, or no SNMP value at all. */
type Fitness = 'right' | 'impossible' | 'malformed'

/** Judges a value's octets without decoding them. */
export function judgeValue(bytes: Uint8Array, tag: number, start: number, end: number): Fitness {
  const length = end - start
  switch (tag) {
    case TAG.octets:
    case TAG.opaque:
      return 'right'
    case TAG.integer:
      return numberFits(length, length <= 4 || fitsSigned32(bytes, start, end))
    case TAG.counter32:
    case TAG.gauge32:
    case TAG.timeTicks:
    case TAG.unsigned32:
      return numberFits(length, fitsUnsigned(bytes, start, end, 4))
    case TAG.counter64:
      return numberFits(length, fitsUnsigned(bytes, start, end, 8))
    case TAG.oid:
      return isOid(bytes, start, end) ? 'right' : 'malformed'
    case TAG.address:
      return length === 4 ? 'right' : 'impossible'
    case TAG.null:
    case TAG.noSuchObject:
    case TAG.noSuchInstance:
    case TAG.endOfMibView:
      return length === 0 ? 'right' : 'malformed'
    default:
      return 'malformed'
  }
}

function numberFits(length: number, fits: boolean): Fitness {
  if (length === 0 || length > MAX_NUMBER_OCTETS) return 'malformed'
  return fits ? 'right' : 'impossible'
}

/** Decodes octets that were judged right. */
export function readValue(bytes: Uint8Array, tag: number, start: number, end: number): Value {
  switch (tag) {
    case TAG.integer:
      return { type: 'integer', value: signed32(bytes, start, end) }
    case TAG.octets:
      return octetsOf('octets', bytes, start, end)
    case TAG.counter32:
      return { type: 'counter32', value: unsigned32(bytes, start, end) }
    case TAG.gauge32:
    case TAG.unsigned32:
      return { type: 'gauge32', value: unsigned32(bytes, start, end) }
    case TAG.timeTicks:
      return { type: 'timeTicks', value: unsigned32(bytes, start, end) }
    case TAG.counter64:
      return { type: 'counter64', value: unsigned64(bytes, start, end) }
    case TAG.oid:
      return { type: 'oid', value: new Oid(new Uint8Array(bytes.subarray(start, end))) }
    case TAG.address:
      return { type: 'address', value: bytes.subarray(start, end).join('.') }
    case TAG.opaque:
      return opaqueOf(bytes, start, end)
    case TAG.noSuchObject:
      return { type: 'noSuchObject' }
    case TAG.noSuchInstance:
      return { type: 'noSuchInstance' }
    case TAG.endOfMibView:
      return { type: 'endOfMibView' }
    default:
      return { type: 'null' }
  }
}

function unsigned64(bytes: Uint8Array, start: number, end: number): bigint {
  const middle = Math.max(start, end - 4)
  return (BigInt(unsigned32(bytes, start, middle)) << 32n) | BigInt(unsigned32(bytes, middle, end))
}

function octetsOf(type: 'octets' | 'opaque', bytes: Uint8Array, start: number, end: number): Value {
  const length = end - start
  // A cut string is copied, so that 1,024 octets do not keep a 65,000-octet datagram alive.
  if (length > MAX_OCTETS)
    return { type, value: new Uint8Array(bytes.subarray(start, start + MAX_OCTETS)), cut: length - MAX_OCTETS }
  return { type, value: new Uint8Array(bytes.buffer, bytes.byteOffset + start, length) }
}

/** net-snmp's float (9f 78 04) and double (9f 79 08) inside an Opaque; what is not finite stays octets, it is no number. */
function opaqueOf(bytes: Uint8Array, start: number, end: number): Value {
  const size = bytes[start + 2] ?? 0
  const form = bytes[start + 1] ?? 0
  const isFloat = form === 0x78 && size === 4
  const isDouble = form === 0x79 && size === 8
  if (bytes[start] === 0x9f && (isFloat || isDouble) && end - start === 3 + size) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + start + 3, size)
    const value = isFloat ? view.getFloat32(0) : view.getFloat64(0)
    if (Number.isFinite(value)) return { type: 'float', value }
  }
  return octetsOf('opaque', bytes, start, end)
}

/** Appends a value in BER; a float becomes net-snmp's double in an Opaque. @throws RangeError on a number outside its type. */
export function writeValue(writer: Writer, value: Value): void {
  switch (value.type) {
    case 'integer':
      if (value.value !== (value.value | 0)) throw new RangeError(`${value.value} is no Integer32`)
      writer.signed(TAG.integer, value.value)
      break
    case 'counter32':
    case 'gauge32':
    case 'timeTicks':
      if (value.value !== value.value >>> 0) throw new RangeError(`${value.value} is no ${value.type}`)
      writer.unsigned(TAG[value.type], BigInt(value.value))
      break
    case 'counter64':
      if (BigInt.asUintN(64, value.value) !== value.value) throw new RangeError(`${value.value} is no Counter64`)
      writer.unsigned(TAG.counter64, value.value)
      break
    case 'octets':
    case 'opaque':
      writer.element(TAG[value.type], value.value)
      break
    case 'float':
      writer.element(TAG.opaque, doubleOctets(value.value))
      break
    case 'oid':
      writer.element(TAG.oid, value.value.bytes)
      break
    case 'address':
      writer.element(TAG.address, addressOctets(value.value))
      break
    default:
      writer.wrap(TAG[value.type], writer.length)
  }
}

function doubleOctets(value: number): Uint8Array {
  const content = new Uint8Array([0x9f, 0x79, 8, 0, 0, 0, 0, 0, 0, 0, 0])
  new DataView(content.buffer).setFloat64(3, value)
  return content
}

function addressOctets(text: string): Uint8Array {
  const parts = text.split('.').map(Number)
  const isAddress = parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)
  if (!isAddress) throw new RangeError(`'${text}' is no IPv4 address`)
  return Uint8Array.from(parts)
}
