/**
 * What must hold of a profile beyond its shape: it reaches only where it may, stays within the bounds, names only what it
 * holds, and its label tables lead to words of the model. Run at compile and again wherever instructions arrive.
 */
import {
  alertSeverities,
  checkNames,
  colours,
  coverStates,
  deviceStatuses,
  sides,
  supplyClasses,
  supplyKinds,
  units,
  works,
} from '@platen/model'
import { knowsCharset } from './charset.ts'
import { nameOfKey } from './meter-name.ts'
import { badBranch, bounds, outOfReach } from './reach.ts'
import type { AuthoredProfile, MeterRule } from './schema/profile.ts'
import { type PlacedTerm, termsOf } from './schema/rules.ts'
import type { Term } from './schema/term.ts'
import { sizeUnits, unitLabels } from './schema/units.ts'

/** Everything wrong with a profile, in words for its author; empty if nothing is. */
export function checkProfile(profile: AuthoredProfile): string[] {
  const problems = [
    ...checkReach(profile),
    ...checkBounds(profile),
    ...checkColumns(profile),
    ...termsOf(profile).flatMap((placed) => checkReferences(placed, profile)),
    ...checkWords(profile),
    ...checkCharset(profile),
  ]
  return problems.map((problem) => `${profile.profile}: ${problem}`)
}

/**
 * Names of checks that no reader could put into words. Asked of an author only: an Onsite takes a bundle that compares what it
 * has no word for, since it only passes the name on, and refusing would leave its devices without a single meter.
 */
export function checkAuthored(profile: AuthoredProfile): string[] {
  const known: readonly string[] = checkNames
  const names = [...profile.meters, ...profile.checks].flatMap(({ name }) => (name === undefined ? [] : [name]))
  return names
    .filter((name) => !known.includes(name))
    .map((name) => `${profile.profile}: no check is called '${name}'; the names are ${known.join(', ')}`)
}

/** Every object instance a profile asks by name: scalars and packed records. */
export function scalarsOf(profile: AuthoredProfile): readonly string[] {
  const scalars = new Set<string>()
  for (const { term } of termsOf(profile)) if (typeof term === 'object' && 'get' in term) scalars.add(term.get)
  for (const { object } of Object.values(profile.records)) scalars.add(object)
  return [...scalars]
}

/** Every object and column against the branches, and the branches themselves. */
function checkReach(profile: AuthoredProfile): string[] {
  const columns = Object.values(profile.tables).flatMap((table) => Object.values(table.columns))
  const branches = profile.reach.allow.map(badBranch)
  const objects = [...scalarsOf(profile), ...columns].map((object) => outOfReach(object, profile.reach))
  return [...branches, ...objects].filter((problem) => problem !== null)
}

function checkBounds(profile: AuthoredProfile): string[] {
  const tables = Object.entries(profile.tables)
  const objects =
    scalarsOf(profile).length + tables.reduce((sum, [, { columns }]) => sum + Object.keys(columns).length, 0)
  const problems = tables
    .filter(([, { rows }]) => rows > bounds.rows)
    .map(([name, { rows }]) => `table ${name} has ${rows} rows, more than ${bounds.rows}`)
  if (tables.length > bounds.tables) problems.push(`${tables.length} tables, more than ${bounds.tables}`)
  if (objects > bounds.objects) problems.push(`${objects} objects, more than ${bounds.objects}`)
  return problems
}

/** One column in two tables would have its answers in only one of them. */
function checkColumns(profile: AuthoredProfile): string[] {
  const seen = new Map<string, string>()
  const problems: string[] = []
  for (const [table, rule] of Object.entries(profile.tables)) {
    for (const [column, object] of Object.entries(rule.columns)) {
      const other = seen.get(object)
      if (other !== undefined) problems.push(`${table}.${column} is ${object}, as ${other} is`)
      seen.set(object, `${table}.${column}`)
    }
  }
  return problems
}

