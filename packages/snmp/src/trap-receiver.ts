/**
 * Listens to what devices tell unasked: traps and informs of SNMPv1, v2c and v3. It knows nobody by itself: only senders that
 * its owner knows are heard, and only those are ever sent anything. It needs no `Client` and may run in a process of its own.
 */

import { Authority, type AuthorityRefusal } from './authority.ts'
import { sameOctets } from './ber.ts'
import type { Limit } from './bucket.ts'
import type { Clock } from './clock.ts'
import { Frame, VERSION } from './frame.ts'
import { encodeAcknowledgement, type Version } from './message.ts'
import { type Notification, notificationOf } from './notification.ts'
import { Repeats } from './repeats.ts'
import type { Secret } from './secret.ts'
import type { Transport } from './transport.ts'
import { TrapLimits } from './trap-limits.ts'
import { type KnownEngine, TrapSecurity, type Witness } from './trap-security.ts'
import type { User } from './usm-user.ts'

/** A notification, and where it came from. A datagram's sender can be forged: on v1 and v2c this is a hint and no proof. */
export interface ReceivedTrap extends Notification {
  readonly address: string
  readonly port: number
  readonly version: Version | 'v3'
  /** v3 only: who told it, proven. */
  readonly witness?: Witness
}

export interface TrapReceiverOptions {
  /** Bound to the trap port (162), as by `udpTransport({ port: 162 })`. */
  transport: Transport
  clock: Clock
  /** Whether a sender's address is one of a device we know; all others are dropped unread and never answered. */
  isKnown(address: string): boolean
  /**
   * Called with each notification that is believed. What it throws goes to who called the transport's handler, as a rule the end of
   * the process: the notification is then neither counted nor remembered nor acknowledged, so that an inform is told again.
   */
  deliver(trap: ReceivedTrap): void
  /** Communities that are believed on v1 and v2c; the default is none. */
  communities?: readonly (Secret | string)[]
  /** Users that are believed on v3, at the level of their passwords; the default is none. */
  users?: readonly User[]
  /** Our own engine, which informs of v3 are signed for; without it those are dropped. Boots are one more at each start. */
  engine?: { id: Uint8Array; boots: number }
  /**
   * The engine id that is known to stand at an address, as by `Client.engineId`: v3 traps from there for any other engine are dropped.
   * Without it whoever has recorded a trap of one device can play it once, as another one's.
   */
  engineOf?: (address: string) => string | undefined
  /** What `engines()` said before the last stop: nothing told until then is believed again. */
  knownEngines?: readonly KnownEngine[]
  /** How much is listened to; defaults: 50 at once and 10 a second of one sender, 2,000 and 500 of all. */
  limits?: { perSender?: Limit; all?: Limit }
}

/** What happened to datagrams so far: every one that arrived was delivered, or dropped for one reason. */
export interface TrapStats extends Record<TrapRefusal, number> {
  arrived: number
  delivered: number
  /** Informs acknowledged: those delivered, and those told again. */
  acknowledged: number
  /** Messages not taken whose sender was told why, among those counted by reason: mostly questions for our engine id. */
  refused: number
}

export type TrapRefusal =
  | AuthorityRefusal
  | 'unknownSender'
  | 'overSenderLimit'
  | 'overTotalLimit'
  | 'wrongCommunity'
  | 'notNotification'
  /** An inform told again because our word was lost, or a v3 trap played again. */
  | 'repeated'

/** A device in trouble tells a handful of things at once; a fleet of thousands after a power cut, some hundreds a second. */
const LIMITS = { perSender: { burst: 50, perSecond: 10 }, all: { burst: 2_000, perSecond: 500 } } as const

/** A trap port. */
export class TrapReceiver {
  readonly stats: Readonly<TrapStats>
  readonly #counts: TrapStats = noCounts()
  readonly #options: TrapReceiverOptions
  readonly #communities: readonly { readonly text: string; readonly octets: Uint8Array }[]
  readonly #security: TrapSecurity
  readonly #limits: TrapLimits
  readonly #frame = new Frame()
  readonly #repeats = new Repeats()

