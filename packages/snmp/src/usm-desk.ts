/**
 * What a v3 request goes through besides being sent: the engine's id is asked for first, once for all who wait for it; an
 * engine whose clock we did not know tells it, and the request goes out once more (RFC 3414 section 4).
 */
import type { Peer, Reply } from './flight.ts'
import { NO_ROWS, type Question, questionOf } from './question.ts'
import type { Desk, RequestFailure } from './session.ts'
import type { RemoteEngine } from './usm-engine.ts'
import { DiscoveryHead, type UsmHead, type UsmTools } from './usm-head.ts'

/** One request, and which second chances it has had. */
interface Job {
  readonly peer: Peer
  readonly question: Question
  readonly settle: (reply: Reply) => void
  isResynced: boolean
  isRediscovered: boolean
  isDoubted: boolean
}

const ABORTED: Reply = { ok: false, reason: 'aborted', detail: 'the signal was raised' }

/** Silence of a device that answered what was only signed. */
const UNREAD: Reply = {
  ok: false,
  reason: 'wrongPassword',
  detail: 'the device is silent on enciphered messages: privacy password or protocol are not the device’s',
}

/**
 * What nobody signs when it is true (RFC 3414 section 3.2), and what anybody can say who sees a message pass. Of a user whom the engine
 * has signed for before it must be said of two messages.
 */
const SAID_OF_USERS: ReadonlySet<string | undefined> = new Set<RequestFailure>([
  'wrongUser',
  'wrongPassword',
  'wrongLevel',
])

/** The desk of all sessions with one engine under one user. */
export class UsmDesk implements Desk {
  readonly question: Desk['question']
  readonly #desk: Desk
  readonly #engine: RemoteEngine
  readonly #head: UsmHead
  readonly #tools: UsmTools

  constructor(desk: Desk, engine: RemoteEngine, head: UsmHead, tools: UsmTools) {
    this.question = desk.question
    this.#desk = desk
    this.#engine = engine
    this.#head = head
    this.#tools = tools
  }

  start(peer: Peer, question: Question, settle: (reply: Reply) => void): void {
    this.#begin({ peer, question, settle, isResynced: false, isRediscovered: false, isDoubted: false })
  }

  #begin(job: Job): void {
    if (this.#engine.isUnknown) this.#discover(job)
    else this.#send(job)
  }

  #send(job: Job): void {
    this.#desk.start(job.peer, job.question, (reply) => this.#after(job, reply))
  }

  #after(job: Job, reply: Reply): void {
    const reason = reply.ok ? undefined : reply.reason
    if (reason === 'notInTimeWindow' && !job.isResynced) {
      job.isResynced = true
      this.#send(job)
    } else if (reason === 'wrongEngine' && !this.#engine.isPinned && !job.isRediscovered) {
      job.isRediscovered = true
      this.#engine.doubt()
      this.#begin(job)
    } else if (SAID_OF_USERS.has(reason) && this.#head.isProven && !job.isDoubted) {
      job.isDoubted = true
      this.#send(job)
    } else job.settle(reason === 'silent' && this.#head.isUnread ? UNREAD : reply)
  }

  #discover(job: Job): void {
    const { waiting } = this.#engine
    if (waiting === undefined) this.#ask(job)
    else this.#wait(job, waiting)
  }

  #ask(job: Job): void {
    const engine = this.#engine
    const waiting = new Set<(reply: Reply) => void>()
    engine.waiting = waiting
    const peer: Peer = { ...job.peer, head: new DiscoveryHead(engine, this.#tools) }
    this.#desk.start(peer, DISCOVERY, (reply) => {
      engine.waiting = undefined
      if (reply.ok) this.#begin(job)
      else job.settle(reply)
      for (const each of waiting) each(reply)
    })
  }

  /**
   * Waits for the discovery that another request began. If that one is aborted, its fate is not ours; nor is its silence, unless we
   * have waited as long as our own tries would have taken.
   */
  #wait(job: Job, waiting: Set<(reply: Reply) => void>): void {
    const { signal, timeout, tries } = job.peer
    if (signal?.aborted) {
      job.settle(ABORTED)
      return
    }
    const { clock } = this.#tools
    const since = clock.now()
    const abort = () => {
      waiting.delete(resume)
      job.settle(ABORTED)
    }
    const resume = (reply: Reply) => {
      signal?.removeEventListener('abort', abort)
      const isEarly = !reply.ok && reply.reason === 'silent' && clock.now() - since < timeout * tries
      if (reply.ok || reply.reason === 'aborted' || isEarly) this.#begin(job)
      else job.settle(reply)
    }
    signal?.addEventListener('abort', abort, { once: true })
    waiting.add(resume)
  }
}

/** A question about nothing: an engine tells its id before it looks at what it is asked (RFC 3414 section 4). */
const DISCOVERY = questionOf('get', [], NO_ROWS)
