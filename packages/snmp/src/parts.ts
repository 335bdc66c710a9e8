/** Lists of objects in parts that one request can ask for. */
import type { Oid } from './oid.ts'

/** A UDP datagram takes 65,507 octets; what is left is ample for the head of a v3 message. */
const MOST_OCTETS = 60_000

/** Around each name: its own tag and length, the value NULL, and the tag and length of both. */
const AROUND = 10

/** So many of the longest names (RFC 3416 section 4.1: 128 numbers, five octets each) are never too much. */
const ALWAYS_FIT = Math.floor(MOST_OCTETS / (640 + AROUND))

/** Whether a datagram takes them all. */
export function fitDatagram(oids: readonly Oid[]): boolean {
  return oids.length <= ALWAYS_FIT || oids.reduce((sum, oid) => sum + oid.bytes.length + AROUND, 0) <= MOST_OCTETS
}

/** The list in order, in as few parts as may be of at most so many objects. */
export function partsOf(oids: readonly Oid[], most: number): Oid[][] {
  const parts: Oid[][] = []
  for (let at = 0; at < oids.length; ) {
    let part = oids.slice(at, at + most)
    if (!fitDatagram(part)) part = part.slice(0, ALWAYS_FIT)
    parts.push(part)
    at += part.length
  }
  return parts
}
