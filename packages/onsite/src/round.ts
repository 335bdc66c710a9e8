/**
 * One round over the agreed addresses, the Onsite's half of the line: probe > identify > collect > normalise > seal > keep. A printer of
 * which the rows are known is asked for what moves (recall) in place of the first four, and for all where that brings out a doubt. Every
 * address ends in a named fate; a miss costs that address and nothing else.
 */
import {
  type Answer,
  carryAnswers,
  collect,
  type Instructions,
  identify,
  type KnownRows,
  knownRowsText,
  normalise,
  recall,
  remember,
  type Stamp,
} from '@platen/collector'
import type { Reading } from '@platen/model'
import type { Session } from '@platen/snmp'
import type { Settings } from '@platen/wire'
import { Batch, type Kept } from './batch.ts'
import type { DatabaseFault } from './database.ts'
import type { Gate, Manner } from './gate.ts'
import { eachAtOnce, Turnstile } from './limits.ts'
import type { Outbox } from './outbox.ts'
import type { SealingContext } from './seal.ts'
import { maskReading } from './settings.ts'
import { emptyTally, type Fate, type Tally } from './tally.ts'
import { waysOf, whoIs } from './who-is.ts'
import { moment } from './world.ts'

/** Addresses asked who they are at once. Below the 1,024 neighbours that Linux resolves at a time; an unpaced /16 loses most answers. */
const PROBES_AT_ONCE = 512
/** Printers read at once: each holds its answers until it is a reading. */
const READS_AT_ONCE = 64

/** What a round needs. */
export interface RoundJob {
  readonly targets: AsyncIterable<string>
  readonly gate: Gate
  readonly instructions: Instructions
  readonly masks: Settings['masks']
  readonly outbox: Pick<Outbox, 'append'>
  readonly context: SealingContext
  /** Random bytes for the readings' names. */
  readonly bytes: (length: number) => Uint8Array
  /** The credential and version a known printer answered to last; null for everybody else. */
  readonly mannerOf: (address: string) => Manner | null
  /** Whether something may be known of the rows of whoever is there. */
  readonly isKnown: (address: string) => boolean
  /** What is known of a printer's rows, null if nothing is; it is large, and asked for when the printer's turn has come. */
  readonly rowsOf: (address: string) => KnownRows | null
  /** A number from 0 up to 1. */
  readonly dice: () => number
  /** Readings that are on the disk, each with where it came from. */
  readonly onKept: (kept: readonly KeptReading[]) => void
  /** The disk would not take readings: they are counted as not kept. */
  readonly onFault: (fault: DatabaseFault) => void
  readonly onFate: (address: string, fate: Fate, tally: Tally) => void
  /** A bug that one address brought out. */
  readonly onBug: (address: string, error: unknown) => void
  /** No new address after this; printers under way are read to their end. */
  readonly signal: AbortSignal
  /** The client is closed: what is under way is not whole and not kept. */
  readonly cut: AbortSignal
}

/** Where a reading came from: masking takes the address out of the reading itself. */
export interface Origin extends Manner {
  readonly address: string
  /** What to remember of the printer's rows, as text; null to forget them. Not there: what is remembered holds. */
  readonly rows?: string | null
}

/** A reading that is on the disk, and its origin. */
export interface KeptReading extends Origin {
  readonly reading: Reading
}

/** Asks everybody once. Ends early, with everything read so far kept, when the signal says so. */
export async function round(job: RoundJob): Promise<Tally> {
  const tally = emptyTally()
  const reads = new Turnstile(READS_AT_ONCE)
  const origins = new Map<string, Origin>()
  const batch = new Batch(job.outbox, job.context, (kept) => takeNote(job, { tally, kept, origins }))
  try {
    await eachAtOnce(job.targets, PROBES_AT_ONCE, async (address) => {
      const fate = job.signal.aborted ? 'notAsked' : await guarded(job, { address, reads, batch, origins })
      tally[fate] += 1
      job.onFate(address, fate, tally)
    })
  } finally {
    await batch.flush()
  }
  return tally
}

/** A printer that brings out a bug costs its own reading, in this round and the next, and nobody else's. */
async function guarded(job: RoundJob, place: Place): Promise<Fate> {
  try {
    return await readOne(job, place)
  } catch (error) {
    job.onBug(place.address, error)
    return 'failed'
  }
}

interface Place {
  readonly address: string
  readonly reads: Turnstile
  readonly batch: Batch
  readonly origins: Map<string, Origin>
}

