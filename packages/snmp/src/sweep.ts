/**
 * Asks whole ranges of addresses the same question and streams what answers. An address that is being asked costs some 100
 * octets and one that was silent costs nothing, so a range may be of any size.
 */
import type { Clock } from './clock.ts'
import { Line } from './line.ts'
import type { Oid } from './oid.ts'
import { noCost, type Outcome, type RequestFailure, type SessionCost } from './session.ts'

/** What a sweep asks of every address, and how fast. */
export interface SweepQuestion {
  /** Literal addresses, see `addressesOf`. They are drawn as fast as they can be asked, none twice. */
  addresses: Iterable<string> | AsyncIterable<string>
  /** Objects of one GET; an address that answers in any way is found. */
  oids: readonly Oid[]
  /** Addresses asked at the same time; the default is a whole /16: most addresses are silent, and silence takes its time. */
  atOnce?: number
  /** Datagrams a second at most; by default as many as the window and the neighbours allow. */
  perSecond?: number
  /** Ends the sweep. */
  signal?: AbortSignal
}

/** One address that is not silent: its answer, or what was wrong with it. */
export interface SweepResult {
  readonly address: string
  readonly outcome: Outcome
}

/** How far a sweep is: addresses asked, of those ended, and how they ended. */
export interface SweepProgress {
  readonly asked: number
  readonly ended: number
  readonly answered: number
  readonly failed: Readonly<Partial<Record<RequestFailure, number>>>
}

/** What every address of a sweep is asked with. */
export interface Asking {
  readonly cost: SessionCost
  readonly signal: AbortSignal
  readonly settle: (address: string, outcome: Outcome) => void
}

/** Asks addresses, the sooner the better; all given are under way at the latest when it is flushed. */
export interface Asker {
  ask(address: string): void
  flush(): void
}

/** What a sweep needs of its client. */
export interface SweepDesk {
  readonly clock: Clock
  /** What asks the addresses: `settle` is called once for each, `cost` is added to. */
  open(asking: Asking): Asker
  /** How many requests wait for their turn to be sent. */
  backlog(): number
}

const WHOLE_CLASS_B = 65_536

/** Requests that may wait for the window: so many are made in some milliseconds, and more would only cost memory. */
const MOST_WAITING = 2_048

/** Results that may wait for whoever reads the stream. */
const MOST_UNREAD = 4_096

/** Milliseconds to wait for room. */
const REST = 5

/** A sweep under way: read it as a stream, once. Stopping to read stops the sweep. */
export class Sweep implements AsyncIterable<SweepResult> {
  /** Datagrams and octets of the whole sweep. */
  readonly cost: Readonly<SessionCost>
  readonly #cost = noCost()
  readonly #desk: SweepDesk
  readonly #question: SweepQuestion
  readonly #atOnce: number
  readonly #stop = new AbortController()
  readonly #unread = new Line<SweepResult>()
  readonly #failed: Partial<Record<RequestFailure, number>> = {}
  #asked = 0
  #ended = 0
  #answered = 0
  #allDrawn = false
  #fault: { error: unknown } | undefined
  #wake = () => {}

  constructor(question: SweepQuestion, desk: SweepDesk) {
    this.cost = this.#cost
    this.#desk = desk
    this.#question = question
    this.#atOnce = question.atOnce ?? WHOLE_CLASS_B
  }

  get progress(): SweepProgress {
    return { asked: this.#asked, ended: this.#ended, answered: this.#answered, failed: { ...this.#failed } }
  }

  /** Everything but silence, as it comes. @throws what the given addresses throw. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SweepResult> {
    const { signal } = this.#question
    const stop = () => this.#stop.abort()
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    void this.#draw()
    try {
      for (;;) {
        for (let one = this.#unread.shift(); one !== undefined; one = this.#unread.shift()) yield one
        if (this.#fault !== undefined) throw this.#fault.error
        if (this.#allDrawn && this.#ended === this.#asked) return
        await new Promise<void>((wake) => {
          this.#wake = wake
        })
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      stop()
    }
  }

  /** Draws addresses as there is room, and asks them. */
  async #draw(): Promise<void> {
    const { signal } = this.#stop
    const { clock } = this.#desk
    const began = clock.now()
    const settle = (address: string, outcome: Outcome) => this.#settle(address, outcome)
    const asker = this.#desk.open({ cost: this.#cost, signal, settle })
    const source = iteratorOf(this.#question.addresses)
    try {
      while (!signal.aborted) {
        const room = this.#room(clock.now() - began)
        if (room === 0) await new Promise<void>((rested) => void clock.after(REST, rested))
        else if (await this.#askSome(source, room, asker)) break
      }
      await source.return?.()
    } catch (error) {
      this.#fault = { error }
    }
    this.#allDrawn = true
    this.#wake()
  }

  /** Asks so many addresses; whether there are no more. */
  async #askSome(source: Source, room: number, asker: Asker): Promise<boolean> {
    let isOver = false
    for (let left = room; left > 0 && !isOver && !this.#stop.signal.aborted; left--) {
      // A promise for each address of a range would cost as much as asking it.
      const next = source.next()
      if ('then' in next) asker.flush()
      const { done, value } = 'then' in next ? await next : next
      isOver = done === true
      if (isOver || this.#stop.signal.aborted) break
      this.#asked++
      asker.ask(value)
    }
    asker.flush()
    return isOver
  }

  /** How many addresses may be asked now, so many milliseconds after the beginning. */
  #room(elapsed: number): number {
    const { perSecond } = this.#question
    if (this.#unread.length >= MOST_UNREAD) return 0
    if (perSecond !== undefined && this.#cost.requests >= (elapsed * perSecond) / 1_000) return 0
    const room = Math.min(this.#atOnce - (this.#asked - this.#ended), MOST_WAITING - this.#desk.backlog())
    return Math.max(0, perSecond === undefined ? room : Math.min(1, room))
  }

  #settle(address: string, outcome: Outcome): void {
    this.#ended++
    if (outcome.ok) this.#answered++
    else this.#failed[outcome.reason] = (this.#failed[outcome.reason] ?? 0) + 1
    const isQuiet = !outcome.ok && (outcome.reason === 'silent' || outcome.reason === 'aborted')
    if (!isQuiet) this.#unread.push({ address, outcome })
    if (!isQuiet || this.#ended === this.#asked) this.#wake()
  }
}

type Source = Iterator<string> | AsyncIterator<string>

function iteratorOf(addresses: SweepQuestion['addresses']): Source {
  return Symbol.asyncIterator in addresses ? addresses[Symbol.asyncIterator]() : addresses[Symbol.iterator]()
}
