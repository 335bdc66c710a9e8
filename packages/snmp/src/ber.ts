/**
 * The few rules of BER that SNMP uses (X.690, narrowed by RFC 3417 section 8): a reader that never throws and never leaves
 * its bounds, and a writer that works from the end to the front, so that every length is known when its turn comes.
 */

/** The tags of SNMP messages and values (RFC 1157, RFC 2578, RFC 3416). */
export const TAG = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  address: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeTicks: 0x43,
  opaque: 0x44,
  counter64: 0x46,
  unsigned32: 0x47,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const

/** The largest datagram that is looked at; UDP cannot carry more. */
export const MAX_MESSAGE = 65_535

/** Lengths in more octets than this are refused: four already say more than a datagram can hold. */
const MAX_LENGTH_OCTETS = 4

/** Integers in a message's head have at most this many octets; agents pad them with zeros, but never by more. */
const MAX_HEAD_INTEGER = 8

/** An empty stretch of octets. */
export const NO_OCTETS = new Uint8Array(0)

/** Walks over the elements of one datagram. After a fault every call answers -1 (or NaN) and `fault` says what was wrong first. */
export class Reader {
  bytes: Uint8Array = NO_OCTETS
  /** The next octet to read; after `enter` the first one of the element's content. */
  at = 0
  /** One past the content of the element entered last. */
  stop = 0
  fault = ''

  start(bytes: Uint8Array): void {
    this.bytes = bytes
    this.at = 0
    this.stop = bytes.length
    this.fault = ''
  }

  fail(fault: string): -1 {
    if (this.fault === '') this.fault = fault
    return -1
  }

  /** Enters the element at `at`, which must end by `limit`; answers its tag. Long and padded lengths are legal BER and occur. */
  enter(limit: number): number {
    const bytes = this.bytes
    let at = this.at
    if (at + 2 > limit) return this.fail('an element is cut')
    const tag = bytes[at] ?? 0
    let length = bytes[at + 1] ?? 0
    at += 2
    if (length > 0x7f) {
      const octets = length & 0x7f
      if (octets === 0 || octets > MAX_LENGTH_OCTETS) return this.fail('a length is indefinite or too long')
      if (at + octets > limit) return this.fail('a length is cut')
      length = 0
      for (const last = at + octets; at < last; at++) length = length * 256 + (bytes[at] ?? 0)
    }
    if (length > limit - at) return this.fail('an element is longer than what holds it')
    this.at = at
    this.stop = at + length
    return tag
  }

  /** Enters an element of exactly this tag; false is a fault. */
  expect(tag: number, limit: number): boolean {
    const found = this.enter(limit)
    if (found === tag) return true
    if (found >= 0) this.fail(`a tag is 0x${found.toString(16)} instead of 0x${tag.toString(16)}`)
    return false
  }

  /** Reads a signed 32-bit integer of a message's head and steps past it; NaN is a fault. */
  integer(limit: number): number {
    if (!this.expect(TAG.integer, limit)) return Number.NaN
    const length = this.stop - this.at
    if (length === 0 || length > MAX_HEAD_INTEGER || !fitsSigned32(this.bytes, this.at, this.stop)) {
      this.fail('an integer is empty or too large')
      return Number.NaN
    }
    const value = signed32(this.bytes, this.at, this.stop)
    this.at = this.stop
    return value
  }

  /** Reads an integer from 0 to 2^31-1 and steps past it; NaN is a fault. */
  natural(limit: number): number {
    const value = this.integer(limit)
    if (value < 0) this.fail('an integer is below zero')
    return value
  }

  /** Reads the content of an element of exactly this tag as a view and steps past it; empty after a fault. */
  content(tag: number, limit: number): Uint8Array {
    if (!this.expect(tag, limit)) return NO_OCTETS
    const content = this.bytes.subarray(this.at, this.stop)
    this.at = this.stop
    return content
  }

  /** The content of an OCTET STRING, as `content`. */
  octets(limit: number): Uint8Array {
    return this.content(TAG.octets, limit)
  }
}

