/** The face of the engine: one client asks any number of devices over one transport. */
import { randomFillSync } from 'node:crypto'
import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { Clock } from './clock.ts'
import { CommunityHeads } from './community.ts'
import { Flight, type Peer } from './flight.ts'
import type { Head } from './head.ts'
import { laneOf } from './lanes.ts'
import { QuestionCache, questionOf } from './question.ts'
import { type Desk, PeerSession, type Session, type Target } from './session.ts'
import { type ClientStats, Traffic } from './traffic.ts'
import type { Transport } from './transport.ts'

export interface ClientOptions {
  transport: Transport
  clock: Clock
  /** Dice for request ids, 32 bits a throw; the default is the system's CSPRNG. */
  ids?: () => number
}

const DEFAULTS = { port: 161, timeout: 1_000, tries: 3, maxVarbinds: 22 } as const

/** Above this a request of ordinary names no longer fits a datagram. */
const MOST_VARBINDS = 128

/** An SNMP v1 and v2c manager. It can read and nothing else. */
export class Client {
  readonly #traffic: Traffic
  readonly #transport: Transport
  readonly #desk: Desk
  readonly #heads = new CommunityHeads()

  constructor(options: ClientOptions) {
    const traffic = new Traffic({
      transport: options.transport,
      clock: options.clock,
      ids: options.ids ?? systemDice(),
    })
    const gets = new QuestionCache()
    this.#traffic = traffic
    this.#transport = options.transport
    this.#desk = {
      start: (peer, question, settle) => traffic.start(new Flight(peer, question, settle)),
      question: (kind, oids, repetitions) => (kind === 'get' ? gets.get(oids) : questionOf(kind, oids, repetitions)),
    }
  }

  /** Counters since the client began: accepted answers, refused datagrams by reason, retries, silence. */
  get stats(): Readonly<ClientStats> {
    return this.#traffic.stats
  }

  /** Requests waiting or on their way, and how many answers may be expected at once just now. */
  get load(): { live: number; window: number } {
    return this.#traffic.load
  }

  /** A session with one device; costs nothing until it asks. @throws RangeError on a port, time or number that cannot be. */
  session(target: Target): Session {
    const port = within('port', target.port ?? DEFAULTS.port, 1, 65_535)
    const address = shortAddress(target.address)
    const community = typeof target.community === 'string' ? target.community : target.community.reveal()
    const head = this.#heads.get(target.version, community)
    const peer = peerOf(target, head, { address: address ?? target.address, port })
    const limits = {
      maxVarbinds: within('maxVarbinds', target.maxVarbinds ?? DEFAULTS.maxVarbinds, 1, MOST_VARBINDS),
      bulk: target.version === 'v2c' && target.bulk !== false,
    }
    return new PeerSession(address === undefined ? nowhere(this.#desk) : this.#desk, peer, limits)
  }

  /** Ends every request as aborted and closes the transport. */
  async close(): Promise<void> {
    this.#traffic.close()
    await this.#transport.close()
  }
}

function peerOf(target: Target, head: Head, where: { address: string; port: number }): Peer {
  return {
    ...where,
    laneName: laneOf(where.address, where.port),
    lane: undefined,
    head,
    timeout: within('timeout', target.timeout ?? DEFAULTS.timeout, 1, 600_000),
    tries: within('tries', target.tries ?? DEFAULTS.tries, 1, 100),
    cost: { requests: 0, bytesOut: 0, bytesIn: 0, varbinds: 0 },
  }
}

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new RangeError(`${name} is ${value}, not a whole number from ${least} to ${most}`)
}

/** The form in which answers will name the address: the shortest one for IPv6. Nothing if it is no literal address. */
function shortAddress(address: string): string | undefined {
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return undefined
  const [bare = '', zone] = address.split('%')
  const short = new SocketAddress({ address: bare, family: 'ipv6' }).address
  return zone === undefined ? short : `${short}%${zone}`
}

/** Names are not looked up here: whoever agreed to an address must be the one who is asked. */
function nowhere(desk: Desk): Desk {
  return {
    question: desk.question,
    start: (peer, _question, settle) =>
      settle({ ok: false, reason: 'unreachable', detail: `'${peer.address}' is no IPv4 or IPv6 address` }),
  }
}

/** Throws of the system's CSPRNG, fetched a thousand at a time. */
function systemDice(): () => number {
  const throws = new Uint32Array(1_024)
  let at = throws.length
  return () => {
    if (at === throws.length) {
      randomFillSync(throws)
      at = 0
    }
    return throws[at++] ?? 0
  }
}
