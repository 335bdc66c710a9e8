/**
 * Counts wrong tries in a sliding window, by whatever name they come under (an e-mail, an address). Kept in memory: a restart forgives.
 */
import type { Clock } from '../world.ts'

/** Names remembered at most; beyond that the oldest are forgotten, so that a flood of made-up names costs no memory. */
const namesMost = 50_000

/** At most `most` wrong tries per name within `window` milliseconds. */
export class Throttle {
  readonly #most: number
  readonly #window: number
  readonly #clock: Clock
  readonly #tries = new Map<string, readonly number[]>()

  constructor(options: { readonly most: number; readonly window: number; readonly clock: Clock }) {
    this.#most = options.most
    this.#window = options.window
    this.#clock = options.clock
  }

  /** How many seconds this name has to wait, 0 when it may try. */
  wait(name: string): number {
    const recent = this.#recent(name)
    if (recent.length < this.#most) return 0
    const oldest = recent[recent.length - this.#most] ?? 0
    return Math.max(1, Math.ceil((oldest + this.#window - this.#clock.now()) / 1000))
  }

  /** Notes a try before it is judged: tries made at the same moment count too. */
  note(name: string): void {
    const tries = [...this.#recent(name), this.#clock.now()].slice(-this.#most)
    this.#tries.delete(name)
    this.#tries.set(name, tries)
    if (this.#tries.size > namesMost) {
      const [oldest] = this.#tries.keys()
      if (oldest !== undefined) this.#tries.delete(oldest)
    }
  }

  /** Takes one noted try back: it was right. */
  forgive(name: string): void {
    const tries = this.#recent(name).slice(0, -1)
    if (tries.length === 0) this.#tries.delete(name)
    else this.#tries.set(name, tries)
  }

  #recent(name: string): readonly number[] {
    const from = this.#clock.now() - this.#window
    return (this.#tries.get(name) ?? []).filter((at) => at > from)
  }
}

/** Wrong tries are counted over 15 minutes. */
const guessWindow = 15 * 60_000
/** A person who forgot needs fewer; a program that guesses gets nowhere, and cannot use the slow hash as a hammer. */
const perEmail = 5
const perAddress = 20

/** Who tries a password: an e-mail, whatever its capitals, from an address. */
export interface Guesser {
  readonly email: string
  readonly address: string
}

/** Slows down the guessing of passwords, by e-mail and by address at once. */
export class GuessGuard {
  readonly #emails: Throttle
  readonly #addresses: Throttle

  constructor(clock: Clock) {
    this.#emails = new Throttle({ most: perEmail, window: guessWindow, clock })
    this.#addresses = new Throttle({ most: perAddress, window: guessWindow, clock })
  }

  /**
   * Judges a try and counts it where it was wrong; a try that could not be judged at all was none. Where there were too many wrong ones
   * it is not judged, and how many seconds to wait is answered.
   */
  async judge<T>(
    { email, address }: Guesser,
    judge: () => Promise<T>,
    wasWrong: (judged: T) => boolean,
  ): Promise<{ readonly waits: number } | { readonly judged: T }> {
    const [by, from] = [email.toLowerCase(), addressName(address)]
    const waits = Math.max(this.#emails.wait(by), this.#addresses.wait(from))
    if (waits > 0) return { waits }
    // Noted before it is judged: tries made at the same moment count too.
    this.#emails.note(by)
    this.#addresses.note(from)
    let counts = false
    try {
      const judged = await judge()
      counts = wasWrong(judged)
      return { judged }
    } finally {
      if (!counts) {
        this.#emails.forgive(by)
        this.#addresses.forgive(from)
      }
    }
  }
}

/** The name an address is counted under: an IPv6 customer owns a /64, and may try from any address of it. */
export function addressName(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address.replace('::ffff:', '')
  const [head = '', tail = ''] = address.split('::')
  const left = head.split(':').filter((part) => part !== '')
  const right = address.includes('::') ? tail.split(':').filter((part) => part !== '') : []
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
