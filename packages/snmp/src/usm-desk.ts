/**
 * What a v3 request goes through besides being sent: the engine's id is asked for first, once for all who wait for it; an
 * engine whose clock we did not know tells it, and the request goes out once more (RFC 3414 section 4).
 */
import type { Peer, Reply } from './flight.ts'
import { type Question, questionOf } from './question.ts'
import type { Desk } from './session.ts'
import type { RemoteEngine } from './usm-engine.ts'
import { DiscoveryHead, type UsmHead, type UsmTools } from './usm-head.ts'

/** One request, and which second chances it has had. */
interface Job {
  readonly peer: Peer
  readonly question: Question
  readonly settle: (reply: Reply) => void
  isResynced: boolean
  isRediscovered: boolean
}

/** Silence of a device that answered what was only signed. */
const UNREAD: Reply = {
  ok: false,
  reason: 'wrongPassword',
  detail: 'the device is silent on enciphered messages: privacy password or protocol are not the device’s',
}

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
    this.#begin({ peer, question, settle, isResynced: false, isRediscovered: false })
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
    } else job.settle(reason === 'silent' && this.#head.isUnread ? UNREAD : reply)
  }

  #discover(job: Job): void {
    const engine = this.#engine
    const resume = (reply: Reply) => (reply.ok ? this.#begin(job) : job.settle(reply))
    if (engine.waiting !== undefined) {
      engine.waiting.push(resume)
      return
    }
    const waiting = [resume]
    engine.waiting = waiting
    const peer: Peer = { ...job.peer, head: new DiscoveryHead(engine, this.#tools) }
    this.#desk.start(peer, questionOf('get', [], 0), (reply) => {
      engine.waiting = undefined
      for (const each of waiting) each(reply)
    })
  }
}
