/**
 * Finds out how an address wants to be asked: as which SNMPv3 user, or under which community and version. Shared by a round, which must
 * not spend more on a silent address than it has to, and by `ask`. What once answered to a user is never asked more weakly.
 */
import { type Instructions, type ProbeResult, probe } from '@platen/collector'
import type { RequestFailure, Session } from '@platen/snmp'
import type { Means } from './access.ts'
import type { Gate, Manner, Way } from './gate.ts'
import type { ScopeReason } from './scope.ts'

/** The network's last word about an address that did not answer. */
interface Silence {
  readonly reason: RequestFailure
  readonly detail: string
}

/** Who answered and how; or the last silence; or that it answers and takes none of the users; or why nothing was sent. */
export type Found =
  | { readonly kind: 'answered'; readonly session: Session; readonly result: ProbeResult; readonly manner: Manner }
  | { readonly kind: 'silent'; readonly last: Silence | null }
  | { readonly kind: 'refused'; readonly reason: RequestFailure; readonly detail: string }
  | { readonly kind: 'notAllowed'; readonly reason: ScopeReason }

/**
 * Ways of asking before anybody gives up: every user at its full level, then every community in v2c, the one that worked first, then in v1,
 * with one try each, `all` of them or the one that a throw of the dice (from 0 up to 1) points at. An address known to answer to a user
 * that is still in the settings is asked as that user, or as one no weaker, and by nothing else.
 */
export function waysOf({ users, communities }: Means, known: Manner | null, plain: 'all' | number): readonly Way[] {
  const proven = known?.version === 'v3' ? users.find(({ credential }) => credential === known.credential) : undefined
  const usable = users.filter(({ user, level }) => user !== null && level >= (proven?.level ?? 0))
  const turnedUsers = usable.toSorted((one, other) => Number(other === proven) - Number(one === proven))
  const asUsers = turnedUsers.map(({ credential }): Way => ({ credential, version: 'v3' }))
  if (proven !== undefined) return asUsers
  const names = communities.map(({ credential }) => credential)
  const first = Math.max(0, known === null ? 0 : names.indexOf(known.credential))
  const turned = [...names.slice(first), ...names.slice(0, first)]
  const modern = turned.map((credential): Way => ({ credential, version: 'v2c' }))
  if (known?.version === 'v1' && names.includes(known.credential)) return [...asUsers, { ...known }, ...modern]
  // Printers that speak nothing but v1 drop v2c without a word, as if nobody were there.
  const last = plain === 'all' ? names : names.filter((_, at) => at === Math.floor(plain * names.length))
  return [...asUsers, ...modern, ...last.map((credential): Way => ({ credential, version: 'v1', tries: 1 }))]
}

/**
 * Ways of finding out whether anybody is there, a datagram each: as the first user that can be used (an engine answers to one it does not
 * know, too), by every community in v2c, one try less than the settings give and one at least, and at last in v1 by the community that a
 * throw of the dice points at: those that speak v2c mostly answer it too.
 */
export function sweptWays({ users, communities }: Means, tries: number, dice: number): readonly Way[] {
  const user = users.find((one) => one.user !== null)
  const asUser: readonly Way[] = user === undefined ? [] : [{ credential: user.credential, version: 'v3' }]
  const modern = communities.map(({ credential }): Way => ({ credential, version: 'v2c' }))
  const last = communities[Math.floor(dice * communities.length)]
  const turns = (ways: readonly Way[], times: number) => Array.from({ length: times }, () => ways).flat()
  if (last === undefined) return turns(asUser, tries)
  return [...asUser, ...turns(modern, Math.max(1, tries - 1)), { credential: last.credential, version: 'v1' }]
}

/** Probes in one way after the other: silence and a user that is not taken lead to the next, anything else ends it, and so does `stop`. */
export async function whoIs(
  asking: { readonly gate: Gate; readonly instructions: Instructions; readonly stop: () => boolean },
  address: string,
  ways: readonly Way[],
): Promise<Found> {
  let last: Silence | null = null
  let refusal: (Silence & { readonly way: Way }) | null = null
  for (const way of ways) {
    const opened = asking.gate.open(address, way)
    if (!opened.ok) {
      if (opened.reason === 'noCredential') continue
      return { kind: 'notAllowed', reason: opened.reason }
    }
    const { session } = opened
    const result = await probe(session, asking.instructions)
    const isRefusedUser = way.version === 'v3' && result.kind === 'refused' && refusesUser(result.reason)
    if (result.kind !== 'silent' && !isRefusedUser) {
      const { credential, version } = way
      return { kind: 'answered', session, result, manner: { credential, version } }
    }
    if (isRefusedUser) refusal ??= { ...result, way }
    else last = result
    if ((!isRefusedUser && result.reason !== 'silent') || asking.stop()) break
  }
  if (refusal === null || (last !== null && last.reason !== 'silent')) return { kind: 'silent', last }
  const { reason, detail, way } = refusal
  asking.gate.noteRefusal(address, { reason, way })
  return { kind: 'refused', reason, detail }
}

/** What an engine says to a user it does not take (RFC 3414 section 3.2), or to one who may not read what was asked (RFC 3415). */
function refusesUser(reason: RequestFailure): boolean {
  switch (reason) {
    case 'wrongUser':
    case 'wrongPassword':
    case 'wrongLevel':
    case 'unsupportedSecurity':
    case 'notInTimeWindow':
    case 'wrongEngine':
    case 'refused':
      return true
    case 'silent':
    case 'tooBig':
    case 'generalError':
    case 'malformed':
    case 'aborted':
    case 'unreachable':
      return false
  }
}
