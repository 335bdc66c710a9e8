/** What the command `ledger` says. */
import type { LedgerKind } from './ledger.ts'
import type { LookKind } from './schedule.ts'

/** Help, one sentence for each kind of line with its blanks, and what is said of the whole. */
export interface LedgerWords {
  readonly help: {
    readonly ledger: string
    readonly show: string
    readonly verify: string
    readonly export: string
    readonly last: string
  }
  readonly kinds: Readonly<Record<LedgerKind, string>>
  readonly looks: Readonly<Record<LookKind, string>>
  readonly lists: Readonly<Record<'addresses' | 'objects', string>>
  readonly none: string
  readonly whole: string
  readonly broken: readonly [what: string, next: string]
  readonly exported: string
  readonly exists: readonly [what: string, next: string]
  readonly notWritten: readonly [what: string, next: string]
  readonly notANumber: readonly [what: string, next: string]
}
