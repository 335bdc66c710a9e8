/**
 * The gate: the one place where an address is handed to the SNMP client, and the one function through which its packets leave. Whatever
 * chose the address (the scope, a name server, settings, a person at the keyboard), it is judged here twice, after names are resolved: when
 * a session is opened, and again for each packet.
 */
import {
  type Bucket,
  type Client,
  Oid,
  type Receiver,
  type Session,
  type Sweep,
  type Transport,
  type Version,
} from '@platen/snmp'
import type { Account } from './account.ts'
import type { Scope, ScopeReason } from './scope.ts'

/** How printers are asked: communities in the order they are tried, time-out a try in milliseconds. */
export interface AskingRules {
  readonly communities: readonly string[]
  readonly timeoutMs: number
  readonly tries: number
  /** UDP port of simulated printers on loopback; every other address is asked on port 161 and on no other. */
  readonly port: number
}

/** One way of asking: the so-many-th community, in this version of SNMP; `tries` in place of the rules'. */
export interface Way {
  readonly community: number
  readonly version: Version
  readonly tries?: number
}

/** A session with a device in scope, or why there is none. */
export type Opened =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly reason: ScopeReason | 'noCommunity' }

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

const [NETWORK, LOOPBACK] = ['network', 'loopback']

/** What everything that speaks SNMP has: up time (RFC 3418). */
const UP_TIME = [Oid.parse('1.3.6.1.2.1.1.3.0')]

/** Opens sessions for addresses in scope and for no others. */
export class Gate {
  readonly #client: Client
  readonly #scope: Scope
  readonly #rules: AskingRules
  readonly #account: Account | null

  /** `account` hears of every address and object that is asked. */
  constructor(client: Client, scope: Scope, rules: AskingRules, account: Account | null = null) {
    this.#client = client
    this.#scope = scope
    this.#rules = rules
    this.#account = account
  }

  /** How many communities there are to try. */
  get communities(): number {
    return this.#rules.communities.length
  }

  /** Addresses that are met alike are swept together: loopback has another port. */
  get groups(): readonly string[] {
    return this.#scope.demo ? [NETWORK, LOOPBACK] : [NETWORK]
  }

  groupOf(address: string): string {
    return isLoopback(address) ? LOOPBACK : NETWORK
  }

  /** Asks all of these addresses of one group, each once, for no more than whether somebody is there; out of scope nobody is asked. */
  sweep(group: string, addresses: Iterable<string>, how: Sweeping): Sweep {
    const { communities, timeoutMs, port } = this.#rules
    const { way, pace, signal, isLast } = how
    this.#account?.note(UP_TIME)
    return this.#client.sweep({
      addresses: this.#allowed(addresses),
      oids: UP_TIME,
      port: group === LOOPBACK ? port : SNMP_PORT,
      version: way.version,
      community: communities[way.community] ?? '',
      timeout: isLast ? timeoutMs : Math.ceil(timeoutMs / 2),
      tries: 1,
      pace,
      signal,
    })
  }

  /** A session with this address. */
  open(address: string, way: Way): Opened {
    const verdict = this.#scope.allows(address)
    if (!verdict.ok) return verdict
    const { communities, timeoutMs, tries, port } = this.#rules
    const name = communities[way.community]
    if (name === undefined) return { ok: false, reason: 'noCommunity' }
    const session = this.#client.session({
      address,
      port: portOf(address, port),
      version: way.version,
      community: name,
      timeout: timeoutMs,
      tries: way.tries ?? tries,
      maxVarbinds: MOST_OBJECTS,
    })
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
