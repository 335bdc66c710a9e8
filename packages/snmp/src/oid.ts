/**
 * Object identifiers, kept as the octets they travel in: what a device answers is compared with what was asked without
 * ever being turned into text. The dotted text is made when somebody wants to read it.
 */

/** RFC 2578 section 3.5. */
const MAX_ARCS = 128
const MAX_ARC = 0xffff_ffff
const MAX_OCTETS = MAX_ARCS * 5

const DOTTED = /^(?:0|[1-9]\d{0,9})(?:\.(?:0|[1-9]\d{0,9}))*$/

/** One object identifier. Instances never change and may be shared by any number of requests. */
export class Oid {
  /** The BER content octets, without tag and length. */
  readonly bytes: Uint8Array
  #text: string | undefined

  /** Takes octets already known to be an object identifier, as `isOid` says; outsiders use `parse` and `fromBytes`. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Reads dotted text of 2 to 128 arcs, with or without a leading dot. @throws RangeError on anything else. */
  static parse(text: string): Oid {
    const [first, second, ...rest] = arcsOf(text.startsWith('.') ? text.slice(1) : text)
    if (first === undefined || second === undefined) throw new RangeError(`'${text}' has fewer than two arcs`)
    if (first > 2 || (first < 2 && second > 39)) throw new RangeError(`'${text}' begins with arcs that do not exist`)
    return new Oid(checked([first * 40 + second, ...rest], text))
  }

  /** Copies BER content octets. @throws RangeError if they are no object identifier. */
  static fromBytes(bytes: Uint8Array): Oid {
    if (!isOid(bytes, 0, bytes.length)) throw new RangeError('these octets are no object identifier')
    // Not `slice`: a Buffer's shares its octets.
    return new Oid(Uint8Array.from(bytes))
  }

  /** The dotted text, without a leading dot. */
  get text(): string {
    this.#text ??= textOf(this.bytes)
    return this.#text
  }

  equals(other: Oid): boolean {
    return other === this || (this.bytes.length === other.bytes.length && this.startsWith(other))
  }

  /** Whether this is the prefix itself or lies below it. */
  startsWith(prefix: Oid): boolean {
    const own = this.bytes
    const theirs = prefix.bytes
    if (theirs.length > own.length) return false
    // From the end: objects of one device differ in their last octets.
    for (let at = theirs.length - 1; at >= 0; at--) if (own[at] !== theirs[at]) return false
    return true
  }

  /** Negative, zero or positive as this comes before, is or comes after the other in SNMP's order (RFC 3416 section 2). */
  compare(other: Oid): number {
    const own = this.bytes
    const theirs = other.bytes
    const common = Math.min(own.length, theirs.length)
    let at = 0
    while (at < common && own[at] === theirs[at]) at++
    if (at === common) return own.length - theirs.length
    // The octets differ inside an arc: go back to where that arc begins, since a longer arc is the larger one.
    while (at > 0 && ((own[at - 1] ?? 0) & 0x80) !== 0) at--
    return arcAt(own, at) - arcAt(theirs, at)
  }

  /** The dotted arcs after the prefix, '' if it is the prefix itself. @throws RangeError if it does not lie below it. */
  indexAfter(prefix: Oid): string {
    if (!this.startsWith(prefix)) throw new RangeError(`${this.text} does not lie below ${prefix.text}`)
    return dotted(this.bytes, prefix.bytes.length)
  }

  /** The object with these arcs appended ('1.0', 7). @throws RangeError if they are no arcs or too many. */
  child(suffix: string | number): Oid {
    const text = String(suffix)
    const tail = checked(arcsOf(text), text)
    const bytes = new Uint8Array(this.bytes.length + tail.length)
    bytes.set(this.bytes)
    bytes.set(tail, this.bytes.length)
    if (!isOid(bytes, 0, bytes.length)) throw new RangeError(`'${this.text}.${text}' has too many arcs`)
    return new Oid(bytes)
  }

  toString(): string {
    return this.text
  }

  toJSON(): string {
    return this.text
  }
}

/** Whether a stretch of octets is a whole object identifier: no padding, no arc above 2^32-1, at most 128 arcs. */
export function isOid(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end || end - start > MAX_OCTETS || ((bytes[end - 1] ?? 0) & 0x80) !== 0) return false
  let arcs = 1
  let arc = 0
  let first = true
  for (let at = start; at < end; at++) {
    const octet = bytes[at] ?? 0
    if (first && octet === 0x80) return false
    arc = arc * 128 + (octet & 0x7f)
    if (arc > MAX_ARC) return false
    first = octet < 0x80
    if (!first) continue
    arcs++
    arc = 0
  }
  return arcs <= MAX_ARCS
}

function arcsOf(text: string): number[] {
  if (!DOTTED.test(text)) throw new RangeError(`'${text}' is no dotted object identifier`)
  return text.split('.').map(Number)
}

function checked(arcs: readonly number[], text: string): Uint8Array {
  if (arcs.length >= MAX_ARCS) throw new RangeError(`'${text}' has more than ${MAX_ARCS} arcs`)
  const bytes: number[] = []
  for (const arc of arcs) {
    if (arc > MAX_ARC) throw new RangeError(`'${text}' has an arc above ${MAX_ARC}`)
    for (let power = 4; power > 0; power--) {
      const weight = 128 ** power
      if (arc >= weight) bytes.push(0x80 | (Math.floor(arc / weight) & 0x7f))
    }
    bytes.push(arc & 0x7f)
  }
  return Uint8Array.from(bytes)
}

function arcAt(bytes: Uint8Array, start: number): number {
  let arc = 0
  for (let at = start; at < bytes.length; at++) {
    const octet = bytes[at] ?? 0
    arc = arc * 128 + (octet & 0x7f)
    if (octet < 0x80) break
  }
  return arc
}

function textOf(bytes: Uint8Array): string {
  const both = arcAt(bytes, 0)
  const root = Math.min(2, Math.floor(both / 40))
  let at = 0
  while (((bytes[at] ?? 0) & 0x80) !== 0) at++
  const rest = dotted(bytes, at + 1)
  return rest === '' ? `${root}.${both - root * 40}` : `${root}.${both - root * 40}.${rest}`
}

function dotted(bytes: Uint8Array, start: number): string {
  let text = ''
  let arc = 0
  for (let at = start; at < bytes.length; at++) {
    const octet = bytes[at] ?? 0
    arc = arc * 128 + (octet & 0x7f)
    if (octet >= 0x80) continue
    text += text === '' ? arc : `.${arc}`
    arc = 0
  }
  return text
}
