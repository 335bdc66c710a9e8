/**
 * Which addresses this machine must itself find on its links before a datagram can leave (ARP, RFC 826; Neighbor Discovery,
 * RFC 4861), and how many the kernel can be looking for at once. Beyond that it drops datagrams while `send` reports success:
 * an unpaced sweep of an on-link /16 found 96 of 6,144 agents.
 */
import { isIPv6 } from 'node:net'

/** What a client must know of the links it sends to. */
export interface Neighbours {
  /** Whether the address is reached without a router, over a link on which it has to be found first. */
  isOnLink(address: string): boolean
  /** Neighbours that may be sought or freshly found at the same time. */
  readonly most: number
}

/** One destination of the routing table: 16 octets of address (IPv4 in the last four) and how many bits of it count. */
export interface Route {
  readonly family: 4 | 6
  readonly destination: Uint8Array
  readonly bits: number
  /** Not through a router, and over a link that resolves addresses. */
  readonly onLink: boolean
}

/** Linux keeps at most 1,024 neighbours unless told otherwise (gc_thresh3, arp(7)); containers do not show the number. */
const LINUX_NEIGHBOURS = 1_024

/** The rest is left for everything else on this machine: at three quarters the table was full now and then. */
const OUR_SHARE = 0.6

/** However full the table is, so many are sought. */
const LEAST_NEIGHBOURS = 64

/** Neighbours by a routing table: the longest match decides, as in the kernel. */
export function neighboursOf(routes: readonly Route[], most: number): Neighbours {
  const sorted = [...routes].sort((one, other) => other.bits - one.bits)
  const four = sorted.filter(({ family }) => family === 4).map(numbersOf)
  const six = sorted.filter(({ family }) => family === 6)
  return {
    most,
    isOnLink(address) {
      if (!address.includes(':')) {
        const number = number4(address)
        for (const route of four) if ((number & route.mask) >>> 0 === route.network) return route.onLink
        return false
      }
      const octets = isIPv6(address) ? octets6(address) : undefined
      return octets !== undefined && (six.find((route) => covers(route, octets))?.onLink ?? false)
    },
  }
}

/** A sweep asks for every address: IPv4 is compared as numbers. */
function numbersOf({ destination, bits, onLink }: Route): { network: number; mask: number; onLink: boolean } {
  const mask = bits <= 96 ? 0 : (-1 << (128 - bits)) >>> 0
  return {
    network: (new DataView(destination.buffer, destination.byteOffset).getUint32(12) & mask) >>> 0,
    mask,
    onLink,
  }
}

/**
 * What Linux says in /proc/net and /sys/class/net; `read` gives a file's text. Nothing on other systems, whose limits are not
 * known here: give `neighboursOf` their facts, or pace by other means.
 */
export async function linuxNeighbours(read: (path: string) => Promise<string>): Promise<Neighbours | undefined> {
  const orNothing = (path: string) => read(path).catch(() => '')
  const [four, six, known, limit] = await Promise.all(
    ['/proc/net/route', '/proc/net/ipv6_route', '/proc/net/arp', '/proc/sys/net/ipv4/neigh/default/gc_thresh3'].map(
      orNothing,
    ),
  )
  if (four === undefined || four === '') return undefined
  const drafts = [...lines(four).slice(1).flatMap(route4), ...lines(six ?? '').flatMap(route6)]
  const silentLinks = await linksWithoutResolution(new Set(drafts.map(({ link }) => link)), orNothing)
  const routes = drafts.map(({ link, onLink, ...route }) => ({ ...route, onLink: onLink && !silentLinks.has(link) }))
  const room = (Number(limit) || LINUX_NEIGHBOURS) - unresolved(known ?? '')
  return neighboursOf(routes, Math.max(LEAST_NEIGHBOURS, Math.floor(room * OUR_SHARE)))
}

interface Draft extends Route {
  readonly link: string
}

