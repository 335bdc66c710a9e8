/**
 * The wrapping of a manager's v3 messages to one device, and the judgement of what comes back (RFC 3414 sections 3.1 and
 * 3.2, RFC 3412 section 7.2). The level of the question decides what is believed; a device's word about the message itself is
 * believed at once only if it is signed.
 */
import { equalOctets } from './ber.ts'
import type { Clock } from './clock.ts'
import type { Flight } from './flight.ts'
import { type Frame, PDU, VERSION } from './frame.ts'
import type { Head, Opened, Refusal } from './head.ts'
import { idFrom } from './question.ts'
import { FLAG, type SecureHead } from './secure-head.ts'
import { Keys, openScoped, scopedPdu, sealMessage } from './usm.ts'
import type { RemoteEngine } from './usm-engine.ts'
import type { KeyCache } from './usm-keys.ts'
import { failureOf, reportIn } from './usm-reports.ts'
import type { Credentials } from './usm-user.ts'

/** What all v3 messages of one client are made with. */
export interface UsmTools {
  readonly clock: Clock
  readonly cache: KeyCache
  /** Salts, none twice. */
  readonly salts: () => Uint8Array
  /** Dice of at least 31 bits, for request ids. */
  readonly ids: () => number
}

const NOBODY = new Uint8Array(0)

/** The wrapping with one user's credentials in one context. */
export class UsmHead implements Head {
  readonly version = VERSION.v3
  readonly #engine: RemoteEngine
  readonly #credentials: Credentials
  readonly #contextName: Uint8Array
  readonly #tools: UsmTools
  readonly #name: string
  #keys: Keys | undefined

  constructor(engine: RemoteEngine, credentials: Credentials, contextName: Uint8Array, tools: UsmTools) {
    this.#engine = engine
    this.#credentials = credentials
    this.#contextName = contextName
    this.#tools = tools
    this.#name = Buffer.from(credentials.name).toString('hex')
  }

  /**
   * Whether the engine has proven to know the user's password and yet never answered what was enciphered: agents that cannot
   * decipher are silent more often than not. Once an answer was read, silence is no more than silence.
   */
  get isUnread(): boolean {
    return this.#credentials.privacy !== undefined && this.#engine.users.get(this.#name) === 'signed'
  }

  /** Whether the engine has ever signed for this user: what is said against the user by somebody unsigned is then doubtful. */
  get isProven(): boolean {
    return this.#engine.users.has(this.#name)
  }

