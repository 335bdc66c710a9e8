/**
 * Which objects the meters and checks of a profile are made of. Their answers travel with a reading whole, so that what a corrected profile
 * makes of the same objects is known exactly: an answer that is not there was not given.
 */
import type { Reading } from '@platen/model'
import type { Profile } from './instructions.ts'
import { missOf } from './misses.ts'
import { type Observation, recordOf } from './observation.ts'
import { type PlacedTerm, termsOf } from './schema/rules.ts'

/** Scalars and columns, dotted, that the meters, the checks and the character set of a profile read. */
export function meterObjects(profile: Profile): ReadonlySet<string> {
  const terms = termsOf(profile).filter(({ where }) => /^(meters|checks|charset)\b/.test(where))
  return new Set(terms.flatMap((term) => objectsOf(term, profile)))
}

/**
 * The profile with those rules for meters and checks alone that read nothing but these objects; `isWhole` says that all do. Where a rule is
 * left out, nothing is known of what it would give.
 */
export function withKnown(
  profile: Profile,
  known: ReadonlySet<string>,
): { readonly profile: Profile; readonly isWhole: boolean } {
  const unknown = termsOf(profile)
    .filter((term) => objectsOf(term, profile).some((object) => !known.has(object)))
    .map(({ where }) => where)
  const isKnown = (rule: string): boolean => !unknown.some((where) => where === rule || where.startsWith(`${rule}.`))
  const meters = profile.meters.filter((_, at) => isKnown(`meters[${at}]`))
  const checks = profile.checks.filter(({ name }) => isKnown(`checks.${name}`))
  const isWhole = meters.length === profile.meters.length && checks.length === profile.checks.length
  return { profile: isWhole ? profile : { ...profile, meters, checks }, isWhole }
}

/** What a term itself names; the terms inside it are placed on their own. */
function objectsOf({ term, rows }: PlacedTerm, { tables, records }: Profile): readonly string[] {
  if (typeof term !== 'object') return []
  const columns = (table: string | undefined, names?: readonly string[]): readonly string[] => {
    const all = tables[table ?? '']?.columns ?? {}
    return (names ?? Object.keys(all)).flatMap((name) => all[name] ?? [])
  }
  if ('get' in term) return [term.get]
  if ('sum' in term) return Array.isArray(term.sum) ? [] : columns(term.sum.rows, [term.sum.column])
  if ('count' in term) return columns(term.count)
  if ('rows' in term) return columns(term.rows, [term.column, ...Object.keys(term.where ?? {})])
  if ('column' in term) return columns(term.of ?? rows, [term.column])
  if ('records' in term) return [records[term.records]?.object ?? []].flat()
  return []
}

type IsInstance = (instance: string) => boolean

/** Weak, so that instructions that were replaced can go. */
const made = new WeakMap<Profile, IsInstance>()

/** Letters of answers that may travel with a reading beside what fed a meter; the most talkative real device has a tenth of it. */
const MOST_LETTERS = 64_000

/**
 * The reading of a visit in which all was asked, as it travels: with all answers to what the profile's meters and checks are made of, not
 * only those that fed one. If they are too many none travels, and a miss says so: whoever reads it again must not take them for absent.
 */
export function carryAnswers(reading: Reading, { answers }: Pick<Observation, 'answers'>, profile: Profile): Reading {
  let isKept = made.get(profile)
  if (isKept === undefined) {
    isKept = instancesOf(meterObjects(profile))
    made.set(profile, isKept)
  }
  const record: Record<string, string> = { ...reading.observation }
  let letters = 0
  for (const [object, value] of answers) {
    const text = isKept(object) ? recordOf(value) : null
    if (text === null) continue
    letters += object.length + text.length
    if (letters > MOST_LETTERS) return tooTalkative(reading)
    record[object] = text
  }
  return { ...reading, observation: record }
}

function tooTalkative(reading: Reading): Reading {
  const miss = missOf('answers', 'tooMany', { code: 'tooMany', most: MOST_LETTERS })
  return { ...reading, misses: [...reading.misses, miss] }
}

function instancesOf(objects: ReadonlySet<string>): IsInstance {
  const lengths = [...new Set([...objects].map((object) => object.length))]
  return (instance) =>
    objects.has(instance) ||
    lengths.some((length) => instance[length] === '.' && objects.has(instance.slice(0, length)))
}
