/**
 * The best wall time an Onsite can have: what Central signed last, and what has passed since by the clock that cannot jump; the machine's own
 * where Central has not been heard in this life. Only hours and closings go by it.
 */
import type { Clock } from './world.ts'

export class BestTime {
  readonly #clock: Clock
  #signed: string | null
  /** How much the signed time is ahead of the monotonic clock. */
  #ahead: number | null = null

  /** `signed` is what was signed before this life began, when nobody knows how long ago. */
  constructor(clock: Clock, signed: string | null) {
    this.#clock = clock
    this.#signed = signed
  }

  now(): number {
    return this.#clock.now()
  }

  wall(): number {
    return this.#ahead === null ? this.#clock.wall() : this.#ahead + this.#clock.now()
  }

  /** What Central has signed by now; the same as before says nothing. */
  heard(signed: string | null): void {
    if (signed === null || signed === this.#signed) return
    this.#signed = signed
    this.#ahead = Date.parse(signed) - this.#clock.now()
  }
}
