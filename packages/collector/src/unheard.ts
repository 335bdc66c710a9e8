/** What a device was asked and did not answer wholly: a counter from there may exist, so that its absence this time says nothing. */
import type { Miss } from '@platen/model'
import type { AuthoredProfile, MeterRule } from './schema/profile.ts'
import { innerTerms, type Term } from './schema/term.ts'

/** Reasons that mean "not got", as opposed to "the device has none". */
const lost: ReadonlySet<Miss['reason']> = new Set(['silent', 'refused', 'malformed', 'tooMany'])

/** Tables by name and single objects by number that were asked and not wholly answered, and why; `scalars` in the order they were asked. */
export function unheardIn(
  misses: readonly Miss[],
  asked: { readonly scalars: readonly string[]; readonly tables: readonly string[] },
): ReadonlyMap<string, Miss['reason']> {
  const unheard = new Map<string, Miss['reason']>()
  for (const { subject, reason } of misses) {
    if (!lost.has(reason)) continue
    const [, from, to] = /^objects (\d{1,4}) to (\d{1,4})$/.exec(subject) ?? []
    if (from !== undefined && to !== undefined)
      for (const object of asked.scalars.slice(Number(from) - 1, Number(to))) unheard.set(object, reason)
    // More answers than are kept: nobody knows whose are missing.
    else if (subject === 'answers') for (const table of asked.tables) unheard.set(table, reason)
    else if (asked.tables.includes(subject)) unheard.set(subject, reason)
  }
  return unheard
}

/** The tables and single objects a meter rule reads its count from. */
export function sourcesOf(rule: MeterRule, records: AuthoredProfile['records']): ReadonlySet<string> {
  const sources = new Set<string>(rule.rows === undefined ? [] : [rule.rows])
  const add = (term: Term): void => {
    if (typeof term !== 'object') return
    if ('get' in term) sources.add(term.get)
    if ('rows' in term) sources.add(term.rows)
    if ('sum' in term && !Array.isArray(term.sum)) sources.add(term.sum.rows)
    if ('column' in term && 'of' in term && term.of !== undefined) sources.add(term.of)
    if ('records' in term) sources.add(records[term.records]?.object ?? '')
    for (const inner of innerTerms(term)) add(inner)
  }
  add(rule.value)
  return sources
}
