/**
 * One timer for any number of deadlines: a ring of slots, each a linked list, so that starting and ending a deadline
 * costs the same whether ten or a hundred thousand are running.
 */
import type { Clock } from './clock.ts'

/** Deadlines are met at most this many milliseconds late, never early. */
export const TICK = 10

/** A wake-up that many milliseconds late means that the process was held up. */
const HELD_UP = 50
export const READING_TIME = 2 * TICK

/** Waits in a row: enough for what a busy process reads in as many turns, and few enough for time-outs to come in it at all. */
const MOST_WAITS = 4

/** Says when answers that came while the process was held up are to be read before anything is called late. */
export class HoldUps {
  #waits = 0

  /** Whether to wait another `READING_TIME`. */
  isOne(millisecondsLate: number): boolean {
    this.#waits = millisecondsLate > HELD_UP && this.#waits < MOST_WAITS ? this.#waits + 1 : 0
    return this.#waits > 0
  }
}

/** One turn is some ten seconds; later deadlines stay in their slot for another turn. */
const SLOTS = 1_024

/** What can be put on a wheel carries its own links. */
export interface Timed<T> {
  /** The tick at which it is due; the wheel's own. */
  due: number
  /** The slot it lies in, or `OFF` or `FIRING`. */
  slot: number
  before: T | undefined
  after: T | undefined
}

/** `slot` of something that is not on a wheel. */
export const OFF = -1
const FIRING = -2

/** A timer wheel over items that know their links; `fire` is called once for each item that is due. */
export class Wheel<T extends Timed<T>> {
  readonly #clock: Clock
  readonly #fire: (item: T) => void
  readonly #slots: (T | undefined)[] = new Array(SLOTS).fill(undefined)
  #count = 0
  /** The last tick whose slot was looked at. */
  #turned: number
  #wakeAt = Number.POSITIVE_INFINITY
  #cancel: (() => void) | undefined
  readonly #holdUps = new HoldUps()

  constructor(clock: Clock, fire: (item: T) => void) {
    this.#clock = clock
    this.#fire = fire
    this.#turned = Math.floor(clock.now() / TICK)
  }

  get count(): number {
    return this.#count
  }

  /** Puts an item that is off on the wheel, due in so many milliseconds after `now`. */
  add(item: T, now: number, milliseconds: number): void {
    item.due = Math.max(Math.ceil((now + milliseconds) / TICK), this.#turned + 1)
    item.slot = item.due % SLOTS
    const head = this.#slots[item.slot]
    item.before = undefined
    item.after = head
    if (head !== undefined) head.before = item
    this.#slots[item.slot] = item
    this.#count++
    if (item.due < this.#wakeAt) this.#wake(item.due, now)
  }

  /** Takes an item off; harmless if it is off already. */
  remove(item: T): void {
    if (item.slot >= 0) this.#unlink(item)
    item.slot = OFF
  }

  /** Forgets its timer; what still lies on it will not fire. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#wakeAt = Number.POSITIVE_INFINITY
  }

  #unlink(item: T): void {
    if (item.before !== undefined) item.before.after = item.after
    else this.#slots[item.slot] = item.after
    if (item.after !== undefined) item.after.before = item.before
    item.before = undefined
    item.after = undefined
    this.#count--
  }

  #wake(tick: number, now: number): void {
    this.#cancel?.()
    this.#wakeAt = tick
    this.#cancel = this.#clock.after(Math.max(0, tick * TICK - now), () => this.#turn())
  }

  #turn(): void {
    const now = this.#clock.now()
    const late = now - this.#wakeAt * TICK
    this.#cancel = undefined
    this.#wakeAt = Number.POSITIVE_INFINITY
    if (this.#holdUps.isOne(late)) {
      this.#wake(Math.ceil((now + READING_TIME) / TICK), now)
      return
    }
    const due = this.#takeDue(Math.floor(now / TICK))
    for (const item of due) {
      // Another item's end may have taken this one off in the meantime.
      if (item.slot !== FIRING) continue
      item.slot = OFF
      this.#fire(item)
    }
    this.#wakeForNext()
  }

  #takeDue(tick: number): T[] {
    const due: T[] = []
    const last = Math.min(tick, this.#turned + SLOTS)
    for (let at = this.#turned + 1; at <= last; at++) {
      for (let item = this.#slots[at % SLOTS]; item !== undefined; ) {
        const next: T | undefined = item.after
        if (item.due <= tick) {
          this.#unlink(item)
          item.slot = FIRING
          due.push(item)
        }
        item = next
      }
    }
    this.#turned = Math.max(this.#turned, tick)
    return due
  }

  #wakeForNext(): void {
    if (this.#count === 0) return
    for (let tick = this.#turned + 1; tick <= this.#turned + SLOTS; tick++) {
      if (tick >= this.#wakeAt) return
      if (this.#slots[tick % SLOTS] === undefined) continue
      this.#wake(tick, this.#clock.now())
      return
    }
  }
}
