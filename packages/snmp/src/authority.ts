/**
 * An engine of ours that others ask (RFC 3414 section 3.2, as the authoritative engine): it takes v3 requests whose user,
 * digest and time are right, tells all others by a Report what is not, and seals its answers the way the request was. A
 * responder answers with it, a trap receiver acknowledges informs with it.
 */
import { equalOctets, NO_OCTETS, textOfOctets, Writer } from './ber.ts'
import type { Clock } from './clock.ts'
import { Frame, PDU } from './frame.ts'
import { type NotificationParts, writeNotification } from './notification.ts'
import { type Pdu, pduOf, type ValuePdu, varbindsOf, writeAcknowledgement, writeValues } from './pdu.ts'
import { FLAG, isEngineIdLength, type SecureHead } from './secure-head.ts'
import { Keys, openScoped, randomSalts, scopedPdu, sealMessage } from './usm.ts'
import { LATCHED_BOOTS, TIME_WINDOW } from './usm-engine.ts'
import { KeyCache } from './usm-keys.ts'
import { type ReportName, reportOid } from './usm-reports.ts'
import { credentialsOf, levelName, type SecurityLevel, type User } from './usm-user.ts'

/** An engine as it is at its start. */
export interface AuthorityOptions {
  /** snmpEngineID, 5 to 32 octets (RFC 3411, SnmpEngineID); no other engine has the same. */
  engineId: Uint8Array
  /** snmpEngineBoots: one more at each start, or old messages could be played again (RFC 3414 section 2.2.2). */
  boots: number
  /** snmpEngineTime at the start, in seconds; 0 unless an engine that has run for long is played. */
  time?: number
  users: readonly User[]
  clock: Clock
}

/** What an answer says; its id is the request's, unless a device is played that answers under another one. */
export type AnswerParts = Omit<ValuePdu, 'id'> & { id?: number }

/** A request that was proven to be the user's, at the level of the user's passwords. */
export interface SecuredRequest {
  readonly user: string
  readonly level: SecurityLevel
  /** contextName. */
  readonly context: string
  readonly pdu: Pdu
  /** The longest message that the asker takes, in octets. */
  readonly maxSize: number
  /** Encodes a Response, signed and enciphered as the request was. @throws RangeError if a value does not fit its type. */
  answer(parts: AnswerParts): Uint8Array
  /** Encodes the Response to an inform: its own varbinds as they came, sealed as the inform was. @throws Error if it is none. */
  acknowledge(): Uint8Array
}

/** What an engine tells in Reports of messages it does not take. */
type Told = Extract<
  ReportName,
  'wrongEngine' | 'wrongUser' | 'wrongLevel' | 'wrongDigest' | 'notInTimeWindow' | 'undecipherable' | 'noHandler'
>

/** Why a message was not taken: what is told in Reports, and what is met with silence. */
export type AuthorityRefusal = Told | 'malformed' | 'unsupported' | 'notRequest'

/** A request; or why there is none, with what to send back, if anything: a Report as a rule. */
export type Received =
  | { ok: true; request: SecuredRequest }
  | { ok: false; reason: AuthorityRefusal; reply: Uint8Array | undefined }

/** The least that every engine takes (RFC 3412 section 6.3). */
const LEAST_MAX_SIZE = 484

/** error-status of a user without access (RFC 3416 section 3). */
const AUTHORIZATION_ERROR = 16

/** PDUs that are answered, Reports among the answers (RFC 3411 section 2.8, the Confirmed Class). */
const CONFIRMED: readonly number[] = [PDU.get, PDU.next, PDU.bulk, PDU.set, PDU.inform]

/** One engine with its users. */
export class Authority {
  readonly engineId: Uint8Array
  readonly #boots: number
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #users: ReadonlyMap<string, Keys>
  readonly #salts = randomSalts()
  readonly #counters = new Map<Told, number>()
  readonly #frame = new Frame()

  /** @throws RangeError on an engine id, a number of boots or a user that cannot be. */
  constructor({ engineId, boots, time = 0, users, clock }: AuthorityOptions) {
    if (!isEngineIdLength(engineId.length)) throw new RangeError(`an engine id of ${engineId.length} octets`)
    if (!Number.isInteger(boots) || boots < 0 || boots >= LATCHED_BOOTS) throw new RangeError(`${boots} boots`)
    this.engineId = Uint8Array.from(engineId)
    this.#boots = boots
    this.#clock = clock
    this.#startedAt = clock.now() - time * 1_000
    const cache = new KeyCache()
    const all = users.map((user) => new Keys(cache, credentialsOf(user), this.engineId))
    this.#users = new Map(all.map((keys) => [keyOf(keys.credentials.name), keys] as const))
  }

