/**
 * One round over the agreed addresses, the Onsite's half of the line: probe > identify > collect > normalise > seal > keep. Printers that
 * are known come first and are asked for what moves; then it is sought who answers at all other addresses, and whoever does is asked who it
 * is. Every address ends in a named fate; a miss costs that address and nothing else.
 */
import type { KnownRows, RecallJob } from '@platen/collector'
import type { Reading } from '@platen/model'
import type { Session } from '@platen/snmp'
import { Batch, type Kept } from './batch.ts'
import type { DatabaseFault } from './database.ts'
import type { Group, Manner } from './gate.ts'
import { eachAtOnce, Turnstile } from './limits.ts'
import type { Outbox } from './outbox.ts'
import type { Pace } from './pace.ts'
import type { SealingContext } from './seal.ts'
import { Seek, type Sought } from './seek.ts'
import { emptyTally, type Fate, type Tally } from './tally.ts'
import { meet, readAgain, readAll, type Visited, type VisitJob } from './visit.ts'
import { sweptWays } from './who-is.ts'

/** Addresses in hand at once: most of them are known printers that are switched off, or wait for their turn to be read. */
const IN_HAND = 256
/** Printers read at once: each holds its answers until it is a reading. */
const READS_AT_ONCE = 32

/** What a round needs. */
export interface RoundJob extends Omit<VisitJob, 'clock'> {
  /** Printers to be asked, known ones first of all. */
  readonly known: readonly string[]
  /** All other addresses to be sought through, made anew at each call, and those of names that are still being looked up; null: nobody else. */
  readonly others: { readonly walked: () => Iterable<string>; readonly named: Promise<readonly string[]> } | null
  /** What of a known printer is asked. */
  readonly kind: RecallJob['kind']
  /** Whether a known printer that is silent is asked in other ways too. It is not woken for a look. */
  readonly insists: boolean
  readonly pace: Pace
  readonly tries: number
  readonly outbox: Pick<Outbox, 'append'>
  readonly context: SealingContext
  /** The credential and version a known printer answered to last; null for everybody else. */
  readonly mannerOf: (address: string) => Manner | null
  /** What is known of a printer's rows, null if nothing is; it is large, and asked for when the printer's turn has come. */
  readonly rowsOf: (address: string) => KnownRows | null
  /** Readings that are on the disk, each with where it came from. */
  readonly onKept: (kept: readonly KeptReading[]) => void
  /** The disk would not take readings: they are counted as not kept. */
  readonly onFault: (fault: DatabaseFault) => void
  readonly onFate: (address: string, fate: Fate, tally: Tally) => void
  /** A bug that one address brought out. */
  readonly onBug: (address: string, error: unknown) => void
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

/** A round under way. */
export class Round {
  readonly tally = emptyTally()
  readonly #job: RoundJob
  readonly #seek: Seek | null
  readonly #reads = new Turnstile(READS_AT_ONCE)
  readonly #origins = new Map<string, Origin>()
  readonly #batch: Batch

  constructor(job: RoundJob) {
    this.#job = job
    this.#batch = new Batch(job.outbox, job.context, (kept) => this.#takeNote(kept))
    const { gate, pace, signal, others, tries, dice } = job
    const throwOf = dice()
    const waysTo = ({ means }: Group) => sweptWays(means, tries, throwOf)
    this.#seek =
      others === null ? null : new Seek({ gate, pace, signal, waysTo, addresses: others.walked, late: others.named })
  }

  /** About how many addresses are done with: those with a fate, and those that have been silent until now. */
  get done(): number {
    return this.#knownDone + (this.#seek?.done ?? 0)
  }
  #knownDone = 0

  /** Asks everybody once. Ends early, with everything read so far kept, when the signal says so. */
  async run(): Promise<Tally> {
    try {
      await eachAtOnce(this.#all(), IN_HAND, async (one) => {
        const fate = await this.#fateOf(one)
        this.tally[fate] += 1
        if (one.end === 'known') this.#knownDone += 1
        this.#job.onFate(one.address, fate, this.tally)
      })
    } finally {
      await this.#batch.flush()
    }
    return this.tally
  }

