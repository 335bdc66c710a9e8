/**
 * How fast a round asks: so many datagrams a second over all that it asks, as the settings say. Sweeps pay for each datagram, readers for the
 * first one before it leaves and for the others when they know how many there were.
 */
import { type Bucket, paceOf } from '@platen/snmp'
import type { Clock } from './world.ts'

/** Readers look again for their turn this often. */
const REST_MS = 10

/** A rate shared by everything a round asks. */
export class Pace {
  /** For sweeps, which draw from it by themselves. */
  readonly bucket: Bucket
  readonly #clock: Pick<Clock, 'now' | 'after'>
  /** Readers wait in line. */
  #turn: Promise<void> = Promise.resolve()

  constructor(clock: Pick<Clock, 'now' | 'after'>, perSecond: number) {
    this.bucket = paceOf(perSecond)
    this.#clock = clock
  }

  /** Waits until a datagram may leave, and pays for it. */
  take(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#take())
    return this.#turn
  }

  /** Pays for datagrams that have left. */
  pay(datagrams: number): void {
    this.bucket.spend(datagrams)
  }

  async #take(): Promise<void> {
    while (!this.bucket.take(this.#clock.now()))
      await new Promise<void>((resolve) => void this.#clock.after(REST_MS, resolve))
  }
}
