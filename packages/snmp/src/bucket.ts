/** The limit of what comes or goes by the second: a bucket that tokens drip into, so many at most. */

/** A bucket: so many at once, and so many more each second. */
export interface Limit {
  readonly burst: number
  readonly perSecond: number
}

/** Full to begin with. Times are milliseconds of one clock. */
export class Bucket {
  readonly #limit: Limit
  #tokens: number
  #filledAt: number | undefined

  constructor(limit: Limit) {
    this.#limit = limit
    this.#tokens = limit.burst
  }

  /** How many tokens there are now; below 0 while more were spent than there were. */
  filled(now: number): number {
    const { burst, perSecond } = this.#limit
    const seconds = this.#filledAt === undefined ? 0 : (now - this.#filledAt) / 1_000
    this.#filledAt = now
    this.#tokens = Math.min(burst, this.#tokens + seconds * perSecond)
    return this.#tokens
  }

  spend(tokens: number): void {
    this.#tokens -= tokens
  }

  /** Takes a token, if there is one. */
  take(now: number): boolean {
    if (this.filled(now) < 1) return false
    this.#tokens--
    return true
  }
}
