/**
 * Turns what somebody named (an address, or a host name of the scope file) into addresses that may be asked. Names are resolved here, once,
 * and the answers are checked afterwards; from here on there are only literal addresses, so a name server cannot lead Platen to a machine
 * nobody agreed to, neither by a wrong answer nor by another one a moment later.
 */
import { formatAddress, parseAddress } from './addresses.ts'
import type { Scope, ScopeHost, ScopeReason } from './scope.ts'

/** Resolves a host name to addresses of any family; an empty answer means the name is not known. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** The addresses of one target that may be asked (at least one), or why there is none. */
export type Targets =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly reason: ScopeReason | 'nameNotAgreed' | 'notResolved'; readonly detail: string }

/** The system's resolver has four threads, which files need too. */
const LOOKUPS_AT_ONCE = 2
/** Answers of a name server that are looked at: more is no printer, and work for each of them. */
const ANSWERS_MOST = 16

/** The addresses to ask for `target`: itself if it is an agreed address, else those answers for an agreed name that are agreed too. */
export async function resolveTarget(scope: Scope, target: string, lookup: Lookup): Promise<Targets> {
  const verdict = scope.allows(target)
  if (verdict.ok) return { ok: true, addresses: [oneSpelling(target)] }
  if (verdict.reason !== 'notAnAddress') return { ok: false, reason: verdict.reason, detail: target }
  const host = scope.hosts.find(({ name }) => name === target.toLowerCase())
  if (host === undefined)
    return { ok: false, reason: looksLikeName(target) ? 'nameNotAgreed' : 'notAnAddress', detail: target }
  return resolveHost(scope, host, lookup)
}

/** The addresses of the host names in the scope, none twice; names that have no answer when the signal comes have none. */
export async function resolveNames(
  scope: Scope,
  lookup: Lookup,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly string[]> {
  const found = await Promise.all(lookUpAll(scope, lookup, signal))
  return [...new Set(found.flatMap((names) => (names.ok ? names.addresses : [])))]
}

/** Looks up the names of a scope, two at a time; what has not come when the signal does is not resolved. */
function lookUpAll(scope: Scope, lookup: Lookup, signal: AbortSignal): readonly Promise<Targets>[] {
  const lanes: Promise<unknown>[] = []
  return scope.hosts.map((host, at) => {
    const notResolved: Targets = { ok: false, reason: 'notResolved', detail: host.name }
    const before = lanes[at % LOOKUPS_AT_ONCE] ?? Promise.resolve()
    const found = before.then(() => (signal.aborted ? notResolved : resolveHost(scope, host, lookup)))
    // A bug in a lookup is thrown to whoever waits for that answer, not to those behind it.
    lanes[at % LOOKUPS_AT_ONCE] = found.catch(() => undefined)
    const cut = new Promise<Targets>((resolve) => {
      if (signal.aborted) resolve(notResolved)
      else signal.addEventListener('abort', () => resolve(notResolved), { once: true })
    })
    const first = Promise.race([found, cut])
    first.catch(() => undefined)
    return first
  })
}

async function resolveHost(scope: Scope, host: ScopeHost, lookup: Lookup): Promise<Targets> {
  const fixed = host.address === null ? null : formatAddress(host.address)
  const isAddress = parseAddress(host.name) !== null
  const answers = isAddress ? [] : (await lookup(host.name)).slice(0, ANSWERS_MOST).map(oneSpelling)
  // A name with a fixed address needs no name server: the customer wrote down where it is.
  const candidates = answers.length === 0 && fixed !== null ? [fixed] : answers
  if (candidates.length === 0) return { ok: false, reason: 'notResolved', detail: host.name }
  const addresses = candidates.filter((address) => scope.allows(address).ok && (fixed === null || address === fixed))
  if (addresses.length > 0) return { ok: true, addresses: [...new Set(addresses)] }
  return { ok: false, reason: 'outside', detail: `${host.name} is ${candidates.join(', ')}` }
}

/** An IPv6 address as everybody here writes it, so that none is asked twice; anything else as it is. */
function oneSpelling(address: string): string {
  const place = parseAddress(address)
  return place === null ? address : formatAddress(place)
}

function looksLikeName(target: string): boolean {
  return /^[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*$/.test(target) && !/^0x/i.test(target)
}
