/** What `scope` prints, as text made from values and words alone. */
import { formatRange } from './addresses.ts'
import { formatHost, type Scope } from './scope.ts'
import type { ScopeWarning } from './scope-advice.ts'
import type { Writer } from './scope-guard.ts'
import { fillText, type Words } from './words.ts'

/** All that `scope show` knows: the file, what it means, who may write it, and what settings choose of it. */
export interface ScopeShown {
  readonly file: string
  readonly scope: Scope
  readonly warnings: readonly ScopeWarning[]
  readonly writers: readonly Writer[]
  /** Null without settings, or where they choose everything. */
  readonly narrowed: Scope | null
}

/** Entries and runs of one kind that are listed; the rest is counted. */
const LISTED = 20
const RUNS_LISTED = 5

/** The whole scope for a person. */
export function scopeScreen(words: Words, shown: ScopeShown): string {
  const { scope, narrowed } = shown
  const say = (name: keyof Words['scope']['say'], blanks: Readonly<Record<string, string | number>> = {}) =>
    fillText(words, words.scope.say[name], blanks)
  const { ranges, exclude } = scope.parts
  const hosts = scope.hosts.map((host) =>
    host.address === null ? say('resolved', { name: host.name }) : formatHost(host),
  )
  const leftOut = scope.leftOut().map(({ reason, addresses, runs }) => {
    const why = words.scope.leftOut[reason]
    return say('leftOutLine', { addresses, why, runs: cut(words, runs, RUNS_LISTED).join(', ') })
  })
  const section = (name: 'ranges' | 'hosts' | 'exclude' | 'leftOut', entries: readonly string[]) =>
    entries.length === 0 ? [] : [say(name), ...cut(words, entries, LISTED).map((entry) => `  ${entry}`)]
  return [
    say('file', { path: shown.file }),
    say('asked', { addresses: scope.size }),
    ...section('ranges', ranges.map(formatRange)),
    ...section('hosts', hosts),
    ...section('exclude', exclude.map(formatRange)),
    ...section('leftOut', leftOut),
    ...(narrowed === null
      ? []
      : [
          say('narrowed', {
            addresses: narrowed.size,
            ranges: cut(words, narrowed.describe(), RUNS_LISTED).join(', '),
          }),
        ]),
    ...(scope.demo ? [words.say.scopeDemo] : []),
    fillText(words, words.say.scopeHash, { hash: scope.hash }),
    ...warningLines(words, shown),
  ].join('\n')
}

/** What is odd, each with what to do; or that nothing of the file's guard is. */
export function warningLines(
  words: Words,
  { warnings, writers }: Pick<ScopeShown, 'warnings' | 'writers'>,
): readonly string[] {
  const odd = warnings.map(({ reason, entries }) => note(words, reason, { entries: entries.join(', ') }))
  const open = writers.map(({ path, by, owner, mode }) => note(words, by, { path, owner: String(owner), mode }))
  return [...odd, ...(open.length === 0 ? [words.scope.say.noWarnings] : open)]
}

function note(
  words: Words,
  reason: keyof Words['scope']['warnings'],
  blanks: Readonly<Record<string, string>>,
): string {
  const [what, next] = words.scope.warnings[reason]
  const { entries } = blanks
  return [
    fillText(words, words.scope.say.warning, { text: fillText(words, what, blanks) }),
    ...(entries === undefined ? [] : [`  ${fillText(words, words.scope.say.entries, { entries })}`]),
    `  ${fillText(words, words.say.next, { text: fillText(words, next, blanks) })}`,
  ].join('\n')
}

/** The first so many, and how many more there are. */
function cut(words: Words, all: readonly string[], most: number): readonly string[] {
  if (all.length <= most) return all
  return [...all.slice(0, most), fillText(words, words.scope.say.more, { count: all.length - most })]
}
