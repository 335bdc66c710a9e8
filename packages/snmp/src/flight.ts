/** One request on its way to one device, from the first try to its end, and the device's place in the traffic. */

import type { Head } from './head.ts'
import type { Lane } from './lanes.ts'
import type { Question } from './question.ts'
import type { Outcome, SessionCost } from './session.ts'
import { OFF, type Timed } from './wheel.ts'

/** What a request ends in: an outcome for the caller, or the device's error-status, which the session turns into one. */
export type Reply = Outcome | StatusReply

/** A device's refusal (RFC 3416 section 3): error-status and error-index as they came. */
export interface StatusReply {
  ok: false
  reason: 'status'
  status: number
  index: number
}

/** Whom to ask and how: everything about a device that does not change from one question to the next. */
export interface Peer {
  readonly address: string
  readonly port: number
  /** Address and port as one text: all sessions with one device share the lane of this name. */
  readonly laneName: string
  /** That lane, as it was found last. */
  lane: Lane | undefined
  readonly head: Head
  readonly timeout: number
  readonly tries: number
  readonly answersFrom: AnswersFrom
  /** Whether unreadable octets from its address, which anybody can send, say more of it than silence; in a sweep they do not. */
  readonly heedsNoise: boolean
  readonly signal: AbortSignal | undefined
  readonly cost: SessionCost
}

/** Whose answers are believed: those of the address and port that were asked, of any port there, or of any address at all. */
export type AnswersFrom = 'asked' | 'anyPort' | 'anywhere'

/** One question to one device. */
export class Flight implements Timed<Flight> {
  readonly peer: Peer
  readonly question: Question
  readonly settle: (reply: Reply) => void
  /** The live id: request-id on v1 and v2c, msgID on v3. */
  id = 0
  /** The request-id inside a v3 message, where it may be hidden; 0 until it is drawn. */
  requestId = 0
  tries = 0
  sentAt = 0
  /** How many milliseconds its last try may take. */
  wait = 0
  /** Milliseconds by which its second try came early; the last one waits so much longer. */
  spared = 0
  /** What it counts for in the window while its answer is expected; 0 when it is no longer, or not yet. */
  expected = 0
  /** Whether the window was told that it is lost. */
  thoughtLost = false
  ended = false
  /** What was last refused from its address while it waited: says more than silence if nothing better comes. */
  refused = ''
  /** What somebody said who may not be the device: ends the request when its try is over and nothing better has come. */
  told: Reply | undefined = undefined
  due = 0
  slot = OFF
  before: Flight | undefined = undefined
  after: Flight | undefined = undefined
  /** The next live flight whose id has the same low bits. */
  sameBucket: Flight | undefined = undefined

  constructor(peer: Peer, question: Question, settle: (reply: Reply) => void) {
    this.peer = peer
    this.question = question
    this.settle = settle
  }
}
