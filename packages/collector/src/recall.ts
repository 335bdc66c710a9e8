/**
 * Reads a known device again: asks what moves, takes the rest from what is remembered, and gives all of it up at the first sign that the
 * device is another one, was started anew, was changed, or answers other rows than it did.
 */
import { askedIn, type Reading } from '@platen/model'
import { Oid, type Outcome, type Session, type Value, type Varbind } from '@platen/snmp'
import type { Ask } from './asks.ts'
import { collectTables, costSince } from './collect.ts'
import type { Instructions, Profile } from './instructions.ts'
import { asksOf, eachKept, type KnownRows, leftOf, rememberAlerts, shapeOf } from './known-rows.ts'
import { normalise, type Stamp } from './normalise.ts'
import { type Observation, recordOf, valueIn } from './observation.ts'
import { CONFIG_CHANGES, type Plan, planOf } from './plan.ts'
import { isAsked } from './sections.ts'
import type { LaterKind } from './wanted.ts'

/** Why what is remembered is worth nothing any more, or for now: the device was silent. */
export type Doubt =
  /** No answer: nothing is known of the rows. */
  | 'silent'
  /** Other instructions, or another profile than the one in them. */
  | 'instructions'
  /** More than a day old, or of a time that has not come. */
  | 'age'
  | 'restarted'
  /** prtGeneralConfigChanges moved. */
  | 'configured'
  /** Another serial number: another device. */
  | 'device'
  /** An instance is gone or another one stands in its place. */
  | 'rows'
  /** A supply holds more than it did: a new one, with a number of its own. */
  | 'supply'
  /** A meter came or went, or its number comes from another object. */
  | 'meters'

/** A reading of a known device, and what is known of it now; or why a full read must follow. */
export type Recalled =
  | { readonly ok: true; readonly reading: Reading; readonly observation: Observation; readonly rows: KnownRows }
  | { readonly ok: false; readonly doubt: Doubt }

/** A known device, and how much is asked of it. */
export interface RecallJob {
  readonly session: Session
  readonly instructions: Instructions
  readonly rows: KnownRows
  readonly kind: LaterKind
  /** Milliseconds since 1970, as the machine believes. */
  readonly now: number
  /** The reading's name, time and place, made when all was asked. */
  readonly stamp: () => Stamp
}

/** All that was remembered is asked again once a day. */
const MOST_AGE_MS = 24 * 3_600_000
/** A device's clock may run so much behind ours before it looks as if it had been started since. */
const CLOCK_SLACK_MS = 60_000

/** Asks again: all that moves, or only what the kind says; the reading is empty where nothing was asked. */
export async function recall(job: RecallJob): Promise<Recalled> {
  const { instructions, rows, kind } = job
  const profile = instructions.profiles.find((one) => one.profile === rows.profile)
  if (profile === undefined || rows.instructions !== instructions.version) return { ok: false, doubt: 'instructions' }
  const age = job.now - Date.parse(rows.at)
  if (age < 0 || age >= MOST_AGE_MS) return { ok: false, doubt: 'age' }
  const visit = new Visit(job, profile)
  const doubt = await visit.ask(asksOf(rows, kind, profile))
  if (doubt !== null) return { ok: false, doubt }
  const observation = visit.observation()
  const reading = normalise({ observation, profile, instructions, stamp: job.stamp() })
  const strange = doubtIn(reading, rows)
  if (strange !== null) return { ok: false, doubt: strange }
  return {
    ok: true,
    reading,
    observation,
    rows: visit.areAlertsNew ? rememberAlerts(rows, observation, profile) : rows,
  }
}

/** Looks at the reading itself: it must be one that a full read could have made, as far as was asked. */
function doubtIn(reading: Reading, { shape, left }: KnownRows): Doubt | null {
  const asked = askedIn[reading.visit?.kind ?? 'full']
  if (asked.includes('meters') && shapeOf(reading) !== shape) return 'meters'
  // Of what was not asked there is no level.
  return Object.entries(leftOf(reading)).some(([index, now]) => now > (left[index] ?? now)) ? 'supply' : null
}

/** One visit: what was answered in it, and which remembered answers still stand. */
class Visit {
  areAlertsNew = false
  readonly #session: Session
  readonly #rows: KnownRows
  readonly #plan: Plan
  readonly #kind: LaterKind
  readonly #age: number
  readonly #before: Session['cost']
  readonly #fresh = new Map<string, Value>()
  /** Objects whose remembered answers are void: those of alerts that were asked anew. */
  #isVoid: (object: string) => boolean = () => false

  constructor({ session, rows, kind, now }: RecallJob, profile: Profile) {
    this.#session = session
    this.#rows = rows
    this.#plan = planOf(profile)
    this.#kind = kind
    this.#age = now - Date.parse(rows.at)
    this.#before = { ...session.cost }
  }

