/**
 * The gate: the one place where an address is handed to the SNMP client, and the one function through which its packets leave. Whatever
 * chose the address (the scope, a name server, settings, a person at the keyboard), it is judged here twice, after names are resolved: when
 * a session is opened, and again for each packet.
 */
import {
  type Bucket,
  type Client,
  type CommunityAccess,
  Oid,
  type Receiver,
  type RequestFailure,
  type Session,
  type Sweep,
  type Target,
  type Transport,
  type UserAccess,
  type Version,
} from '@platen/snmp'
import type { Access, Means } from './access.ts'
import type { Account } from './account.ts'
import type { Scope, ScopeReason } from './scope.ts'

/** How printers are asked: by what, time-out a try in milliseconds. */
export interface AskingRules {
  readonly access: Access
  readonly timeoutMs: number
  readonly tries: number
  /** UDP port of simulated printers on loopback; every other address is asked on port 161 and on no other. */
  readonly port: number
}

/** How an address answered: to which credential, by the name that `access.ts` gives it, and in which version of SNMP. */
export interface Manner {
  readonly credential: string
  readonly version: Version | 'v3'
}

/** One way of asking; `tries` in place of the rules'. */
export interface Way extends Manner {
  readonly tries?: number
}

/** A session with a device in scope, or why there is none. */
export type Opened =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly reason: ScopeReason | 'noCredential' }

/** How many objects a request may hold; profiles say less where a family of devices takes less. */
const MOST_OBJECTS = 64

/** SNMP's own port (RFC 3417): never 9100, 515, 80 or another. */
const SNMP_PORT = 161

/** In which way a sweep asks, how fast, and what ends it. */
interface Sweeping {
  readonly way: Way
  readonly pace: Bucket
  readonly signal: AbortSignal
  /** Whether it is the last chance of whoever is slow: before that half the time-out is waited. */
  readonly isLast: boolean
}

/** Addresses that are swept together: they are asked by the same credentials, at the same port. */
export interface Group {
  readonly means: Means
  readonly isLoopback: boolean
}

/** What everything that speaks SNMP has: up time (RFC 3418). */
const UP_TIME = [Oid.parse('1.3.6.1.2.1.1.3.0')]

/** Opens sessions for addresses in scope and for no others. */
export class Gate {
  readonly #client: Client
  readonly #scope: Scope
  readonly #rules: AskingRules
  readonly #account: Account | null
  readonly #refusals = new Map<string, { readonly user: string; readonly reason: RequestFailure }>()

  /** `account` hears of every address and object that is asked. */
  constructor(client: Client, scope: Scope, rules: AskingRules, account: Account | null = null) {
    this.#client = client
    this.#scope = scope
    this.#rules = rules
    this.#account = account
  }

  get groups(): readonly Group[] {
    const all = this.#rules.access.all
    const network = all.map((means) => ({ means, isLoopback: false }))
    return this.#scope.demo ? [...network, ...all.map((means) => ({ means, isLoopback: true }))] : network
  }

  isIn(group: Group, address: string): boolean {
    return isLoopback(address) === group.isLoopback && this.means(address) === group.means
  }

  /** Asks all of these addresses of one group, each once, for no more than whether somebody is there; out of scope nobody is asked. */
  sweep(group: Group, addresses: Iterable<string>, { way, pace, signal, isLast }: Sweeping): Sweep {
    const { timeoutMs, port } = this.#rules
    const place = {
      addresses: this.#allowed(addresses),
      oids: UP_TIME,
      port: group.isLoopback ? port : SNMP_PORT,
      timeout: isLast ? timeoutMs : Math.ceil(timeoutMs / 2),
      tries: 1,
      pace,
      signal,
    }
    const question = accessed(place, way, group.means)
    if (question === null) throw new Error('a sweep by a credential that its group does not have')
    this.#account?.note(UP_TIME)
    return this.#client.sweep(question)
  }

  /** All that this address may be asked by. */
  means(address: string): Means {
    return this.#rules.access.of(address)
  }

  /** Addresses that answered and took no user of ours, with the first that they refused. */
  get refusals(): ReadonlyMap<string, { readonly user: string; readonly reason: RequestFailure }> {
    return this.#refusals
  }

  noteRefusal(address: string, refused: { readonly way: Way; readonly reason: RequestFailure }): void {
    const { way, reason } = refused
    const user = this.means(address).users.find(({ credential }) => credential === way.credential)?.name ?? ''
    this.#refusals.set(address, { user, reason })
  }

  /** A session with this address. */
  open(address: string, way: Way): Opened {
    const verdict = this.#scope.allows(address)
    if (!verdict.ok) return verdict
    const { timeoutMs, tries, port } = this.#rules
    const place = {
      address,
      port: portOf(address, port),
      timeout: timeoutMs,
      tries: way.tries ?? tries,
      maxVarbinds: MOST_OBJECTS,
    }
    const target: Target | null = accessed(place, way, this.means(address))
    if (target === null) return { ok: false, reason: 'noCredential' }
    const session = this.#client.session(target)
    this.#account?.asked(address)
    return { ok: true, session: this.#account?.watched(session) ?? session }
  }

  *#allowed(addresses: Iterable<string>): Generator<string> {
    for (const address of addresses) {
      if (!this.#scope.allows(address).ok) continue
      this.#account?.asked(address)
      yield address
    }
  }
}

/** The place with the credential it is asked by; null if there is no such credential, or it cannot be used. */
function accessed<Place extends object>(
  place: Place,
  { version, credential }: Way,
  means: Means,
): (Place & (CommunityAccess | UserAccess)) | null {
  if (version === 'v3') {
    const found = means.users.find((one) => one.credential === credential)
    return found === undefined || found.user === null
      ? null
      : { ...place, version, user: found.user, context: found.context }
  }
  const found = means.communities.find((one) => one.credential === credential)
  return found === undefined ? null : { ...place, version, community: found.community }
}

/**
 * The transport with a guard before it: a packet to an address out of scope, or to another port than SNMP's, is not sent but told as a
 * failed one. `demoPort` is the port of simulated printers on loopback.
 */
export function guarded(transport: Transport, scope: Scope, demoPort: number): Transport {
  let receiver: Receiver | null = null
  const hear = transport.listen.bind(transport)
  return {
    receiveBuffer: transport.receiveBuffer,
    neighbours: transport.neighbours,
    copies: (address) => transport.copies?.(address) ?? false,
    zoneName: (zone) => transport.zoneName?.(zone) ?? zone,
    listen(heard) {
      receiver = heard
      hear(heard)
    },
    send(bytes, address, port, watched) {
      if (scope.allows(address).ok && port === portOf(address, demoPort))
        return transport.send(bytes, address, port, watched)
      queueMicrotask(() => receiver?.failed(address, port, 'not in the agreed scope'))
    },
    close() {
      receiver = null
      return transport.close()
    },
  }
}

/** Loopback gets here only with `demo`: nobody but root can listen on port 161. */
function portOf(address: string, demoPort: number): number {
  return isLoopback(address) ? demoPort : SNMP_PORT
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}
