/**
 * How an Onsite is let in: an e-mail and a single-use secret of 80 bits, judged by a slow hash that is the same work for an unknown
 * e-mail, a wrong secret and a right one. What comes back is a name, settings and the key to seal to.
 */
import {
  type EnrolmentAnswer,
  type EnrolmentRequest,
  fromBase64url,
  openEnrolment,
  type Refusal,
  recipientOf,
  toBase64url,
  toHex,
} from '@platen/wire'
import type { SlowHash } from '../access/slow-hash.ts'
import { GuessGuard } from '../access/throttle.ts'
import type { Database } from '../db/database.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Clock } from '../world.ts'
import { enrolmentSalt } from './secret.ts'
import { letIn } from './store.ts'

/** The answer for an Onsite that was let in, with the key to seal it to; or the name of the refusal. */
export type Enrolled =
  | {
      readonly ok: true
      readonly answer: Omit<EnrolmentAnswer, 'request'>
      readonly sealingKey: Uint8Array
    }
  | {
      readonly ok: false
      readonly refused: Refusal
      readonly detail: string
      readonly retryAfterSeconds: number
    }

/** The doorkeeper for Onsites. */
export class Enrolment {
  readonly #database: Database
  readonly #keyring: Keyring
  readonly #clock: Clock
  readonly #slowHash: SlowHash
  readonly #guard: GuessGuard

  constructor(parts: {
    readonly database: Database
    readonly keyring: Keyring
    readonly clock: Clock
    readonly slowHash: SlowHash
  }) {
    this.#database = parts.database
    this.#keyring = parts.keyring
    this.#clock = parts.clock
    this.#slowHash = parts.slowHash
    this.#guard = new GuessGuard(parts.clock)
  }

  /** Opens and judges the bytes of a request from an address. */
  async try(bytes: Uint8Array, from: string): Promise<Enrolled> {
    const opened = await openEnrolment(bytes, this.#keyring.enrolment)
    if (!opened.ok) return { ok: false, refused: opened.reason, detail: opened.detail, retryAfterSeconds: 0 }
    const { request } = opened
    const email = request.email.toLowerCase()
    const outcome = await this.#guard.judge(
      { email, address: from },
      () => this.#judge(request, email),
      (judged) => !judged.ok && judged.refused !== 'busy',
    )
    return 'judged' in outcome
      ? outcome.judged
      : { ok: false, refused: 'tooManyTries', detail: email, retryAfterSeconds: outcome.waits }
  }

  async #judge(request: EnrolmentRequest, email: string): Promise<Enrolled> {
    const secret = fromBase64url(request.password)
    const hash = await this.#slowHash.hash(secret, enrolmentSalt(this.#keyring.pepper, email))
    if (hash === null) return { ok: false, refused: 'busy', detail: email, retryAfterSeconds: 10 }
    const now = this.#clock.now()
    const entered = await letIn(this.#database, { email, secretHash: hash, request, now })
    if (!entered.ok) return { ok: false, refused: entered.reason, detail: email, retryAfterSeconds: 0 }
    const { id, publicKey } = recipientOf(this.#keyring.current().publicKey)
    return {
      ok: true,
      sealingKey: fromBase64url(request.sealingKey),
      answer: {
        onsiteId: entered.onsite,
        name: entered.name,
        sealing: { id: toHex(id), publicKey: toBase64url(publicKey) },
        settings: entered.settings,
        serverTime: new Date(now).toISOString(),
      },
    }
  }
}