async function readOne(job: RoundJob, place: Place): Promise<Fate> {
  const again = job.isKnown(place.address) ? await readKnown(job, place) : 'unknown'
  if (again === 'read' || again === 'notAsked') return again
  const asked = await whoAnswers(job, place.address, again)
  if (asked.fate !== 'printer') return asked.fate
  return place.reads.through(async () => {
    const full = await readPrinter(job, place.address, asked)
    if (job.cut.aborted) return 'notAsked'
    if (full === null) return 'failed'
    return keep(place, full.reading, { ...asked.manner, rows: full.rows })
  })
}

/** A printer that may be as it was: asked for what moves, in the way it answered last; or what speaks against it. */
async function readKnown(
  job: RoundJob,
  place: Place,
): Promise<'read' | 'notAsked' | 'silent' | 'doubtful' | 'unknown'> {
  const { address } = place
  const { clock } = job.context
  const manner = job.mannerOf(address)
  const opened = manner === null ? null : job.gate.open(address, manner)
  if (manner === null || opened?.ok !== true) return 'doubtful'
  const { session } = opened
  const { instructions } = job
  return place.reads.through(async () => {
    const rows = job.rowsOf(address)
    if (rows === null) return 'unknown'
    const stamp = () => stampOf(job, address)
    const again = await recall({ session, instructions, rows, kind: 'steady', now: clock.wall(), stamp })
    if (job.cut.aborted) return 'notAsked'
    if (!again.ok) return again.doubt === 'silent' ? 'silent' : 'doubtful'
    const isSame = again.rows === rows
    const reading = maskReading(again.reading, job.masks)
    return keep(place, reading, { ...manner, ...(isSame ? {} : { rows: knownRowsText(again.rows) }) })
  })
}

async function keep(place: Place, reading: Reading, origin: Omit<Origin, 'address'>): Promise<'read'> {
  place.origins.set(reading.id, { address: place.address, ...origin })
  await place.batch.add(reading)
  return 'read'
}

type Asked =
  | { readonly fate: 'printer'; readonly answer: Answer; readonly session: Session; readonly manner: Manner }
  | { readonly fate: Exclude<Fate, 'read'> }

/** One try more than the time-outs of a silent address: which community it is made under in v1, the dice say, so that in time each has its turn. */
async function whoAnswers(job: RoundJob, address: string, before: 'unknown' | 'silent' | 'doubtful'): Promise<Asked> {
  const { gate, instructions, signal, cut } = job
  const all = waysOf(gate.means(address), job.mannerOf(address), job.dice())
  // It has just been silent to more than a probe: one try more, in case that was too much for it.
  const ways = before === 'silent' ? all.map((way, at) => (at === 0 ? { ...way, tries: 1 } : way)) : all
  const found = await whoIs({ gate, instructions, stop: () => signal.aborted }, address, ways)
  if (found.kind === 'notAllowed') return { fate: 'notAllowed' }
  if (found.kind === 'silent') {
    if (cut.aborted) return { fate: 'notAsked' }
    return { fate: found.last === null || found.last.reason === 'silent' ? 'silent' : 'unreachable' }
  }
  if (found.kind === 'refused') return { fate: cut.aborted ? 'notAsked' : 'refused' }
  const { result, session, manner } = found
  if (result.kind === 'printer') return { fate: 'printer', answer: result.answer, session, manner }
  if (result.kind === 'other') return { fate: 'other' }
  return { fate: cut.aborted ? 'notAsked' : 'refused' }
}

async function readPrinter(
  job: RoundJob,
  address: string,
  asked: { answer: Answer; session: Session },
): Promise<{ readonly reading: Reading; readonly rows: string | null } | null> {
  const { instructions } = job
  const profile = identify(asked.answer, instructions)
  const observation = await collect(asked.session, profile)
  // A printer that died after the probe said nothing: there is no reading to keep.
  if (observation.answers.size === 0) return null
  const reading = normalise({ observation, profile, instructions, stamp: stampOf(job, address) })
  const rows = remember({ observation, reading, profile })
  return {
    reading: maskReading(carryAnswers(reading, observation, profile), job.masks),
    rows: rows === null ? null : knownRowsText(rows),
  }
}

function stampOf({ context: { clock }, bytes }: RoundJob, address: string): Stamp {
  const id = Buffer.from(bytes(16)).toString('hex')
  return { id, at: moment(clock.wall()), monotonic: Math.max(0, clock.now()), address }
}

function takeNote(job: RoundJob, note: { tally: Tally; kept: Kept; origins: Map<string, Origin> }): void {
  const { tally, kept, origins } = note
  tally.kept += kept.readings.length
  tally.notKept += kept.lost
  tally.dropped += kept.dropped
  if (kept.fault !== null) job.onFault(kept.fault)
  job.onKept(
    kept.readings.flatMap((reading) => {
      const origin = origins.get(reading.id)
      origins.delete(reading.id)
      return origin === undefined ? [] : [{ reading, ...origin }]
    }),
  )
}
