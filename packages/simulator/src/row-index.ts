/** Finds rows of a recording by object, by column and by label; the rows stay sorted, so every look-up is a binary search. */
import { Oid, type Varbind } from '@platen/snmp'
import type { Place } from './growth-model.ts'
import { numberIn } from './numbers.ts'

/** The place of the first row that is not before an OID; `rows.length` when all are. */
export function firstFrom(rows: readonly Varbind[], oid: Oid): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = rows[middle]
    if (row !== undefined && row.oid.compare(oid) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Look-ups over the sorted rows of one recording. */
export class RowIndex {
  readonly #rows: readonly Varbind[]

  constructor(rows: readonly Varbind[]) {
    this.#rows = rows
  }

  /** The object itself, or all rows of a column, in order. */
  at(object: string): readonly Varbind[] {
    const prefix = Oid.parse(object)
    const first = firstFrom(this.#rows, prefix)
    let end = first
    while (this.#rows[end]?.oid.startsWith(prefix) === true) end++
    return this.#rows.slice(first, end)
  }

  /** The row's index within a column, e.g. `1.3`. */
  indexIn(row: Varbind, column: string): string {
    return row.oid.indexAfter(Oid.parse(column))
  }

  number(object: string): number | undefined {
    const [row] = this.at(object)
    return row?.oid.text === object ? numberIn(row.value, undefined) : undefined
  }

  /** An object's octets as text, without the NUL and blanks that some printers end theirs with. */
  text(object: string): string | undefined {
    const [row] = this.at(object)
    if (row?.oid.text !== object || row.value.type !== 'octets') return undefined
    return new TextDecoder().decode(row.value.value).replace(/[\0\s]+$/, '')
  }

  /** Whether a row of `place.at` is meant: always without a label, else when the like-indexed label reads right. */
  isLabelled(row: Varbind, place: Pick<Place, 'at' | 'labelled'>): boolean {
    if (place.labelled === undefined) return true
    const { column, as } = place.labelled
    const object = `${column}.${this.indexIn(row, place.at)}`
    const label = this.text(object) ?? String(this.number(object) ?? '')
    return as.some((wanted) => wanted.toLowerCase() === label.toLowerCase())
  }
}
