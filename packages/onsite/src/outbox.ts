/**
 * The outbox: sealed envelopes that Central has not receipted yet. Appending is Onsite's acknowledgement to itself: from then on every
 * reading inside arrives exactly once, whatever is killed, cut or restarted, because the same bytes are sent again under the same number.
 */
import { fitDelivery, type Receipt, type SealedEnvelope } from '@platen/wire'
import type Database from 'better-sqlite3-multiple-ciphers'
import { z } from 'zod'
import { type DatabaseFault, giveBack } from './database.ts'
import type { Ledger } from './ledger.ts'
import type { Fact, Store } from './store.ts'

/** Most bytes of unsent envelopes: 500 printers, hourly, for more than 90 days at 1 KB a sealed reading. */
const OUTBOX_CAP_BYTES = 2 * 1024 ** 3
/** How long a delivered envelope is kept, so that a Central restored from a backup can ask for it again. */
export const KEPT_AFTER_RECEIPT_MS = 14 * 24 * 3600 * 1000
const ENVELOPES_A_LOOK = 200
/** On a full disk room is made for what is to be kept, twice over for the database's own pages, and for the notes of a round. */
const ROOM_FOR_NOTES = 64 * 1024

/** An envelope as it waits. */
export interface Waiting {
  readonly n: number
  readonly epoch: string
  readonly seq: number
  readonly hash: string
  readonly bytes: Uint8Array
}

/** Where the next envelope stands in the chain. */
export interface Place {
  readonly epoch: string
  readonly seq: number
  readonly previous: string | null
}

/** What to append: `seal` gets the place and answers the sealed bytes with their name. */
export interface Draft {
  readonly kind: 'readings' | 'contact'
  readonly at: string
  readonly count: number
  readonly seal: (place: Place) => Promise<SealedEnvelope>
}

/** What was appended; `dropped` counts the oldest unsent envelopes that had to go because the cap was reached. */
export type Appended =
  | { readonly ok: true; readonly seq: number; readonly hash: string; readonly dropped: number }
  | DatabaseFault

/** What receipts did. `unknown` are receipts for nothing we have, or with another hash than ours. */
export interface Settled {
  readonly ok: true
  readonly settled: number
  readonly quarantined: readonly Receipt[]
  readonly unknown: readonly Receipt[]
}

const waitingSchema = z.object({
  n: z.int(),
  epoch: z.string(),
  seq: z.int(),
  hash: z.string(),
  bytes: z.instanceof(Uint8Array),
})
const sizeSchema = z.object({ n: z.int(), size: z.int() })
const droppedSchema = sizeSchema.extend({ epoch: z.string(), seq: z.int(), kind: z.string(), count: z.int() })

