/**
 * The first look at a datagram: is it one whole SNMP v1 or v2c message, and where in it lies what. Nothing is copied and
 * nothing is made, so that a flood of nonsense costs no memory; the client and `decodeMessage` both build on it.
 */
import { MAX_MESSAGE, Reader, TAG } from './ber.ts'
import { judgeValue } from './value.ts'

/** PDU tags (RFC 3416 section 3); 0xa4, the v1 trap, has another form and is not among those read here. */
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

/** The answer of a first look; '' as `fault` means a whole message. */
export type Look = 'whole' | 'malformed' | 'unsupported'

/** One datagram's layout; used again and again by its owner, valid until the next `read`. */
export class Frame {
  readonly #reader = new Reader()
  bytes: Uint8Array = new Uint8Array(0)
  version = 0
  communityStart = 0
  communityEnd = 0
  pdu = 0
  id = 0
  /** error-status, or non-repeaters of a GetBulk. */
  status = 0
  /** error-index, or max-repetitions of a GetBulk. */
  index = 0
  count = 0
  /** The first varbind whose value has the right form and an impossible content; -1 if there is none. */
  impossible = -1
  spots = new Int32Array(64 * STRIDE)

  /** What was wrong. */
  get fault(): string {
    return this.#reader.fault
  }

  /** Looks at one datagram; time is linear in its length, and it never throws. */
  read(bytes: Uint8Array): Look {
    const reader = this.#reader
    reader.start(bytes)
    this.bytes = bytes
    this.count = 0
    this.impossible = -1
    if (bytes.length > MAX_MESSAGE) return this.#malformed('the datagram is too long')
    if (!reader.expect(TAG.sequence, bytes.length)) return 'malformed'
    const end = reader.stop
    if (end !== bytes.length) return this.#malformed('octets follow the message')
    const look = this.#readHead(end)
    return look === 'whole' ? this.#readPdu(end) : look
  }

  #readHead(end: number): Look {
    const reader = this.#reader
    this.version = reader.integer(end)
    if (reader.fault !== '') return 'malformed'
    if (this.version !== 0 && this.version !== 1) return this.#unsupported(`version ${this.version}`)
    if (!reader.expect(TAG.octets, end)) return 'malformed'
    this.communityStart = reader.at
    this.communityEnd = reader.stop
    reader.at = reader.stop
    this.pdu = reader.enter(end)
    if (this.pdu < 0) return 'malformed'
    if (reader.stop !== end) return this.#malformed('octets follow the PDU')
    if (this.pdu === PDU.trap1) return this.#unsupported('a v1 trap')
    return this.pdu >= PDU.get && this.pdu <= PDU.report ? 'whole' : this.#malformed('no such PDU')
  }

  #readPdu(end: number): Look {
    const reader = this.#reader
    this.id = reader.integer(end)
    this.status = reader.integer(end)
    this.index = reader.integer(end)
    if (reader.fault !== '' || !reader.expect(TAG.sequence, end)) return 'malformed'
    if (reader.stop !== end) return this.#malformed('octets follow the varbinds')
    while (reader.at < end) if (!this.#readVarbind(end)) return 'malformed'
    return 'whole'
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
    // Bounded: a datagram holds at most some 9,000 varbinds.
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
