/** Everything the program says, by language: for each way to fail what happened and what to do next. A missing sentence is a type error. */

import type { CheckName } from '@platen/model'
import type { Refusal } from '@platen/wire'
import type { Asked } from './ask.ts'
import type { BackupFailure } from './backup.ts'
import type { DeliveryFailure } from './deliver.ts'
import type { EnrolFailure } from './enrol.ts'
import type { LedgerWords } from './ledger-words.ts'
import type { MissWords } from './miss-words.ts'
import { numberText } from './numbers.ts'
import type { Hindrance } from './onsite.ts'
import type { NarrowFault } from './scope.ts'
import type { ScopeProblem } from './scope-file.ts'
import type { ScopeWords } from './scope-words.ts'
import { german } from './words-de.ts'
import { english } from './words-en.ts'

/** What happened, and what a person can do about it. */
export type Advice = readonly [what: string, next: string]

/** Why asking one address brought no reading. */
export type AskFailure = Extract<Asked, { ok: false }>['reason']

/** One language. */
export interface Words {
  readonly locale: 'de' | 'en'
  readonly help: {
    readonly program: string
    readonly enrol: string
    readonly round: string
    readonly run: string
    readonly status: string
    readonly ask: string
    readonly scope: string
    readonly check: string
    readonly backup: string
    readonly restore: string
    readonly page: string
    readonly pagePassword: string
    readonly options: Readonly<Record<OptionName, string>>
    readonly titles: Readonly<Record<string, string>>
    readonly exitCodes: string
  }
  readonly hindrances: Readonly<Record<Hindrance['reason'], Advice>>
  readonly calls: Readonly<Record<EnrolFailure | DeliveryFailure, Advice>>
  readonly refusals: Readonly<Record<Refusal, Advice>>
  readonly asks: Readonly<Record<AskFailure, Advice>>
  readonly backups: Readonly<Record<BackupFailure, Advice>>
  /** What the checks of model compare; a code that is not here is shown as it is. */
  readonly checks: Readonly<Record<CheckName, string>>
  readonly scopeFaults: Readonly<Record<ScopeProblem['reason'] | NarrowFault, string>>
  readonly say: Readonly<Record<SentenceName, string>>
  /** What `scope` and `test` say. */
  readonly scope: ScopeWords
  readonly ledger: LedgerWords
  /** What was not got of a printer. */
  readonly misses: MissWords
}

/** Options of the commands. */
export type OptionName =
  | 'state'
  | 'scope'
  | 'language'
  | 'server'
  | 'email'
  | 'password'
  | 'proxy'
  | 'trust'
  | 'instructions'
  | 'snmpPort'
  | 'ca'
  | 'again'
  | 'noDeliver'
  | 'atOnce'
  | 'json'
  | 'community'

/** Sentences and labels; `{x}` is filled in. */
export type SentenceName =
  | 'next'
  | 'detail'
  | 'line'
  | 'yes'
  | 'no'
  | 'never'
  | 'askPassword'
  | 'enrolled'
  | 'enrolledNext'
  | 'setAside'
  | 'progress'
  | 'roundDone'
  | 'roundFates'
  | 'roundKept'
  | 'roundLost'
  | 'roundStopped'
  | 'rangesRefused'
  | 'delivered'
  | 'deliveredNothing'
  | 'deliveredInstructions'
  | 'waits'
  | 'running'
  | 'stopping'
  | 'stopped'
  | 'incident'
  | 'statusTitle'
  | 'statusOnsite'
  | 'statusNotEnrolled'
  | 'statusServer'
  | 'statusProxy'
  | 'statusScope'
  | 'statusInstructions'
  | 'instructionsWait'
  | 'instructionsTrial'
  | 'instructionsRefused'
  | 'statusSettings'
  | 'statusDuty'
  | 'standbyFor'
  | 'statusPrinters'
  | 'statusRound'
  | 'statusDelivery'
  | 'statusFailed'
  | 'statusOutbox'
  | 'statusLedger'
  | 'statusTraps'
  | 'statusPage'
  | 'backupAskNew'
  | 'backupAsk'
  | 'backupTooShort'
  | 'backupProgress'
  | 'backupDone'
  | 'restored'
  | 'pageOff'
  | 'pageNoPassword'
  | 'pageOpen'
  | 'pageAskPassword'
  | 'pagePasswordLength'
  | 'pagePasswordSet'
  | 'pagePasswordOff'
  | 'pageNotServed'
  | 'trapsHeard'
  | 'trapsNotHeard'
  | 'ledgerWhole'
  | 'ledgerBroken'
  | 'statusProblems'
  | 'every'
  | 'askTitle'
  | 'askCost'
  | 'askObjects'
  | 'askNothing'
  | 'askMeters'
  | 'askSupplies'
  | 'askChecks'
  | 'checkRow'
  | 'checkMeter'
  | 'askMisses'
  | 'askFrom'
  | 'levelSome'
  | 'levelUnlimited'
  | 'levelUnknown'
  | 'holds'
  | 'broken'
  | 'scopeAllowed'
  | 'scopeRefused'
  | 'scopeSummary'
  | 'scopeHash'
  | 'scopeDemo'

/** The language for an explicit wish or the machine's locale (`de_AT.UTF-8`); English for everything else. */
export function wordsFor(wish: string | undefined): Words {
  return wish?.toLowerCase().startsWith('de') === true ? german : english
}

/** A sentence with its blanks filled in; numbers are written as the language does. */
export function fill(words: Words, name: SentenceName, blanks: Readonly<Record<string, string | number>> = {}): string {
  return fillText(words, words.say[name], blanks)
}

/** The same for a sentence that is at hand. */
export function fillText(
  words: Pick<Words, 'locale'>,
  text: string,
  blanks: Readonly<Record<string, string | number>> = {},
): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = blanks[key]
    return value === undefined ? whole : typeof value === 'number' ? numberText(words.locale, value) : value
  })
}
