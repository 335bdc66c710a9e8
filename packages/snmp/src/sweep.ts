/**
 * Asks whole ranges of addresses the same question and streams what answers. An address that is being asked costs some 100
 * octets and one that was silent costs nothing, so a range may be of any size.
 */
import { Bucket } from './bucket.ts'
import type { Clock } from './clock.ts'
import { Line } from './line.ts'
import type { Oid } from './oid.ts'
import { noCost, type Outcome, type RequestFailure, type SessionCost } from './session.ts'
import { within } from './within.ts'

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
  /** The same as a bucket that others draw from too: a token is a datagram. */
  pace?: Bucket
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

/** Ids would run out at a thousand times as many, memory before. */
const MOST_AT_ONCE = 1_048_576

/** The share of a second's datagrams that may leave together after a pause. */
const BURST = 0.1

/** Requests that may wait for the window: so many are made in some milliseconds, and more would only cost memory. */
const MOST_WAITING = 2_048

/** Results that may wait for whoever reads before nothing more is asked; with what is under way then they are `atOnce` at most. */
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
  #isRead = false
  readonly #pace: Bucket | undefined
  /** What the pace knows of. */
  #paid = 0
  #fault: { error: unknown } | undefined
  #wake = () => {}
  #stopWaiting = () => {}

  /** @throws RangeError on numbers with which it would ask nobody. */
  constructor(question: SweepQuestion, desk: SweepDesk) {
    this.cost = this.#cost
    this.#desk = desk
    this.#question = question
    this.#atOnce = within('atOnce', question.atOnce ?? WHOLE_CLASS_B, 1, MOST_AT_ONCE)
    this.#pace = question.perSecond === undefined ? question.pace : paceOf(question.perSecond)
  }

  get progress(): SweepProgress {
    return { asked: this.#asked, ended: this.#ended, answered: this.#answered, failed: { ...this.#failed } }
  }

  /** Everything but silence, as it comes. @throws what the given addresses throw; Error when it is read a second time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SweepResult> {
    if (this.#isRead) throw new Error('a sweep is read once')
    this.#isRead = true
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
    const settle = (address: string, outcome: Outcome) => this.#settle(address, outcome)
    const asker = this.#desk.open({ cost: this.#cost, signal, settle })
    signal.addEventListener('abort', () => this.#stopWaiting(), { once: true })
    try {
      const source = iteratorOf(this.#question.addresses)
      let isOver = false
      while (!signal.aborted && !isOver) {
        const room = this.#room(clock.now())
        if (room === 0) await new Promise<void>((rested) => void clock.after(REST, rested))
        else isOver = await this.#askSome(source, room, asker)
      }
      if (!isOver) this.#leave(source)
    } catch (error) {
      this.#fault = { error }
    }
    this.#allDrawn = true
    this.#wake()
  }

  /** Asks so many addresses; whether there are no more. */
  async #askSome(source: Source, room: number, asker: Asker): Promise<boolean> {
    let isOver = false
    for (let left = room; left > 0 && !isOver; left--) {
      // A promise for each address of a range would cost as much as asking it.
      const next = source.next()
      if ('then' in next) asker.flush()
      const { done, value } = 'then' in next ? await this.#orStopped(next) : next
      if (this.#stop.signal.aborted) return false
      isOver = done === true
      if (isOver) break
      this.#asked++
      asker.ask(value)
    }
    asker.flush()
    return isOver
  }

  /** The next address, or none when the sweep is stopped before: a source may wait for ever. */
  #orStopped(next: Promise<IteratorResult<string>>): Promise<IteratorResult<string>> {
    return new Promise((resolve, reject) => {
      this.#stopWaiting = () => resolve({ done: true, value: undefined })
      next.then(resolve, reject)
    })
  }

  /** Tells the source that no more is wanted. One that waits hears of it when it is done waiting, so it is not waited for. */
  #leave(source: Source): void {
    const left = source.return?.()
    if (left === undefined || !('then' in left)) return
    left.then(undefined, (error: unknown) => {
      this.#fault = { error }
    })
  }

  /** How many addresses may be asked now. */
  #room(now: number): number {
    if (this.#unread.length >= MOST_UNREAD) return 0
    const underWay = this.#asked - this.#ended
    const room = Math.min(this.#atOnce - underWay - this.#unread.length, MOST_WAITING - this.#desk.backlog())
    return Math.max(0, this.#pace === undefined ? room : Math.min(room, this.#paced(this.#pace, now)))
  }

  /** Tokens left after paying for what was asked, also a second time, since. */
  #paced(pace: Bucket, now: number): number {
    const due = Math.max(this.#asked, this.#cost.requests)
    pace.spend(due - this.#paid)
    this.#paid = due
    return Math.floor(pace.filled(now))
  }

  #settle(address: string, outcome: Outcome): void {
    this.#ended++
    if (outcome.ok) this.#answered++
    else this.#failed[outcome.reason] = (this.#failed[outcome.reason] ?? 0) + 1
    const isQuiet = !outcome.ok && (outcome.reason === 'silent' || outcome.reason === 'aborted')
    if (!isQuiet) this.#unread.push({ address, outcome })
    // The client was closed: whatever is asked from now on ends the same.
    if (!outcome.ok && outcome.reason === 'aborted') this.#stop.abort()
    if (!isQuiet || this.#ended === this.#asked) this.#wake()
  }
}

type Source = Iterator<string> | AsyncIterator<string>

function iteratorOf(addresses: SweepQuestion['addresses']): Source {
  return Symbol.asyncIterator in addresses ? addresses[Symbol.asyncIterator]() : addresses[Symbol.iterator]()
}

/** A bucket for so many datagrams a second. @throws RangeError on numbers at which nothing would ever be sent. */
export function paceOf(perSecond: number): Bucket {
  if (!(perSecond > 0 && perSecond < Number.POSITIVE_INFINITY)) throw new RangeError(`perSecond is ${perSecond}`)
  return new Bucket({ burst: Math.max(1, perSecond * BURST), perSecond })
}
