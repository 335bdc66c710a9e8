/**
 * How a person signs in: e-mail and password against a slow hash, with an unknown e-mail and a wrong password alike in answer and
 * time, and few tries. The session is a random token, kept as its hash.
 */
import { timingSafeEqual } from 'node:crypto'
import { toBase64url } from '@platen/wire'
import type { Me } from '../api.ts'
import type { Database } from '../db/database.ts'
import type { Clock, Dice } from '../world.ts'
import type { Scope } from './scope.ts'
import type { SlowHash } from './slow-hash.ts'
import { addSession, findLogin, findPerson, findSession } from './store.ts'
import { GuessGuard } from './throttle.ts'

const tokenBytes = 32

/** A signed-in person. */
export interface Who {
  readonly me: Me
  readonly scope: Scope
}

/** What became of an attempt to sign in; `token` goes into the cookie. */
export type SignedIn =
  | { readonly ok: true; readonly token: string; readonly me: Me }
  | {
      readonly ok: false
      readonly reason: 'wrongPassword' | 'tooManyTries' | 'busy'
      readonly retryAfterSeconds: number
    }

/** The doorkeeper for people. */
export class SignIn {
  readonly #database: Database
  readonly #clock: Clock
  readonly #dice: Dice
  readonly #slowHash: SlowHash
  readonly #guard: GuessGuard
  readonly #nobody: Uint8Array

  constructor(parts: {
    readonly database: Database
    readonly clock: Clock
    readonly dice: Dice
    readonly slowHash: SlowHash
  }) {
    this.#database = parts.database
    this.#clock = parts.clock
    this.#dice = parts.dice
    this.#slowHash = parts.slowHash
    this.#guard = new GuessGuard(parts.clock)
    this.#nobody = parts.dice.bytes(16)
  }

  /** Judges e-mail and password from an address. */
  async try(attempt: {
    readonly email: string
    readonly password: string
    readonly address: string
  }): Promise<SignedIn> {
    const outcome = await this.#guard.judge(
      attempt,
      () => this.#judge(attempt),
      (judged) => judged === null,
    )
    if ('waits' in outcome) return { ok: false, reason: 'tooManyTries', retryAfterSeconds: outcome.waits }
    const who = outcome.judged
    if (who === 'busy') return { ok: false, reason: 'busy', retryAfterSeconds: 5 }
    if (who === null) return { ok: false, reason: 'wrongPassword', retryAfterSeconds: 0 }
    const token = toBase64url(this.#dice.bytes(tokenBytes))
    const { tenant, person } = who.scope
    await addSession(this.#database, { token, tenant, person, now: this.#clock.now() })
    return { ok: true, token, me: who.me }
  }

  /** Whose e-mail and password these are; null for nobody's. The same work for an e-mail that nobody has. */
  async #judge({
    email,
    password,
  }: {
    readonly email: string
    readonly password: string
  }): Promise<Who | 'busy' | null> {
    const login = await findLogin(this.#database, email.toLowerCase())
    const hash = await this.#slowHash.hash(password, login?.password_salt ?? this.#nobody)
    if (hash === null) return 'busy'
    const right = login !== null && timingSafeEqual(hash, login.password_hash)
    return right ? await findPerson(this.#database, login.tenant_id, login.person_id) : null
  }

  /** Who a token belongs to, or null. */
  async whoIs(token: string): Promise<Who | null> {
    const session = await findSession(this.#database, token, this.#clock.now())
    return session === null ? null : await findPerson(this.#database, session.tenant, session.person)
  }
}
