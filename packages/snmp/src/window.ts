/**
 * How many answers may be on their way to us at once. It starts from what the kernel's receive buffer holds, grows while
 * answers come back and shrinks when they get lost, as TCP's window does: a fixed number is wrong on every other network.
 */

/** What one waiting answer costs of the buffer the kernel grants (Linux counts its own overhead; measured for 900 to 1,400 octets). */
const ANSWER_COST = 2_304

const SMALLEST = 16
const LARGEST = 16_384

/** Losses in a hundred outcomes below which the window grows: a bad cable loses as many, and slowing down does not mend it. */
const BEARABLE_LOSS = 0.03
const SHRINK = 0.7

/** The share of the kernel's buffer that answers may fill before it is no longer thought empty. */
const EMPTY_ENOUGH = 0.25

/** Before the first answer nothing is known of the network: an answer is expected within this many milliseconds. */
const FIRST_PATIENCE = 100
const LEAST_PATIENCE = 20

/** How quickly the share of strangers that answer is learnt: over so many of them. */
const STRANGERS = 64

/** A stranger counts for at least this much: behind a stretch of silence there may be a street full of printers. */
const LEAST_SHARE = 1 / 8

/**
 * Counts requests whose answers are expected now. A request nobody answered in good time no longer counts: it is silence, not
 * load; and an address that never answered counts for as much of an answer as such addresses gave lately.
 */
export class Window {
  readonly #held: number
  readonly #step: number
  #size: number
  #used = 0
  #opening = true
  #filled = false
  #heard = 0
  #lost = 0
  /** The most datagrams read in one go since the last judgement, up to an empty buffer; nothing if it was never empty. */
  #backlog: number | undefined
  #roundTrip: number | undefined
  #strangersAnswer = 1

  /** @param receiveBuffer octets granted by the kernel; half of them may be filled at once to begin with. */
  constructor(receiveBuffer: number) {
    this.#held = clamp(Math.floor(receiveBuffer / ANSWER_COST))
    this.#size = clamp(Math.floor(this.#held / 2))
    this.#step = Math.max(1, Math.floor(this.#size / 8))
  }

  get size(): number {
    return this.#size
  }

  get open(): boolean {
    return this.#used < this.#size
  }

  /** How many milliseconds an answer is expected at once before its place is given to another request. */
  get patience(): number {
    return this.#roundTrip === undefined ? FIRST_PATIENCE : Math.max(LEAST_PATIENCE, 4 * this.#roundTrip)
  }

  /** Takes what one more request counts for; whoever took it gives it back. */
  take(isStranger: boolean): number {
    const share = isStranger ? this.#strangerShare() : 1
    this.#used += share
    if (this.#used >= this.#size) this.#filled = true
    return share
  }

  give(share: number): void {
    this.#used -= share
  }

  /** A stranger answered in good time, or did not. */
  met(hasAnswered: boolean): void {
    this.#strangersAnswer += ((hasAnswered ? 1 : 0) - this.#strangersAnswer) / STRANGERS
  }

  /** Whole eighths add up and down without an error. */
  #strangerShare(): number {
    return Math.max(1, Math.ceil(this.#strangersAnswer / LEAST_SHARE)) * LEAST_SHARE
  }

  /** An answer came so many milliseconds after the only try of its request. */
  heard(roundTrip: number): void {
    this.#heard++
    this.#roundTrip = this.#roundTrip === undefined ? roundTrip : this.#roundTrip + (roundTrip - this.#roundTrip) / 8
    this.#judge()
  }

  /** An answer came after a second try, or to a try that was thought lost: its time says nothing (Karn's rule). */
  heardAtLast(): void {
    this.#heard++
    this.#judge()
  }

  /** A device that answers in good time did not: request or answer were lost, most likely because we asked for too much at once. */
  lost(): void {
    this.#lost++
    this.#judge()
  }

  /** It was only slow. */
  notLost(): void {
    if (this.#lost > 0) this.#lost--
  }

  /** The buffer was read until it was empty, in so many datagrams: so full it had been. */
  emptied(read: number): void {
    if (this.#backlog === undefined || read > this.#backlog) this.#backlog = read
  }

  #judge(): void {
    if (this.#heard + this.#lost < this.#size) return
    if (this.#lost > this.#heard * BEARABLE_LOSS) {
      this.#size = clamp(Math.floor(this.#size * SHRINK))
      this.#opening = false
    } else if (this.#filled) this.#grow()
    this.#heard = 0
    this.#lost = 0
    this.#backlog = undefined
    this.#filled = this.#used >= this.#size
  }

  /** Doubles up to what the kernel holds, and beyond while answers are read as they come; else goes on by steps. */
  #grow(): void {
    const isKeptEmpty = this.#backlog !== undefined && this.#backlog <= this.#held * EMPTY_ENOUGH
    if (!this.#opening) this.#size = clamp(this.#size + this.#step)
    else if (isKeptEmpty) this.#size = clamp(this.#size * 2)
    else if (this.#size < this.#held) this.#size = clamp(Math.min(this.#size * 2, this.#held))
    else this.#size = clamp(this.#size + this.#step)
  }
}

function clamp(size: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, size))
}
