/**
 * Finds out how an address wants to be asked: under which of the communities, and in which version of SNMP. Shared by a round, which must
 * not spend more on a silent address than it has to, and by `ask`.
 */
import { type Instructions, type ProbeResult, probe } from '@platen/collector'
import type { RequestFailure, Session, Version } from '@platen/snmp'
import type { Gate, Way } from './gate.ts'
import type { ScopeReason } from './scope.ts'

/** The community and version that an address answered to. */
export interface Manner {
  readonly community: number
  readonly version: Version
}

/** The network's last word about an address that did not answer. */
interface Silence {
  readonly reason: RequestFailure
  readonly detail: string
}

/** Who answered and how; or the last silence; or why nothing was sent. */
export type Found =
  | { readonly kind: 'answered'; readonly session: Session; readonly result: ProbeResult; readonly manner: Manner }
  | { readonly kind: 'silent'; readonly last: Silence | null }
  | { readonly kind: 'notAllowed'; readonly reason: ScopeReason }

/** Ways of asking before anybody gives up: every community in v2c, the one that worked first, then `last` in v1, with one try each. */
export function waysOf(communities: number, known: Manner, last: readonly number[]): readonly Way[] {
  const turned = Array.from({ length: communities }, (_, offset) => (known.community + offset) % communities)
  const modern = turned.map((community): Way => ({ community, version: 'v2c' }))
  if (known.version === 'v1') return [{ ...known }, ...modern]
  // Printers that speak nothing but v1 drop v2c without a word, as if nobody were there.
  return [...modern, ...last.map((community): Way => ({ community, version: 'v1', tries: 1 }))]
}

/**
 * Ways of finding out whether anybody is there, a datagram each: every community in v2c, one try less than the settings give and one at
 * least; at last `last` in v1, which those that speak v2c mostly answer too.
 */
export function sweptWays(communities: number, tries: number, last: number): readonly Way[] {
  const modern = Array.from({ length: communities }, (_, community): Way => ({ community, version: 'v2c' }))
  const turns = Array.from({ length: Math.max(1, tries - 1) }, () => modern).flat()
  return [...turns, { community: last, version: 'v1' }]
}

/** Probes in one way after the other: silence leads to the next, an answer or anything else ends it, and so does `stop`. */
export async function whoIs(
  asking: { readonly gate: Gate; readonly instructions: Instructions; readonly stop: () => boolean },
  address: string,
  ways: readonly Way[],
): Promise<Found> {
  let last: Silence | null = null
  for (const way of ways) {
    const opened = asking.gate.open(address, way)
    if (!opened.ok) {
      if (opened.reason === 'noCommunity') continue
      return { kind: 'notAllowed', reason: opened.reason }
    }
    const { session } = opened
    const result = await probe(session, asking.instructions)
    const { community, version } = way
    if (result.kind !== 'silent') return { kind: 'answered', session, result, manner: { community, version } }
    last = result
    if (result.reason !== 'silent' || asking.stop()) break
  }
  return { kind: 'silent', last }
}
