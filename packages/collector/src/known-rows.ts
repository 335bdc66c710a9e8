/**
 * What a full read found out about one device that need not be asked again every time: which instances it has, and what of it does not
 * move. It holds no meter, no level and no status: they cannot be taken from here, because they are not in it.
 */
import { createHash } from 'node:crypto'
import { meterKey, missReasons, type Reading } from '@platen/model'
import { Oid, type Value } from '@platen/snmp'
import { z } from 'zod'
import { type Ask, askSchema, packAsks, type Run } from './asks.ts'
import { Facts } from './facts.ts'
import type { Profile } from './instructions.ts'
import { type LiveObjects, liveObjects } from './live.ts'
import { type Observation, recordOf } from './observation.ts'
import { CONFIG_CHANGES, type Plan, planOf } from './plan.ts'
import { bounds } from './reach.ts'
import { objectSchema } from './schema/term.ts'

/** Letters of what is remembered of one device; the largest real one has a tenth of it. */
const MOST_LETTERS = 131_072

/** Names are compared and never parsed, so they need not look like any. */
const answersSchema = z.record(z.string().max(512), z.string().max(1_100))

const missSchema = z.strictObject({
  subject: z.string(),
  reason: z.enum(missReasons),
  detail: z.string(),
  code: z.string().optional(),
  params: z.record(z.string(), z.string()).optional(),
})

/** As it is kept on a disk. */
const knownRowsSchema = z.strictObject({
  /** Another number: made by a program that thinks differently, and worth nothing. */
  format: z.literal(2),
  /** When the full read was; and sysUpTime then, in hundredths of a second. */
  at: z.iso.datetime(),
  upTime: z.int().min(0),
  instructions: z.string().max(32),
  profile: z.string().max(32),
  /** Answers that do not move by themselves, one `object|tag|value` a line: read as a whole at every visit, so kept as one text. */
  kept: z.string().max(MOST_LETTERS),
  /** What the device must answer again to be the same, unchanged: serial number, count of changes of its configuration. */
  marks: answersSchema,
  upTimeObject: objectSchema,
  /** Code and place of each alert. */
  alerts: answersSchema,
  /** How much of each supply was left: more than that is a new one. */
  left: z.record(z.string().max(128), z.number()),
  /** Stands for the meters and where each came from. */
  shape: z.string().length(64),
  misses: z.array(missSchema).max(100),
  bulk: z.boolean(),
  steady: z.array(askSchema).max(128),
  supplies: z.array(askSchema).max(128),
  status: z.array(askSchema).max(128),
  meters: z.array(askSchema).max(128),
})
export type KnownRows = z.infer<typeof knownRowsSchema>

/** What is kept on a disk, or null if it is too much. */
export function knownRowsText(rows: KnownRows): string | null {
  const text = JSON.stringify(rows)
  return text.length > MOST_LETTERS ? null : text
}

