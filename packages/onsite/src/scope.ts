/**
 * The scope: which addresses the customer agreed to have asked. It comes from a local file that no server can write, and every address
 * passes `allows` right before a session is made for it, after names are resolved. What is asked = this file, narrowed by the settings.
 */
import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import {
  type AddressRange,
  formatAddress,
  formatRange,
  mergeRanges,
  parseAddress,
  parseRange,
  type RangeFault,
} from './addresses.ts'

/** Why an address is not asked. */
export type ScopeReason =
  | 'notAnAddress'
  | 'version6'
  | 'outside'
  | 'excluded'
  | 'narrowed'
  | 'networkAddress'
  | 'broadcast'
  | 'multicast'
  | 'thisNetwork'
  | 'loopback'
  | 'metadata'

/** Whether an address may be asked. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: ScopeReason }

/** Why a range that Central sent is not used. */
export type NarrowFault = RangeFault | 'wider'

/** A host the scope names: a fixed address, or (address null) one that must resolve to an agreed address. */
export interface ScopeHost {
  readonly name: string
  readonly address: number | null
}

/** What a scope is made of. */
export interface ScopeParts {
  readonly demo: boolean
  readonly ranges: readonly AddressRange[]
  readonly hosts: readonly ScopeHost[]
  readonly exclude: readonly AddressRange[]
}

// Cloud metadata services answer on these; a printer never does.
const METADATA = ['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16'].map(parseAddress)

const OK: Verdict = { ok: true }

/** An immutable set of addresses, with the reason for every address that is not in it. */
export class Scope {
  readonly demo: boolean
  readonly hosts: readonly ScopeHost[]
  /** SHA-256 in hex over the file's meaning: order, comments and spelling do not change it. Narrowing does not either. */
  readonly hash: string
  readonly #parts: ScopeParts
  readonly #agreed: readonly AddressRange[]
  readonly #exclude: readonly AddressRange[]
  readonly #narrowed: readonly AddressRange[] | null

  constructor(parts: ScopeParts, narrowed: readonly AddressRange[] | null = null) {
    this.demo = parts.demo
    this.hosts = parts.hosts
    this.hash = hashScope(parts)
    this.#parts = parts
    const fixed = parts.hosts.flatMap(({ address }) =>
      address === null ? [] : [{ from: address, to: address, block: false }],
    )
    this.#agreed = mergeRanges([...parts.ranges, ...fixed])
    this.#exclude = mergeRanges(parts.exclude)
    this.#narrowed = narrowed === null ? null : mergeRanges(narrowed)
  }

  /** Whether this very spelling of an address may be asked; anything but a plain dotted IPv4 address may not. */
  allows(address: string): Verdict {
    const value = parseAddress(address)
    if (value === null) return { ok: false, reason: isIPv6(address) ? 'version6' : 'notAnAddress' }
    const reason = this.#refusal(value)
    return reason === null ? OK : { ok: false, reason }
  }

  /** The addresses that may be asked, in order, made one at a time: a /8 costs no memory. */
  *addresses(): Generator<string> {
    for (const run of this.#runs()) {
      for (let value = run.from; value <= run.to; value += 1) {
        if (this.#refusal(value) === null) yield formatAddress(value)
      }
    }
  }

  /** How many addresses lie in the agreed ranges (narrowed if settings do), exclusions not subtracted. */
  get size(): number {
    return this.#runs().reduce((sum, run) => sum + run.to - run.from + 1, 0)
  }

  /** The agreed runs of addresses in words, for screens. */
  describe(): readonly string[] {
    return this.#runs().map(formatRange)
  }

  /** The same scope with only those of the ranges that lie wholly inside it; the others are named and not used. No ranges: no narrowing. */
  narrow(ranges: readonly string[]): { scope: Scope; refused: readonly { range: string; reason: NarrowFault }[] } {
    if (ranges.length === 0) return { scope: new Scope(this.#parts), refused: [] }
    const taken: AddressRange[] = []
    const refused: { range: string; reason: NarrowFault }[] = []
    for (const text of ranges) {
      const parsed = parseRange(text)
      if (!parsed.ok) refused.push({ range: text, reason: parsed.reason })
      else if (!this.#covers(parsed.range)) refused.push({ range: text, reason: 'wider' })
      else taken.push(parsed.range)
    }
    return { scope: new Scope(this.#parts, taken), refused }
  }

  #covers(range: AddressRange): boolean {
    return this.#agreed.some((run) => run.from <= range.from && range.to <= run.to)
  }

  #runs(): readonly AddressRange[] {
    if (this.#narrowed === null) return this.#agreed
    return this.#narrowed.flatMap((narrow) =>
      this.#agreed.flatMap((run) => {
        const from = Math.max(run.from, narrow.from)
        const to = Math.min(run.to, narrow.to)
        return from <= to ? [{ from, to, block: false }] : []
      }),
    )
  }

  #refusal(value: number): ScopeReason | null {
    const special = specialReason(value, this.demo)
    if (special !== null) return special
    if (!contains(this.#agreed, value)) return 'outside'
    if (contains(this.#exclude, value)) return 'excluded'
    const edge = this.#edge(value)
    if (edge !== null) return edge
    return this.#narrowed !== null && !contains(this.#narrowed, value) ? 'narrowed' : null
  }

  /** A first or last address of an agreed network is no host, unless the customer wrote a wider range or named it by itself. */
  #edge(value: number): ScopeReason | null {
    if (this.#parts.hosts.some(({ address }) => address === value)) return null
    const around = this.#parts.ranges.filter((range) => range.from <= value && value <= range.to)
    if (around.some((range) => !range.block || (value !== range.from && value !== range.to))) return null
    return around.some((range) => value === range.to) ? 'broadcast' : 'networkAddress'
  }
}

function specialReason(value: number, demo: boolean): ScopeReason | null {
  const first = Math.floor(value / 2 ** 24)
  if (value === 2 ** 32 - 1) return 'broadcast'
  if (first === 0) return 'thisNetwork'
  // 224/4 is multicast (RFC 5771), 240/4 reserved (RFC 1112): no printer has an address there.
  if (first >= 224) return 'multicast'
  if (first === 127 && !demo) return 'loopback'
  return METADATA.includes(value) ? 'metadata' : null
}

function contains(runs: readonly AddressRange[], value: number): boolean {
  let low = 0
  let high = runs.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const run = runs[middle]
    if (run === undefined) return false
    if (value < run.from) high = middle - 1
    else if (value > run.to) low = middle + 1
    else return true
  }
  return false
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