  async *#all(): AsyncGenerator<Sought | Known> {
    for (const address of this.#job.known) yield { address, end: 'known' }
    if (this.#seek !== null) yield* this.#seek
  }

  /** A printer that brings out a bug costs its own reading, in this round and the next, and nobody else's. */
  async #fateOf(one: Sought | Known): Promise<Fate> {
    const { address } = one
    if (one.end === 'notAsked' || this.#job.signal.aborted) return 'notAsked'
    if (one.end === 'silent' || one.end === 'unreachable') return one.end
    try {
      // Whoever answers to a user may refuse it: that proves nothing yet.
      if (one.end === 'answered') return await this.#readNew(address, one.way.version === 'v3' ? null : one.way)
      return await this.#readKnown(address)
    } catch (error) {
      this.#job.onBug(address, error)
      return 'failed'
    }
  }

  async #readKnown(address: string): Promise<Fate> {
    const { mannerOf, insists } = this.#job
    const manner = mannerOf(address)
    const again = await this.#readAgain(address, manner)
    if (again === 'read' || again === 'notAsked') return again
    if (again === 'silent' && !insists) return 'silent'
    return this.#readNew(address, manner, again === 'silent')
  }

  async #readAgain(address: string, manner: Manner | null): Promise<'read' | 'notAsked' | 'silent' | 'doubtful'> {
    const { gate, kind, rowsOf } = this.#job
    const opened = manner === null ? null : gate.open(address, manner)
    if (manner === null || opened?.ok !== true) return 'doubtful'
    const { session } = opened
    return this.#reads.through(async () => {
      const rows = rowsOf(address)
      if (rows === null) return 'doubtful'
      const again = await this.#paid(session, () => readAgain(this.#visit, address, { rows, manner, session, kind }))
      if (this.#job.cut.aborted) return 'notAsked'
      return again === 'silent' || again === 'doubtful' ? again : this.#keep(address, again)
    })
  }

  async #readNew(address: string, manner: Manner | null, wasSilent = false): Promise<Fate> {
    const { pace, cut } = this.#job
    await pace.take()
    const met = await meet(this.#visit, address, { manner, wasSilent })
    if (met.end !== 'printer') return cut.aborted && met.end !== 'other' ? 'notAsked' : met.end
    return this.#reads.through(async () => {
      const full = await this.#paid(met.session, () => readAll(this.#visit, address, met))
      if (cut.aborted) return 'notAsked'
      return full === 'failed' || full === 'other' ? full : this.#keep(address, full)
    })
  }

  /** Pays for what a visit asks. */
  async #paid<T>(session: Session, visit: () => Promise<T>): Promise<T> {
    const { pace } = this.#job
    const before = session.cost.requests
    await pace.take()
    try {
      return await visit()
    } finally {
      pace.pay(Math.max(0, session.cost.requests - before - 1))
    }
  }

  async #keep(address: string, { reading, manner, rows }: Visited): Promise<'read'> {
    this.#origins.set(reading.id, { address, ...manner, ...(rows === undefined ? {} : { rows }) })
    await this.#batch.add(reading)
    return 'read'
  }

  get #visit(): VisitJob {
    return { ...this.#job, clock: this.#job.context.clock }
  }

  #takeNote(kept: Kept): void {
    const { tally } = this
    tally.kept += kept.readings.length
    tally.notKept += kept.lost
    tally.dropped += kept.dropped
    if (kept.fault !== null) this.#job.onFault(kept.fault)
    this.#job.onKept(
      kept.readings.flatMap((reading) => {
        const origin = this.#origins.get(reading.id)
        this.#origins.delete(reading.id)
        return origin === undefined ? [] : [{ reading, ...origin }]
      }),
    )
  }
}

/** A printer that was met before. */
interface Known {
  readonly address: string
  readonly end: 'known'
}
