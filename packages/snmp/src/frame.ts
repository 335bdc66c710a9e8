/**
 * The first look at a datagram: is it one whole SNMP message, and where in it lies what. Nothing is copied and nothing is
 * made, so that a flood of nonsense costs no memory; the client, the trap receiver and the decoders all build on it.
 */
import { createHash } from 'node:crypto'
import { fitsUnsigned, MAX_MESSAGE, NO_OCTETS, Reader, TAG, unsigned32 } from './ber.ts'
import { isOid } from './oid.ts'
import { SecureHead } from './secure-head.ts'
import { judgeValue } from './value.ts'

/** msgVersion (RFC 1157, RFC 1901, RFC 3412). */
export const VERSION = { v1: 0, v2c: 1, v3: 3 } as const

/** PDU tags (RFC 3416 section 3); 0xa4, the v1 trap, has a form of its own (RFC 1157 section 4.1.6). */
export const PDU = {
  get: 0xa0,
  next: 0xa1,
  response: 0xa2,
  set: 0xa3,
  trap1: 0xa4,
  bulk: 0xa5,
  inform: 0xa6,
  trap2: 0xa7,
  report: 0xa8,
} as const

/** Numbers kept for each varbind: where its name starts and ends, where its value starts and ends; the value's tag is the fifth. */
export const STRIDE = 5

/**
 * The answer of a first look. `secured` is a v3 message of which only the head was read: its PDU is laid out by
 * `readScoped`, when the security model has judged and deciphered it.
 */
export type Look = 'whole' | 'secured' | 'malformed' | 'unsupported'

/** Octets that may follow a deciphered ScopedPDU: the padding of an eight-octet block cipher (RFC 3414 section 8.1.1.2). */
const MOST_PADDING = 7

/** generic-trap ends with enterpriseSpecific (RFC 1157 section 4.1.6). */
const MOST_GENERIC_TRAP = 6

/** The longest length that takes one octet. */
const MOST_SHORT = 0x7f

/** One datagram's layout; used again and again by its owner, valid until the next `read`. */
export class Frame {
  readonly #reader = new Reader()
  /** What the positions are positions in: the datagram, or a ScopedPDU. */
  bytes: Uint8Array = NO_OCTETS
  /** Octets of the datagram. */
  length = 0
  version = 0
  communityStart = 0
  communityEnd = 0
  /** The head of a `secured` message. */
  readonly secure = new SecureHead()
  contextEngineId: Uint8Array = NO_OCTETS
  contextName: Uint8Array = NO_OCTETS
  pdu = 0
  id = 0
  /** error-status, non-repeaters of a GetBulk, or generic-trap of a v1 trap. */
  status = 0
  /** error-index, max-repetitions of a GetBulk, or specific-trap of a v1 trap. */
  index = 0
  /** A v1 trap's enterprise, as the content octets of an object identifier. */
  enterprise: Uint8Array = NO_OCTETS
  /** A v1 trap's agent-addr, four octets. */
  agentAddress: Uint8Array = NO_OCTETS
  /** A v1 trap's time-stamp, in hundredths of a second. */
  timeStamp = 0
  count = 0
  /** Where the VarBindList begins and ends, its tag and length with it. */
  listStart = 0
  listEnd = 0
  /** The first varbind whose value has the right form and an impossible content; -1 if there is none. */
  impossible = -1
  spots = new Int32Array(64 * STRIDE)

  /** Whether it holds a v1 trap, which has neither id nor status. */
  get isTrap(): boolean {
    return this.pdu === PDU.trap1
  }

  /** The VarBindList as it came, a view. */
  get list(): Uint8Array {
    return this.bytes.subarray(this.listStart, this.listEnd)
  }

  /** By what a PDU is known when it comes again: its id, and a hash of its VarBindList. */
  get listMark(): string {
    return `${this.id} ${createHash('sha256').update(this.list).digest('base64')}`
  }

  /** What was wrong. */
  get fault(): string {
    return this.#reader.fault
  }

  /** Looks at one datagram; time is linear in its length, and it never throws. */
  read(bytes: Uint8Array): Look {
    const reader = this.#reader
    reader.start(bytes)
    this.bytes = bytes
    this.length = bytes.length
    this.count = 0
    this.impossible = -1
    if (bytes.length > MAX_MESSAGE) return this.#malformed('the datagram is too long')
    if (!reader.expect(TAG.sequence, bytes.length)) return 'malformed'
    const end = reader.stop
    if (end !== bytes.length) return this.#malformed('octets follow the message')
    return this.#readHead(end)
  }

  /**
   * Lays out a ScopedPDU (RFC 3412 section 6.8), which replaces what the frame held; the secure head stays. Padding may
   * follow it only if it was deciphered.
   */
  readScoped(bytes: Uint8Array, isDeciphered: boolean): Look {
    const reader = this.#reader
    reader.start(bytes)
    this.bytes = bytes
    this.count = 0
    this.impossible = -1
    if (!reader.expect(TAG.sequence, bytes.length)) return 'malformed'
    const end = reader.stop
    if (bytes.length - end > (isDeciphered ? MOST_PADDING : 0)) return this.#malformed('octets follow the ScopedPDU')
    this.contextEngineId = reader.octets(end)
    this.contextName = reader.octets(end)
    return reader.fault === '' ? this.#readPdu(end) : 'malformed'
  }