/** What a term names must be in the profile, and what needs a row must stand in a rule with rows. */
function checkReferences(placed: PlacedTerm, profile: AuthoredProfile): string[] {
  const { term, where, rows } = placed
  const has = (table: string, column?: string): string[] => {
    const columns = profile.tables[table]?.columns
    if (columns === undefined) return [`${where} names table ${table}, which is not there`]
    return column === undefined || columns[column] !== undefined
      ? []
      : [`${where} names column ${table}.${column}, which is not there`]
  }
  const hasLabels = (name: string): string[] =>
    profile.labels[name] === undefined ? [`${where} names labels ${name}, which are not there`] : []
  const needsRow = [`${where} is not evaluated in rows, but names a column or part of one`]
  if (typeof term !== 'object') return rows === undefined ? [] : has(rows)
  if ('rows' in term)
    return [
      ...has(term.rows, term.column),
      ...Object.keys(term.where ?? {}).flatMap((column) => has(term.rows, column)),
    ]
  if ('sum' in term) return Array.isArray(term.sum) ? [] : has(term.sum.rows, term.sum.column)
  if ('count' in term) return has(term.count)
  if ('column' in term) {
    if (term.of !== undefined && term.by !== undefined) return has(term.of, term.column)
    return rows === undefined ? needsRow : has(rows, term.column)
  }
  if ('part' in term) return rows === undefined ? needsRow : []
  if ('records' in term) {
    const { octet } = term
    if (octet !== undefined && octet.at > octet.of) return [`${where} wants octet ${octet.at} of ${octet.of}`]
    return profile.records[term.records] === undefined
      ? [`${where} names records ${term.records}, which are not there`]
      : []
  }
  if ('in' in term) return hasLabels(term.in)
  if ('containing' in term) return hasLabels(term.containing)
  return []
}

/** The words a closed field can lead to, or null where a term could say anything. */
export function wordsOf(term: Term, profile: Pick<AuthoredProfile, 'labels'>): readonly string[] | null {
  if (typeof term === 'string') return [term]
  if (typeof term !== 'object') return null
  if ('in' in term) return Object.keys(profile.labels[term.in] ?? {})
  if ('containing' in term) return Object.keys(profile.labels[term.containing] ?? {})
  if (!('first' in term)) return null
  const words = term.first.map((inner) => wordsOf(inner, profile))
  return words.every((list) => list !== null) ? words.flat() : null
}

/** Fields that are words of the model may lead nowhere else: a typing error here would be a meter lost in the field. */
function checkWords(profile: AuthoredProfile): string[] {
  const problems: string[] = []
  const closed = (term: Term | undefined, allowed: readonly string[], where: string): void => {
    if (term === undefined) return
    const words = wordsOf(term, profile)
    if (words === null) problems.push(`${where} must be a word or come from labels`)
    for (const word of words ?? []) if (!allowed.includes(word)) problems.push(`${where} may not be '${word}'`)
  }
  profile.meters.forEach((rule, at) => {
    problems.push(...checkName(rule, profile).map((problem) => `meters[${at}] ${problem}`))
    closed(rule.unit, units, `meters[${at}].unit`)
    closed(rule.work, works, `meters[${at}].work`)
    closed(rule.colour, colours, `meters[${at}].colour`)
    closed(rule.sides, sides, `meters[${at}].sides`)
  })
  profile.supplies.forEach((rule, at) => {
    closed(rule.kind, supplyKinds, `supplies[${at}].kind`)
    closed(rule.class, supplyClasses, `supplies[${at}].class`)
    closed(rule.unit, unitLabels, `supplies[${at}].unit`)
  })
  profile.inputs.forEach((rule, at) => {
    closed(rule.unit, unitLabels, `inputs[${at}].unit`)
    closed(rule.sizeUnit, sizeUnits, `inputs[${at}].sizeUnit`)
  })
  profile.outputs.forEach((rule, at) => {
    closed(rule.unit, unitLabels, `outputs[${at}].unit`)
  })
  for (const rule of profile.covers) closed(rule.state, coverStates, 'covers.state')
  for (const rule of profile.alerts) closed(rule.severity, alertSeverities, 'alerts.severity')
  closed(profile.status?.device, deviceStatuses, 'status.device')
  return problems
}

/** A rule names its meter once: by key, or axis by axis. Rows can be added up only where there are rows. */
function checkName(rule: MeterRule, profile: AuthoredProfile): string[] {
  const problems: string[] = []
  if (rule.add !== undefined && rule.rows === undefined) problems.push('adds up rows, but has none')
  if (rule.meter === undefined) return rule.unit === undefined ? [...problems, 'has no unit'] : problems
  const axes = [rule.work, rule.colour, rule.size, rule.sides]
  if (rule.unit !== undefined || axes.some((axis, at) => axis !== (at === 0 ? 'total' : 'all')))
    problems.push('is named by a key and by axes')
  const words = wordsOf(rule.meter, profile)
  if (words === null) problems.push('must be named by a key or by labels that lead to keys')
  const strange = (words ?? []).filter((key) => nameOfKey(key) === null)
  return [...problems, ...strange.map((key) => `may not be '${key}'`)]
}

function checkCharset(profile: AuthoredProfile): string[] {
  if (profile.charset === undefined) return []
  const { declared, fallback } = profile.charset
  const names = [fallback, ...(declared === undefined ? [] : (wordsOf(declared, profile) ?? []))]
  return names.filter((name) => !knowsCharset(name)).map((name) => `no character set '${name}' is known`)
}
