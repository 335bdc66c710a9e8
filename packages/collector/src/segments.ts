/** How the columns of a table are walked: neighbouring columns in one go, so that a device is sent one name for all of them and no answer runs past what is wanted. */
import type { Oid } from '@platen/snmp'

/** Columns of one table entry whose numbers follow one another: a walk through them meets nothing else in between. */
export interface Segment {
  readonly columns: readonly Oid[]
}

/** Segments of one entry in the order of their names: their columns share the indexes of its rows. */
export type Entry = readonly Segment[]

/** The entries that these columns belong to; a profile may put columns of several entries into one table. */
export function entriesOf(columns: readonly Oid[]): readonly Entry[] {
  const entries = new Map<string, Oid[]>()
  for (const column of columns) {
    const { entry } = placeOf(column)
    const known = entries.get(entry)
    if (known === undefined) entries.set(entry, [column])
    else known.push(column)
  }
  return [...entries.values()].map(segmentsOf)
}

function segmentsOf(columns: readonly Oid[]): Entry {
  const segments: Oid[][] = []
  for (const column of [...columns].sort((one, other) => one.compare(other))) {
    const open = segments.at(-1)
    const last = open?.at(-1)
    if (open !== undefined && last !== undefined && placeOf(column).number === placeOf(last).number + 1)
      open.push(column)
    else segments.push([column])
  }
  return segments.map((each) => ({ columns: each }))
}

function placeOf({ text }: Oid): { readonly entry: string; readonly number: number } {
  const dot = text.lastIndexOf('.')
  return { entry: text.slice(0, dot), number: Number(text.slice(dot + 1)) }
}
