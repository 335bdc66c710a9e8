/**
 * The ledger: what was asked and what was sent, for the customer, as a hash chain. A line that is changed, removed or inserted breaks the
 * chain, and lines missing at its end do not fit the head that is kept beside it. Only who holds the database's key could write both anew.
 */
import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3-multiple-ciphers'
import { z } from 'zod'
import type { DatabaseFault } from './database.ts'
import type { Store } from './store.ts'

/** What a ledger line tells of. */
export type LedgerKind =
  | 'enrolled'
  | 'round'
  | 'asked'
  | 'looked'
  | 'list'
  | 'recovered'
  | 'delivered'
  | 'settings'
  | 'epoch'
  | 'dropped'
  | 'instructions'

const rowSchema = z.object({ n: z.int(), at: z.string(), what: z.string(), detail: z.string(), hash: z.string() })

/** One line of the ledger; `hash` is SHA-256 over the previous line's hash and this line. */
export type LedgerLine = z.infer<typeof rowSchema>

const START = '0'.repeat(64)
/** Letters of a list that stands in the line itself; longer ones are lines of their own, which many lines refer to. */
const INLINE_LETTERS = 200
/** Lists that are not written anew: rounds of several kinds ask the same day after day. */
const LISTS_KNOWN = 64
/** Lines held while the disk takes none: days of rounds and contacts. */
const WAITING_MOST = 500

type NewLine = Pick<LedgerLine, 'at' | 'what' | 'detail'>

/** An append-only list with a hash chain. */
export class Ledger {
  readonly #sqlite: Database.Database
  readonly #store: Store
  /** Lines that the disk has not taken yet, the oldest first. */
  #waiting: readonly NewLine[] = []

  constructor(sqlite: Database.Database, store: Store) {
    this.#sqlite = sqlite
    this.#store = store
  }

  /**
   * Adds a line; the detail is any JSON and holds no secrets. A line that the disk will not take goes there before the next one that it
   * takes. Inside a transaction a fault is thrown.
   */
  add(at: string, what: LedgerKind, detail: Readonly<Record<string, unknown>>): DatabaseFault | null {
    const line = { at, what, detail: JSON.stringify(detail) }
    if (this.#sqlite.inTransaction) {
      this.#append(line)
      return null
    }
    this.#waiting = [...this.#waiting, line].slice(-WAITING_MOST)
    // Reading the end and writing after it is one step: a person's `ask` may write beside the service.
    const fault = this.#store.attempt(() => {
      for (const each of this.#waiting) this.#append(each)
    })
    if (fault === null) this.#waiting = []
    return fault
  }

  /**
   * A list as a line may hold it: itself if it is short, else the SHA-256 of its entries joined by line feeds, under which a line before has
   * all of it.
   */
  list(
    at: string,
    of: 'addresses' | 'objects',
    entries: readonly string[],
  ): readonly string[] | { readonly list: string } {
    const text = entries.join('\n')
    if (text.length <= INLINE_LETTERS) return entries
    const hash = createHash('sha256').update(text).digest('hex')
    const known = this.#store.get('ledgerLists') ?? []
    if (known.includes(hash)) return { list: hash }
    // One that the disk has not taken yet is written again the next time: twice is better than never.
    const fault = this.add(at, 'list', { of, hash, entries })
    if (fault === null) this.#store.set('ledgerLists', [...known, hash].slice(-LISTS_KNOWN))
    return { list: hash }
  }

  #append(given: NewLine): void {
    const last = this.last(1)[0] ?? { n: 0, hash: START }
    const head = this.#store.get('ledgerHead') ?? last
    // Going on from the head, not from the last line there is: what was taken away stays noticed.
    const end = head.n >= last.n ? head : last
    const line = { n: end.n + 1, ...given }
    const hash = hashLine(end.hash, line)
    this.#sqlite.prepare('INSERT INTO ledger VALUES (:n, :at, :what, :detail, :hash)').run({ ...line, hash })
    this.#store.set('ledgerHead', { n: line.n, hash })
  }

  /** All lines, the first one first, as of one moment. */
  *lines(): Generator<LedgerLine> {
    for (const row of this.#sqlite.prepare('SELECT * FROM ledger ORDER BY n').iterate()) yield rowSchema.parse(row)
  }

  /** The newest lines, newest first. */
  last(count: number): readonly LedgerLine[] {
    return z.array(rowSchema).parse(this.#sqlite.prepare('SELECT * FROM ledger ORDER BY n DESC LIMIT ?').all(count))
  }

  /** The number of the first line that does not fit the chain or is missing at its end, or null if all is whole. */
  firstBroken(): number | null {
    // Lines and head are read as of one moment: another process may be adding.
    return this.#sqlite.transaction(() => this.#firstBroken())()
  }

  #firstBroken(): number | null {
    let previous = START
    let expected = 1
    for (const row of this.#sqlite.prepare('SELECT * FROM ledger ORDER BY n').iterate()) {
      const line = rowSchema.parse(row)
      if (line.n !== expected || line.hash !== hashLine(previous, line)) return line.n
      previous = line.hash
      expected += 1
    }
    const head = this.#store.get('ledgerHead')
    if (head === null || head.hash === previous) return null
    // As many lines as there were, and another hash: the last of them is not the one that was written.
    return head.n === expected - 1 ? head.n : Math.min(head.n + 1, expected)
  }
}

function hashLine(previous: string, line: Omit<LedgerLine, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, line.n, line.at, line.what, line.detail]))
    .digest('hex')
}
