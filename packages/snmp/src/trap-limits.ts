/**
 * How much is listened to: a device that went mad, or somebody who pretends to be one, must not keep the others from being
 * heard. A bucket of tokens for each sender and one for all, in bounded memory.
 */
import { Bucket, type Limit } from './bucket.ts'
import { Recent } from './recent.ts'

/** Senders whose buckets are remembered: every address of a /18. One that was forgotten has a full bucket again; the one for all holds. */
const SENDERS = 16_384

/** Decides who is heard. */
export class TrapLimits {
  readonly #senders = new Recent<string, Bucket>(SENDERS)
  readonly #all: Bucket
  readonly #perSender: Limit

  constructor(limits: { readonly perSender: Limit; readonly all: Limit }) {
    this.#perSender = limits.perSender
    this.#all = new Bucket(limits.all)
  }

  /** Takes a token for this sender at this time, in milliseconds; or says which bucket is empty. */
  take(address: string, now: number): 'heard' | 'overSenderLimit' | 'overTotalLimit' {
    const own = this.#senders.get(address, () => new Bucket(this.#perSender))
    if (!own.take(now)) return 'overSenderLimit'
    return this.#all.take(now) ? 'heard' : 'overTotalLimit'
  }
}
