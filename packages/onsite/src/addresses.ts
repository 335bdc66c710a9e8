/**
 * IPv4 addresses and ranges as the scope file writes them. One strict spelling of an address: whatever another program might read
 * differently (octal, short, decimal, full-width forms) is not an address here, so nobody can smuggle a wider scope through a spelling.
 */

/** An inclusive run of addresses as unsigned 32-bit numbers; `block` says it is a whole network, whose first and last address are not hosts. */
export interface AddressRange {
  readonly from: number
  readonly to: number
  readonly block: boolean
}

/** Why a piece of text is not a range. */
export type RangeFault = 'notARange' | 'reversed' | 'badPrefix' | 'badMask' | 'hostBits'

/** A range, or why the text is none. */
export type RangeResult =
  | { readonly ok: true; readonly range: AddressRange }
  | { readonly ok: false; readonly reason: RangeFault }

const DOTTED = /^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/

/** The number of a plain dotted address such as `10.20.0.1`, or null for every other spelling. */
export function parseAddress(text: string): number | null {
  const match = DOTTED.exec(text)
  // A `$` also matches before a final newline in other languages, not here; the length is compared all the same.
  if (match === null || match[0].length !== text.length) return null
  let value = 0
  for (const part of match.slice(1)) {
    const octet = Number(part)
    if (octet > 255) return null
    value = value * 256 + octet
  }
  return value
}

/** The dotted form of an address number. */
export function formatAddress(value: number): string {
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

/** Reads `a.b.c.d`, `a.b.c.d/n`, `a.b.c.d-e.f.g.h` or `a.b.c.d mask`; a network must be written by its first address. */
export function parseRange(text: string): RangeResult {
  const single = parseAddress(text)
  if (single !== null) return { ok: true, range: { from: single, to: single, block: false } }
  const separator = /[/ -]/.exec(text)
  if (separator === null) return { ok: false, reason: 'notARange' }
  const left = parseAddress(text.slice(0, separator.index))
  const right = text.slice(separator.index + 1)
  if (left === null) return { ok: false, reason: 'notARange' }
  if (separator[0] === '/') return networkOf(left, parsePrefix(right), 'badPrefix')
  if (separator[0] === ' ') return networkOf(left, prefixOfMask(right), 'badMask')
  const to = parseAddress(right)
  if (to === null) return { ok: false, reason: 'notARange' }
  if (to < left) return { ok: false, reason: 'reversed' }
  return { ok: true, range: { from: left, to, block: isBlock(left, to) } }
}

/** The spelling of a range that `parseRange` reads back. */
export function formatRange(range: AddressRange): string {
  const size = range.to - range.from + 1
  if (size === 1) return formatAddress(range.from)
  if (isBlock(range.from, range.to)) return `${formatAddress(range.from)}/${32 - Math.log2(size)}`
  return `${formatAddress(range.from)}-${formatAddress(range.to)}`
}

/** The same addresses as sorted runs that neither touch nor overlap. */
export function mergeRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const merged: AddressRange[] = []
  for (const range of [...ranges].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = merged.at(-1)
    if (last === undefined || range.from > last.to + 1) merged.push({ from: range.from, to: range.to, block: false })
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to), block: false }
  }
  return merged
}

function parsePrefix(text: string): number | null {
  if (!/^(0|[1-9][0-9]?)$/.test(text)) return null
  const prefix = Number(text)
  return prefix <= 32 ? prefix : null
}

function prefixOfMask(text: string): number | null {
  const mask = parseAddress(text)
  if (mask === null) return null
  const size = 2 ** 32 - mask
  return Number.isInteger(Math.log2(size)) ? 32 - Math.log2(size) : null
}

function networkOf(address: number, prefix: number | null, fault: RangeFault): RangeResult {
  if (prefix === null) return { ok: false, reason: fault }
  const size = 2 ** (32 - prefix)
  // 10.20.0.7/24 may mean one host or a whole network: the customer is asked to say which.
  if (address % size !== 0) return { ok: false, reason: 'hostBits' }
  const to = address + size - 1
  return { ok: true, range: { from: address, to, block: isBlock(address, to) } }
}

/** From-to ranges that are exactly a network are treated as one: their ends would be network and broadcast address (RFC 3021: not for /31). */
function isBlock(from: number, to: number): boolean {
  const size = to - from + 1
  return size >= 4 && Number.isInteger(Math.log2(size)) && from % size === 0
}