  /** The engine must be known. */
  datagram(flight: Flight): Uint8Array {
    const { name, level } = this.#credentials
    const engineId = this.#engine.id
    if (engineId === undefined) throw new Error('a message to an engine whose id is not known')
    const clock = level === 0 ? { boots: 0, time: 0 } : this.#engine.clock.at(this.#tools.clock.now())
    const scoped = scopedPdu(pduOf(flight, this.#tools.ids), engineId, this.#contextName)
    const message = { messageId: flight.id, flags: level | FLAG.reportable, engineId, user: name, scoped, ...clock }
    return sealMessage(message, this.#keysOn(engineId), this.#tools.salts)
  }

  open(frame: Frame, flight: Flight): Opened {
    return frame.secure.level === 0 ? this.#openPlain(frame, flight) : this.#openSigned(frame, flight)
  }

  /** A message that nobody signed: the answer to a question nobody signed, or a Report from whoever. */
  #openPlain(frame: Frame, flight: Flight): Opened {
    if (openScoped(frame, undefined) !== 'whole') return 'malformed'
    const { level } = this.#credentials
    if (frame.pdu === PDU.report) {
      const report = reportIn(frame)
      return report === undefined ? 'notResponse' : { reply: failureOf(report), isProven: level === 0 }
    }
    if (level !== 0) return 'wrongLevel'
    return this.#strangerIn(frame.secure) ?? this.#openResponse(frame, flight)
  }

  #openSigned(frame: Frame, flight: Flight): Opened {
    const head = frame.secure
    const stranger = this.#strangerIn(head)
    if (stranger !== undefined) return stranger
    if ((head.level & ~this.#credentials.level) !== 0) return 'wrongLevel'
    const keys = this.#keysOn(head.engineId)
    if (!keys.proves(head)) return 'wrongDigest'
    const isInTime = this.#engine.clock.accept(head.boots, head.time, this.#tools.clock.now())
    // What nobody signs proves no engine: a level of noAuthNoPriv never pins one.
    if (isInTime) this.#engine.pin()
    const look = openScoped(frame, keys)
    if (look !== 'whole') return look
    if (isInTime) this.#noteReading(head.level)
    const report = reportIn(frame)
    if (report !== undefined) return { reply: failureOf(report), isProven: isInTime }
    if (!isInTime) return 'notInTime'
    return head.level === this.#credentials.level ? this.#openResponse(frame, flight) : 'wrongLevel'
  }

  #noteReading(level: number): void {
    const { users } = this.#engine
    if (level === this.#credentials.level) users.set(this.#name, 'read')
    else if (!users.has(this.#name)) users.set(this.#name, 'signed')
  }

  #strangerIn(head: SecureHead): Refusal | undefined {
    if (!equalOctets(head.engineId, this.#engine.id ?? NOBODY)) return 'wrongEngine'
    return equalOctets(head.user, this.#credentials.name) ? undefined : 'wrongUser'
  }

  /** RFC 3412 section 7.2 step 12: an answer has the context and the request id of the question. */
  #openResponse(frame: Frame, flight: Flight): Opened {
    if (frame.pdu !== PDU.response) return 'notResponse'
    const isContext =
      equalOctets(frame.contextEngineId, frame.secure.engineId) && equalOctets(frame.contextName, this.#contextName)
    if (!isContext) return 'wrongContext'
    return frame.id === flight.requestId ? 'opened' : 'unasked'
  }

  #keysOn(engineId: Uint8Array): Keys {
    if (this.#keys === undefined || !equalOctets(this.#keys.engineId, engineId)) {
      this.#keys = new Keys(this.#tools.cache, this.#credentials, Uint8Array.from(engineId))
    }
    return this.#keys
  }
}

/** The question for an engine's id: nobody's, to no engine, about nothing (RFC 3414 section 4). */
export class DiscoveryHead implements Head {
  readonly version = VERSION.v3
  readonly #engine: RemoteEngine
  readonly #tools: UsmTools

  constructor(engine: RemoteEngine, tools: UsmTools) {
    this.#engine = engine
    this.#tools = tools
  }

  datagram(flight: Flight): Uint8Array {
    const scoped = scopedPdu(pduOf(flight, this.#tools.ids), NOBODY, NOBODY)
    const message = { messageId: flight.id, flags: FLAG.reportable, engineId: NOBODY, user: NOBODY, boots: 0, time: 0 }
    return sealMessage({ ...message, scoped }, undefined, this.#tools.salts)
  }

  /** Learns the id that a Report comes with. Its clock is left alone: nobody signed it. */
  open(frame: Frame): Opened {
    const { level, engineId } = frame.secure
    if (level !== 0) return 'wrongLevel'
    if (openScoped(frame, undefined) !== 'whole') return 'malformed'
    if (reportIn(frame) === undefined) return 'notResponse'
    if (engineId.length === 0) return 'wrongEngine'
    this.#engine.learn(engineId)
    return { reply: { ok: true, varbinds: [] }, isProven: true }
  }
}

/** A flight's PDU under its own request id, which is drawn for the first try and kept: late answers count. */
function pduOf(flight: Flight, ids: () => number): Uint8Array {
  if (flight.requestId === 0) flight.requestId = idFrom(ids)
  const pdu = Buffer.from(flight.question.pdu)
  pdu.writeInt32BE(flight.requestId, flight.question.idAt)
  return pdu
}
