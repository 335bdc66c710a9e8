/** Asks one device everything its profile asks, through the session and in as few packets as it takes. */
import type { Miss, MissReason } from '@platen/model'
import {
  type Outcome,
  type RequestFailure,
  type Session,
  type SessionCost,
  table,
  type Value,
  type Varbind,
} from '@platen/snmp'
import type { Profile } from './instructions.ts'
import { type Missed, missOf } from './misses.ts'
import { ASKED_ALL, type Observation } from './observation.ts'
import { type Plan, planOf, type TablePlan } from './plan.ts'
import { bounds } from './reach.ts'
import { type Walked, walkTables } from './walk.ts'

/** A device that answers nothing to this many questions in a row has gone: the rest is not asked, so silence costs its time-outs and no more. */
const SILENT_QUESTIONS = 2

/** Reads one device as a whole. Never throws for what the device does: what was not got is a miss with its reason. */
export async function collect(session: Session, profile: Profile): Promise<Observation> {
  const before = { ...session.cost }
  const reader = new Reader(session, planOf(profile))
  await reader.readAll()
  const { answers, misses, bulk } = reader
  return { answers, visited: ASKED_ALL, bulk, misses, cost: costSince(before, session.cost) }
}

/** What was spent between two moments of a session. */
export function costSince(before: SessionCost, now: SessionCost): SessionCost {
  return {
    requests: now.requests - before.requests,
    bytesOut: now.bytesOut - before.bytesOut,
    bytesIn: now.bytesIn - before.bytesIn,
    varbinds: now.varbinds - before.varbinds,
  }
}

/** Reads some tables of a device and nothing else; null if one of them did not come whole. */
export async function collectTables(
  session: Session,
  plan: Plan,
  tables: readonly TablePlan[],
): Promise<ReadonlyMap<string, Value> | null> {
  const reader = new Reader(session, plan)
  await reader.readTables(tables)
  return reader.misses.every(({ reason }) => reason === 'tooMany') ? reader.answers : null
}

/** Of a device that is gone before its tables are asked. */
const NOT_WALKED: Walked = { read: new Map(), left: [], bulk: true }

/** One device being read: what came, what did not, and whether it still answers. */
class Reader {
  readonly answers = new Map<string, Value>()
  readonly misses: Miss[] = []
  /** Whether the device serves GETBULK, as far as it was asked. */
  bulk = true
  readonly #session: Session
  readonly #plan: Plan
  #silent = 0

  constructor(session: Session, plan: Plan) {
    this.#session = session
    this.#plan = plan
  }

  async readAll(): Promise<void> {
    const { scalars, batch, tables } = this.#plan
    for (let at = 0; at < scalars.length; at += batch) {
      const asked = scalars.slice(at, at + batch)
      if (this.#isGone(`objects ${at + 1} to ${at + asked.length}`)) continue
      const outcome = await this.#session.get(asked)
      this.#note(outcome.ok ? null : outcome.reason)
      if (outcome.ok) this.#keepAll(outcome.varbinds)
      else this.#fail(`objects ${at + 1} to ${at + asked.length}`, outcome)
    }
    await this.readTables(tables)
  }

  /** All tables at once; what does not come in order that way is asked table by table. */
  async readTables(tables: readonly TablePlan[]): Promise<void> {
    const { batch, cells } = this.#plan
    const heard = (outcome: Outcome): boolean => {
      this.#note(outcome.ok ? null : outcome.reason)
      return this.#silent < SILENT_QUESTIONS
    }
    const walked =
      this.#silent < SILENT_QUESTIONS ? await walkTables(this.#session, tables, { batch, cells, heard }) : NOT_WALKED
    this.bulk = walked.bulk
    for (const one of tables) {
      const found = walked.read.get(one)
      if (found !== undefined) this.#keepAll(found)
      else if (!this.#isGone(one.name)) await this.#readTable(one)
    }
  }

  async #readTable({ name, columns, rows, cells }: TablePlan): Promise<void> {
    // At least two rows, since the second answers that the table is at its end.
    const repetitions = Math.max(2, Math.min(rows, Math.floor(cells / columns.length)))
    const outcome = await table(this.#session, columns, { maxRows: rows, repetitions })
    this.#note(outcome.ok ? null : outcome.reason)
    if (!outcome.ok) {
      this.#fail(name, outcome)
      return
    }
    for (const row of outcome.rows.values()) this.#keepAll([...row.values()])
    if (outcome.disordered) this.#miss(name, 'malformed', { code: 'disordered' })
    else if (outcome.truncated) this.#miss(name, 'tooMany', { code: 'tooManyRows', most: rows })
  }

  #keepAll(varbinds: readonly Varbind[]): void {
    for (const { oid, value } of varbinds) {
      if (value.type === 'noSuchObject' || value.type === 'noSuchInstance' || value.type === 'endOfMibView') continue
      if (this.answers.size >= bounds.answers) {
        this.#miss('answers', 'tooMany', { code: 'tooMany', most: bounds.answers })
        return
      }
      this.answers.set(oid.text, value)
    }
  }

  #isGone(subject: string): boolean {
    if (this.#silent < SILENT_QUESTIONS) return false
    this.#miss(subject, 'silent', { code: 'notAsked' })
    return true
  }

  /** How a question ended. */
  #note(failure: RequestFailure | null): void {
    this.#silent = failure === 'silent' || failure === 'unreachable' ? this.#silent + 1 : 0
  }

  #fail(subject: string, failure: { readonly reason: RequestFailure; readonly detail: string }): void {
    const { reason: why, detail: said } = failure
    this.#miss(subject, missReasonOf(why), { code: 'notAnswered', why, said })
  }

  #miss(subject: string, reason: MissReason, missed: Missed): void {
    this.misses.push(missOf(subject, reason, missed))
  }
}

/** A reading's word for a failed request. */
function missReasonOf(reason: RequestFailure): MissReason {
  switch (reason) {
    case 'silent':
    case 'unreachable':
    case 'aborted':
      return 'silent'
    case 'refused':
    case 'wrongUser':
    case 'wrongPassword':
    case 'wrongLevel':
    case 'unsupportedSecurity':
    case 'notInTimeWindow':
    case 'wrongEngine':
      return 'refused'
    case 'tooBig':
    case 'generalError':
    case 'malformed':
      return 'malformed'
  }
}
