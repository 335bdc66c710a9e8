/**
 * What a full read found out about one device that need not be asked again every time: which instances it has, and what of it does not
 * move. It holds no meter, no level and no status: they cannot be taken from here, because they are not in it.
 */
import { createHash } from 'node:crypto'
import { type AskedPart, askedIn, meterKey, missReasons, type Reading } from '@platen/model'
import type { Value } from '@platen/snmp'
import { z } from 'zod'
import { type Ask, type AskLimits, packAsks, type Run, runSchema } from './asks.ts'
import { Facts } from './facts.ts'
import type { Profile } from './instructions.ts'
import { type LiveObjects, liveAlerts, liveObjects, tellingObjects } from './live.ts'
import { type Observation, recordOf } from './observation.ts'
import { CONFIG_CHANGES, DEFAULTS, planOf } from './plan.ts'
import { bounds } from './reach.ts'
import { objectSchema } from './schema/term.ts'
import { Columns, joined, type LaterKind, laterKinds, wantedOf, wantedSchema } from './wanted.ts'

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
  /** Whether it was seen to answer large questions whole, or not; such a one has more in it than those of a full read, or single instances in a GETBULK. */
  large: z.enum(['untried', 'answered', 'failed']),
  /** What is asked again; alerts, which come and go, by themselves. */
  wanted: z.array(wantedSchema).max(16),
  alertRuns: z.array(runSchema).max(16),
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
}): KnownRows | null {
  const { observation, reading, profile } = read
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
  const own = Object.keys(marks).filter((object) => !object.startsWith(`${CONFIG_CHANGES}.`))
  const moving = new Set([...live.meters, ...live.levels, ...live.status, ...live.alerts])
  const still = columns.still(moving, new Set([...Object.keys(marks), upTimeObject])).slice(0, bounds.answers)
  const kept = new Set(still)
  const telling = [...tellingObjects(facts)].filter((object) => !kept.has(object))
  const counted = new Set(reading.meters.flatMap(({ source }) => source.objects).filter((one) => live.meters.has(one)))
  return {
    format: 2,
    at: reading.at,
    upTime: reading.upTime,
    instructions: reading.instructions,
    profile: profile.profile,
    kept: linesOf(recordsOf(answers, still)),
    marks,
    upTimeObject,
    left: leftOf(reading),
    shape: shapeOf(reading),
    misses: [...misses],
    bulk,
    large: 'untried',
    wanted: [
      // First of all, so that a stranger is noticed at once.
      { kinds: [...laterKinds], singles: own, runs: [] },
      {
        kinds: kindsFor('status'),
        singles: Object.keys({ ...marks, [upTimeObject]: '' }).filter(isNew(own)),
        runs: [],
      },
      ...wantedOf(columns, [
        { kinds: laterKinds, objects: telling.filter(isNew([...Object.keys(marks), upTimeObject])) },
        { kinds: kindsFor('meters'), objects: counted },
        { kinds: ['steady'], objects: live.meters },
        { kinds: kindsFor('supplies'), objects: live.levels },
        { kinds: kindsFor('status'), objects: [...live.status].filter(isNew([upTimeObject])) },
      ]),
    ],
    ...alertsOf(columns, { answers, live, misses }),
  }
}

/** The kinds of later visits that ask for a part. */
function kindsFor(part: AskedPart): LaterKind[] {
  return laterKinds.filter((kind) => askedIn[kind].includes(part))
}

function isNew(known: readonly string[]): (object: string) => boolean {
  return (object) => !known.includes(object)
}