/** Appends, offers and settles envelopes, one writer at a time. */
export class Outbox {
  readonly #sqlite: Database.Database
  readonly #store: Store
  readonly #ledger: Ledger
  readonly #cap: number
  /** Appends one after the other: each needs the hash of the one before. */
  #tail: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    readonly sqlite: Database.Database
    readonly store: Store
    readonly ledger: Ledger
    /** Most bytes of unsent envelopes. */
    readonly cap?: number | undefined
  }) {
    this.#sqlite = parts.sqlite
    this.#store = parts.store
    this.#ledger = parts.ledger
    this.#cap = parts.cap ?? OUTBOX_CAP_BYTES
  }

  /** Seals and keeps; when it answers ok, the envelope is on the disk. A full disk is an answer, not an accident. */
  append(draft: Draft): Promise<Appended> {
    const appended = this.#tail.then(() => this.#append(draft))
    this.#tail = appended.catch(() => undefined)
    return appended
  }

  /** Begins a new epoch; what waits in the old one is still delivered. A chain the disk does not have is none. */
  startEpoch(epoch: string): DatabaseFault | null {
    return this.#store.attempt(() => void this.#store.set('chain', { epoch, seq: 0, previous: null }))
  }

  /** How many envelopes wait, their readings, their bytes, and the moment of the oldest. */
  waiting(): {
    readonly envelopes: number
    readonly readings: number
    readonly bytes: number
    readonly oldest: string | null
  } {
    const row = this.#sqlite
      .prepare(`SELECT count(*) AS envelopes, coalesce(sum(CASE kind WHEN 'readings' THEN count ELSE 0 END), 0) AS readings,
        coalesce(sum(size), 0) AS bytes, min(at) AS oldest FROM outbox WHERE fate IS NULL`)
      .get()
    return z.object({ envelopes: z.int(), readings: z.int(), bytes: z.int(), oldest: z.string().nullable() }).parse(row)
  }

  /** How many delivered envelopes are still kept. */
  delivered(): number {
    return z.int().parse(this.#sqlite.prepare('SELECT count(*) FROM outbox WHERE fate IS NOT NULL').pluck().get())
  }

  /** Whether a contact waits that was not put back: one is enough, however long Central is away. */
  hasWaitingContact(): boolean {
    const found = this.#sqlite
      .prepare(`SELECT 1 FROM outbox WHERE fate IS NULL AND kind = 'contact' AND later = 0 LIMIT 1`)
      .get()
    return found !== undefined
  }

  /** The oldest waiting envelopes that fit one delivery. `most` makes it fewer. */
  next(most: number = ENVELOPES_A_LOOK): readonly Waiting[] {
    const rows = z
      .array(sizeSchema)
      .parse(this.#sqlite.prepare('SELECT n, size FROM outbox WHERE fate IS NULL ORDER BY later, n LIMIT ?').all(most))
    const read = this.#sqlite.prepare('SELECT n, epoch, seq, hash, bytes FROM outbox WHERE n = ?')
    return rows.slice(0, fitDelivery(rows.map(({ size }) => size))).map(({ n }) => waitingSchema.parse(read.get(n)))
  }

  /** Puts an envelope behind those not yet put back: one that Central will not have, even alone, must not stop the others. */
  putBack(n: number): DatabaseFault | null {
    return this.#store.attempt(
      () => void this.#sqlite.prepare('UPDATE outbox SET later = later + 1 WHERE n = ?').run(n),
    )
  }

  /** Puts back all that waits now, before what comes from now on. */
  putAllBack(): void {
    this.#sqlite.prepare('UPDATE outbox SET later = later + 1 WHERE fate IS NULL').run()
  }

  /** Takes Central's receipts to heart, in one commit; a receipt counts only for the very bytes we hold. */
  settle(receipts: readonly Receipt[], wall: number): Settled | DatabaseFault {
    const kept = this.#store.tryTogether(() =>
      this.#settle(receipts, ({ fate, epoch, seq, hash }) => {
        const write = this.#sqlite.prepare(
          'UPDATE outbox SET fate = ?, settled = ? WHERE epoch = ? AND seq = ? AND hash = ? AND fate IS NULL',
        )
        return write.run(fate, Math.round(wall), epoch, seq, hash).changes
      }),
    )
    if (kept.ok) return kept.value
    if (kept.reason !== 'diskFull') return kept
    // Changing a row needs room before it gives room. What Central has need not be kept here too where there is none.
    const removed = this.#store.tryTogether(() =>
      this.#settle(
        receipts,
        ({ epoch, seq, hash }) =>
          this.#sqlite
            .prepare('DELETE FROM outbox WHERE epoch = ? AND seq = ? AND hash = ? AND fate IS NULL')
            .run(epoch, seq, hash).changes,
      ),
    )
    return removed.ok ? removed.value : removed
  }

  /** Lets go of envelopes whose receipt is older than 14 days, and of room nobody needs; `wall` is by the clock of `settle`. What the disk does not let go today goes another day. */
  prune(wall: number): number {
    const pruned = this.#store.tryTogether(() =>
      this.#sqlite
        .prepare('DELETE FROM outbox WHERE fate IS NOT NULL AND settled < ?')
        .run(wall - KEPT_AFTER_RECEIPT_MS),
    )
    giveBack(this.#sqlite)
    return pruned.ok ? pruned.value.changes : 0
  }

  #settle(receipts: readonly Receipt[], settleOne: (receipt: Receipt) => number): Settled {
    const ours = this.#sqlite.prepare('SELECT 1 FROM outbox WHERE epoch = ? AND seq = ? AND hash = ?')
    const unknown = receipts.filter(({ epoch, seq, hash }) => ours.get(epoch, seq, hash) === undefined)
    const settled = receipts.reduce((sum, receipt) => sum + settleOne(receipt), 0)
    return { ok: true, settled, unknown, quarantined: receipts.filter(({ fate }) => fate === 'quarantined') }
  }

  async #append(draft: Draft): Promise<Appended> {
    const chain = this.#store.get('chain')
    if (chain === null) throw new Error('an outbox without an epoch')
    const seq = chain.seq + 1
    const { bytes, hash } = await draft.seal({ epoch: chain.epoch, seq, previous: chain.previous })
    const keep = () =>
      this.#store.tryTogether(() => this.#keep(draft, bytes, { epoch: chain.epoch, seq, previous: hash }))
    let kept = keep()
    if (!kept.ok && kept.reason === 'diskFull' && this.#letGo(2 * bytes.length + ROOM_FOR_NOTES) > 0) kept = keep()
    return kept.ok ? { ok: true, seq, hash, dropped: kept.value } : kept
  }

  /** Gives up delivered envelopes before their 14 days, the oldest first, until so many bytes are free: a reading not kept is lost, they are not. */
  #letGo(bytes: number): number {
    const settled = z
      .array(sizeSchema)
      .parse(this.#sqlite.prepare('SELECT n, size FROM outbox WHERE fate IS NOT NULL ORDER BY n').all())
    const remove = this.#sqlite.prepare('DELETE FROM outbox WHERE n = ?')
    let freed = 0
    const fault = this.#store.attempt(() => {
      for (const { n, size } of settled) {
        if (freed >= bytes) return
        remove.run(n)
        freed += size
      }
    })
    return fault === null ? freed : 0
  }

  #keep(draft: Draft, bytes: Uint8Array, chain: Fact<'chain'> & { previous: string }): number {
    const dropped = this.#makeRoom(bytes.length, draft.at)
    this.#sqlite
      .prepare('INSERT INTO outbox (epoch, seq, kind, at, count, size, hash, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(chain.epoch, chain.seq, draft.kind, draft.at, draft.count, bytes.length, chain.previous, bytes)
    this.#store.set('chain', chain)
    return dropped
  }

  /** Drops the oldest unsent envelopes until so many bytes fit under the cap; what was dropped stands in the ledger, in the same commit. */
  #makeRoom(size: number, at: string): number {
    let { bytes } = this.waiting()
    const dropped: z.infer<typeof droppedSchema>[] = []
    const find = this.#sqlite.prepare(
      'SELECT n, size, epoch, seq, kind, count FROM outbox WHERE fate IS NULL ORDER BY n LIMIT 1',
    )
    while (bytes + size > this.#cap) {
      const oldest = find.get()
      if (oldest === undefined) break
      const row = droppedSchema.parse(oldest)
      this.#sqlite.prepare('DELETE FROM outbox WHERE n = ?').run(row.n)
      bytes -= row.size
      dropped.push(row)
    }
    if (dropped.length === 0) return 0
    const readings = dropped.reduce((sum, { kind, count }) => sum + (kind === 'readings' ? count : 0), 0)
    this.#ledger.add(at, 'dropped', { envelopes: dropped.length, readings, range: rangeOf(dropped) })
    return dropped.length
  }
}

/** Which envelopes these are, by their first and last place in the chain; epochs by their first eight letters. */
export function rangeOf(envelopes: readonly Pick<Waiting, 'epoch' | 'seq'>[]): string {
  const ends = [envelopes[0], envelopes.at(-1)].flatMap((one) => (one === undefined ? [] : [one]))
  return ends.map(({ epoch, seq }) => `${epoch.slice(0, 8)}:${seq}`).join('-')
}