/** Whether an INTEGER's octets hold a value from -2^31 to 2^31-1, however padded. */
export function fitsSigned32(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= 4) return true
  const sign = (bytes[end - 4] ?? 0) & 0x80 ? 0xff : 0
  for (let at = start; at < end - 4; at++) if (bytes[at] !== sign) return false
  return true
}

/**
 * Whether octets hold an unsigned value of at most `size` octets: one leading zero is right, four or eight octets with
 * the top bit set are a common agent's fault with one meaning only, shorter ones with the top bit set have two and are refused.
 */
export function fitsUnsigned(bytes: Uint8Array, start: number, end: number, size: number): boolean {
  const length = end - start
  if (length < size) return ((bytes[start] ?? 0) & 0x80) === 0
  return length === size || (length === size + 1 && bytes[start] === 0)
}

/** The signed value of an INTEGER known to fit. */
export function signed32(bytes: Uint8Array, start: number, end: number): number {
  let value = ((bytes[start] ?? 0) << 24) >> 24
  for (let at = start + 1; at < end; at++) value = (value << 8) | (bytes[at] ?? 0)
  return value
}

/** The unsigned value of octets known to fit 32 bits. */
export function unsigned32(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) value = (value << 8) | (bytes[at] ?? 0)
  return value >>> 0
}

/** Whether two stretches of octets are the same. */
export function sameOctets(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start !== other.length) return false
  for (let at = 0; at < other.length; at++) if (bytes[start + at] !== other[at]) return false
  return true
}

/** Whether two arrays hold the same octets. */
export function equalOctets(one: Uint8Array, other: Uint8Array): boolean {
  return sameOctets(one, 0, one.length, other)
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Octets as UTF-8, all of them: a byte order mark at the beginning makes another name. */
export function textOfOctets(octets: Uint8Array): string {
  return UTF8.decode(octets)
}

/** The octets a length takes in its shortest form. */
export function lengthOctets(length: number): number {
  return length < 0x80 ? 1 : length < 0x100 ? 2 : 3
}

/** Builds a message from its last octet to its first, in the shortest form; contents are written before what wraps them. */
export class Writer {
  #bytes = new Uint8Array(512)
  #at = 512

  /** How many octets are written so far. */
  get length(): number {
    return this.#bytes.length - this.#at
  }

  octet(value: number): void {
    if (this.#at === 0) this.#grow(1)
    this.#bytes[--this.#at] = value
  }

  octets(values: Uint8Array): void {
    if (this.#at < values.length) this.#grow(values.length)
    this.#at -= values.length
    this.#bytes.set(values, this.#at)
  }

  /** Puts tag and length before everything written since `length` was `since`. */
  wrap(tag: number, since: number): void {
    const length = this.length - since
    let rest = length
    if (length < 0x80) this.octet(length)
    else {
      let count = 0
      for (; rest > 0; rest = Math.floor(rest / 256), count++) this.octet(rest & 0xff)
      this.octet(0x80 | count)
    }
    this.octet(tag)
  }

  element(tag: number, content: Uint8Array): void {
    const since = this.length
    this.octets(content)
    this.wrap(tag, since)
  }

  /** A signed 32-bit INTEGER; values outside wrap, as the caller's types promise they do not occur. */
  signed(tag: number, value: number): void {
    const since = this.length
    let rest = value | 0
    do {
      this.octet(rest & 0xff)
      rest >>= 8
    } while (rest !== 0 && rest !== -1)
    if ((rest === -1) !== ((this.#bytes[this.#at] ?? 0) & 0x80) > 0) this.octet(rest & 0xff)
    this.wrap(tag, since)
  }

  unsigned(tag: number, value: bigint): void {
    const since = this.length
    let rest = value
    do {
      this.octet(Number(rest & 0xffn))
      rest >>= 8n
    } while (rest > 0n)
    if ((this.#bytes[this.#at] ?? 0) & 0x80) this.octet(0)
    this.wrap(tag, since)
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(this.#at)
  }

  #grow(by: number): void {
    const grown = new Uint8Array((this.#bytes.length + by) * 2)
    const at = grown.length - this.length
    grown.set(this.#bytes.subarray(this.#at), at)
    this.#bytes = grown
    this.#at = at
  }
}