/** What is remembered, with alerts that were asked anew: of all else the moment of the full read stays. */
export function rememberAlerts(rows: KnownRows, observation: Observation, profile: Profile): KnownRows {
  const plan = planOf(profile)
  const isOfAlerts = (object: string): boolean => plan.alertColumns.has(plan.layout.columnOf(object) ?? '')
  const answers = new Map([...observation.answers].filter(([object]) => isOfAlerts(object)))
  if (!canBeWritten(answers)) return rows
  const live = liveAlerts(new Facts(observation, plan, { address: '', became: null }))
  const columns = new Columns(answers, plan)
  const kept: Record<string, string> = {}
  eachKept(rows, (object, record) => {
    if (!isOfAlerts(object)) kept[object] = record
  })
  const texts = recordsOf(answers, columns.still(live.alerts, new Set()))
  return {
    ...rows,
    kept: linesOf({ ...kept, ...texts }),
    ...alertsOf(columns, { answers, live, misses: rows.misses }),
  }
}

function alertsOf(columns: Columns, read: AlertsRead): Pick<KnownRows, 'alerts' | 'alertRuns'> {
  const { runs } = columns.wanted([...read.live.alerts])
  return { alerts: recordsOf(read.answers, read.live.alerts), alertRuns: withEnds(runs, columns, read) }
}

/** An answer to a large question still fits an Ethernet frame, with v3 around it. */
const LARGE = { batch: 64, cells: 64, octets: 1_250 } as const

/** The questions of a visit; none of them is larger than those of a full read once a large one has failed. */
export function asksOf(rows: KnownRows, kind: LaterKind, profile: Profile): readonly Ask[] {
  const wanted = rows.wanted.filter(({ kinds }) => kinds.includes(kind))
  const runs = wanted.flatMap((one) => one.runs)
  return packAsks(
    wanted.flatMap(({ singles }) => singles),
    joined(kind === 'meters' ? runs : [...runs, ...rows.alertRuns]),
    limitsOf(rows, profile),
  )
}

function limitsOf({ bulk, large: met }: KnownRows, profile: Profile): AskLimits {
  const { batch, cells } = planOf(profile)
  const ordinary = { batch, cells, octets: Number.POSITIVE_INFINITY, bulk, once: false }
  if (!bulk || met === 'failed') return ordinary
  // A profile that asks less at once than others do knows devices that cannot take more.
  const large = (own: number, usual: number, most: number): number => (own < usual ? own : most)
  return {
    batch: large(batch, DEFAULTS.batch, LARGE.batch),
    cells: large(cells, DEFAULTS.cells, LARGE.cells),
    octets: LARGE.octets,
    bulk,
    once: true,
  }
}

/** Whether a question is larger than those of a full read, or of another form. */
export function isLarge(ask: Ask, profile: Profile): boolean {
  const { batch, cells } = planOf(profile)
  if (ask.by === 'get') return ask.objects.length > batch
  const names = ask.once.length + ask.runs.length
  return ask.once.length > 0 || names > batch || ask.runs.length * ask.repetitions > Math.max(cells, ask.repetitions)
}

/** The remembered answers, object by object, as records. */
export function eachKept({ kept }: KnownRows, take: (object: string, record: string) => void): void {
  for (let at = 0; at < kept.length; ) {
    const bar = kept.indexOf('|', at)
    const end = kept.indexOf('\n', at)
    // Every line is ended; a text without its last end was cut.
    if (bar < 0 || end < bar) return
    take(nameOf(kept.slice(at, bar)), kept.slice(bar + 1, end))
    at = end + 1
  }
}

/** Names of objects that many devices have: readings and layouts keep them, and a part of a text keeps the whole text alive. */
const names = new Map<string, string>()
const MOST_NAMES = 8_192

/** The same name, as a text of its own. */
function nameOf(part: string): string {
  const known = names.get(part)
  if (known !== undefined) return known
  const own = Buffer.from(part, 'utf8').toString('utf8')
  if (names.size < MOST_NAMES) names.set(own, own)
  return own
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

interface AlertsRead {
  readonly answers: ReadonlyMap<string, Value>
  readonly live: Pick<LiveObjects, 'alerts' | 'alertColumns'>
  readonly misses: Observation['misses']
}

/** Behind the last alert there must be none: a table without rows is asked for the first one. */
function withEnds(runs: readonly Run[], columns: Columns, { live, misses }: AlertsRead): Run[] {
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
