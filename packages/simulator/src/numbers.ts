/** Numbers as printers hold them: in an integer or counter, in digits of a text, or packed into octets. */
import type { Value } from '@platen/snmp'
import type { Place } from './growth-model.ts'

const WRAP_32 = 4_294_967_296
const MAX_INTEGER = 2_147_483_647
const WRAP_64 = 2n ** 64n
const DIGITS = /^\d{1,15}$/

/** The number in a value, or in its record if one is named; nothing where there is none. */
export function numberIn(value: Value, record: Place['record']): number | undefined {
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
export function withNumber(value: Value, number: number, record: Place['record']): Value {
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

function packedIn(bytes: Uint8Array, record: NonNullable<Place['record']>): number | undefined {
  const start = startOf(bytes, record)
  if (start === undefined) return undefined
  return bytes.subarray(start, start + record.length).reduce((number, octet) => number * 256 + octet, 0)
}

function repacked(bytes: Uint8Array, number: number, record: NonNullable<Place['record']>): Uint8Array {
  const packed = bytes.slice()
  const start = startOf(bytes, record)
  if (start === undefined) return packed
  for (let at = record.length - 1, rest = number; at >= 0; at--, rest = Math.floor(rest / 256))
    packed[start + at] = rest % 256
  return packed
}

/** Where the number of a record begins, if the record is there as a whole. */
function startOf(bytes: Uint8Array, { step, key, skip, length }: NonNullable<Place['record']>): number | undefined {
  const wanted = key.toLowerCase()
  for (let at = 0; at + skip + length <= bytes.length; at += step) {
    if (Buffer.from(bytes.subarray(at, at + wanted.length / 2)).toString('hex') === wanted) return at + skip
  }
  return undefined
}
