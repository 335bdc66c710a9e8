/**
 * Reads a known device again: asks what moves, takes the rest from what is remembered, and gives all of it up at the first sign that the
 * device is another one, was started anew, was changed, or answers other rows than it did.
 */
import { askedIn, type Reading } from '@platen/model'
import { Oid, type Outcome, type Session, type Value, type Varbind } from '@platen/snmp'
import { type Ask, nameBefore } from './asks.ts'
import { collectTables, costSince } from './collect.ts'
import type { Instructions, Profile } from './instructions.ts'
import { asksOf, eachKept, isLarge, type KnownRows, leftOf, rememberAlerts, shapeOf } from './known-rows.ts'
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
  const { instructions, rows } = job
  const profile = instructions.profiles.find((one) => one.profile === rows.profile)
  if (profile === undefined || rows.instructions !== instructions.version) return { ok: false, doubt: 'instructions' }
  const age = job.now - Date.parse(rows.at)
  if (age < 0 || age >= MOST_AGE_MS) return { ok: false, doubt: 'age' }
  const visit = new Visit(job, profile)
  const doubt = await visit.ask()
  if (doubt !== null) return { ok: false, doubt }
  const observation = visit.observation()
  const reading = normalise({ observation, profile, instructions, stamp: job.stamp() })
  const strange = doubtIn(reading, rows)
  if (strange !== null) return { ok: false, doubt: strange }
  return {
    ok: true,
    reading,
    observation,
    rows: visit.areAlertsNew ? rememberAlerts(visit.rows, observation, profile) : visit.rows,
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
  /** What is known, with what was learned of large questions. */
  rows: KnownRows
  readonly #session: Session
  readonly #plan: Plan
  readonly #kind: LaterKind
  readonly #age: number
  readonly #before: Session['cost']
  readonly #fresh = new Map<string, Value>()
  /** Objects whose remembered answers are void: those of alerts that were asked anew. */
  #isVoid: (object: string) => boolean = () => false

  constructor({ session, rows, kind, now }: RecallJob, profile: Profile) {
    this.#session = session
    this.rows = rows
    this.#plan = planOf(profile)
    this.#kind = kind
    this.#age = now - Date.parse(rows.at)
    this.#before = { ...session.cost }
  }

  /** Puts the questions, the device's marks in the first; null if nothing speaks against what is remembered. */
  async ask(): Promise<Doubt | null> {
    for (const ask of this.#asks()) {
      const doubt = (await this.#put(ask)) ?? this.#strange()
      if (doubt !== null) return doubt
    }
    if (this.#kind !== 'meters' && !this.areAlertsNew) this.areAlertsNew = !this.#areAnswered(this.rows.alerts)
    return this.areAlertsNew ? this.#askAlerts() : null
  }

  #asks(): readonly Ask[] {
    return asksOf(this.rows, this.#kind, this.#plan.profile)
  }

  /** One question; what a large one did not get is asked in small ones before anything is believed of the device. */
  async #put(ask: Ask): Promise<Doubt | null> {
    const { profile } = this.#plan
    if (!isLarge(ask, profile) || this.rows.large === 'failed') return this.#putAsIs(ask)
    const { requests } = this.#session.cost
    const doubt = await this.#putAsIs(ask)
    const isWhole = doubt === null && this.#session.cost.requests === requests + 1
    // Once large ones were answered, silence is silence: a device that is off costs its time-outs once.
    if (doubt === 'silent' && this.rows.large === 'answered') return doubt
    if (isWhole && this.rows.large === 'untried') this.rows = { ...this.rows, large: 'answered' }
    if (isWhole || this.#strange() !== null) return doubt
    const small = await this.#putSmall(ask)
    // A device that gives the same to small questions was not at fault.
    if (small !== doubt || doubt === null) this.rows = { ...this.rows, large: 'failed' }
    return small
  }

  /** What a large question still has to ask, in small ones: single instances by GET, and runs with none beside them. */
  async #putSmall(ask: Ask): Promise<Doubt | null> {
    const singles = ask.by === 'get' ? ask.objects : ask.once
    const missing = singles.filter((object) => !this.#fresh.has(object))
    const doubt = missing.length === 0 ? null : await this.#get(missing)
    if (doubt !== null || ask.by === 'get') return doubt
    const { runs, repetitions } = ask
    const { batch, cells } = this.#plan
    const side = Math.max(1, Math.min(batch, Math.floor(cells / repetitions)))
    const open = runs.filter(({ cells: all, ends }) => ends !== undefined || all.some((cell) => !this.#fresh.has(cell)))
    for (let at = 0; at < open.length; at += side) {
      const next = await this.#follow({ by: 'bulk', once: [], runs: open.slice(at, at + side), repetitions })
      if (next !== null) return next
    }
    return null
  }

  #putAsIs(ask: Ask): Promise<Doubt | null> {
    return ask.by === 'get' ? this.#getAll(ask.objects) : this.#follow(ask)
  }

  observation(): Observation {
    const { at, bulk } = this.rows
    const misses = this.rows.misses.filter(({ subject }) => isAsked(subject, this.#kind, this.#plan.profile))
    const answers = new Map<string, Value>()
    eachKept(this.rows, (object, record) => {
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
      const doubt = await this.#getAll(objects.slice(at, at + batch))
      if (doubt !== null) return doubt
    }
    return null
  }

  async #getAll(objects: readonly string[]): Promise<Doubt | null> {
    const outcome = await this.#session.get(objects.map((object) => Oid.parse(object)))
    if (!outcome.ok) return doubtOf(outcome)
    for (const [place, object] of objects.entries()) if (!this.#isKept(object, outcome.varbinds[place])) return 'rows'
    return null
  }

  /** Single instances and runs side by side; cells that the answer had no room for are asked one by one. */
  async #follow({ once, runs, repetitions }: Extract<Ask, { by: 'bulk' }>): Promise<Doubt | null> {
    const outcome = await this.#session.bulk(
      runs.map(({ after }) => Oid.parse(after)),
      repetitions,
      once.map((object) => Oid.parse(nameBefore(object))),
    )
    if (!outcome.ok) return doubtOf(outcome)
    const { varbinds } = outcome
    for (const [place, object] of once.entries()) if (!this.#isKept(object, varbinds[place])) return 'rows'
    const unanswered: string[] = []
    for (const [place, run] of runs.entries()) {
      const answered = (row: number): Varbind | undefined => varbinds[once.length + row * runs.length + place]
      for (const [row, object] of run.cells.entries()) {
        const varbind = answered(row)
        if (varbind === undefined) unanswered.push(object)
        else if (!this.#isKept(object, varbind)) return 'rows'
      }
      if (run.ends !== undefined && !isBehind(answered(run.cells.length), run.ends)) this.areAlertsNew = true
    }
    return unanswered.length === 0 ? null : this.#get(unanswered)
  }

  /** Takes what was answered for an instance; an alert that is not there any more is no sign of anything else. */
  #isKept(object: string, varbind: Varbind | undefined): boolean {
    const isThere = varbind?.oid.text === object && !isMissing(varbind)
    if (isThere) this.#fresh.set(object, varbind.value)
    else if (this.#isOfAlerts(object)) this.areAlertsNew = true
    else return false
    return true
  }

  /** Whether the device is another one, changed or started anew, as far as it has said by now. */
  #strange(): Doubt | null {
    const { marks, upTimeObject, upTime } = this.rows
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
