/**
 * Walks all tables of a profile side by side: each entry's first columns tell how many rows there are, after that a walk asks for as many
 * cells as it still needs. What a device answers beyond a walk is the proof that the walk is at its end, and often where the next begins.
 */
import type { Oid, Outcome, Session, Varbind } from '@platen/snmp'
import type { TablePlan } from './plan.ts'
import type { Entry, Segment } from './segments.ts'

/** How tables are asked: objects a request may name, cells an answer may hold, and who hears how each question ended. */
export interface WalkOptions {
  readonly batch: number
  readonly cells: number
  /** Answers false if nothing more is to be asked. */
  readonly heard: (outcome: Outcome) => boolean
}

/** What the walks brought: tables read to their end, and those that must be asked in another way. */
export interface Walked {
  readonly read: ReadonlyMap<TablePlan, readonly Varbind[]>
  readonly left: readonly TablePlan[]
  /** Whether the device serves GETBULK, as far as this shows. */
  readonly bulk: boolean
}

/** Octets both ways, about: of a request and its answer without objects, of a name that is sent, of a cell that comes. */
const REQUEST = 90
const NAME = 18
const CELL = 22
/** Cells asked of a column of which nothing is known yet: most tables of most printers have one to four rows. */
const FIRST_CELLS = 3
/** And at least so many then: each question has its own price. */
const NEXT_CELLS = 4
/** Cells asked of a segment at first, however many its entry's rows let expect. */
const FEW_CELLS = 9
/** Questions after which a device is taken for one that does not end. */
const MOST_QUESTIONS = 60

/** Reads the tables. A device that is out of order, cuts rows off or has more of them than the plan allows leaves its table to others. */
export async function walkTables(
  session: Session,
  tables: readonly TablePlan[],
  options: WalkOptions,
): Promise<Walked> {
  const course = new Course(tables)
  for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
    const open = course.open()
    if (open.length === 0) break
    const { walks, repetitions } = nextQuestion(open, options)
    const cursors = walks.map(({ cursor }) => cursor)
    const outcome = await session.bulk(cursors, repetitions)
    const goOn = options.heard(outcome)
    if (!outcome.ok || outcome.varbinds.length === 0) course.giveUp(walks)
    else course.take(walks, outcome.varbinds, repetitions)
    if (!goOn || !course.bulk) break
  }
  return course.end()
}

/** One table and how far it was read. */
class Progress {
  readonly table: TablePlan
  readonly found: Varbind[] = []
  state: 'open' | 'given up' = 'open'

  constructor(table: TablePlan) {
    this.table = table
  }
}

/** One entry of a table: how many rows it has, once a column was seen to its end, and what was not begun. */
class Rows {
  readonly progress: Progress
  waiting: readonly Segment[]
  /** Rows of the longest column seen to its end; null before. */
  count: number | null = null

  constructor(progress: Progress, entry: Entry) {
    this.progress = progress
    this.waiting = entry
  }
}

/** One segment being walked. */
class Walk {
  readonly rows: Rows
  readonly segment: Segment
  /** The column it is in, by position in the segment, and its cells so far. */
  column: number
  cells = 0
  cursor: Oid

  constructor(rows: Rows, segment: Segment, column: number, cursor: Oid) {
    this.rows = rows
    this.segment = segment
    this.column = column
    this.cursor = cursor
  }

  /** Cells to ask for until it is at its end, as far as that can be known. */
  get need(): number {
    const { count } = this.rows
    const left = (this.segment.columns.length - this.column) * (count ?? 0) - this.cells
    // Labels often go on where counts end: a segment is tried before all of it is asked for.
    if (this.column === 0 && this.cells === 0 && left > FEW_CELLS) return FEW_CELLS
    if (count !== null && left >= 0) return left + 1
    // Nobody knows how long a column is that has not ended or has passed all expectation: half as much again wastes least.
    return this.cells === 0 ? FIRST_CELLS : Math.max(NEXT_CELLS, Math.ceil(this.cells / 2))
  }
}

/** All walks of one device. */
class Course {
  bulk = true
  readonly #progress: readonly Progress[]
  #walks: Walk[] = []

  constructor(tables: readonly TablePlan[]) {
    this.#progress = tables.map((table) => new Progress(table))
    for (const progress of this.#progress) {
      for (const entry of progress.table.entries) {
        const rows = new Rows(progress, entry)
        const [first, ...others] = entry
        rows.waiting = others
        if (first !== undefined) this.#begin(rows, first)
      }
    }
  }

