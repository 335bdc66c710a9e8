/** The face of the engine: one client asks any number of devices over one transport. */
import { randomFillSync } from 'node:crypto'
import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { Clock } from './clock.ts'
import { CommunityHeads } from './community.ts'
import { Flight, type Peer, type Reply } from './flight.ts'
import type { Head } from './head.ts'
import { laneOf } from './lanes.ts'
import { fitDatagram } from './parts.ts'
import { NO_ROWS, QuestionCache, questionOf } from './question.ts'
import type { Secret } from './secret.ts'
import {
  type CommunityAccess,
  type Desk,
  noCost,
  type Outcome,
  PeerSession,
  type Place,
  type Session,
  type SessionCost,
  type Target,
  type UserAccess,
} from './session.ts'
import type { ClientStats } from './stats.ts'
import { type Asking, Sweep, type SweepQuestion } from './sweep.ts'
import { Traffic } from './traffic.ts'
import type { Transport } from './transport.ts'
import { UserHeads } from './usm-heads.ts'
import { within } from './within.ts'

export interface ClientOptions {
  transport: Transport
  clock: Clock
  /** Dice for request ids, 32 bits a throw; the default is the system's CSPRNG. */
  ids?: () => number
}

const DEFAULTS = { port: 161, timeout: 1_000, tries: 3, maxVarbinds: 22, maxRepetitions: 100 } as const

/** Above this a request of ordinary names no longer fits a datagram. */
const MOST_VARBINDS = 128

/** More rows at once than any device answers in a datagram. */
const MOST_REPETITIONS = 1_000

/** How the devices of a sweep are asked: as sessions are, but for lists and tables, which a sweep has none of. */
export type SweepAccess = SweepPlace & (CommunityAccess | UserAccess)

type SweepPlace = Omit<Place, 'address' | 'maxVarbinds' | 'maxRepetitions' | 'bulk'>

/** Asks one address of a sweep. */
type Ask = (address: string) => void

/** An SNMP v1, v2c and v3 manager. It can read and nothing else. */
export class Client {
  readonly #traffic: Traffic
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #desk: Desk
  readonly #communities = new CommunityHeads()
  readonly #users: UserHeads
  #closing: Promise<void> | undefined

  constructor(options: ClientOptions) {
    const { transport, clock } = options
    const ids = options.ids ?? systemDice()
    const traffic = new Traffic({ transport, clock, ids })
    this.#users = new UserHeads(clock, ids)
    const gets = new QuestionCache()
    this.#traffic = traffic
    this.#transport = transport
    this.#clock = clock
    this.#desk = {
      start: (peer, question, settle) => traffic.start(new Flight(peer, question, settle)),
      question: (kind, oids, rows) => (kind === 'get' ? gets.get(oids) : questionOf(kind, oids, rows)),
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

  /**
   * A session with one device; costs nothing until it asks.
   * @throws RangeError on a port, time, number, user or engine id that cannot be.
   */
  session(target: Target): Session {
    return this.#session(target, noCost())
  }

  #session(target: Target, cost: SessionCost): Session {
    const manner = mannerOf(target)
    const short = this.#shortAddress(target.address)
    const address = short ?? target.address
    const laneName = laneOf(address, manner.port)
    const { head, desk } = this.#access(target, laneName)
    const hasBulk = target.version !== 'v1' && target.bulk !== false
    const rows = within('maxRepetitions', target.maxRepetitions ?? DEFAULTS.maxRepetitions, 1, MOST_REPETITIONS)
    const limits = {
      maxVarbinds: within('maxVarbinds', target.maxVarbinds ?? DEFAULTS.maxVarbinds, 1, MOST_VARBINDS),
      maxRepetitions: hasBulk ? rows : 0,
    }
    const peer = peerOf(manner, { address, laneName, head, cost, signal: target.signal, heedsNoise: true })
    return new PeerSession(short === undefined ? nowhere(desk) : desk, peer, limits)
  }

  /**
   * Asks many addresses the same objects, in the same way; see `Sweep`. What is no literal address ends as unreachable.
   * @throws RangeError on a port, time, number, user or engine id that cannot be.
   */
  sweep(question: SweepQuestion & SweepAccess): Sweep {
    mannerOf(question)
    within('oids', question.oids.length, 0, MOST_VARBINDS)
    if (!fitDatagram(question.oids)) throw new RangeError('the names of these objects do not fit a datagram')
    return new Sweep(question, {
      clock: this.#clock,
      backlog: () => this.#traffic.backlog,
      open: (asking) => {
        const ask = question.version === 'v3' ? this.#byUser(question, asking) : this.#byCommunity(question, asking)
        return {
          ask: (given) => {
            const address = this.#shortAddress(given)
            if (address === undefined) asking.settle(given, noAddress(given))
            else ask(address)
          },
          flush: () => this.#traffic.flush(),
        }
      },
    })
  }

