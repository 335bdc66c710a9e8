/**
 * The talk with one device: whole lists of objects go in and come out whole, whatever the device makes of it. Here lives
 * what SNMP agents are known to do: refuse a list for one missing object, answer that it is too big, take no GETBULK.
 */
import type { AnswersFrom, Flight, Peer, Reply, StatusReply } from './flight.ts'
import type { Version } from './message.ts'
import type { Oid } from './oid.ts'
import { fitDatagram, partsOf } from './parts.ts'
import { NO_ROWS, type Question, type QuestionKind, type Rows } from './question.ts'
import type { Secret } from './secret.ts'
import type { User } from './usm-user.ts'
import type { Value, Varbind } from './value.ts'
import { within } from './within.ts'

/**
 * How a request ended badly: no answer; the device denies access; its answer would be too big even for one object; its own
 * general or unknown error; an answer that does not fit the question; the client closed; no way to send there.
 */
export type RequestFailure =
  | 'silent'
  | 'refused'
  | 'tooBig'
  | 'generalError'
  | 'malformed'
  | 'aborted'
  | 'unreachable'
  | SecurityFailure

/**
 * How a v3 request ended badly by what the device says of its security: it does not know the user; password or protocol are
 * others there; it does not have this security level for the user, or no user-based security at all; its clock is not what it
 * told before; it is not the engine it was (see `Client.forgetEngine`).
 */
export type SecurityFailure =
  | 'wrongUser'
  | 'wrongPassword'
  | 'wrongLevel'
  | 'unsupportedSecurity'
  | 'notInTimeWindow'
  | 'wrongEngine'

export type Outcome = { ok: true; varbinds: readonly Varbind[] } | { ok: false; reason: RequestFailure; detail: string }

/** What a session has cost so far: datagrams sent, octets of SNMP both ways (answers accepted), varbinds received. */
export interface SessionCost {
  requests: number
  bytesOut: number
  bytesIn: number
  varbinds: number
}

/** Nothing yet. */
export function noCost(): SessionCost {
  return { requests: 0, bytesOut: 0, bytesIn: 0, varbinds: 0 }
}

/** One device as asked with one community or by one user. Never has more than one request on the way, whatever is called. */
export interface Session {
  readonly address: string
  /** Exactly these objects, in this order; a missing one is `noSuchObject` or `noSuchInstance`, on v1 too. */
  get(oids: readonly Oid[]): Promise<Outcome>
  /** The object after each of these, in this order; nothing after it is `endOfMibView`, on v1 too. The device's order is not judged. */
  next(oids: readonly Oid[]): Promise<Outcome>
  /**
   * Rows of objects after each column, row by row, at most so many rows; fewer if the device gives fewer, one where GETBULK does not serve.
   * The object after each of `once` comes before them, a single time.
   */
  bulk(columns: readonly Oid[], repetitions: number, once?: readonly Oid[]): Promise<Outcome>
  readonly cost: Readonly<SessionCost>
}

/** Where a device is and how it is asked. Defaults: port 161, 1,000 ms a try, 3 tries, 22 objects a request, GETBULK above v1. */
export interface Place {
  /** A literal IPv4 or IPv6 address. */
  address: string
  port?: number
  timeout?: number
  tries?: number
  /** Objects in one request; longer lists are split. */
  maxVarbinds?: number
  /** Rows in one GETBULK answer at most. */
  maxRepetitions?: number
  /** false: the device is known to answer GETBULK badly. */
  bulk?: boolean
  /**
   * Some devices with several addresses, and some print servers, answer from another address or port than was asked. RFC 3417
   * section 2 does not forbid it, but whoever knows or guesses a request id could answer then: say so for single devices only.
   */
  answersFrom?: AnswersFrom
  /** Ends its requests as aborted when it is raised. */
  signal?: AbortSignal
}

/** Access by community. */
export interface CommunityAccess {
  version: Version
  community: Secret | string
}

/** Access as a user (RFC 3414): every message both ways has the level that the user's passwords make. */
export interface UserAccess {
  version: 'v3'
  user: User
  /** contextName (RFC 3411 section 3.3.1); the default is ''. */
  context?: string
  /** The engine id in hexadecimal digits, if it is known from before: nothing else is then believed, and none is asked for. */
  engineId?: string
}

/** Whom to ask and how. */
export type Target = Place & (CommunityAccess | UserAccess)

/** error-status values that get a treatment of their own (RFC 3416 section 3). */
const STATUS = { tooBig: 1, noSuchName: 2, noAccess: 6, authorizationError: 16 } as const

/** max-repetitions is a number of 31 bits (RFC 3416 section 3). */
const MOST_REPETITIONS = 0x7fff_ffff

/** Of a list that was cut into parts: each object is followed by one. */
const ONE_ROW: Rows = { once: 0, repetitions: 1 }

/** What a session needs of its client. */
export interface Desk {
  start(peer: Peer, question: Question, settle: Flight['settle']): void
  question(kind: QuestionKind, oids: readonly Oid[], rows: Rows): Question
}

