/** What the commands `scope` and `test` say, by language; a missing sentence is a type error. */
import type { LeftOut } from './scope.ts'
import type { ScopeWarning } from './scope-advice.ts'

/** The sentences of one language. */
export interface ScopeWords {
  readonly help: Readonly<Record<'show' | 'import' | 'rules' | 'test', string>>
  readonly options: Readonly<Record<'print' | 'replace' | 'also' | 'user', string>>
  readonly leftOut: Readonly<Record<LeftOut['reason'], string>>
  /** What is odd, and what to do about it. */
  readonly warnings: Readonly<Record<ScopeWarning['reason'] | 'owner' | 'mode', readonly [what: string, next: string]>>
  readonly say: Readonly<Record<ScopeSentence, string>>
}

/** Sentences and labels; `{x}` is filled in. */
export type ScopeSentence =
  | 'file'
  | 'asked'
  | 'ranges'
  | 'hosts'
  | 'resolved'
  | 'exclude'
  | 'leftOut'
  | 'leftOutLine'
  | 'narrowed'
  | 'warning'
  | 'noWarnings'
  | 'entries'
  | 'more'
  | 'imported'
  | 'unused'
  | 'kept'
  | 'importNext'
  | 'alreadyThere'
  | 'cannotRead'
  | 'cannotWrite'
  | 'importHeading'
  | 'unknownRuler'
  | 'badAlso'
  | 'inScope'
  | 'inScopeBy'
  | 'notInScope'
  | 'resolvesTo'
  | 'answers'
  | 'answersBy'
  | 'answersByUser'
  | 'answersGiven'
  | 'answersNot'
  | 'vain'
  | 'whatIs'
  | 'whatIsIt'
  | 'whatIsNot'
  | 'reads'
  | 'readsWhat'
  | 'masks'
  | 'masksNone'
  | 'maskAddress'
  | 'maskHostName'
  | 'maskMac'
  | 'maskLocation'
  | 'maskContact'
  | 'nothingSent'
  | 'testMore'
  | 'wayOpen'
  | 'wayStraight'
  | 'wayProxy'