  /** Takes one datagram; never throws. A v1 or v2c message is `unsupported`: `decodeMessage` reads those. */
  receive(bytes: Uint8Array): Received {
    const look = this.#frame.read(bytes)
    if (look === 'secured') return this.judge(this.#frame)
    return silence(look === 'malformed' ? 'malformed' : 'unsupported')
  }

  /** Takes a message whose head was read. */
  judge(frame: Frame): Received {
    const { secure } = frame
    if (!equalOctets(secure.engineId, this.engineId)) return this.#refuse(frame, 'wrongEngine')
    const keys = this.#users.get(keyOf(secure.user))
    if (keys === undefined) return this.#refuse(frame, 'wrongUser')
    if ((secure.level & ~keys.credentials.level) !== 0) return this.#refuse(frame, 'wrongLevel')
    if (secure.level > 0 && !keys.proves(secure)) return this.#refuse(frame, 'wrongDigest')
    if (secure.level > 0 && !this.#isInTime(secure)) return this.#refuse(frame, 'notInTimeWindow', keys, FLAG.auth)
    const look = openScoped(frame, keys)
    if (look === 'undecipherable') return this.#refuse(frame, look)
    return look === 'whole' ? this.#take(frame, keys) : silence('malformed')
  }

  /**
   * Encodes a trap of this engine, signed and enciphered as the user's passwords allow.
   * @throws RangeError if there is no such user, or a value does not fit its type.
   */
  notify(user: string, parts: NotificationParts): Uint8Array {
    const keys = this.#users.get(keyOf(new TextEncoder().encode(user)))
    if (keys === undefined) throw new RangeError(`'${user}' is none of the engine's users`)
    const { name, level } = keys.credentials
    const writer = new Writer()
    writeNotification(writer, 'trap', parts)
    return this.#seal({ messageId: parts.id ?? 0, level, user: name }, writer.take(), keys)
  }

  #take(frame: Frame, keys: Keys): Received {
    if (!CONFIRMED.includes(frame.pdu)) return silence('notRequest')
    // An inform is about the engine of who sends it (RFC 3413 section 3.4); all else must be about ours.
    const isOurs = frame.pdu === PDU.inform || equalOctets(frame.contextEngineId, this.engineId)
    if (!isOurs) return this.#refuse(frame, 'noHandler', keys, frame.secure.level)
    const varbinds = varbindsOf(frame)
    if (typeof varbinds === 'string') return silence('malformed')
    const { level, messageId, maxSize } = frame.secure
    const contextName = Uint8Array.from(frame.contextName)
    const contextEngineId = Uint8Array.from(frame.contextEngineId)
    const pdu = pduOf(frame, varbinds)
    const list = pdu.type === 'inform' ? Uint8Array.from(frame.list) : undefined
    const head = { messageId, level, user: keys.credentials.name, contextEngineId, contextName }
    const request: SecuredRequest = {
      user: textOfOctets(keys.credentials.name),
      level: levelName(level),
      context: textOfOctets(contextName),
      pdu,
      maxSize: Math.max(LEAST_MAX_SIZE, maxSize),
      answer: (parts) => {
        const writer = new Writer()
        writeValues(writer, 'response', { id: pdu.id, ...parts })
        return this.#seal(head, writer.take(), keys)
      },
      acknowledge: () => {
        if (list === undefined) throw new Error(`a ${pdu.type} is not acknowledged`)
        const writer = new Writer()
        writeAcknowledgement(writer, pdu.id, list)
        return this.#seal(head, writer.take(), keys)
      },
    }
    if (level === keys.credentials.level) return { ok: true, request }
    // RFC 3415 section 3.2: no access at this level, which RFC 3413 section 3.2 tells by a Response; to an inform that would be
    // an acknowledgement.
    if (pdu.type === 'inform') return silence('wrongLevel')
    return { ok: false, reason: 'wrongLevel', reply: request.answer({ errorStatus: AUTHORIZATION_ERROR, varbinds }) }
  }

  /** Section 3.2 step 7a. */
  #isInTime({ boots, time }: SecureHead): boolean {
    return boots === this.#boots && Math.abs(time - this.#time()) <= TIME_WINDOW
  }

  #time(): number {
    return Math.floor((this.#clock.now() - this.#startedAt) / 1_000)
  }

  /** Counts, and tells who may be told; signed where the asker has proven to know the keys, at this level. */
  #refuse(frame: Frame, reason: Told, keys?: Keys, level = 0): Received {
    const value = ((this.#counters.get(reason) ?? 0) + 1) >>> 0
    this.#counters.set(reason, value)
    const { messageId, isReportable, user } = frame.secure
    if (!isReportable) return silence(reason)
    const writer = new Writer()
    const varbinds = [{ oid: reportOid(reason), value: { type: 'counter32', value } as const }]
    // RFC 3412 section 7.1 step 3c has 0 for an id that could not be read, as before a message is deciphered.
    const isReadable = openScoped(frame, level === frame.secure.level ? keys : undefined) === 'whole'
    writeValues(writer, 'report', { id: isReadable ? frame.id : 0, varbinds })
    const report = this.#seal({ messageId, level, user }, writer.take(), keys)
    return { ok: false, reason, reply: report }
  }

  #seal(head: Head, pdu: Uint8Array, keys: Keys | undefined): Uint8Array {
    const { messageId, level, user, contextEngineId = this.engineId, contextName = NO_OCTETS } = head
    const scoped = scopedPdu(pdu, contextEngineId, contextName)
    const own = { engineId: this.engineId, boots: this.#boots, time: this.#time() }
    return sealMessage({ ...own, messageId, flags: level, user, scoped }, keys, this.#salts)
  }
}

/** What a message of this engine has around its PDU; the context is the engine's own, without a name, unless it is said. */
interface Head {
  readonly messageId: number
  readonly level: number
  readonly user: Uint8Array
  readonly contextEngineId?: Uint8Array
  readonly contextName?: Uint8Array
}

/** A user's name as a key: octets that are no UTF-8 are nobody else's name. */
function keyOf(name: Uint8Array): string {
  return Buffer.from(name).toString('hex')
}

function silence(reason: AuthorityRefusal): Received {
  return { ok: false, reason, reply: undefined }
}
