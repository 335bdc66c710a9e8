/** Puts a profile on top of the one it extends, and under both the words all profiles share. */
import { type AuthoredProfile, identityFields, type Words } from './schema/profile.ts'
import { termsOf } from './schema/rules.ts'
import type { Term } from './schema/term.ts'

/** A vendor's own rules come first, so that its total is the total; supplies come last, since they only fill what the standard left open. */
export function mergeProfiles(own: AuthoredProfile, base: AuthoredProfile): AuthoredProfile {
  const { extends: _, ...rest } = own
  return {
    ...rest,
    reach: { allow: [...own.reach.allow, ...base.reach.allow], deny: [...own.reach.deny, ...base.reach.deny] },
    limits: { ...base.limits, ...own.limits },
    brands: [...own.brands, ...base.brands],
    tables: mergeTables(own.tables, base.tables),
    records: { ...base.records, ...own.records },
    labels: mergeLabels(own.labels, base.labels),
    placeholders: mergePlaceholders(own.placeholders, base.placeholders),
    charset: own.charset === undefined ? base.charset : { ...base.charset, ...own.charset },
    identity: mergeIdentity(own.identity, base.identity),
    status: own.status ?? base.status,
    meters: [...own.meters, ...base.meters],
    supplies: [...base.supplies, ...own.supplies],
    inputs: [...base.inputs, ...own.inputs],
    outputs: [...base.outputs, ...own.outputs],
    covers: [...base.covers, ...own.covers],
    firmware: [...own.firmware, ...base.firmware],
    alerts: [...base.alerts, ...own.alerts],
    checks: [...own.checks, ...base.checks],
  }
}

/** A profile with the shared label tables it names, and no others: the bundle travels to every Onsite. */
export function withWords(profile: AuthoredProfile, words: readonly Words[]): AuthoredProfile {
  const shared = words.reduce<AuthoredProfile['labels']>((all, { words: tables }) => mergeLabels(all, tables), {})
  const labels = mergeLabels(profile.labels, shared)
  const used = new Set(termsOf(profile).map(({ term }) => labelsNamed(term)))
  const placeholders = words.reduce((all, one) => mergePlaceholders(all, one.placeholders), profile.placeholders)
  return {
    ...profile,
    placeholders,
    labels: Object.fromEntries(Object.entries(labels).filter(([name]) => used.has(name))),
  }
}

function labelsNamed(term: Term): string | null {
  if (typeof term !== 'object') return null
  if ('in' in term) return term.in
  return 'containing' in term ? term.containing : null
}

/** A table of the same name gains columns; its bounds are the maker's. */
function mergeTables(own: AuthoredProfile['tables'], base: AuthoredProfile['tables']): AuthoredProfile['tables'] {
  const merged = { ...base, ...own }
  for (const [name, table] of Object.entries(own)) {
    const below = base[name]
    if (below !== undefined) merged[name] = { ...below, ...table, columns: { ...below.columns, ...table.columns } }
  }
  return merged
}

/** A target keeps the labels of both; the maker's come first. */
function mergeLabels(own: AuthoredProfile['labels'], base: AuthoredProfile['labels']): AuthoredProfile['labels'] {
  const merged = { ...base, ...own }
  for (const [name, targets] of Object.entries(own)) {
    const below = base[name]
    if (below === undefined) continue
    const all = { ...below }
    for (const [target, texts] of Object.entries(targets)) all[target] = [...texts, ...(below[target] ?? [])]
    merged[name] = all
  }
  return merged
}

type Placeholders = AuthoredProfile['placeholders']

function mergePlaceholders(own: Placeholders, base: Placeholders): Placeholders {
  return {
    only: own.only + base.only,
    any: [...own.any, ...base.any],
    serial: [...own.serial, ...base.serial],
    model: [...own.model, ...base.model],
  }
}

/** What the maker tells is tried first, then what the standard tells. */
function mergeIdentity(
  own: AuthoredProfile['identity'],
  base: AuthoredProfile['identity'],
): AuthoredProfile['identity'] {
  const merged = { ...base, ...own }
  for (const field of identityFields) {
    const above = own[field]
    const below = base[field]
    if (above !== undefined && below !== undefined) merged[field] = { first: [...listOf(above), ...listOf(below)] }
  }
  return merged
}

function listOf(term: Term): Term[] {
  return typeof term === 'object' && 'first' in term ? term.first : [term]
}
