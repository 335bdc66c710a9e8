/**
 * IPv4 and IPv6 addresses and ranges as the scope file writes them. One strict spelling of an IPv4 address, and no IPv4 address inside an
 * IPv6 one: whatever another program might read differently (octal, short, decimal, full-width forms, zones) is not an address here, so
 * nobody can smuggle a wider scope through a spelling.
 */
import type { Run } from './runs.ts'

/**
 * A place on one line of whole numbers: IPv4 addresses from 0 on, IPv6 addresses from 2^128 on. Both families are sorted, merged and
 * compared by the same few lines, and no IPv4 address ever equals an IPv6 one.
 */
export type Place = bigint

/** Addresses from the first to the last; `net` is the size of the networks they are made of, whose ends are no hosts, null for loose addresses. */
export interface AddressRange extends Run {
  readonly net: bigint | null
}

/** Why a piece of text is not a range. */
export type RangeFault = 'notARange' | 'reversed' | 'badPrefix' | 'badMask' | 'hostBits' | 'tooManyNets'

/** A range, or why the text is none. */
export type RangeResult =
  | { readonly ok: true; readonly range: AddressRange }
  | { readonly ok: false; readonly reason: RangeFault }

const SIX = 1n << 128n
/** Networks that one range with a mask may consist of: a /16 of /24 networks. More is a mask that slipped. */
const NETS_MOST = 256n

const DOTTED = /^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/
/** The longest spelling: eight groups of four. */
const SIX_LETTERS = 39
const GROUP = /^[0-9a-fA-F]{1,4}$/

/** The place of a plain address such as `10.20.0.1` or `2001:db8::7`, or null for every other spelling. */
export function parseAddress(text: string): Place | null {
  return text.includes(':') ? parseSix(text) : parseFour(text)
}

/** The one spelling of an address: dotted, or as RFC 5952 recommends. */
export function formatAddress(place: Place): string {
  if (isSix(place)) return formatSix(place - SIX)
  const value = Number(place)
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

/** Whether the place is an IPv6 address. */
export function isSix(place: Place): boolean {
  return place >= SIX
}

/**
 * Reads `a`, `a/prefix`, `a mask`, `a-b`, `a-b/prefix` and `a-b mask` (masks are IPv4 only). A network must be written by its first
 * address; the prefix of a from-to range says how large the networks in it are.
 */
export function parseRange(text: string): RangeResult {
  const parts = /^([^-/ ]+)(?:-([^-/ ]+))?(?:([/ ])([^-/ ]+))?$/.exec(text)
  const [, first = '', last, separator, size = ''] = parts ?? []
  const from = parseAddress(first)
  const to = last === undefined ? from : parseAddress(last)
  if (from === null || to === null || isSix(from) !== isSix(to)) return { ok: false, reason: 'notARange' }
  if (to < from) return { ok: false, reason: 'reversed' }
  if (separator === undefined)
    return { ok: true, range: { from, to, net: last === undefined ? null : netOf(from, to) } }
  const net = separator === '/' ? netOfPrefix(size, isSix(from)) : isSix(from) ? null : netOfMask(size)
  if (net === null) return { ok: false, reason: separator === '/' ? 'badPrefix' : 'badMask' }
  if (last === undefined) return networkOf(from, net)
  if (to / net - from / net >= NETS_MOST) return { ok: false, reason: 'tooManyNets' }
  return { ok: true, range: { from, to, net: net < 4n ? null : net } }
}

/** The spelling of a range that `parseRange` reads back. */
export function formatRange(range: AddressRange): string {
  const plain = formatRun(range)
  // What the ends tell by themselves needs no prefix.
  if (range.net === null || range.net === netOf(range.from, range.to)) return plain
  return `${formatAddress(range.from)}-${formatAddress(range.to)}/${prefixOf(range.net, range.from)}`
}

/** A run of addresses in words: one address, a network where it is one, else from-to. */
export function formatRun({ from, to }: Run): string {
  if (from === to) return formatAddress(from)
  const size = to - from + 1n
  if (isPower(size) && from % size === 0n) return `${formatAddress(from)}/${prefixOf(size, from)}`
  return `${formatAddress(from)}-${formatAddress(to)}`
}

/** The run cut into networks, largest first where it can be: what kernels take that know no from-to. */
export function* networksOf({ from, to }: Run): Generator<Run> {
  for (let at = from; at <= to; ) {
    let size = 1n
    while (at % (size * 2n) === 0n && at + size * 2n - 1n <= to) size *= 2n
    yield { from: at, to: at + size - 1n }
    at += size
  }
}

function parseFour(text: string): Place | null {
  const match = DOTTED.exec(text)
  // A `$` also matches before a final newline in other languages, not here; the length is compared all the same.
  if (match === null || match[0].length !== text.length) return null
  let value = 0
  for (const part of match.slice(1)) {
    const octet = Number(part)
    if (octet > 255) return null
    value = value * 256 + octet
  }
  return BigInt(value)
}

/** RFC 4291 section 2.2, forms 1 and 2: without an IPv4 address at the end, and without a zone. */
function parseSix(text: string): Place | null {
  if (text.length > SIX_LETTERS) return null
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const [head = [], tail = []] = halves
  const missing = 8 - head.length - tail.length
  if (halves.length > 2 || (halves.length === 1 ? missing !== 0 : missing < 1)) return null
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => GROUP.test(group))) return null
  return SIX + groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n)
}

function formatSix(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 65_535n).toString(16))
  const zeros = [
    ...groups
      .map((group) => (group === '0' ? '0' : '1'))
      .join('')
      .matchAll(/0{2,}/g),
  ]
  const longest = Math.max(0, ...zeros.map(([run]) => run.length))
  const gap = zeros.find(([run]) => run.length === longest)
  if (gap === undefined) return groups.join(':')
  return `${groups.slice(0, gap.index).join(':')}::${groups.slice(gap.index + longest).join(':')}`
}

function networkOf(from: Place, net: bigint): RangeResult {
  // 10.20.0.7/24 may mean one host or a whole network: the customer is asked to say which.
  if (from % net !== 0n) return { ok: false, reason: 'hostBits' }
  const to = from + net - 1n
  return { ok: true, range: { from, to, net: netOf(from, to) } }
}

/** From-to ranges that are exactly a network are treated as one. RFC 3021 and RFC 6164: of two addresses both are hosts. */
function netOf(from: Place, to: Place): bigint | null {
  const size = to - from + 1n
  return size >= 4n && isPower(size) && from % size === 0n ? size : null
}

function netOfPrefix(text: string, six: boolean): bigint | null {
  const bits = six ? 128 : 32
  if (!/^(0|[1-9][0-9]{0,2})$/.test(text) || Number(text) > bits) return null
  return 1n << BigInt(bits - Number(text))
}

function netOfMask(text: string): bigint | null {
  const mask = parseFour(text)
  const size = mask === null ? 0n : (1n << 32n) - mask
  return isPower(size) ? size : null
}

function prefixOf(size: bigint, place: Place): number {
  return (isSix(place) ? 128 : 32) - (size.toString(2).length - 1)
}

function isPower(value: bigint): boolean {
  return value > 0n && (value & (value - 1n)) === 0n
}
