/** Finds counts that a device packs into one octet string, tag by tag: there is no label, but one of them is the life count. */
import type { Varbind } from '@platen/snmp'

/** One octet string of packed counts: its object, and the counts by tag in hex. */
export interface Packed {
  readonly object: string
  readonly counts: ReadonlyMap<string, bigint>
  /** The tag whose count is the life count. */
  readonly totalTag: string
}

/** Tag, type and length of one octet each, and what ends them: the only form that several makers use (see docs/profiles.md). */
export const FORM = '{ tag: 1, type: 1, length: 1, end: 255 }'
const END = 0xff
const HEAD = 3
const LEAST_COUNT = 100n

/** The first octet string of a maker that holds the life count in a record of its own. */
export function packedCounts(own: readonly Varbind[], life: bigint | null): Packed | null {
  if (life === null || life < LEAST_COUNT) return null
  for (const { oid, value } of own) {
    if (value.type !== 'octets') continue
    const counts = countsIn(value.value)
    const total = [...(counts ?? [])].find(([, count]) => count === life)
    if (counts !== null && total !== undefined) return { object: oid.text, counts, totalTag: total[0] }
  }
  return null
}

/** The counts of a string that is made of such records from its first octet to its end; null for any other. */
function countsIn(octets: Uint8Array): ReadonlyMap<string, bigint> | null {
  const counts = new Map<string, bigint>()
  let at = 0
  while (at < octets.length && octets[at] !== END) {
    const length = octets[at + 2] ?? 0
    if (at + HEAD + length > octets.length || length < 1 || length > 8) return null
    const value = Buffer.from(octets.subarray(at + HEAD, at + HEAD + length)).toString('hex')
    counts.set((octets[at] ?? 0).toString(16).padStart(2, '0'), BigInt(`0x${value}`))
    at += HEAD + length
  }
  // One record that nothing ends could be anything.
  return counts.size === 0 || (counts.size === 1 && at >= octets.length) ? null : counts
}
