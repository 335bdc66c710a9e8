/** What a profile asks, before anything is asked: the proof of how far it reaches. */
import type { Profile } from './instructions.ts'
import { planOf } from './plan.ts'

/** Exact instances, and tables by column with the most rows kept of each. All dotted. */
export interface Questions {
  readonly scalars: readonly string[]
  readonly tables: readonly { readonly name: string; readonly columns: readonly string[]; readonly rows: number }[]
}

/** Every object a device read with this profile is asked; `collect` asks these and nothing else. */
export function questions(profile: Profile): Questions {
  const plan = planOf(profile)
  return {
    scalars: plan.scalars.map(({ text }) => text),
    tables: plan.tables.map(({ name, columns, rows }) => ({ name, columns: columns.map(({ text }) => text), rows })),
  }
}
