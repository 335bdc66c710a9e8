/** Who is signed in at the local page, for how long, and how often a wrong password may be tried. In memory: a restart signs everybody out. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../world.ts'

/** A password as it is kept: scrypt with N = 2^15, r = 8, p = 1, 32 MB and some 100 ms a try. */
export interface KeptPassword {
  readonly salt: string
  readonly hash: string
}

const COST = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const
const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt)
/** Shorter ones are guessed. */
export const PASSWORD_LEAST = 10
/** Nobody types more, and what is hashed has a bound. */
const PASSWORD_MOST = 200
const IDLE_MS = 30 * 60_000
/** Browsers of one administrator. */
const SESSIONS_MOST = 20
const WRONG_FREE = 5
const WAIT_FIRST_MS = 60_000
const WAIT_MOST_MS = 15 * 60_000

/** A password made ready to be kept. @throws RangeError if it is too short or too long. */
export async function keepPassword(password: string): Promise<KeptPassword> {
  if (password.length < PASSWORD_LEAST || password.length > PASSWORD_MOST)
    throw new RangeError('length of the password')
  const salt = randomBytes(16)
  return { salt: salt.toString('hex'), hash: (await derive(password, salt, 32, COST)).toString('hex') }
}

/** One signed-in browser: what its forms must carry. */
export interface Session {
  readonly form: string
}

/** What became of a password that was tried; milliseconds to wait after too many wrong ones. */
export type Tried = { readonly ok: true; readonly cookie: string } | { readonly ok: false; readonly wait: number }

export class Sessions {
  readonly #clock: Pick<Clock, 'now'>
  readonly #open = new Map<string, Session & { seen: number }>()
  #wrong = 0
  #shutUntil = Number.NEGATIVE_INFINITY
  /** One try after the other: each takes memory and a core. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Tries a password; a right one opens a session. */
  signIn(kept: KeptPassword, password: string): Promise<Tried> {
    const tried = this.#turn.then(() => this.#signIn(kept, password))
    this.#turn = tried.catch(() => undefined)
    return tried
  }

  async #signIn(kept: KeptPassword, password: string): Promise<Tried> {
    const now = this.#clock.now()
    if (now < this.#shutUntil) return { ok: false, wait: this.#shutUntil - now }
    const given = await derive(password.slice(0, PASSWORD_MOST + 1), Buffer.from(kept.salt, 'hex'), 32, COST)
    if (!timingSafeEqual(given, Buffer.from(kept.hash, 'hex'))) {
      this.#wrong += 1
      const over = this.#wrong - WRONG_FREE
      if (over >= 0)
        this.#shutUntil = this.#clock.now() + Math.min(WAIT_MOST_MS, WAIT_FIRST_MS * 2 ** Math.min(over, 10))
      return { ok: false, wait: Math.max(0, this.#shutUntil - this.#clock.now()) }
    }
    this.#wrong = 0
    return { ok: true, cookie: this.#begin() }
  }

  #begin(): string {
    const cookie = randomBytes(32).toString('hex')
    const [oldest] = this.#open.keys()
    if (this.#open.size >= SESSIONS_MOST && oldest !== undefined) this.#open.delete(oldest)
    this.#open.set(nameOf(cookie), { form: randomBytes(16).toString('hex'), seen: this.#clock.now() })
    return cookie
  }

  /** The session of a cookie, if it is one and was used lately. */
  find(cookie: string | undefined): Session | null {
    if (cookie === undefined) return null
    const name = nameOf(cookie)
    const session = this.#open.get(name)
    const now = this.#clock.now()
    if (session === undefined) return null
    if (now - session.seen > IDLE_MS) {
      this.#open.delete(name)
      return null
    }
    session.seen = now
    return session
  }

  end(cookie: string | undefined): void {
    if (cookie !== undefined) this.#open.delete(nameOf(cookie))
  }
}

/** Looked up by its hash: how long that takes says nothing of the cookie. */
function nameOf(cookie: string): string {
  return createHash('sha256').update(cookie).digest('hex')
}
