/**
 * The gate: the one place where an address is handed to the SNMP client. Whatever chose the address (the scope, a name server, settings, a
 * person at the keyboard), it is judged here, after names are resolved and right before a packet could leave.
 */
import type { Client, Session, Version } from '@platen/snmp'
import type { Scope, ScopeReason } from './scope.ts'

/** How printers are asked: communities in the order they are tried, time-out a try in milliseconds. */
export interface AskingRules {
  readonly communities: readonly string[]
  readonly timeoutMs: number
  readonly tries: number
  /** UDP port; 161 but for simulated printers. */
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
      port,
      version: way.version,
      community: name,
      timeout: timeoutMs,
      tries: way.tries ?? tries,
      maxVarbinds: MOST_OBJECTS,
    })
    return { ok: true, session }
  }
}
