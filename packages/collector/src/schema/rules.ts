/** Walking over the rules of a profile: every term in it, with the rows it is evaluated in. */
import type { AuthoredProfile } from './profile.ts'
import { innerTerms, type Term } from './term.ts'

/** A term of a profile: where it stands (for messages), and the table whose rows it is evaluated in, if any. */
export interface PlacedTerm {
  readonly term: Term
  readonly where: string
  readonly rows: string | undefined
}

/** Every term of a profile, with those inside it. */
export function termsOf(profile: AuthoredProfile): readonly PlacedTerm[] {
  const placed: PlacedTerm[] = []
  const add = (term: Term | undefined, where: string, rows?: string): void => {
    if (term === undefined) return
    placed.push({ term, where, rows })
    for (const inner of innerTerms(term)) add(inner, where, rows)
  }
  for (const [field, term] of Object.entries(profile.identity)) add(term, `identity.${field}`)
  add(profile.charset?.declared, 'charset')
  add(profile.status?.device, 'status.device')
  add(profile.status?.errors, 'status.errors')
  for (const section of ['meters', 'supplies', 'inputs', 'outputs', 'covers', 'firmware', 'alerts'] as const) {
    profile[section].forEach((rule, at) => {
      for (const [field, term] of Object.entries<Term | boolean | undefined>(rule)) {
        if (notTerms.has(field) || (section === 'meters' && field === 'name')) continue
        if (typeof term !== 'boolean') add(term, `${section}[${at}].${field}`, rule.rows)
      }
    })
  }
  for (const check of profile.checks) {
    for (const side of [check.left, check.right]) if ('value' in side) add(side.value, `checks.${check.name}`)
  }
  return placed
}

/** Fields of a rule that hold no term. */
const notTerms: ReadonlySet<string> = new Set(['rows', 'add', 'join', 'confidence'])
