/**
 * Reads a table, column beside column, however the device orders, gaps or repeats itself: each column walks on its own
 * cursor, and ends where it leaves itself, stands still or goes back.
 */
import type { Oid } from './oid.ts'
import type { RequestFailure, Session } from './session.ts'
import type { Varbind } from './value.ts'
import { within } from './within.ts'

export interface TableOptions {
  /** Rows kept; a device that has more (or never ends) is cut here and marked. */
  maxRows: number
  /** Rows asked for at once where GETBULK serves; the default fills one datagram. */
  repetitions?: number
}

/** Rows by index suffix ('1.3'), in the order of their indexes; each holds the columns that have it, by position in `columns`. */
export type Table =
  | {
      ok: true
      rows: Map<string, Map<number, Varbind>>
      /** Rows are or may be missing: `maxRows` was reached, or a column did not increase. */
      truncated: boolean
      /** A column's names did not increase: the device is out of order, what was read before that is kept. */
      disordered: boolean
    }
  | { ok: false; reason: RequestFailure; detail: string }

/** A `Map` holds no more. */
const MOST_ROWS = 16_777_215

/** Objects that fit one unfragmented answer, by the size of ordinary printers' tables. */
const OBJECTS_AN_ANSWER = 44

/** Columns asked together; wider tables are read in bands, each in as many requests as a narrow one. */
const COLUMNS_A_BAND = 20

/** Failures of GETBULK after which a device may still answer GETNEXT well. */
const BULK_FAULTS: readonly RequestFailure[] = ['generalError', 'malformed', 'tooBig']

/**
 * Reads these columns side by side. A failed request fails the table; a device that is only out of order does not.
 * @throws RangeError on numbers of rows that cannot be.
 */
export async function table(session: Session, columns: readonly Oid[], options: TableOptions): Promise<Table> {
  const walk = new Walk(columns, within('maxRows', options.maxRows, 0, MOST_ROWS))
  if (options.repetitions !== undefined) within('repetitions', options.repetitions, 1, MOST_ROWS)
  for (let at = 0; at < columns.length; at += COLUMNS_A_BAND) {
    const failure = await readBand(session, walk, { from: at, options })
    if (failure !== undefined) return failure
  }
  return { ok: true, rows: walk.sortedRows(), truncated: walk.truncated, disordered: walk.disordered }
}

async function readBand(
  session: Session,
  walk: Walk,
  band: { from: number; options: TableOptions },
): Promise<Table | undefined> {
  let bulk = true
  for (;;) {
    const open = walk.open(band.from, band.from + COLUMNS_A_BAND)
    if (open.length === 0) return undefined
    const cursors = open.map((column) => column.cursor)
    const rows = band.options.repetitions ?? Math.max(2, Math.floor(OBJECTS_AN_ANSWER / open.length))
    const outcome = bulk ? await session.bulk(cursors, rows) : await session.next(cursors)
    if (outcome.ok && outcome.varbinds.length > 0) {
      // Some agents disorder GETBULK only: what they say to GETNEXT decides where a column ends.
      const stuck = walk.take(open, outcome.varbinds, bulk)
      if (stuck.length > 0 && !bulk) walk.endDisordered(stuck)
      if (stuck.length > 0) bulk = false
    } else if (bulk && (outcome.ok || BULK_FAULTS.includes(outcome.reason))) bulk = false
    else if (outcome.ok) return { ok: false, reason: 'malformed', detail: 'no objects came' }
    else return outcome
  }
}

interface Column {
  readonly position: number
  readonly root: Oid
  /** The last name that was in order. */
  cursor: Oid
  /** Why it is not asked further: the device's names left it, the row limit is reached, or it does not increase. */
  ended: 'left' | 'full' | 'stuck' | undefined
}

/** Where each column stands, and the rows so far. */
class Walk {
  truncated = false
  disordered = false
  readonly #columns: readonly Column[]
  readonly #maxRows: number
  readonly #rows = new Map<string, Map<number, Varbind>>()

  constructor(columns: readonly Oid[], maxRows: number) {
    this.#columns = columns.map((root, position) => ({ position, root, cursor: root, ended: undefined }))
    this.#maxRows = maxRows
  }

  open(from: number, to: number): Column[] {
    return this.#columns.slice(from, to).filter((column) => column.ended === undefined)
  }

  /** Takes an answer, row by row; answers the columns that are out of order, which are still open. */
  take(open: readonly Column[], varbinds: readonly Varbind[], bulk: boolean): Column[] {
    const stuck = new Set<Column>()
    varbinds.forEach((varbind, at) => {
      const column = open[at % open.length]
      if (column === undefined || column.ended === 'full' || stuck.has(column)) return
      const step = stepOf(column, varbind, bulk)
      if (step === 'leaves') column.ended = 'left'
      else if (step === 'disordered') {
        column.ended = undefined
        stuck.add(column)
      } else if (step === 'advances') this.#keep(column, varbind)
    })
    return [...stuck]
  }

  endDisordered(columns: readonly Column[]): void {
    for (const column of columns) column.ended = 'stuck'
    this.disordered = true
    this.truncated = true
  }

  #keep(column: Column, varbind: Varbind): void {
    const index = varbind.oid.indexAfter(column.root)
    let row = this.#rows.get(index)
    if (row === undefined) {
      if (this.#rows.size >= this.#maxRows) {
        this.truncated = true
        column.ended = 'full'
        return
      }
      row = new Map()
      this.#rows.set(index, row)
    }
    row.set(column.position, varbind)
    column.cursor = varbind.oid
  }

  /** Rows in the order of their indexes: gaps in the first column make them arrive in another. */
  sortedRows(): Map<string, Map<number, Varbind>> {
    const arcs = [...this.#rows].map(([index, row]) => ({ index, row, arcs: index.split('.').map(Number) }))
    arcs.sort((one, other) => compareArcs(one.arcs, other.arcs))
    return new Map(arcs.map(({ index, row }) => [index, row]))
  }
}

/** What a column's next name says. Going back out of the column ends it (agents wrap round), unless GETBULK may be to blame. */
function stepOf(column: Column, varbind: Varbind, bulk: boolean): 'advances' | 'leaves' | 'disordered' | 'stays left' {
  const isInside = varbind.oid.startsWith(column.root) && varbind.value.type !== 'endOfMibView'
  if (column.ended === 'left') return bulk && isInside ? 'disordered' : 'stays left'
  if (varbind.value.type === 'endOfMibView') return 'leaves'
  const isAhead = varbind.oid.compare(column.cursor) > 0
  if (isInside) return isAhead ? 'advances' : 'disordered'
  return isAhead || !bulk ? 'leaves' : 'disordered'
}

function compareArcs(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < one.length && at < other.length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0)
    if (difference !== 0) return difference
  }
  return one.length - other.length
}
