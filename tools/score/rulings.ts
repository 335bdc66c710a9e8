/** Where another program's test and our reading differ and somebody has looked: knowledge/rulings.json says who is right and why, and so does docs/profiles.md. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KNOWLEDGE } from '../knowledge/catalogue.ts'
import { asList } from '../knowledge/json.ts'
import type { Mark } from './marks.ts'

/** One difference that was looked at. `ours` is null where the other program reads what we have decided not to. */
export interface Ruling {
  readonly recording: string
  readonly attribute: string
  readonly said: string
  readonly ours: string | null
}

/** The checked-in rulings. */
export async function checkedInRulings(): Promise<readonly Ruling[]> {
  const json: unknown = JSON.parse(await readFile(join(KNOWLEDGE, 'rulings.json'), 'utf8'))
  return asList(json).map(({ recording, attribute, said, ours }) => ({
    recording: String(recording),
    attribute: String(attribute),
    said: String(said),
    ours: typeof ours === 'string' ? ours : null,
  }))
}

/** The marks of one recording after its rulings: a value read as ruled is right, what is ruled out is not marked, and any third value stays wrong. */
export function ruled(marks: readonly Mark[], name: string, rulings: readonly Ruling[]): readonly Mark[] {
  const own = rulings.filter(({ recording }) => recording === name)
  return marks.flatMap((mark): readonly Mark[] => {
    const ruling = own.find(({ attribute, said }) => attribute === mark.attribute && mark.detail.startsWith(said))
    if (ruling === undefined || mark.fate === 'right') return [mark]
    if (ruling.ours === null) return mark.fate === 'missing' ? [] : [mark]
    return mark.detail.endsWith(`read as ${ruling.ours}`) ? [{ ...mark, fate: 'right' }] : [mark]
  })
}
