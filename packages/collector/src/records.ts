/** Packed records: several numbers in one octet string, either of one width or each with its own tag, type and length. */
import type { RecordsRule } from './schema/profile.ts'

type Form = RecordsRule['form']

/** No device measured packs more than 60 records; more is noise. */
const MAX_RECORDS = 128
/** Numbers above 2^53 would lose precision, and no counter is that large. */
const MAX_VALUE_OCTETS = 6

/** Tag in hex -> number, big-endian. A record that is cut off or too long for a number is left out; of two with one tag the first counts. */
export function decodeRecords(octets: Uint8Array, form: Form): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  let at = 0
  for (let seen = 0; seen < MAX_RECORDS && at < octets.length; seen++) {
    // The end mark counts only where a tag may stand: the same octet occurs inside values.
    if (octets[at] === form.end) break
    const tag = hexOf(octets.subarray(at, at + form.tag))
    const { start, length, next } = placeOf(octets, at, form)
    if (next > octets.length) break
    if (length > 0 && length <= MAX_VALUE_OCTETS && !found.has(tag)) found.set(tag, numberAt(octets, start, length))
    at = next
  }
  return found
}

function placeOf(octets: Uint8Array, at: number, form: Form): { start: number; length: number; next: number } {
  if ('width' in form) return { start: at + form.at, length: form.octets, next: at + form.width }
  const lengthAt = at + form.tag + form.type
  const length = numberAt(octets, lengthAt, form.length)
  const start = lengthAt + form.length
  return { start, length, next: start + length }
}

function numberAt(octets: Uint8Array, start: number, length: number): number {
  let number = 0
  for (let at = start; at < start + length; at++) number = number * 256 + (octets[at] ?? 0)
  return number
}

function hexOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')
}
