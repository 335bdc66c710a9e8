/** Packed records: several numbers in one octet string, either of one width or each with its own tag, type and length. */
import type { RecordsRule } from './schema/profile.ts'

type Form = RecordsRule['form']

/** No device measured packs more than 60 records; more is noise. */
const MAX_RECORDS = 128
/** Numbers above 2^53 would lose precision, and no counter is that large. */
const MAX_VALUE_OCTETS = 6

/** Tag in hex -> its octets, big-endian. A record that is cut off or too long for a number is left out; of two with one tag the first counts. */
export function decodeRecords(octets: Uint8Array, form: Form): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  let at = 0
  for (let seen = 0; seen < MAX_RECORDS && at < octets.length; seen++) {
    // The end mark counts only where a tag may stand: the same octet occurs inside values.
    if (octets[at] === form.end) break
    const tag = hexOf(octets.subarray(at, at + form.tag))
    const { start, length, next } = placeOf(octets, at, form)
    if (next > octets.length) break
    if (length > 0 && length <= MAX_VALUE_OCTETS && !found.has(tag))
      found.set(tag, octets.subarray(start, start + length))
    at = next
  }
  return found
}

/** The number these octets make, the first being the highest. */
export function numberOf(octets: Uint8Array): number {
  return octets.reduce((number, octet) => number * 256 + octet, 0)
}

function placeOf(octets: Uint8Array, at: number, form: Form): { start: number; length: number; next: number } {
  if ('width' in form) return { start: at + form.at, length: form.octets, next: at + form.width }
  const lengthAt = at + form.tag + form.type
  const length = numberOf(octets.subarray(lengthAt, lengthAt + form.length))
  const start = lengthAt + form.length
  return { start, length, next: start + length }
}

function hexOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')
}
