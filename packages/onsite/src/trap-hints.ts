/**
 * When to look at a printer that has told of something: a little later, when its tables say it too, and never more often than its owner
 * would like. A trap is believed in nothing else: whoever can send one can make us read a printer we know, this often at the most.
 */
import type { Clock } from './world.ts'

/** A printer changes its tables within seconds of its trap; several traps come with one event. */
const SETTLE_MS = 15_000
/** A printer is looked at once in this time at the most, however much it tells. */
const REST_MS = 10 * 60_000
/** Printers looked at together at the most; the others come next. */
const TOGETHER = 64

/** Which printers are to be looked at, and when. */
export class TrapHints {
  readonly #clock: Pick<Clock, 'now'>
  /** When each is due, and when each was looked at last. */
  readonly #due = new Map<string, number>()
  readonly #looked = new Map<string, number>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** A known printer told something. */
  hear(address: string): void {
    if (this.#due.has(address)) return
    const now = this.#clock.now()
    const rested = (this.#looked.get(address) ?? Number.NEGATIVE_INFINITY) + REST_MS
    this.#due.set(address, Math.max(now + SETTLE_MS, rested))
  }

  /** When the first is due, in milliseconds of the clock; infinity if none waits. */
  get nextAt(): number {
    let first = Number.POSITIVE_INFINITY
    for (const at of this.#due.values()) if (at < first) first = at
    return first
  }

  /** How many printers are to be looked at. */
  get waiting(): number {
    return this.#due.size
  }

  /** Those that are due now, at most 64; they count as looked at. */
  takeDue(): string[] {
    const now = this.#clock.now()
    const due = [...this.#due].filter(([, at]) => at <= now).sort(([, one], [, other]) => one - other)
    const taken = due.slice(0, TOGETHER).map(([address]) => address)
    for (const address of taken) {
      this.#due.delete(address)
      this.#looked.set(address, now)
    }
    this.#forgetRested(now)
    return taken
  }

  /** All printers were just read: what was heard before is in that. */
  allRead(): void {
    this.#due.clear()
  }

  #forgetRested(now: number): void {
    for (const [address, at] of this.#looked) if (at + REST_MS <= now) this.#looked.delete(address)
  }
}
