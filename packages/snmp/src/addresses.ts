/** The addresses of a range, one after the other, so that a sweep never holds them all. */
import { isIPv4, isIPv6 } from 'node:net'

const CIDR = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/
const SPAN = /^(\d{1,3}(?:\.\d{1,3}){3})\s*-\s*(\d{1,3}(?:\.\d{1,3}){3})$/

/**
 * All addresses of `10.0.0.0/22`, `10.0.0.7-10.0.1.9` or a single IPv4 or IPv6 address; of a network larger than two addresses
 * without the one that names it and the one that reaches all (RFC 1122 section 3.2.1.3). IPv6 networks are too large to sweep.
 * @throws RangeError on anything else.
 */
export function addressesOf(range: string): Iterable<string> {
  if (isIPv4(range) || isIPv6(range)) return [range]
  const [, network = '', length = ''] = CIDR.exec(range) ?? []
  if (isIPv4(network) && Number(length) <= 32) return inNetwork(numberOf(network), Number(length))
  const [, first = '', last = ''] = SPAN.exec(range) ?? []
  if (isIPv4(first) && isIPv4(last) && numberOf(first) <= numberOf(last))
    return between(numberOf(first), numberOf(last))
  throw new RangeError(`'${range}' is no address, no IPv4 network and no span of IPv4 addresses`)
}

function inNetwork(address: number, length: number): Iterable<string> {
  const size = 2 ** (32 - length)
  const first = address - (address % size)
  // RFC 3021: a network of two addresses has neither of both.
  return size > 2 ? between(first + 1, first + size - 2) : between(first, first + size - 1)
}

function* between(first: number, last: number): Generator<string> {
  for (let at = first; at <= last; at++) {
    yield `${Math.floor(at / 0x100_0000)}.${(at >>> 16) & 0xff}.${(at >>> 8) & 0xff}.${at & 0xff}`
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}