/** Reads what was kept; null for anything this program would not have written. */
export function parseKnownRows(text: string): KnownRows | null {
  if (text.length > MOST_LETTERS) return null
  try {
    const parsed = knownRowsSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** What to remember of a device that was just read; null if it did not say enough to know it again, or not all that it was asked. */
export function remember(read: {
  readonly observation: Observation
  readonly reading: Reading
  readonly profile: Profile
  /** What was remembered before, where only alerts were asked anew: the moment of the full read stays. */
  readonly before?: KnownRows
}): KnownRows | null {
  const { observation, reading, profile, before } = read
  const { answers, misses, bulk } = observation
  // What a device left unanswered once is asked again, not remembered as not being there.
  if (misses.some(({ reason }) => reason !== 'tooMany') || !canBeWritten(answers)) return null
  const plan = planOf(profile)
  const facts = new Facts(observation, plan, { address: reading.address, became: null })
  const live = liveObjects(facts)
  const upTimeObject = plan.identity.get('upTime')?.(facts.scene, undefined, () => true)?.objects[0]
  const marks = marksOf(facts)
  if (reading.upTime === null || upTimeObject === undefined || marks === null) return null
  const columns = new Columns(answers, plan)
  const moving = new Set([...live.meters, ...live.levels, ...live.status, ...live.alerts])
  const known = new Set([...Object.keys(marks), upTimeObject])
  const own = Object.keys(marks).filter((object) => !object.startsWith(`${CONFIG_CHANGES}.`))
  const counted = new Set(reading.meters.flatMap(({ source }) => source.objects).filter((one) => live.meters.has(one)))
  const pack = (
    first: Iterable<string>,
    objects: ReadonlySet<string>,
    more: (runs: Run[]) => readonly Run[],
  ): Ask[] => {
    const apart = new Set(first)
    const { singles, runs } = columns.wanted([...objects].filter((object) => !apart.has(object)))
    const { batch, cells } = plan
    return [...packAsks([...apart, ...singles], more(runs), { batch, cells, bulk })]
  }
  const ended = (runs: readonly Run[]) => withEnds(runs, columns, { live, misses })
  return {
    format: 2,
    at: before?.at ?? reading.at,
    upTime: before?.upTime ?? reading.upTime,
    instructions: reading.instructions,
    profile: profile.profile,
    kept: linesOf(columns.still(moving, known)),
    marks,
    upTimeObject,
    alerts: recordsOf(answers, live.alerts),
    left: leftOf(reading),
    shape: shapeOf(reading),
    misses: [...misses],
    bulk,
    steady: pack(known, moving, ended),
    supplies: pack(known, new Set([...live.levels, ...live.status, ...live.alerts]), ended),
    status: pack(known, new Set([...live.status, ...live.alerts]), ended),
    meters: pack(own, counted, (runs) => runs),
  }
}

/** The remembered answers, object by object, as records. */
export function eachKept({ kept }: KnownRows, take: (object: string, record: string) => void): void {
  for (let at = 0; at < kept.length; ) {
    const bar = kept.indexOf('|', at)
    const end = kept.indexOf('\n', at)
    // Every line is ended; a text without its last end was cut.
    if (bar < 0 || end < bar) return
    take(kept.slice(at, bar), kept.slice(bar + 1, end))
    at = end + 1
  }
}

function linesOf(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([object, record]) => `${object}|${record}\n`)
    .join('')
}

/** How much of each supply was left, where it was measured. */
export function leftOf({ supplies }: Pick<Reading, 'supplies'>): Record<string, number> {
  return Object.fromEntries(
    supplies.flatMap(({ index, level, class: kind }) =>
      level.kind === 'measured' && kind === 'consumed' ? [[index, level.left] as const] : [],
    ),
  )
}

/** One text for which meters there are and which objects each came from: another source would be another number. */
export function shapeOf({ meters }: Pick<Reading, 'meters'>): string {
  const hash = createHash('sha256')
  for (const meter of meters) hash.update(`${meterKey(meter)} ${meter.source.objects.join(' ')}\n`)
  return hash.digest('hex')
}

/** The objects that told the serial number, or where there is none who the device is; and how often its configuration changed. */
function marksOf(facts: Facts): Record<string, string> | null {
  const { answers } = facts.scene
  const told = (field: 'serial' | 'mac' | 'objectId' | 'hostName'): readonly string[] => {
    const find = facts.plan.identity.get(field)
    const found = find && facts.find(find, undefined, ({ value }) => !(value instanceof Uint8Array) || value.length > 0)
    return found?.objects ?? []
  }
  const serial = told('serial')
  const identity = serial.length > 0 ? serial : [...told('mac'), ...told('objectId')]
  if (identity.length === 0) return null
  const changes = [...answers.keys()].filter((object) => object.startsWith(`${CONFIG_CHANGES}.`))
  return recordsOf(answers, [...identity, ...changes])
}

/** Whether every answer can be written down as it is: what cannot be is not remembered in another form. */
function canBeWritten(answers: ReadonlyMap<string, Value>): boolean {
  for (const value of answers.values()) {
    const record = recordOf(value)
    if (record === null || (value.type === 'octets' && record.length < value.value.length * 2)) return false
  }
  return true
}

function recordsOf(answers: ReadonlyMap<string, Value>, objects: Iterable<string>): Record<string, string> {
  const records: Record<string, string> = {}
  for (const object of objects) {
    const value = answers.get(object)
    const record = value === undefined ? null : recordOf(value)
    if (record !== null) records[object] = record
  }
  return records
}

/** Behind the last alert there must be none: a table without rows is asked for the first one. */
function withEnds(
  runs: readonly Run[],
  columns: Columns,
  { live, misses }: { readonly live: LiveObjects; readonly misses: Observation['misses'] },
): readonly Run[] {
  const all = [...runs]
  for (const [table, [column]] of live.alertColumns) {
    if (column === undefined || misses.some(({ subject }) => subject === table)) continue
    const last = columns.last(column)
    const at = all.findIndex(({ cells }) => last !== null && cells.at(-1) === last)
    const run = all[at]
    if (run === undefined) all.push({ after: last ?? column, cells: [], ends: column })
    else all[at] = { ...run, ends: column }
  }
  return all
}

/** A device's answers by column, each in the device's order. */
class Columns {
  readonly #answers: ReadonlyMap<string, Value>
  readonly #columnOf: (object: string) => string | null
  readonly #cells = new Map<string, string[]>()

  constructor(answers: ReadonlyMap<string, Value>, { layout }: Plan) {
    this.#answers = answers
    this.#columnOf = (object) => layout.columnOf(object)
    for (const object of answers.keys()) {
      const column = layout.columnOf(object)
      if (column === null) continue
      const cells = this.#cells.get(column)
      if (cells === undefined) this.#cells.set(column, [object])
      else cells.push(object)
    }
    for (const [column, cells] of this.#cells) this.#cells.set(column, inOrder(cells))
  }

  last(column: string): string | null {
    return this.#cells.get(column)?.at(-1) ?? null
  }

  /** These objects as stretches of neighbours, and those that stand in no table. */
  wanted(objects: readonly string[]): { singles: readonly string[]; runs: Run[] } {
    const wanted = new Set(objects)
    const singles = objects.filter((object) => this.#columnOf(object) === null)
    const runs: Run[] = []
    for (const [column, cells] of this.#cells) {
      let open: { after: string; cells: string[] } | null = null
      cells.forEach((cell, at) => {
        if (!wanted.has(cell)) open = null
        else if (open !== null) open.cells.push(cell)
        else {
          open = { after: cells[at - 1] ?? column, cells: [cell] }
          runs.push(open)
        }
      })
    }
    return { singles, runs }
  }

  /** Answers that do not move: a column with one moving cell is not remembered at all, and neither is what is asked anyway. */
  still(moving: ReadonlySet<string>, asked: ReadonlySet<string>): Record<string, string> {
    const columns = new Set([...moving].map((object) => this.#columnOf(object)))
    columns.delete(null)
    const still = [...this.#answers.keys()].filter((object) => {
      const column = this.#columnOf(object)
      return !moving.has(object) && !asked.has(object) && (column === null || !columns.has(column))
    })
    return recordsOf(this.#answers, still.slice(0, bounds.answers))
  }
}

function inOrder(cells: readonly string[]): string[] {
  return cells
    .map((text) => Oid.parse(text))
    .sort((one, other) => one.compare(other))
    .map(({ text }) => text)
}