  open(): readonly Walk[] {
    this.#walks = this.#walks.filter(({ rows }) => rows.progress.state === 'open')
    return this.#walks
  }

  giveUp(walks: readonly Walk[]): void {
    for (const { rows } of walks) rows.progress.state = 'given up'
  }

  /** Takes an answer, row by row. */
  take(walks: readonly Walk[], varbinds: readonly Varbind[], repetitions: number): void {
    const ended = new Set<Walk>()
    varbinds.forEach((varbind, at) => {
      const walk = walks[at % walks.length]
      if (walk === undefined || ended.has(walk) || walk.rows.progress.state !== 'open') return
      if (!this.#step(walk, varbind)) ended.add(walk)
    })
    this.#walks = this.#walks.filter((walk) => !ended.has(walk))
    // One row where several were asked for, and more to come: SNMPv1, or an agent that takes GETBULK for GETNEXT.
    const isOneRow = repetitions > 1 && varbinds.length <= walks.length
    if (isOneRow && walks.some((walk) => !ended.has(walk))) this.bulk = false
  }

  end(): Walked {
    const unfinished = new Set(this.open().map(({ rows }) => rows.progress))
    const isRead = (one: Progress) => one.state === 'open' && !unfinished.has(one)
    return {
      read: new Map(this.#progress.filter(isRead).map(({ table, found }) => [table, found])),
      left: this.#progress.filter((one) => !isRead(one)).map(({ table }) => table),
      bulk: this.bulk,
    }
  }

  #begin(rows: Rows, segment: Segment, column = 0): Walk | null {
    const root = segment.columns[column]
    if (root === undefined) return null
    const walk = new Walk(rows, segment, column, root)
    this.#walks.push(walk)
    return walk
  }

  /** One answer of one walk; false if the walk is at its end. */
  #step(walk: Walk, varbind: Varbind): boolean {
    const { rows, segment } = walk
    const isEnd = varbind.value.type === 'endOfMibView'
    if (!isEnd && varbind.oid.compare(walk.cursor) <= 0) {
      rows.progress.state = 'given up'
      return false
    }
    const column = isEnd ? -1 : columnOf(segment, varbind.oid, walk.column)
    if (column === walk.column) walk.cells += 1
    else {
      rows.count = Math.max(rows.count ?? 0, walk.cells)
      if (column < 0) {
        this.#goOn(rows, isEnd ? null : varbind)
        return false
      }
      walk.column = column
      walk.cells = 1
    }
    if (walk.cells > rows.progress.table.rows) {
      rows.progress.state = 'given up'
      return false
    }
    walk.cursor = varbind.oid
    rows.progress.found.push(varbind)
    return true
  }

  /** A walk ended at this object, or at the end of everything: it says where the entry's other columns begin, and which hold nothing. */
  #goOn(rows: Rows, next: Varbind | null): void {
    const { waiting } = rows
    rows.waiting = []
    for (const segment of waiting) {
      const last = segment.columns.at(-1)
      if (next === null || last === undefined) continue
      const column = columnOf(segment, next.oid, 0)
      if (column < 0 && next.oid.compare(last) > 0) continue
      const walk = this.#begin(rows, segment, Math.max(0, column))
      if (column >= 0 && walk !== null) this.#step(walk, next)
    }
  }
}

/** The column of the segment, this one or a later one, that an object lies in; -1 if in none. */
function columnOf({ columns }: Segment, oid: Oid, from: number): number {
  for (let at = from; at < columns.length; at++) {
    const column = columns[at]
    if (column !== undefined && oid.startsWith(column)) return at
  }
  return -1
}

/** The question that brings most for its octets: as many rows as some walk needs, for the walks that need about as many. */
function nextQuestion(open: readonly Walk[], { batch, cells }: WalkOptions): { walks: Walk[]; repetitions: number } {
  const walks = [...open].sort((one, other) => other.need - one.need)
  let best = { count: 1, repetitions: 1, worth: 0 }
  for (const repetitions of new Set(walks.map(({ need }) => Math.min(need, cells)))) {
    const most = Math.min(batch, Math.max(1, Math.floor(cells / repetitions)), walks.length)
    let useful = 0
    for (let count = 1; count <= most; count++) {
      useful += Math.min(walks[count - 1]?.need ?? 0, repetitions)
      const worth = (useful * CELL) / (REQUEST + count * (NAME + repetitions * CELL))
      if (worth > best.worth) best = { count, repetitions, worth }
    }
  }
  return { walks: walks.slice(0, best.count), repetitions: best.repetitions }
}
