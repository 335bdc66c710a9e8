/**
 * The scope: which addresses the customer agreed to have asked. It comes from a local file that no server can write, and every address
 * passes `allows` right before a packet to it could leave, after names are resolved. What is asked = this file, narrowed by the settings.
 */
import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import {
  type AddressRange,
  formatAddress,
  formatRange,
  formatRun,
  isSix,
  type Place,
  parseAddress,
  parseRange,
  type RangeFault,
} from './addresses.ts'
import { contains, count, intersect, merge, type Run, subtract } from './runs.ts'
import { type Special, type SpecialReason, specials } from './special.ts'

/** Why an address is not asked. */
export type ScopeReason = 'notAnAddress' | 'outside' | 'excluded' | 'narrowed' | 'networkAddress' | SpecialReason

/** Whether an address may be asked. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: ScopeReason }

/** Why a range that Central sent is not used. */
export type NarrowFault = RangeFault | 'wider'

/** A host the scope names: a fixed address, or (address null) one that must resolve to an agreed address. */
export interface ScopeHost {
  readonly name: string
  readonly address: Place | null
}

/** What a scope is made of. */
export interface ScopeParts {
  readonly demo: boolean
  readonly ranges: readonly AddressRange[]
  readonly hosts: readonly ScopeHost[]
  readonly exclude: readonly AddressRange[]
}

/** Addresses of the agreed ranges that are not asked, and why; `ends` are first and last addresses of networks. */
export interface LeftOut {
  readonly reason: SpecialReason | 'excluded' | 'ends'
  readonly addresses: number
  /** In words; ends are too many to list. */
  readonly runs: readonly string[]
}

/** A wider IPv6 range is not walked through: a /64 at 5,000 packets a second takes 117 million years. Names and single addresses in it are asked. */
const SWEPT_SIX = 65_536n

const OK: Verdict = { ok: true }

/** An immutable set of addresses, with the reason for every address that is not in it. */
export class Scope {
  readonly parts: ScopeParts
  /** SHA-256 in hex over the file's meaning: order, comments and spelling do not change it. Narrowing does not either. */
  readonly hash: string
  readonly #specials: readonly Special[]
  readonly #agreed: readonly Run[]
  readonly #exclude: readonly Run[]
  readonly #narrowed: readonly Run[] | null
  readonly #hosts: readonly Run[]
  /** Exactly the addresses that may be asked. */
  readonly #askable: readonly Run[]
  /** Those of them that a round walks through. */
  readonly #swept: readonly Run[]

