/**
 * Collects readings into envelopes of at most fifty and hands them to the outbox as they fill: a killed round loses at most what was not
 * acknowledged yet, and a round over thousands of printers holds only a hundred readings: fifty that are sealed, fifty that gather.
 */
import type { Reading } from '@platen/model'
import { bodiesOf, linesOf } from '@platen/wire'
import type { DatabaseFault } from './database.ts'
import type { Draft, Outbox } from './outbox.ts'
import { readingsDraft, type SealingContext } from './seal.ts'

/** Readings of one envelope: enough that HPKE and gzip cost little, few enough that little is at stake. */
const BATCH_READINGS = 50

/** What a batch made of its readings. `lost` were not kept: the disk is full, or a reading is larger than an envelope. */
export interface Kept {
  readonly readings: readonly Reading[]
  readonly lost: number
  readonly dropped: number
  readonly fault: DatabaseFault | null
}

/** Fills and keeps envelopes; `onKept` hears of each after it is on the disk. */
export class Batch {
  readonly #outbox: Pick<Outbox, 'append'>
  readonly #context: SealingContext
  readonly #onKept: (kept: Kept) => void
  #open: Reading[] = []
  /** Over when the envelope that is being sealed is kept. */
  #sealing: Promise<void> | null = null

  constructor(outbox: Pick<Outbox, 'append'>, context: SealingContext, onKept: (kept: Kept) => void) {
    this.#outbox = outbox
    this.#context = context
    this.#onKept = onKept
  }

  /** Takes a reading; waits for the disk when it fills an envelope, and while the one before is still being sealed and this one is full. */
  async add(reading: Reading): Promise<void> {
    while (this.#open.length >= BATCH_READINGS) await this.#sealing
    this.#open.push(reading)
    if (this.#open.length >= BATCH_READINGS) await this.flush()
  }

  /** Keeps what is there, one envelope after the other. */
  async flush(): Promise<void> {
    while (this.#sealing !== null) await this.#sealing
    const sealed = this.#seal()
    // Whoever waits for its end only wants to know that it is over.
    this.#sealing = sealed
      .catch(() => undefined)
      .finally(() => {
        this.#sealing = null
      })
    await sealed
  }

  async #seal(): Promise<void> {
    const readings = this.#open
    this.#open = []
    if (readings.length === 0) return
    const { bodies, tooLong } = bodiesOf(readings)
    let from = 0
    const fit = readings.filter((reading) => !tooLong.includes(reading))
    if (tooLong.length > 0) this.#onKept({ readings: [], lost: tooLong.length, dropped: 0, fault: null })
    for (const body of bodies) {
      const count = linesOf(body)?.length ?? 0
      const part = fit.slice(from, from + count)
      from += count
      this.#onKept(await this.#keep(readingsDraft(this.#context, body, count), part))
    }
  }

  async #keep(draft: Draft, readings: readonly Reading[]): Promise<Kept> {
    const appended = await this.#outbox.append(draft)
    if (!appended.ok) return { readings: [], lost: readings.length, dropped: 0, fault: appended }
    return { readings, lost: 0, dropped: appended.dropped, fault: null }
  }
}
