/**
 * One printer read: probe > identify > collect > normalise for one that is met, recall in place of all four for one of which the rows are
 * known. Either ends in a reading that is masked, with what is to be remembered of the printer, or in why there is none.
 */
import {
  type Answer,
  carryAnswers,
  collect,
  type Evidence,
  type Instructions,
  identify,
  type KnownRows,
  knownRowsText,
  normalise,
  type RecallJob,
  recall,
  remember,
  type Stamp,
} from '@platen/collector'
import type { Reading } from '@platen/model'
import type { Session } from '@platen/snmp'
import type { Settings } from '@platen/wire'
import type { Gate, Manner } from './gate.ts'
import { maskReading } from './settings.ts'
import { waysOf, whoIs } from './who-is.ts'
import { type Clock, moment } from './world.ts'

/** What visiting needs. */
export interface VisitJob {
  readonly gate: Gate
  readonly instructions: Instructions
  readonly masks: Settings['masks']
  readonly clock: Clock
  /** Random bytes for the readings' names. */
  readonly bytes: (length: number) => Uint8Array
  /** A number from 0 up to 1. */
  readonly dice: () => number
  /** No new question after this, but to printers under way. */
  readonly signal: AbortSignal
}

/** A reading, and what to remember of the printer's rows, as text: null to forget them; not there where what is remembered holds. */
export interface Visited {
  readonly reading: Reading
  readonly manner: Manner
  readonly rows?: string | null
}

/** How meeting somebody ended. */
export type Met =
  | {
      readonly end: 'printer'
      readonly answer: Answer
      readonly evidence: Evidence
      readonly session: Session
      readonly manner: Manner
    }
  | { readonly end: 'other' | 'silent' | 'unreachable' | 'refused' | 'notAllowed' }

/**
 * Finds out who is there: in the manner that worked last, or at which it has just answered, first. Of v1 one try is made under one community,
 * which the dice choose, so that in time each has its turn.
 */
export async function meet(
  job: VisitJob,
  address: string,
  known: { manner: Manner | null; wasSilent: boolean },
): Promise<Met> {
  const { gate, instructions, signal, dice } = job
  const all = waysOf(gate.means(address), known.manner, dice())
  // It has just been silent to more than a probe: one try more, in case that was too much for it.
  const ways = known.wasSilent ? all.map((way, at) => (at === 0 ? { ...way, tries: 1 } : way)) : all
  const found = await whoIs({ gate, instructions, stop: () => signal.aborted }, address, ways)
  if (found.kind === 'notAllowed') return { end: 'notAllowed' }
  if (found.kind === 'refused') return { end: 'refused' }
  if (found.kind === 'silent')
    return { end: found.last === null || found.last.reason === 'silent' ? 'silent' : 'unreachable' }
  const { result, session, manner } = found
  if (result.kind === 'printer') {
    const { answer, evidence } = result
    return { end: 'printer', answer, evidence, session, manner }
  }
  return { end: result.kind === 'other' ? 'other' : 'refused' }
}

/**
 * Reads all that a printer has. `failed` where it said nothing after it had said who it is; `other` where it answered everything and
 * nothing of it has to do with printing, and a maker's number alone made it look like a printer: what is no printer is not collected.
 */
export async function readAll(
  job: VisitJob,
  address: string,
  met: Extract<Met, { end: 'printer' }>,
): Promise<Visited | 'failed' | 'other'> {
  const { instructions, masks } = job
  const profile = identify(met.answer, instructions)
  const observation = await collect(met.session, profile)
  if (observation.answers.size === 0) return 'failed'
  const reading = normalise({ observation, profile, instructions, stamp: stampOf(job, address) })
  if (met.evidence === 'printerBranch' && saysNothingOfPrinting(reading)) return 'other'
  const rows = remember({ observation, reading, profile })
  return {
    reading: maskReading(carryAnswers(reading, observation, profile), masks),
    manner: met.manner,
    rows: rows === null ? null : knownRowsText(rows),
  }
}

function saysNothingOfPrinting({ meters, supplies, inputs, identity, status, misses }: Reading): boolean {
  const hasSaid = meters.length + supplies.length + inputs.length > 0 || identity.serial !== null
  const wasHeard = misses.every(({ reason }) => reason === 'absent' || reason === 'placeholder')
  return !hasSaid && wasHeard && status.device === 'unknown'
}

/** A printer that may be as it was, asked for what moves, or for what of that is wanted; or what speaks against it. */
export async function readAgain(
  job: VisitJob,
  address: string,
  known: {
    readonly rows: KnownRows
    readonly manner: Manner
    readonly session: Session
    readonly kind: RecallJob['kind']
  },
): Promise<Visited | 'silent' | 'doubtful'> {
  const { instructions, masks, clock } = job
  const { rows, manner, session, kind } = known
  const stamp = () => stampOf(job, address)
  const again = await recall({ session, instructions, rows, kind, now: clock.wall(), stamp })
  if (!again.ok) return again.doubt === 'silent' ? 'silent' : 'doubtful'
  const reading = maskReading(again.reading, masks)
  return { reading, manner, ...(again.rows === rows ? {} : { rows: knownRowsText(again.rows) }) }
}

function stampOf({ clock, bytes }: VisitJob, address: string): Stamp {
  const id = Buffer.from(bytes(16)).toString('hex')
  return { id, at: moment(clock.wall()), monotonic: Math.max(0, clock.now()), address }
}
