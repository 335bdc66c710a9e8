/** What a trap port was told lately, so that a message that comes twice is delivered once: played again, or told again by who missed our word. */
import { TIME_WINDOW } from './usm-engine.ts'

/** A message to our engine may be a window early and a window late (RFC 3414 section 3.2 step 7a): so long it could be taken. */
const REMEMBERED = (2 * TIME_WINDOW + 1) * 1_000

/** Marks remembered in one span of time, twice that in all: more than the limits of a trap port let pass. Beyond that the oldest go first. */
const MOST = 262_144

/** Remembers marks for 301 seconds at least and 602 at most. */
export class Repeats {
  #young = new Set<string>()
  #old = new Set<string>()
  #since = Number.NEGATIVE_INFINITY

  /** Whether this mark was added lately; `now` in milliseconds. */
  has(mark: string, now: number): boolean {
    this.#turn(now)
    return this.#young.has(mark) || this.#old.has(mark)
  }

  add(mark: string, now: number): void {
    this.#turn(now)
    this.#young.add(mark)
  }

  #turn(now: number): void {
    const passed = now - this.#since
    if (passed < REMEMBERED && this.#young.size < MOST) return
    this.#old = passed < 2 * REMEMBERED ? this.#young : new Set()
    this.#young = new Set()
    this.#since = now
  }
}
