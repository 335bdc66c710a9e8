/** The verb `rows`: rows of a table by what they hold, which joins tables by code or label and never by where a row stands. */
import { anything, type Find, type Found, foundIn, type Scene, textOf } from './found.ts'
import type { Row } from './grid.ts'
import { labelKey } from './labels.ts'
import type { Term } from './schema/term.ts'

type MakeReady = (term: Term) => Find

/** The first row that will do; rows without the column are passed over, agents leave gaps. What led to it is a part of what was found. */
export function inRows(term: Extract<Term, { rows: string }>, localized: boolean, ready: MakeReady): Find {
  const conditions = Object.entries(term.where ?? {}).map(([column, wanted]) => condition(column, wanted, ready))
  return (scene, own, accept) => {
    let refused: Found | undefined
    const all = scene.grid.get(term.rows)?.rows ?? []
    // Without conditions every row will do: nothing is made of them.
    const rows = conditions.length === 0 ? all : rowsWhere(scene, term.rows, conditions, own)
    for (const one of rows) {
      const row = 'row' in one ? one.row : one
      const cell = row.cells.get(term.column)
      const found = cell && foundIn(cell.object, cell.value, localized)
      if (found === undefined) continue
      const whole = 'row' in one ? { ...found, objects: [...one.led, ...found.objects] } : found
      if (accept(whole, scene)) return inPlaceOf(whole, row, term.part)
      refused ??= whole
    }
    return refused
  }
}

/** What a column must hold; `wanted` is null where nobody said what that is. */
interface Condition {
  readonly column: string
  readonly wanted: (
    scene: Scene,
    row: Row | undefined,
  ) => { readonly key: string; readonly objects: readonly string[] } | null
}

/** Compared as labels are, so that a profile can write codes, names and objects alike. */
function condition(column: string, term: Term, ready: MakeReady): Condition {
  if (typeof term !== 'object') {
    const wanted = { key: labelKey(String(term)), objects: [] }
    return { column, wanted: () => wanted }
  }
  const find = ready(term)
  return {
    column,
    wanted: (scene, row) => {
      const found = find(scene, row, anything)
      const key = found === undefined ? '' : labelKey(textOf(found, scene))
      return found === undefined || key === '' ? null : { key, objects: found.objects }
    },
  }
}

/** A row that was looked for, and the objects by which it is the one. */
interface Led {
  readonly row: Row
  readonly led: readonly string[]
}

function rowsWhere(
  scene: Scene,
  table: string,
  conditions: readonly Condition[],
  own: Row | undefined,
): readonly Led[] {
  let rows: readonly Led[] | undefined
  for (const { column, wanted } of conditions) {
    const known = wanted(scene, own)
    if (known === null) return []
    const holding = holdingRows(scene, { table, column }).get(known.key) ?? []
    const fits = holding.map((row) => ({ row, led: [...known.objects, row.cells.get(column)?.object ?? ''] }))
    rows = rows === undefined ? fits : both(rows, fits)
  }
  return rows ?? []
}

function both(some: readonly Led[], others: readonly Led[]): readonly Led[] {
  return some.flatMap(({ row, led }) => {
    const other = others.find((one) => one.row === row)
    return other === undefined ? [] : [{ row, led: [...led, ...other.led] }]
  })
}

/** Rows by what a column of theirs holds, found out once a device: makers' tables are asked for dozens of their rows. */
function holdingRows(
  scene: Scene,
  { table, column }: { table: string; column: string },
): ReadonlyMap<string, readonly Row[]> {
  const name = `${table}.${column}`
  const known = scene.holding.get(name)
  if (known !== undefined) return known
  const holding = new Map<string, Row[]>()
  for (const row of scene.grid.get(table)?.rows ?? []) {
    const cell = row.cells.get(column)
    const found = cell && foundIn(cell.object, cell.value, row.localized)
    if (found === undefined) continue
    const key = labelKey(textOf(found, scene))
    const rows = holding.get(key)
    if (rows === undefined) holding.set(key, [row])
    else rows.push(row)
  }
  scene.holding.set(name, holding)
  return holding
}

function inPlaceOf(found: Found, row: Row, part: number | undefined): Found {
  return part === undefined ? found : { ...found, value: row.parts[part - 1] ?? '' }
}
