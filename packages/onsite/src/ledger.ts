/**
 * The ledger: what was asked and what was sent, for the customer, as a hash chain. Changing, removing or inserting a line breaks every
 * hash after it, so the list can be shown in a dispute.
 */
import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3-multiple-ciphers'
import { z } from 'zod'

/** What a ledger line tells of. */
export type LedgerKind =
  | 'enrolled'
  | 'round'
  | 'asked'
  | 'delivered'
  | 'settings'
  | 'epoch'
  | 'dropped'
  | 'instructions'

const rowSchema = z.object({ n: z.int(), at: z.string(), what: z.string(), detail: z.string(), hash: z.string() })

/** One line of the ledger; `hash` is SHA-256 over the previous line's hash and this line. */
export type LedgerLine = z.infer<typeof rowSchema>

const START = '0'.repeat(64)

/** An append-only list with a hash chain. */
export class Ledger {
  readonly #sqlite: Database.Database

  constructor(sqlite: Database.Database) {
    this.#sqlite = sqlite
  }

  /** Adds a line; the detail is any JSON and holds no secrets. */
  add(at: string, what: LedgerKind, detail: Readonly<Record<string, unknown>>): void {
    // Reading the end and writing after it is one step: a person's `ask` may write beside the service.
    this.#sqlite
      .transaction(() => {
        const last = this.last(1)[0]
        const line = { n: (last?.n ?? 0) + 1, at, what, detail: JSON.stringify(detail) }
        const hash = hashLine(last?.hash ?? START, line)
        this.#sqlite.prepare('INSERT INTO ledger VALUES (:n, :at, :what, :detail, :hash)').run({ ...line, hash })
      })
      .immediate()
  }

  /** The newest lines, newest first. */
  last(count: number): readonly LedgerLine[] {
    return z.array(rowSchema).parse(this.#sqlite.prepare('SELECT * FROM ledger ORDER BY n DESC LIMIT ?').all(count))
  }

  /** The number of the first line that does not fit the chain, or null if all do. */
  firstBroken(): number | null {
    let previous = START
    let expected = 1
    for (const row of this.#sqlite.prepare('SELECT * FROM ledger ORDER BY n').iterate()) {
      const line = rowSchema.parse(row)
      if (line.n !== expected || line.hash !== hashLine(previous, line)) return line.n
      previous = line.hash
      expected += 1
    }
    return null
  }
}

function hashLine(previous: string, line: Omit<LedgerLine, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, line.n, line.at, line.what, line.detail]))
    .digest('hex')
}