  /** Puts the questions, the device's marks in the first; null if nothing speaks against what is remembered. */
  async ask(asks: readonly Ask[]): Promise<Doubt | null> {
    for (const ask of asks) {
      const doubt = (ask.by === 'get' ? await this.#get(ask.objects) : await this.#follow(ask)) ?? this.#strange()
      if (doubt !== null) return doubt
    }
    if (this.#kind !== 'meters' && !this.areAlertsNew) this.areAlertsNew = !this.#areAnswered(this.#rows.alerts)
    return this.areAlertsNew ? this.#askAlerts() : null
  }

  observation(): Observation {
    const { at, bulk } = this.#rows
    const misses = this.#rows.misses.filter(({ subject }) => isAsked(subject, this.#kind, this.#plan.profile))
    const answers = new Map<string, Value>()
    eachKept(this.#rows, (object, record) => {
      const value = this.#isVoid(object) ? null : valueIn(record)
      if (value !== null) answers.set(object, value)
    })
    const fresh = this.#fresh
    for (const [object, value] of fresh) answers.set(object, value)
    const cost = costSince(this.#before, this.#session.cost)
    const visited = { kind: this.#kind, keptAt: at, isKept: (object: string) => !fresh.has(object) }
    return { answers, visited, bulk, misses, cost }
  }

  async #get(objects: readonly string[]): Promise<Doubt | null> {
    const { batch } = this.#plan
    for (let at = 0; at < objects.length; at += batch) {
      const asked = objects.slice(at, at + batch).map((object) => Oid.parse(object))
      const outcome = await this.#session.get(asked)
      if (!outcome.ok) return doubtOf(outcome)
      for (const [place, oid] of asked.entries()) {
        const varbind = outcome.varbinds[place]
        const isThere = varbind?.oid.equals(oid) === true && !isMissing(varbind)
        if (isThere) this.#fresh.set(oid.text, varbind.value)
        else if (!this.#isOfAlerts(oid.text)) return 'rows'
        else this.areAlertsNew = true
      }
    }
    return null
  }

  /** Runs side by side; cells that the answer had no room for are asked one by one. */
  async #follow({ runs, repetitions }: Extract<Ask, { by: 'bulk' }>): Promise<Doubt | null> {
    const outcome = await this.#session.bulk(
      runs.map(({ after }) => Oid.parse(after)),
      repetitions,
    )
    if (!outcome.ok) return doubtOf(outcome)
    const { varbinds } = outcome
    const unanswered: string[] = []
    for (const [place, run] of runs.entries()) {
      const answered = (row: number): Varbind | undefined => varbinds[row * runs.length + place]
      for (const [row, object] of run.cells.entries()) {
        const varbind = answered(row)
        if (varbind === undefined) unanswered.push(object)
        else if (varbind.oid.text === object && !isMissing(varbind)) this.#fresh.set(object, varbind.value)
        else if (!this.#isOfAlerts(object)) return 'rows'
        else this.areAlertsNew = true
      }
      if (run.ends !== undefined && !isBehind(answered(run.cells.length), run.ends)) this.areAlertsNew = true
    }
    return unanswered.length === 0 ? null : this.#get(unanswered)
  }

  /** Whether the device is another one, changed or started anew, as far as it has said by now. */
  #strange(): Doubt | null {
    const { marks, upTimeObject, upTime } = this.#rows
    for (const [object, record] of Object.entries(marks)) {
      const value = this.#fresh.get(object)
      if (value !== undefined && recordOf(value) !== record)
        return object.startsWith(`${CONFIG_CHANGES}.`) ? 'configured' : 'device'
    }
    const now = this.#fresh.get(upTimeObject)
    if (now === undefined) return null
    const ticks = 'value' in now && typeof now.value === 'number' ? now.value : 0
    return ticks < upTime || ticks * 10 + CLOCK_SLACK_MS < this.#age ? 'restarted' : null
  }

  #areAnswered(records: Readonly<Record<string, string>>): boolean {
    return Object.entries(records).every(([object, record]) => {
      const value = this.#fresh.get(object)
      return value !== undefined && recordOf(value) === record
    })
  }

  /** Alerts came or went: their tables are asked as in a full read, and nothing of them is remembered. */
  async #askAlerts(): Promise<Doubt | null> {
    const names = new Set(this.#plan.profile.alerts.map(({ rows }) => rows))
    const tables = this.#plan.tables.filter(({ name }) => names.has(name))
    this.#isVoid = (object) => this.#isOfAlerts(object)
    for (const object of this.#fresh.keys()) if (this.#isOfAlerts(object)) this.#fresh.delete(object)
    const found = await collectTables(this.#session, this.#plan, tables)
    if (found === null) return 'rows'
    for (const [object, value] of found) this.#fresh.set(object, value)
    return null
  }

  #isOfAlerts(object: string): boolean {
    const { alertColumns, layout } = this.#plan
    return alertColumns.has(layout.columnOf(object) ?? '')
  }
}

function doubtOf({ reason }: Extract<Outcome, { ok: false }>): Doubt {
  return reason === 'silent' || reason === 'unreachable' || reason === 'aborted' ? 'silent' : 'rows'
}

function isMissing({ value }: Varbind): boolean {
  return value.type === 'noSuchObject' || value.type === 'noSuchInstance' || value.type === 'endOfMibView'
}

/** Whether this answer lies behind the column; none at all is no proof. */
function isBehind(varbind: Varbind | undefined, column: string): boolean {
  return varbind !== undefined && (varbind.value.type === 'endOfMibView' || !varbind.oid.startsWith(Oid.parse(column)))
}
