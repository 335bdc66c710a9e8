/** The answers of one device laid out as the tables a profile names: rows by index, cells by column. */
import type { Value } from '@platen/snmp'
import type { TableRule } from './schema/profile.ts'

/** One object instance and what it holds. */
export interface Cell {
  readonly object: string
  readonly value: Value
}

/** One row: the arcs after the column, and the cells that were answered. */
export interface Row {
  readonly index: string
  readonly parts: readonly string[]
  readonly localized: boolean
  readonly cells: ReadonlyMap<string, Cell>
}

/** A table's rows in the order of their indexes, and by index. */
interface Table {
  readonly rows: readonly Row[]
  readonly byIndex: ReadonlyMap<string, Row>
}

/** Tables by the name the profile gives them; a table nobody answered is not in it. */
export type Grid = ReadonlyMap<string, Table>

interface Column {
  readonly table: string
  readonly name: string
  readonly localized: boolean
}

/** Where an object belongs; null if to no table. */
interface Place {
  readonly column: Column
  readonly index: string
  readonly parts: readonly string[]
}

/** An index longer than this belongs to no table a printer has. */
const MAX_INDEX_ARCS = 8
/** Places remembered: devices of one kind have the same objects, and a device that makes up new ones fills no memory. */
const MAX_PLACES = 8_192

/** Knows to which table each object of a profile belongs. Made once a profile; it remembers what it has found out. */
export class Layout {
  readonly #columns = new Map<string, Column>()
  readonly #places = new Map<string, Place | null>()

  constructor(tables: Readonly<Record<string, TableRule>>) {
    for (const [table, { localized, columns }] of Object.entries(tables)) {
      for (const [name, object] of Object.entries(columns)) this.#columns.set(object, { table, name, localized })
    }
  }

  /** Sorts a device's answers into the tables; what belongs to none is left out. */
  layOut(answers: ReadonlyMap<string, Value>): Grid {
    const grid = new Map<string, GrowingTable>()
    for (const [object, value] of answers) {
      const place = this.#placeOf(object)
      if (place !== null) put(grid, place, { object, value })
    }
    for (const table of grid.values()) if (!table.isSorted) table.rows.sort(compareRows)
    return grid
  }

  /** The column an object is a cell of, null if it belongs to no table. */
  columnOf(object: string): string | null {
    const place = this.#placeOf(object)
    return place === null ? null : object.slice(0, -place.index.length - 1)
  }

  #placeOf(object: string): Place | null {
    const known = this.#places.get(object)
    if (known !== undefined) return known
    const place = this.#findPlace(object)
    if (this.#places.size < MAX_PLACES) this.#places.set(object, place)
    return place
  }

  #findPlace(object: string): Place | null {
    let end = object.length
    for (let arcs = 0; arcs < MAX_INDEX_ARCS; arcs++) {
      end = object.lastIndexOf('.', end - 1)
      if (end < 0) return null
      const column = this.#columns.get(object.slice(0, end))
      const index = object.slice(end + 1)
      if (column !== undefined) return { column, index, parts: index.split('.') }
    }
    return null
  }
}

interface GrowingRow extends Row {
  readonly cells: Map<string, Cell>
}

/** Devices answer in order; only one that does not is sorted afterwards. */
interface GrowingTable {
  readonly rows: GrowingRow[]
  readonly byIndex: Map<string, GrowingRow>
  isSorted: boolean
}

function put(grid: Map<string, GrowingTable>, { column, index, parts }: Place, cell: Cell): void {
  let table = grid.get(column.table)
  if (table === undefined) {
    table = { rows: [], byIndex: new Map(), isSorted: true }
    grid.set(column.table, table)
  }
  let row = table.byIndex.get(index)
  if (row === undefined) {
    row = { index, parts, localized: column.localized, cells: new Map() }
    const last = table.rows.at(-1)
    if (last !== undefined && compareRows(last, row) > 0) table.isSorted = false
    table.byIndex.set(index, row)
    table.rows.push(row)
  }
  row.cells.set(column.name, cell)
}

/** As numbers, arc by arc: '1.10' comes after '1.9'. */
function compareRows(one: Row, other: Row): number {
  const length = Math.min(one.parts.length, other.parts.length)
  for (let at = 0; at < length; at++) {
    const difference = Number(one.parts[at]) - Number(other.parts[at])
    if (difference !== 0) return difference
  }
  return one.parts.length - other.parts.length
}