  #readHead(end: number): Look {
    const reader = this.#reader
    this.version = reader.integer(end)
    if (reader.fault !== '') return 'malformed'
    if (this.version === VERSION.v3) return this.secure.read(reader, end)
    if (this.version !== VERSION.v1 && this.version !== VERSION.v2c) return this.#unsupported(`version ${this.version}`)
    if (!reader.expect(TAG.octets, end)) return 'malformed'
    this.communityStart = reader.at
    this.communityEnd = reader.stop
    reader.at = reader.stop
    return this.#readPdu(end)
  }

  #readPdu(end: number): Look {
    const reader = this.#reader
    this.pdu = reader.enter(end)
    if (this.pdu < 0) return 'malformed'
    if (reader.stop !== end) return this.#malformed('octets follow the PDU')
    if (this.pdu < PDU.get || this.pdu > PDU.report) return this.#malformed('no such PDU')
    if (this.pdu === PDU.trap1) this.#readTrap(end)
    else {
      this.id = reader.integer(end)
      this.status = reader.integer(end)
      this.index = reader.integer(end)
    }
    this.listStart = reader.at
    this.listEnd = end
    if (reader.fault !== '' || !reader.expect(TAG.sequence, end)) return 'malformed'
    if (reader.stop !== end) return this.#malformed('octets follow the varbinds')
    while (reader.at < end) if (!this.#readPlain(end) && !this.#readVarbind(end)) return 'malformed'
    return 'whole'
  }

  /** What a Trap-PDU has in place of an id and a status (RFC 1157 section 4.1.6). */
  #readTrap(end: number): void {
    const reader = this.#reader
    this.id = 0
    if (this.version !== VERSION.v1) reader.fail('a v1 trap in another version')
    this.enterprise = reader.content(TAG.oid, end)
    if (!isOid(this.enterprise, 0, this.enterprise.length)) reader.fail('the enterprise is no object identifier')
    this.agentAddress = reader.content(TAG.address, end)
    if (this.agentAddress.length !== 4) reader.fail('the agent address is not four octets')
    this.status = reader.natural(end)
    if (this.status > MOST_GENERIC_TRAP) reader.fail('no such generic trap')
    this.index = reader.integer(end)
    const ticks = reader.content(TAG.timeTicks, end)
    if (ticks.length === 0 || !fitsUnsigned(ticks, 0, ticks.length, 4)) reader.fail('the time stamp is no TimeTicks')
    this.timeStamp = unsigned32(ticks, 0, ticks.length)
  }

  /**
   * Takes a varbind as nearly all are: every length in one octet, nothing wrong. False leaves it to `#readVarbind`, which says what
   * is. Reading answers is what the client does most, and here it costs half.
   */
  #readPlain(end: number): boolean {
    const reader = this.#reader
    const { bytes, at } = reader
    const nameLength = bytes[at + 3] ?? MOST_SHORT
    const nameEnd = at + 4 + nameLength
    const valueAt = nameEnd + 2
    const stop = at + 2 + (bytes[at + 1] ?? MOST_SHORT)
    if (bytes[at] !== TAG.sequence || bytes[at + 2] !== TAG.oid || nameLength > MOST_SHORT) return false
    if (stop > end || stop - at - 2 > MOST_SHORT || stop - valueAt !== bytes[nameEnd + 1]) return false
    const tag = bytes[nameEnd] ?? 0
    if (judgeValue(bytes, tag, valueAt, stop) !== 'right') return false
    const spot = this.#spot()
    const { spots } = this
    spots[spot] = at + 4
    spots[spot + 1] = nameEnd
    spots[spot + 2] = valueAt
    spots[spot + 3] = stop
    spots[spot + 4] = tag
    reader.at = stop
    this.count++
    return true
  }

  #readVarbind(end: number): boolean {
    const reader = this.#reader
    if (!reader.expect(TAG.sequence, end)) return false
    const stop = reader.stop
    if (!reader.expect(TAG.oid, stop)) return false
    const spot = this.#spot()
    this.spots[spot] = reader.at
    this.spots[spot + 1] = reader.stop
    reader.at = reader.stop
    const tag = reader.enter(stop)
    if (tag < 0) return false
    this.spots[spot + 2] = reader.at
    this.spots[spot + 3] = reader.stop
    this.spots[spot + 4] = tag
    if (reader.stop !== stop) return this.#bad('octets follow a value')
    const fitness = judgeValue(reader.bytes, tag, reader.at, stop)
    if (fitness === 'malformed') return this.#bad(`a value of tag 0x${tag.toString(16)} is malformed`)
    if (fitness === 'impossible' && this.impossible < 0) this.impossible = this.count
    reader.at = stop
    this.count++
    return true
  }

  #spot(): number {
    const spot = this.count * STRIDE
    if (spot < this.spots.length) return spot
    // Bounded: a datagram holds at most some 10,900 varbinds.
    const grown = new Int32Array(this.spots.length * 2)
    grown.set(this.spots)
    this.spots = grown
    return spot
  }

  #bad(fault: string): false {
    this.#reader.fail(fault)
    return false
  }

  #malformed(fault: string): Look {
    this.#reader.fail(fault)
    return 'malformed'
  }

  #unsupported(fault: string): Look {
    this.#reader.fail(fault)
    return 'unsupported'
  }
}