  /** By a community all addresses are met alike: those that need no looking for are probed. */
  #byCommunity(question: SweepQuestion & SweepPlace & CommunityAccess, asking: Asking): Ask {
    const manner = mannerOf(question)
    const asked = this.#desk.question('get', question.oids, NO_ROWS)
    const head = this.#communities.get(question.version, textOf(question.community))
    const settle = this.#settler(question, asking)
    const flightTo = (address: string) => {
      const peer = peerOf(manner, { ...asking, ...SWEPT, address, laneName: laneOf(address, manner.port), head })
      return new Flight(peer, asked, (reply) => settle(address, reply))
    }
    const { cost, signal, settle: ended } = asking
    const probes = this.#traffic.probes({ ...manner, ...head.template(asked), cost, signal, flightTo, ended })
    return (address) => {
      if (this.#traffic.isRouted(address)) this.#traffic.probe(probes, address)
      else this.#traffic.start(flightTo(address))
    }
  }

  /** A user is another one at every device. */
  #byUser(question: SweepQuestion & SweepPlace & UserAccess, asking: Asking): Ask {
    const manner = mannerOf(question)
    const asked = this.#desk.question('get', question.oids, NO_ROWS)
    const settle = this.#settler(question, asking)
    return (address) => {
      const laneName = laneOf(address, manner.port)
      const { head, desk } = this.#access({ ...question, address }, laneName)
      const peer = peerOf(manner, { ...asking, ...SWEPT, address, laneName, head })
      desk.start(peer, asked, (reply) => settle(address, reply))
    }
  }

  /** What a device refuses whole is asked again as a session would: object by object if need be. */
  #settler(question: SweepQuestion & SweepAccess, asking: Asking): (address: string, reply: Reply) => void {
    const { cost, signal, settle } = asking
    return (address, reply) => {
      if (reply.ok || reply.reason !== 'status') settle(address, reply)
      else
        void this.#session({ ...question, address, signal }, cost)
          .get(question.oids)
          .then((outcome) => settle(address, outcome))
    }
  }

  #access(target: Target, laneName: string): { head: Head; desk: Desk } {
    if (target.version === 'v3') return this.#users.access(target, laneName, this.#desk)
    return { head: this.#communities.get(target.version, textOf(target.community)), desk: this.#desk }
  }

  /**
   * The engine id that a device's signed answers had, in hexadecimal digits: what to give as a target's `engineId` the next
   * time. Nothing before the first v3 answer.
   */
  engineId(address: string, port: number = DEFAULTS.port): string | undefined {
    return this.#users.engineId(laneOf(this.#shortAddress(address) ?? address, port))
  }

  /** Lets another engine answer at this address from now on, in new sessions: the device was replaced or set up anew. */
  forgetEngine(address: string, port: number = DEFAULTS.port): void {
    this.#users.forget(laneOf(this.#shortAddress(address) ?? address, port))
  }

  /** The form in which answers will name the address: the shortest one for IPv6. Nothing if it is no literal address. */
  #shortAddress(address: string): string | undefined {
    if (isIPv4(address)) return address
    if (!isIPv6(address)) return undefined
    const [bare = '', zone] = address.split('%')
    const short = new SocketAddress({ address: bare, family: 'ipv6' }).address
    return zone === undefined ? short : `${short}%${this.#transport.zoneName?.(zone) ?? zone}`
  }

  /** Ends every request as aborted and closes the transport; harmless if it is closed already. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    this.#traffic.close()
    await this.#transport.close()
  }
}

/** How devices are asked, checked. */
type Manner = Pick<Peer, 'port' | 'timeout' | 'tries' | 'answersFrom'>

function mannerOf(place: Omit<Place, 'address'>): Manner {
  return {
    port: within('port', place.port ?? DEFAULTS.port, 1, 65_535),
    timeout: within('timeout', place.timeout ?? DEFAULTS.timeout, 1, 600_000),
    tries: within('tries', place.tries ?? DEFAULTS.tries, 1, 100),
    answersFrom: place.answersFrom ?? 'asked',
  }
}

/** Three octets sent under a false name would otherwise make a device of a silent address. */
const SWEPT = { heedsNoise: false } as const

type Device = Pick<Peer, 'address' | 'laneName' | 'head' | 'cost' | 'signal' | 'heedsNoise'>

function peerOf(manner: Manner, device: Device): Peer {
  const { address, laneName, head, cost, signal, heedsNoise } = device
  const { port, timeout, tries, answersFrom } = manner
  return { address, port, laneName, lane: undefined, head, timeout, tries, answersFrom, heedsNoise, signal, cost }
}

function textOf(community: Secret | string): string {
  return typeof community === 'string' ? community : community.reveal()
}

/** Names are not looked up here: whoever agreed to an address must be the one who is asked. */
function nowhere(desk: Desk): Desk {
  return {
    question: desk.question,
    start: (peer, _question, settle) => settle(noAddress(peer.address)),
  }
}

function noAddress(text: string): Outcome {
  return { ok: false, reason: 'unreachable', detail: `'${text}' is no IPv4 or IPv6 address` }
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