/** RTF_UP, RTF_GATEWAY and RTF_REJECT of <linux/route.h>; IPv6 adds local addresses under a flag of their own. */
const FLAG = { up: 0x1, gateway: 0x2, reject: 0x200, local: 0x8000_0000 } as const

/** `Iface Destination Gateway Flags RefCnt Use Metric Mask ...`, addresses in hex of the machine's byte order, which is little-endian. */
function route4(line: string): Draft[] {
  const [link = '', destination = '', , flags = '', , , , mask = ''] = line.trim().split(/\s+/)
  const marks = Number.parseInt(flags, 16)
  if ((marks & FLAG.up) === 0) return []
  const octets = new Uint8Array(16)
  octets.set(Buffer.from(destination, 'hex').reverse().subarray(0, 4), 12)
  const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length
  return [{ family: 4, destination: octets, bits: 96 + bits, onLink: isDirect(marks), link }]
}

/** `destination bits source bits next-hop metric references uses flags link`, all in hex. */
function route6(line: string): Draft[] {
  const [destination = '', bits = '', , , , , , , flags = '', link = ''] = line.trim().split(/\s+/)
  const marks = Number.parseInt(flags, 16)
  if ((marks & FLAG.up) === 0) return []
  const octets = new Uint8Array(Buffer.from(destination, 'hex'))
  const onLink = isDirect(marks) && (marks & FLAG.local) === 0 && octets[0] !== 0xff
  return [{ family: 6, destination: octets, bits: Number.parseInt(bits, 16), onLink, link }]
}

function isDirect(marks: number): boolean {
  return (marks & (FLAG.gateway | FLAG.reject)) === 0
}

/** Flags of <linux/if.h>: a loopback or a tunnel (IFF_NOARP) has nobody to look for. */
const LINK = { loopback: 0x8, noResolution: 0x80 } as const

async function linksWithoutResolution(
  links: ReadonlySet<string>,
  read: (path: string) => Promise<string>,
): Promise<ReadonlySet<string>> {
  const judged = await Promise.all(
    [...links].map(async (link) => {
      const flags = Number.parseInt(await read(`/sys/class/net/${link}/flags`), 16)
      return (flags & (LINK.loopback | LINK.noResolution)) === 0 || Number.isNaN(flags) ? [] : [link]
    }),
  )
  return new Set(judged.flat())
}

/** Entries of /proc/net/arp that wait for an answer: their flags are 0. */
function unresolved(arp: string): number {
  return lines(arp).filter((line) => line.trim().split(/\s+/)[2] === '0x0').length
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

function covers(route: Route, octets: Uint8Array): boolean {
  const whole = route.bits >> 3
  for (let at = 0; at < whole; at++) if (route.destination[at] !== octets[at]) return false
  const rest = 8 - (route.bits & 7)
  return rest === 8 || (route.destination[whole] ?? 0) >> rest === (octets[whole] ?? 0) >> rest
}

/** A dotted address as a number, without a care for what is none: that is no neighbour's either. */
function number4(address: string): number {
  let number = 0
  let part = 0
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at)
    if (code === DOT) {
      number = (number << 8) | part
      part = 0
    } else part = part * 10 + code - ZERO
  }
  return ((number << 8) | part) >>> 0
}

const DOT = 0x2e
const ZERO = 0x30

/** An IPv6 literal without an IPv4 tail; a zone is left out: link-local addresses are on link whatever the zone. */
function octets6(address: string): Uint8Array | undefined {
  const [bare = ''] = address.split('%')
  const [front = '', back] = bare.split('::')
  const head = front === '' ? [] : front.split(':')
  const tail = back === undefined || back === '' ? [] : back.split(':')
  if (head.length + tail.length > 8 || bare.includes('.')) return undefined
  const groups = [...head, ...new Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  const octets = new Uint8Array(16)
  for (const [at, group] of groups.entries()) {
    const value = Number.parseInt(group, 16)
    octets[at * 2] = value >>> 8
    octets[at * 2 + 1] = value & 0xff
  }
  return octets
}
