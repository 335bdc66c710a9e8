/** Addresses that are never asked, whatever a scope file says: no printer has one, and a packet to one reaches somebody else or everybody. */
import { parseRange } from './addresses.ts'
import { merge, type Run, subtract } from './runs.ts'

/** What a special address is. */
export type SpecialReason =
  | 'broadcast'
  | 'multicast'
  | 'thisNetwork'
  | 'loopback'
  | 'metadata'
  | 'linkLocal'
  | 'translated'
  | 'reserved'

/** Special addresses of one kind. */
export interface Special {
  readonly reason: SpecialReason
  readonly runs: readonly Run[]
}

// IANA's registries of special-purpose addresses; the first kind that fits is the one that is said.
const KINDS: Readonly<Record<SpecialReason, readonly string[]>> = {
  broadcast: ['255.255.255.255'],
  thisNetwork: ['0.0.0.0/8', '::'],
  loopback: ['127.0.0.0/8', '::1'],
  // Cloud metadata, time and name services of the large hosting companies.
  metadata: [
    '169.254.169.0/24',
    '169.254.170.0/24',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::/64',
    'fd20:ce::/64',
  ],
  // 240/4 is reserved (RFC 1112): never a host.
  multicast: ['224.0.0.0/3', 'ff00::/8'],
  // Means nothing without the name of an interface, which a scope file cannot give.
  linkLocal: ['fe80::/10'],
  // IPv4 addresses inside IPv6 ones (mapped, RFC 6145, NAT64, 6to4, Teredo): a way around what the file says of IPv4.
  translated: ['::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '2001::/32', '2002::/16'],
  // All but global unicast (2000::/3) and unique local (fc00::/7).
  reserved: ['::/3', '4000::/2', '8000::/2', 'c000::/3', 'e000::/4', 'f000::/5', 'f800::/6', 'fe00::/9', 'fec0::/10'],
}

const order = [
  'broadcast',
  'thisNetwork',
  'loopback',
  'metadata',
  'multicast',
  'linkLocal',
  'translated',
  'reserved',
] as const

// In private networks only: RFC 1918, RFC 6598, RFC 3927, RFC 4193, loopback, and the addresses of documents.
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  'fc00::/7',
  '2001:db8::/32',
  '::1',
]

/** Everything that is never asked; with `demo` loopback is. */
export function specials(demo: boolean): readonly Special[] {
  const kinds = order.map((reason) => ({ reason, runs: runsOf(KINDS[reason]) }))
  if (!demo) return kinds
  const loopback = runsOf(KINDS.loopback)
  return kinds.map(({ reason, runs }) => ({ reason, runs: subtract(runs, loopback) }))
}

/** Addresses that are no business of the internet's. */
export function privateAddresses(): readonly Run[] {
  return runsOf(PRIVATE)
}

function runsOf(texts: readonly string[]): readonly Run[] {
  return merge(
    texts.map((text) => {
      const parsed = parseRange(text)
      if (!parsed.ok) throw new Error(`${text}: ${parsed.reason}`)
      return parsed.range
    }),
  )
}
