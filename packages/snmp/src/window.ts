/**
 * How many answers may be on their way to us at once. It starts from what the kernel's receive buffer holds, grows while
 * answers come back and shrinks when they get lost, as TCP's window does: a fixed number is wrong on every other network.
 */

/** What one waiting answer costs of the receive buffer the kernel grants (Linux counts its own overhead: 2,304 octets for a common answer). */
const ANSWER_COST = 2_304

const SMALLEST = 16
const LARGEST = 16_384

/** Losses in a hundred answers below which the window grows: a bad cable loses as many, and slowing down does not mend it. */
const BEARABLE_LOSS = 0.03
const SHRINK = 0.7

/** Before the first answer nothing is known of the network: an answer is expected within this many milliseconds. */
const FIRST_PATIENCE = 100
const LEAST_PATIENCE = 20

/** Counts requests whose answers are expected now. A request nobody answered in good time no longer counts: it is silence, not load. */
export class Window {
  readonly #step: number
  #size: number
  #used = 0
  #opening = true
  #filled = false
  #answers = 0
  #lost = 0
  #roundTrip: number | undefined

  /** @param receiveBuffer octets granted by the kernel. */
  constructor(receiveBuffer: number) {
    this.#size = clamp(Math.floor(receiveBuffer / ANSWER_COST))
    this.#step = Math.max(1, Math.floor(this.#size / 8))
  }

  get size(): number {
    return this.#size
  }

  get used(): number {
    return this.#used
  }

  get open(): boolean {
    return this.#used < this.#size
  }

  /** How many milliseconds an answer is expected at once before its place is given to another request. */
  get patience(): number {
    return this.#roundTrip === undefined ? FIRST_PATIENCE : Math.max(LEAST_PATIENCE, 4 * this.#roundTrip)
  }

  take(): void {
    this.#used++
    if (this.#used >= this.#size) this.#filled = true
  }

  give(): void {
    this.#used--
  }

  /** Learns from an answer: how many milliseconds it took since the last try, and whether an earlier try got none. */
  heard(roundTrip: number, again: boolean): void {
    this.#answers++
    if (again) this.#lost++
    // An answer after a second try does not say which of the two it answers, so its time says nothing (Karn's rule).
    else
      this.#roundTrip = this.#roundTrip === undefined ? roundTrip : this.#roundTrip + (roundTrip - this.#roundTrip) / 8
    if (this.#answers >= this.#size) this.#judge()
  }

  #judge(): void {
    if (this.#lost > this.#answers * BEARABLE_LOSS) {
      this.#size = clamp(Math.floor(this.#size * SHRINK))
      this.#opening = false
    } else if (this.#filled) {
      this.#size = clamp(this.#opening ? this.#size * 2 : this.#size + this.#step)
    }
    this.#answers = 0
    this.#lost = 0
    this.#filled = this.#used >= this.#size
  }
}

function clamp(size: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, size))
}
