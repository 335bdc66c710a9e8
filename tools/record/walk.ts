/** Walks one branch of a device that may answer anything: it ends at the branch's end, at its bound, at the budget, or where the names stop rising. */
import { Oid, type RequestFailure, type Session, type Varbind } from '@platen/snmp'
import type { Budget } from './budget.ts'
import type { Range } from './ranges.ts'

/**
 * How a walk ended: all of the branch was read; its bound was reached; the device's names did not rise; it answered with an error; it
 * did not answer; the budget of the whole recording is used up.
 */
export const walkEnds = ['whole', 'bound', 'disordered', 'failed', 'silent', 'budget'] as const
export type WalkEnd = (typeof walkEnds)[number]

/** One walk and what it needs. */
export interface WalkJob {
  readonly session: Session
  readonly budget: Budget
  readonly range: Range
  /** Branches that are passed over. */
  readonly denied: readonly Oid[]
  /** The last object that is there already. */
  readonly from: Oid | undefined
  keep(varbind: Varbind): void
}

/** What one walk gave. */
export interface Walked {
  readonly end: WalkEnd
  readonly kept: number
  /** Branches that were passed over because they are denied. */
  readonly passed: readonly string[]
  readonly detail: string
  /** The last object kept. */
  readonly last: Oid | undefined
}

/** Objects asked for at once: what fits one datagram of an ordinary printer. */
const REPETITIONS = 20
/** Failures of GETBULK after which a device may still answer GETNEXT well. */
const BULK_FAULTS: readonly RequestFailure[] = ['generalError', 'malformed', 'tooBig']

/** Reads the branch of a job. Never throws for what the device does. */
export async function walk(job: WalkJob): Promise<Walked> {
  const walker = new Walker(job)
  for (;;) {
    const end = await walker.step()
    if (end !== null) return end
  }
}

class Walker {
  readonly #job: WalkJob
  readonly #root: Oid
  readonly #passed = new Set<string>()
  #cursor: Oid
  readonly #kept = new Set<string>()
  #wrong: string | null = null
  #last: Oid | undefined
  #bulk = true

  constructor(job: WalkJob) {
    this.#job = job
    this.#root = Oid.parse(job.range.branch)
    this.#cursor = job.from ?? this.#root
  }

  /** Asks once; the end, or null if the walk goes on. */
  async step(): Promise<Walked | null> {
    const { session, budget, range } = this.#job
    const spent = budget.spent()
    if (spent !== null) return this.#end('budget', spent)
    const rows = Math.min(REPETITIONS, range.most - this.#kept.size + 1)
    const outcome = this.#bulk ? await session.bulk([this.#cursor], rows) : await session.next([this.#cursor])
    if (outcome.ok && outcome.varbinds.length > 0) return this.#take(outcome.varbinds)
    if (this.#bulk && (outcome.ok || BULK_FAULTS.includes(outcome.reason))) {
      this.#bulk = false
      return null
    }
    if (outcome.ok) return this.#end('failed', 'an answer without objects')
    if (outcome.reason === 'aborted') return this.#end('budget', budget.spent() ?? 'time')
    const isSilence = outcome.reason === 'silent' || outcome.reason === 'unreachable'
    return this.#end(isSilence ? 'silent' : 'failed', `${outcome.reason}: ${outcome.detail}`)
  }

  #take(varbinds: readonly Varbind[]): Walked | null {
    for (const [at, varbind] of varbinds.entries()) {
      const { oid, value } = varbind
      if (value.type === 'endOfMibView') return this.#end('whole', '')
      if (oid.compare(this.#cursor) <= 0) return this.#disorder(varbinds.slice(at))
      if (!oid.startsWith(this.#root)) {
        const rest = varbinds.slice(at)
        return rest.some((other) => other.oid.startsWith(this.#root)) ? this.#disorder(rest) : this.#end('whole', '')
      }
      const denied = this.#deniedOf(oid)
      if (denied !== undefined) {
        this.#passed.add(denied.text)
        const after = behind(denied)
        if (after === null) return this.#end('whole', '')
        this.#cursor = after
        return null
      }
      if (this.#isFull) return this.#end('bound', '')
      this.#keep(varbind)
      this.#cursor = oid
    }
    return null
  }

  #keep(varbind: Varbind): void {
    this.#job.keep({ oid: varbind.oid, value: varbind.value })
    this.#kept.add(varbind.oid.text)
    this.#last = varbind.oid
  }

  get #isFull(): boolean {
    return this.#kept.size >= this.#job.range.most
  }

  #deniedOf(oid: Oid): Oid | undefined {
    return this.#job.denied.find((branch) => oid.startsWith(branch))
  }

  /** What came out of order is an answer all the same and is kept. Some agents disorder GETBULK only: what they say to GETNEXT decides. */
  #disorder(varbinds: readonly Varbind[]): Walked | null {
    const [first] = varbinds
    this.#wrong ??= `${first?.oid.text} came after ${this.#cursor.text}`
    for (const varbind of varbinds) {
      const isOurs = varbind.oid.startsWith(this.#root) && this.#deniedOf(varbind.oid) === undefined
      if (isOurs && varbind.value.type !== 'endOfMibView' && !this.#isFull) this.#keep(varbind)
    }
    if (!this.#bulk) return this.#end('disordered', this.#wrong)
    this.#bulk = false
    return null
  }

  #end(end: WalkEnd, detail: string): Walked {
    const isWrong = end === 'whole' && this.#wrong !== null
    return {
      end: isWrong ? 'disordered' : end,
      kept: this.#kept.size,
      passed: [...this.#passed],
      detail: isWrong ? (this.#wrong ?? '') : detail,
      last: this.#last,
    }
  }
}

/** The branch beside this one: GETNEXT from there passes over all that lies below it. */
function behind(branch: Oid): Oid | null {
  const arcs = branch.text.split('.').map(Number)
  const last = arcs.pop() ?? 0
  return last >= 4_294_967_295 ? null : Oid.parse([...arcs, last + 1].join('.'))
}
