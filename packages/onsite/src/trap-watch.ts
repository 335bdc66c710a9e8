/** Keeps the trap port's thread alive: starts it, tells it whom to hear, and starts it again when it has died, later each time. */
import { newsSchema, type TrapOrders } from './trap-port.ts'
import type { Clock } from './world.ts'

/** The other thread, as this one sees it (`Worker` of Node). */
export interface TrapThread {
  postMessage(orders: TrapOrders): void
  on(event: 'message', listener: (news: unknown) => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'exit', listener: () => void): unknown
  terminate(): Promise<unknown>
}

/** What the watch needs. */
export interface TrapWatchOptions {
  readonly start: () => TrapThread
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly onHeard: (address: string) => void
  /** It listens, or does not, and why: what the thread died of, or the system's code for a port it could not have. */
  readonly onState: (state: TrapState, detail: string) => void
}

const FIRST_REST_MS = 1_000
const LONGEST_REST_MS = 10 * 60_000
/** A thread that lived so long has nothing to do with the death before. */
const WELL_MS = 10 * 60_000

/** Whether traps are heard: not yet or no more, yes, or the port cannot be had. */
export type TrapState = 'starting' | 'listening' | 'deaf'

/** The watch over one thread at a time. */
export class TrapWatch {
  readonly #options: TrapWatchOptions
  #orders: TrapOrders | null = null
  #thread: TrapThread | undefined
  #state: TrapState = 'starting'
  #startedAt = 0
  #rest = FIRST_REST_MS
  #cancel: (() => void) | undefined
  #closed = false

  constructor(options: TrapWatchOptions) {
    this.#options = options
    this.#start()
  }

  get state(): TrapState {
    return this.#state
  }

  /** Whom to hear from now on. */
  update(orders: TrapOrders): void {
    this.#orders = orders
    if (this.#state === 'listening') this.#thread?.postMessage(orders)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    await this.#thread?.terminate()
  }

  #start(): void {
    const thread = this.#options.start()
    this.#thread = thread
    this.#state = 'starting'
    this.#startedAt = this.#options.clock.now()
    let cause = 'it ended'
    let isDeaf = false
    thread.on('message', (message) => {
      const news = newsSchema.safeParse(message)
      if (!news.success || this.#closed) return
      if (news.data.kind === 'heard') for (const address of news.data.addresses) this.#options.onHeard(address)
      else if (news.data.kind === 'listening') {
        this.#state = 'listening'
        this.#options.onState('listening', '')
        if (this.#orders !== null) thread.postMessage(this.#orders)
      } else {
        isDeaf = true
        cause = news.data.code
      }
    })
    thread.on('error', (error) => {
      cause = error instanceof Error ? error.message : String(error)
    })
    thread.on('exit', () => this.#ended(isDeaf, cause))
  }

  #ended(isDeaf: boolean, detail: string): void {
    this.#thread = undefined
    if (this.#closed) return
    const { clock, onState } = this.#options
    const wasWell = this.#state === 'listening' && clock.now() - this.#startedAt >= WELL_MS
    this.#state = isDeaf ? 'deaf' : 'starting'
    onState(this.#state, detail)
    if (wasWell) this.#rest = FIRST_REST_MS
    // A port that somebody else has is not asked for every second.
    const rest = isDeaf ? LONGEST_REST_MS : this.#rest
    this.#rest = Math.min(LONGEST_REST_MS, this.#rest * 2)
    this.#cancel = clock.after(rest, () => this.#start())
  }
}
