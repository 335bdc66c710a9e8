/** The v3 side of a client: the engines it has met, the keys it has made, and what a session with a user's access needs. */
import type { Clock } from './clock.ts'
import type { Head } from './head.ts'
import { Recent } from './recent.ts'
import { isEngineIdLength } from './secure-head.ts'
import type { Desk, UserAccess } from './session.ts'
import { randomSalts } from './usm.ts'
import { UsmDesk } from './usm-desk.ts'
import { RemoteEngine } from './usm-engine.ts'
import { UsmHead, type UsmTools } from './usm-head.ts'
import { KeyCache } from './usm-keys.ts'
import { credentialsOf } from './usm-user.ts'

/** Proven engines remembered: every address of a /16. Nobody gets among them without a user's password or the caller's word. */
const ENGINES = 65_536

/** Engines being met that are shared by all who ask there; beyond that each session meets the engine for itself. */
const STRANGERS = 1_024

const MOST_CONTEXT_OCTETS = 255

/**
 * Makes v3 heads; all that ask at one address share what is known of its engine. What is not proven lives with the sessions that
 * ask: addresses that never answer can push out nobody, and leave nothing behind.
 */
export class UserHeads {
  readonly #tools: UsmTools
  readonly #proven = new Recent<string, RemoteEngine>(ENGINES)
  readonly #strangers = new Recent<string, RemoteEngine>(STRANGERS)

  constructor(clock: Clock, ids: () => number) {
    this.#tools = { clock, ids, cache: new KeyCache(), salts: randomSalts() }
  }

  /** What a session at this lane needs. @throws RangeError on a user, context or engine id that cannot be. */
  access(access: UserAccess, laneName: string, desk: Desk): { head: Head; desk: Desk } {
    const credentials = credentialsOf(access.user)
    const context = new TextEncoder().encode(access.context ?? '')
    if (context.length > MOST_CONTEXT_OCTETS) throw new RangeError('a context name is too long')
    const engine = access.engineId === undefined ? this.#engineAt(laneName) : this.#engineOf(access.engineId, laneName)
    const head = new UsmHead(engine, credentials, context, this.#tools)
    return { head, desk: new UsmDesk(desk, engine, head, this.#tools) }
  }

  engineId(laneName: string): string | undefined {
    const id = this.#proven.peek(laneName)?.id
    return id === undefined ? undefined : Buffer.from(id).toString('hex')
  }

  forget(laneName: string): void {
    this.#proven.delete(laneName)
    this.#strangers.delete(laneName)
  }

  #engineAt(laneName: string): RemoteEngine {
    if (this.#proven.peek(laneName) === undefined) return this.#strangers.get(laneName, () => this.#newEngine(laneName))
    return this.#proven.get(laneName, () => this.#newEngine(laneName))
  }

  /** Where another one was proven meanwhile, that one stays: nothing is pushed out by a second word. */
  #newEngine(laneName: string): RemoteEngine {
    return new RemoteEngine((engine) => {
      this.#strangers.delete(laneName)
      this.#proven.get(laneName, () => engine)
    })
  }

  /** The engine of this id; whatever else was known at the address is forgotten. */
  #engineOf(hex: string, laneName: string): RemoteEngine {
    const id = Buffer.from(hex, 'hex')
    if (id.length * 2 !== hex.length || !isEngineIdLength(id.length)) throw new RangeError(`'${hex}' is no engine id`)
    const known = this.#engineAt(laneName)
    if (known.id !== undefined && Buffer.compare(known.id, id) !== 0) this.forget(laneName)
    const engine = this.#engineAt(laneName)
    engine.learn(id)
    engine.pin()
    return engine
  }
}
