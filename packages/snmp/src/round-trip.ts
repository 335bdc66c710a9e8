/**
 * How long one device takes to answer, learnt from its answers, so that a lost datagram is asked again after as long as this
 * device needs and not after as long as the slowest one may.
 */

/** Weights of a new measurement, and how many variations a time-out lies above the mean (RFC 6298 section 2). */
const MEAN_WEIGHT = 1 / 8
const VARIATION_WEIGHT = 1 / 4
const VARIATIONS = 4

/**
 * No second try comes sooner, in milliseconds. RFC 6298 section 2.4 asks for a second; agents that answer in 5 ms and now and
 * then pause for 100 and more are common, those that pause for 200 are not (Linux bounds TCP's time-out by the same number).
 */
export const LEAST_TIMEOUT = 200

/** The estimate of RFC 6298 over the answers of one device. Give it only times that are beyond doubt (Karn's rule, section 3). */
export class RoundTrip {
  #mean: number
  #variation: number
  #backOff = 1

  /** @param first milliseconds from the only try of a request to its answer. */
  constructor(first: number) {
    this.#mean = first
    this.#variation = first / 2
  }

  /** Another answer took so many milliseconds. */
  add(milliseconds: number): void {
    this.#variation += (Math.abs(this.#mean - milliseconds) - this.#variation) * VARIATION_WEIGHT
    this.#mean += (milliseconds - this.#mean) * MEAN_WEIGHT
    this.#backOff = 1
  }

  /** A try went unanswered in time: the time-out doubles until an answer is measured again (sections 5.5 and 5.7). */
  late(): void {
    if (this.#backOff < 64) this.#backOff *= 2
  }

  /** After how many milliseconds a try has failed: at least `LEAST_TIMEOUT`, at most `most`. */
  timeout(most: number): number {
    const estimate = this.#mean + VARIATIONS * this.#variation
    return Math.min(most, Math.max(LEAST_TIMEOUT, estimate) * this.#backOff)
  }
}