  /** @throws RangeError on a user or an engine that cannot be. */
  constructor(options: TrapReceiverOptions) {
    const { transport, clock, users = [], communities = [], engine, limits, knownEngines: known = [] } = options
    const authority = engine && new Authority({ engineId: engine.id, boots: engine.boots, users, clock })
    this.stats = this.#counts
    this.#options = options
    this.#communities = communities.map((each) => {
      const text = typeof each === 'string' ? each : each.reveal()
      return { text, octets: new TextEncoder().encode(text) }
    })
    const engineOf = options.engineOf ?? (() => undefined)
    this.#security = new TrapSecurity({ users, authority, clock, engineOf, known })
    this.#limits = new TrapLimits({ ...LIMITS, ...limits })
    transport.listen({
      arrived: (bytes, address, port) => this.#arrived(bytes, address, port),
      // An acknowledgement that could not be sent: the device tells it again.
      failed: () => undefined,
      turned: () => undefined,
    })
  }

  /** The v3 engines that told traps, up to 65,536, the one heard last first: to be kept, and handed in as `knownEngines` at the next start. */
  engines(): KnownEngine[] {
    return this.#security.engines()
  }

  /**
   * Forgets the clocks of the engines at an address: for a device that was set up anew or replaced, whose clock went back. What was
   * recorded of it before can then be played again.
   */
  forgetEngine(address: string): void {
    this.#security.forget(address)
  }

  async close(): Promise<void> {
    await this.#options.transport.close()
  }

  /** The cheapest questions come first: a flood is dropped unread. */
  #arrived(bytes: Uint8Array, address: string, port: number): void {
    this.#counts.arrived++
    if (!this.#options.isKnown(address)) {
      this.#counts.unknownSender++
      return
    }
    const hearing = this.#limits.take(address, this.#options.clock.now())
    if (hearing !== 'heard') {
      this.#counts[hearing]++
      return
    }
    const look = this.#frame.read(bytes)
    if (look === 'whole') this.#takePlain(address, port)
    else if (look === 'secured') this.#takeSecured(address, port)
    else this.#counts[look]++
  }

  #takePlain(address: string, port: number): void {
    const frame = this.#frame
    const { bytes, communityStart, communityEnd } = frame
    const community = this.#communities.find(({ octets }) => sameOctets(bytes, communityStart, communityEnd, octets))
    if (community === undefined) {
      this.#counts.wrongCommunity++
      return
    }
    const version = frame.version === VERSION.v1 ? 'v1' : 'v2c'
    const notification = this.#notification(frame)
    if (notification === undefined) return
    const isInform = notification.kind === 'inform'
    this.#deliver({ ...notification, address, port, version }, isInform ? `${address} ${frame.listMark}` : undefined)
    if (isInform) this.#acknowledge(encodeAcknowledgement(frame, { version, community: community.text }), address, port)
  }

  #takeSecured(address: string, port: number): void {
    const frame = this.#frame
    const judged = this.#security.judge(frame, address)
    if (!judged.ok) {
      this.#counts[judged.reason]++
      if (judged.reply === undefined) return
      this.#counts.refused++
      this.#options.transport.send(judged.reply, address, port, false)
      return
    }
    const notification = this.#notification(frame)
    if (notification === undefined) return
    const { witness, request, mark } = judged
    this.#deliver({ ...notification, address, port, version: 'v3', witness }, mark)
    if (request !== undefined) this.#acknowledge(request.acknowledge(), address, port)
  }

  #notification(frame: Frame): Notification | undefined {
    const notification = notificationOf(frame)
    if (typeof notification !== 'string') return notification
    this.#counts.notNotification++
    return undefined
  }

  /** Delivers what was not delivered before under this mark, and remembers it when it is. */
  #deliver(trap: ReceivedTrap, mark: string | undefined): void {
    const now = this.#options.clock.now()
    if (mark !== undefined && this.#repeats.has(mark, now)) {
      this.#counts.repeated++
      return
    }
    this.#options.deliver(trap)
    this.#counts.delivered++
    if (mark !== undefined) this.#repeats.add(mark, now)
  }

  /** RFC 3416 section 4.2.7: an inform is acknowledged by its own varbinds. */
  #acknowledge(response: Uint8Array, address: string, port: number): void {
    this.#counts.acknowledged++
    this.#options.transport.send(response, address, port, false)
  }
}

function noCounts(): TrapStats {
  return {
    arrived: 0,
    delivered: 0,
    acknowledged: 0,
    refused: 0,
    unknownSender: 0,
    overSenderLimit: 0,
    overTotalLimit: 0,
    malformed: 0,
    unsupported: 0,
    notNotification: 0,
    repeated: 0,
    notRequest: 0,
    wrongCommunity: 0,
    wrongLevel: 0,
    notInTimeWindow: 0,
    wrongUser: 0,
    wrongEngine: 0,
    wrongDigest: 0,
    undecipherable: 0,
    noHandler: 0,
  }
}