  constructor(parts: ScopeParts, narrowed: readonly AddressRange[] | null = null) {
    this.parts = parts
    this.hash = hashScope(parts)
    this.#specials = specials(parts.demo)
    const fixed = parts.hosts.flatMap(({ address }) => (address === null ? [] : [{ from: address, to: address }]))
    this.#agreed = merge([...parts.ranges, ...fixed])
    // The end of a network is a host where the customer wrote a wider range around it, or named it by itself.
    this.#hosts = merge([...parts.ranges.flatMap((range) => [...insides(range)]), ...fixed])
    this.#exclude = merge(parts.exclude)
    this.#narrowed = narrowed === null ? null : merge(narrowed)
    const kept = subtract(this.#hosts, this.#never)
    this.#askable = this.#narrowed === null ? kept : intersect(kept, this.#narrowed)
    const walked = [...parts.ranges, ...(narrowed ?? [])].filter(isSwept)
    this.#swept = intersect(this.#askable, merge([...walked, ...fixed]))
  }

  /** Whether loopback may be asked: simulated printers. */
  get demo(): boolean {
    return this.parts.demo
  }

  /** The hosts that the file names. */
  get hosts(): readonly ScopeHost[] {
    return this.parts.hosts
  }

  /** Whether this address may be asked; what is not plainly one address of one family may not. */
  allows(address: string): Verdict {
    const place = parseAddress(address)
    if (place === null) return { ok: false, reason: isIPv6(address) ? oddSix(address) : 'notAnAddress' }
    return contains(this.#askable, place) ? OK : { ok: false, reason: this.#refusal(place) }
  }

  /** The addresses that a round asks, in order, made one at a time: a /8 costs no memory. */
  *addresses(): Generator<string> {
    for (const run of this.#swept) for (let place = run.from; place <= run.to; place += 1n) yield formatAddress(place)
  }

  /** Whether a round that walks through the ranges comes by this address. */
  isWalked(address: string): boolean {
    const place = parseAddress(address)
    return place !== null && contains(this.#swept, place)
  }

  /** How many addresses a round asks. */
  get size(): number {
    return Number(count(this.#swept))
  }

  /** Whether any IPv6 address may be asked. */
  get hasSix(): boolean {
    return this.#askable.some(({ from }) => isSix(from))
  }

  /** The agreed ranges (narrowed if settings do) in words, for screens. */
  describe(): readonly string[] {
    return this.#runs().map(formatRun)
  }

  /** Exactly the addresses that may be asked, for the kernel's own rules. */
  get askable(): readonly Run[] {
    return this.#askable
  }

  /** Like `askable`, with the ends of networks: fewer and larger pieces, for kernels that know networks only. */
  get askableWithEnds(): readonly Run[] {
    return subtract(this.#runs(), this.#never)
  }

  /** What of the agreed ranges is not asked, and why. */
  leftOut(): readonly LeftOut[] {
    const agreed = this.#runs()
    const kinds = [...this.#specials, { reason: 'excluded' as const, runs: this.#exclude }]
    const left = kinds.map(({ reason, runs }) => ({ reason, runs: intersect(agreed, runs) }))
    const ends = subtract(subtract(agreed, this.#hosts), merge(left.flatMap(({ runs }) => runs)))
    return [...left, { reason: 'ends' as const, runs: ends }]
      .map(({ reason, runs }) => ({ reason, addresses: Number(count(runs)), runs: runs.map(formatRun) }))
      .filter(({ addresses }) => addresses > 0)
  }

  /** The entries of the file that an address is agreed by, as written there in one spelling. */
  entriesFor(address: string): readonly string[] {
    const place = parseAddress(address)
    if (place === null) return []
    const ranges = this.parts.ranges.filter(({ from, to }) => from <= place && place <= to).map(formatRange)
    return [...ranges, ...this.hosts.filter((host) => host.address === place).map(formatHost)]
  }

  /** The same scope with only those of the ranges that lie wholly inside it; the others are named and not used. No ranges: no narrowing. */
  narrow(ranges: readonly string[]): { scope: Scope; refused: readonly { range: string; reason: NarrowFault }[] } {
    if (ranges.length === 0) return { scope: new Scope(this.parts), refused: [] }
    const taken: AddressRange[] = []
    const refused: { range: string; reason: NarrowFault }[] = []
    for (const text of ranges) {
      const parsed = parseRange(text)
      if (!parsed.ok) refused.push({ range: text, reason: parsed.reason })
      else if (!this.#covers(parsed.range)) refused.push({ range: text, reason: 'wider' })
      else taken.push(parsed.range)
    }
    return { scope: new Scope(this.parts, taken), refused }
  }

  get #never(): readonly Run[] {
    return merge([...this.#exclude, ...this.#specials.flatMap(({ runs }) => runs)])
  }

  #covers(range: AddressRange): boolean {
    return this.#agreed.some((run) => run.from <= range.from && range.to <= run.to)
  }

  #runs(): readonly Run[] {
    return this.#narrowed === null ? this.#agreed : intersect(this.#agreed, this.#narrowed)
  }

  #refusal(place: Place): ScopeReason {
    const special = this.#specials.find(({ runs }) => contains(runs, place))
    if (special !== undefined) return special.reason
    if (!contains(this.#agreed, place)) return 'outside'
    if (contains(this.#exclude, place)) return 'excluded'
    if (contains(this.#hosts, place)) return 'narrowed'
    const isLast = this.parts.ranges.some(({ to, net }) => net !== null && (place === to || (place + 1n) % net === 0n))
    return isLast ? 'broadcast' : 'networkAddress'
  }
}

/** A host as the file writes it. */
export function formatHost({ name, address }: ScopeHost): string {
  if (address === null) return name
  const fixed = formatAddress(address)
  return name === fixed ? name : `${name}=${fixed}`
}

/** A range without the ends of its networks. IPv6 knows no broadcast, but the first address means every router (RFC 4291 section 2.6.1). */
function* insides({ from, to, net }: AddressRange): Generator<Run> {
  if (net === null) return yield { from, to }
  for (let base = from - (from % net); base <= to; base += net) {
    const first = base + 1n
    const last = isSix(from) ? base + net - 1n : base + net - 2n
    const inside = { from: first > from ? first : from, to: last < to ? last : to }
    if (inside.from <= inside.to) yield inside
  }
}

function isSwept({ from, to }: Run): boolean {
  return !isSix(from) || to - from < SWEPT_SIX
}

/** Spellings that are IPv6 to others and never ours: with a zone, or with an IPv4 address inside. */
function oddSix(address: string): ScopeReason {
  return address.includes('%') ? 'linkLocal' : 'translated'
}

function hashScope(parts: ScopeParts): string {
  const lines = [
    ...parts.ranges.map((range) => `range ${formatRange(range)}`),
    ...parts.hosts.map((host) => `host ${host.name}=${host.address === null ? '' : formatAddress(host.address)}`),
    ...parts.exclude.map((range) => `exclude ${formatRange(range)}`),
  ]
  const text = ['platen scope 1', `demo ${parts.demo}`, ...[...new Set(lines)].sort()].join('\n')
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
