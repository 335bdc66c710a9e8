/**
 * Finds out at which of many addresses somebody answers SNMP, before anybody is asked who it is. An address that is silent costs a datagram
 * for each way of asking and no memory, so a range may be of any size.
 */
import type { Sweep } from '@platen/snmp'
import type { Gate, Group, Way } from './gate.ts'
import type { Pace } from './pace.ts'

/** An address at which somebody answered, and in which way; or how it ended without. */
export type Sought =
  | { readonly address: string; readonly end: 'answered'; readonly way: Way }
  | { readonly address: string; readonly end: 'silent' | 'unreachable' | 'notAsked' }

/** What seeking needs. */
export interface SeekJob {
  readonly gate: Pick<Gate, 'groups' | 'isIn' | 'sweep'>
  /** The addresses, from the beginning each time it is called, none twice; and those that are not known yet. */
  readonly addresses: () => Iterable<string>
  readonly late: Promise<readonly string[]>
  /** The ways in which the members of a group are asked, one after the other. */
  readonly waysTo: (group: Group) => readonly Way[]
  readonly pace: Pace
  readonly signal: AbortSignal
}

/** Seeks: read it as a stream, in which each address comes once. */
export class Seek implements AsyncIterable<Sought> {
  readonly #job: SeekJob
  #sweep: Sweep | null = null
  /** Of each address, the share that one way of asking is. */
  #share = 0
  #past = 0

  constructor(job: SeekJob) {
    this.#job = job
  }

  /** About how many addresses are done with. */
  get done(): number {
    return Math.floor(this.#past + (this.#sweep?.progress.ended ?? 0) * this.#share)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sought> {
    yield* this.#seek(this.#job.addresses)
    const late = await this.#job.late
    yield* this.#seek(() => late)
  }

  async *#seek(addresses: () => Iterable<string>): AsyncGenerator<Sought> {
    const { gate } = this.#job
    for (const group of gate.groups) {
      yield* this.#seekIn(group, function* () {
        for (const address of addresses()) if (gate.isIn(group, address)) yield address
      })
    }
  }

  async *#seekIn(group: Group, members: () => Iterable<string>): AsyncGenerator<Sought> {
    const { gate, pace, waysTo, signal } = this.#job
    const met = new Set<string>()
    const left = function* () {
      for (const address of members()) if (!met.has(address)) yield address
    }
    const ways = waysTo(group)
    this.#share = 1 / Math.max(1, ways.length)
    for (const [at, way] of ways.entries()) {
      if (signal.aborted) break
      const sweep = gate.sweep(group, left(), { way, pace: pace.bucket, signal, isLast: at === ways.length - 1 })
      this.#sweep = sweep
      for await (const { address, outcome } of sweep) {
        if (!outcome.ok && outcome.reason === 'aborted') continue
        met.add(address)
        if (!outcome.ok && outcome.reason === 'unreachable') yield { address, end: 'unreachable' }
        else yield { address, end: 'answered', way }
      }
      this.#sweep = null
      this.#past += sweep.progress.ended * this.#share
    }
    // Nobody is called silent who was not asked: there may be nothing to ask them by.
    const end = signal.aborted || ways.length === 0 ? 'notAsked' : 'silent'
    for (const address of left()) yield { address, end }
  }
}