/** A session over a client's traffic. */
export class PeerSession implements Session {
  readonly address: string
  readonly cost: Readonly<SessionCost>
  readonly #desk: Desk
  readonly #peer: Peer
  readonly #maxVarbinds: number
  readonly #maxRepetitions: number

  /** @param limits rows of 0: the device has no GETBULK. */
  constructor(desk: Desk, peer: Peer, limits: { maxVarbinds: number; maxRepetitions: number }) {
    this.#desk = desk
    this.#peer = peer
    this.address = peer.address
    this.cost = peer.cost
    this.#maxVarbinds = limits.maxVarbinds
    this.#maxRepetitions = limits.maxRepetitions
  }

  get(oids: readonly Oid[]): Promise<Outcome> {
    return this.#askAll('get', oids)
  }

  next(oids: readonly Oid[]): Promise<Outcome> {
    return this.#askAll('next', oids)
  }

  bulk(columns: readonly Oid[], repetitions: number, once: readonly Oid[] = []): Promise<Outcome> {
    const rows = Math.min(within('repetitions', repetitions, 1, MOST_REPETITIONS), this.#maxRepetitions)
    const all = once.length === 0 ? columns : [...once, ...columns]
    const isOneRequest = all.length <= this.#maxVarbinds && fitDatagram(all)
    if (rows === 0 || columns.length === 0 || !isOneRequest) return this.next(all)
    return this.#ask('bulk', all, { once: once.length, repetitions: rows })
  }

  #askAll(kind: 'get' | 'next', oids: readonly Oid[]): Promise<Outcome> {
    if (oids.length === 0) return Promise.resolve({ ok: true, varbinds: [] })
    if (oids.length <= this.#maxVarbinds && fitDatagram(oids)) return this.#ask(kind, oids, NO_ROWS)
    return this.#askParts(kind, partsOf(oids, this.#maxVarbinds))
  }

  #ask(kind: QuestionKind, oids: readonly Oid[], rows: Rows): Promise<Outcome> {
    return new Promise((resolve) => {
      const question = this.#desk.question(kind, oids, rows)
      const settle = (reply: Reply) =>
        resolve(reply.ok || reply.reason !== 'status' ? reply : this.#mend(question, rows, reply))
      this.#desk.start(this.#peer, question, settle)
    })
  }

  async #askParts(kind: QuestionKind, parts: readonly (readonly Oid[])[]): Promise<Outcome> {
    const varbinds: Varbind[] = []
    for (const part of parts) {
      const outcome = await this.#ask(kind, part, ONE_ROW)
      if (!outcome.ok) return outcome
      varbinds.push(...outcome.varbinds)
    }
    return { ok: true, varbinds }
  }

  #halves(kind: QuestionKind, oids: readonly Oid[]): Promise<Outcome> {
    const middle = Math.ceil(oids.length / 2)
    return this.#askParts(kind, [oids.slice(0, middle), oids.slice(middle)])
  }

  /** Makes the best of a device's error-status. Every way leads to a smaller question or to an end. */
  async #mend(question: Question, { once, repetitions }: Rows, reply: StatusReply): Promise<Outcome> {
    const { kind, oids } = question
    switch (reply.status) {
      case STATUS.tooBig:
        if (kind === 'bulk' && repetitions > 1)
          return this.#ask(kind, oids, { once, repetitions: Math.floor(repetitions / 2) })
        if (oids.length > 1) return this.#halves(kind, oids)
        return { ok: false, reason: 'tooBig', detail: `the answer to ${oids[0]?.text} alone is too big for the device` }
      case STATUS.noSuchName:
        return kind === 'bulk' ? generalError(question, reply) : this.#withoutMissing(kind, question, reply)
      case STATUS.noAccess:
      case STATUS.authorizationError:
        return { ok: false, reason: 'refused', detail: said(question, reply) }
      default:
        return generalError(question, reply)
    }
  }

  /** RFC 1157: one missing object and the whole list is refused. Asks again for the others. */
  async #withoutMissing(kind: 'get' | 'next', question: Question, reply: StatusReply): Promise<Outcome> {
    const { oids } = question
    const missing = oids[reply.index - 1]
    // Agents exist that name no object; with a single one there is no doubt which is meant.
    const only = oids.length === 1 && reply.index === 0 ? oids[0] : undefined
    const oid = missing ?? only
    if (oid === undefined) return oids.length > 1 ? this.#halves(kind, oids) : generalError(question, reply)
    const value: Value = { type: kind === 'get' ? 'noSuchInstance' : 'endOfMibView' }
    if (oids.length === 1) return { ok: true, varbinds: [{ oid, value }] }
    const at = reply.index - 1
    const others = await this.#ask(kind, [...oids.slice(0, at), ...oids.slice(at + 1)], NO_ROWS)
    if (!others.ok) return others
    return { ok: true, varbinds: [...others.varbinds.slice(0, at), { oid, value }, ...others.varbinds.slice(at)] }
  }
}

function generalError(question: Question, reply: StatusReply): Outcome {
  return { ok: false, reason: 'generalError', detail: said(question, reply) }
}

function said(question: Question, reply: StatusReply): string {
  const oid = question.oids[reply.index - 1]
  return `error-status ${reply.status}${oid === undefined ? '' : ` at ${oid.text}`}`
}
