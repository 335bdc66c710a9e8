/**
 * The gate: the one place where an address is handed to the SNMP client, and the one function through which its packets leave. Whatever
 * chose the address (the scope, a name server, settings, a person at the keyboard), it is judged here twice, after names are resolved: when
 * a session is opened, and again for each packet.
 */
import type { Client, Receiver, Session, Transport, Version } from '@platen/snmp'
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

/** Opens sessions for addresses in scope and for no others. */
export class Gate {
  readonly #client: Client
  readonly #scope: Scope
  readonly #rules: AskingRules

  constructor(client: Client, scope: Scope, rules: AskingRules) {
    this.#client = client
    this.#scope = scope
    this.#rules = rules
  }

  /** How many communities there are to try. */
  get communities(): number {
    return this.#rules.communities.length
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
    return { ok: true, session }
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
  return address.startsWith('127.') || address === '::1' ? demoPort : SNMP_PORT
}
