/** Numbers as printers hold them: in an integer or counter, in digits of a text, or packed into octets. */
import type { Value } from '@platen/snmp'

const WRAP_32 = 4_294_967_296
const MAX_INTEGER = 2_147_483_647
const WRAP_64 = 2n ** 64n
const DIGITS = /^\d{1,15}$/

/** The number in a value, or in its record if one is named; nothing where there is none. */
export function numberIn(value: Value, record: string | undefined): number | undefined {
  switch (value.type) {
    case 'integer':
    case 'counter32':
    case 'gauge32':
      return record === undefined ? value.value : undefined
    case 'counter64':
      return record === undefined ? Number(value.value) : undefined
    case 'octets':
      return record === undefined ? digitsIn(value.value) : packedIn(value.value, record)
    default:
      return undefined
  }
}

/** The same value with another number: counters wrap as their types do, texts keep their width, records keep everything else. */
export function withNumber(value: Value, number: number, record: string | undefined): Value {
  switch (value.type) {
    case 'integer':
      return { type: 'integer', value: Math.min(number, MAX_INTEGER) }
    case 'counter32':
    case 'gauge32':
      return { type: value.type, value: number % WRAP_32 }
    case 'counter64':
      return { type: 'counter64', value: BigInt(number) % WRAP_64 }
    case 'octets':
      return record === undefined
        ? { type: 'octets', value: new TextEncoder().encode(String(number).padStart(value.value.length, '0')) }
        : { type: 'octets', value: repacked(value.value, number, record) }
    default:
      return value
  }
}

function digitsIn(bytes: Uint8Array): number | undefined {
  const text = new TextDecoder().decode(bytes)
  return DIGITS.test(text) ? Number(text) : undefined
}

function packedIn(bytes: Uint8Array, tag: string): number | undefined {
  const spot = spotOf(bytes, tag)
  return spot && bytes.subarray(spot.start, spot.end).reduce((number, octet) => number * 256 + octet, 0)
}

function repacked(bytes: Uint8Array, number: number, tag: string): Uint8Array {
  const packed = bytes.slice()
  const spot = spotOf(bytes, tag)
  if (spot === undefined) return packed
  for (let at = spot.end - 1, rest = number; at >= spot.start; at--, rest = Math.floor(rest / 256))
    packed[at] = rest % 256
  return packed
}

/** Where the number of a record stands, if the record is there as a whole: tag, type and length are one octet each. */
function spotOf(bytes: Uint8Array, tag: string): { readonly start: number; readonly end: number } | undefined {
  const wanted = Number.parseInt(tag, 16)
  for (let at = 0; at + 3 <= bytes.length; ) {
    const start = at + 3
    const end = start + (bytes[at + 2] ?? 0)
    if (bytes[at] === wanted && end <= bytes.length) return { start, end }
    at = end
  }
  return undefined
}
