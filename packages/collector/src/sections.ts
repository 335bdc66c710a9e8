/** Which parts of a reading the tables of a profile feed: what was missed of one table says nothing in a visit that did not ask for it. */
import { type AskedPart, askedIn, type ReadKind } from '@platen/model'
import type { Profile } from './instructions.ts'
import { termsOf } from './schema/rules.ts'

/** The parts by the first word of where a term stands; what tells who a device is is asked in every visit. */
const parts: ReadonlyMap<string, AskedPart> = new Map([
  ['meters', 'meters'],
  ['checks', 'meters'],
  ['supplies', 'supplies'],
  ['inputs', 'supplies'],
  ['outputs', 'supplies'],
  ['status', 'status'],
  ['covers', 'status'],
  ['alerts', 'status'],
])

type Fed = ReadonlyMap<string, ReadonlySet<AskedPart>>
/** Weak, so that instructions that were replaced can go. */
const made = new WeakMap<Profile, Fed>()

/** Whether a miss of this subject, a table or anything else, belongs into a reading of this kind of visit. */
export function isAsked(subject: string, kind: ReadKind, profile: Profile): boolean {
  let fed = made.get(profile)
  if (fed === undefined) {
    fed = fedBy(profile)
    made.set(profile, fed)
  }
  const own = fed.get(subject)
  return own === undefined || askedIn[kind].some((part) => own.has(part))
}

function fedBy(profile: Profile): Fed {
  const fed = new Map<string, Set<AskedPart>>()
  for (const { term, where, rows } of termsOf(profile)) {
    const part = parts.get(/^[a-z]+/i.exec(where)?.[0] ?? '')
    if (part === undefined) continue
    for (const table of [rows, tableOf(term)]) {
      if (table === undefined) continue
      const known = fed.get(table)
      if (known === undefined) fed.set(table, new Set([part]))
      else known.add(part)
    }
  }
  return fed
}

/** The table that a term names itself. */
function tableOf(term: ReturnType<typeof termsOf>[number]['term']): string | undefined {
  if (typeof term !== 'object') return undefined
  if ('rows' in term) return term.rows
  if ('count' in term) return term.count
  if ('of' in term) return term.of
  return 'sum' in term && !Array.isArray(term.sum) ? term.sum.rows : undefined
}
