/**
 * All requests on their way, to however many devices: who may be sent now, who is late, and which datagram answers whom.
 * One socket, one timer, one window; a device is asked one thing at a time.
 */

import { judgeAnswer } from './answer.ts'
import type { Clock } from './clock.ts'
import { type Flight, Line, type Peer, type Reply } from './flight.ts'
import { Frame } from './frame.ts'
import type { Refusal } from './head.ts'
import { type Lane, Lanes } from './lanes.ts'
import { LiveFlights } from './live.ts'
import type { Transport } from './transport.ts'
import { Wheel } from './wheel.ts'
import { Window } from './window.ts'

/**
 * What happened to datagrams and requests so far. `answered` were accepted; the counters of refused datagrams are named
 * after the reason. `notResponse` are PDUs that are no Response; `unasked` have no live request's id: forged, twice, or after
 * the last time-out.
 */
export interface ClientStats extends Record<Refusal, number> {
  answered: number
  unsupported: number
  wrongAddress: number
  wrongPort: number
  wrongVersion: number
  /** v3 Reports that nothing proves to be the device's: kept in case nothing better comes. */
  unproven: number
  /** Tries sent again after a time-out. */
  retried: number
  /** Requests that ended in silence. */
  silent: number
}

/** Request ids have four octets in their shortest form: agents exist that mind padding, and lengths stay the same. */
const FIRST_ID = 0x0080_0000
const IDS = 0x8000_0000 - FIRST_ID

/** The traffic of one client. `ids` gives dice of at least 31 bits; live ids are never given twice. */
export class Traffic {
  readonly stats: ClientStats = {
    answered: 0,
    malformed: 0,
    unsupported: 0,
    notResponse: 0,
    unasked: 0,
    wrongAddress: 0,
    wrongPort: 0,
    wrongVersion: 0,
    wrongCommunity: 0,
    wrongEngine: 0,
    wrongUser: 0,
    wrongLevel: 0,
    wrongDigest: 0,
    notInTime: 0,
    undecipherable: 0,
    wrongContext: 0,
    unproven: 0,
    retried: 0,
    silent: 0,
  }
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #ids: () => number
  readonly #wheel: Wheel<Flight>
  readonly #window: Window
  readonly #frame = new Frame()
  readonly #live = new LiveFlights()
  readonly #lanes = new Lanes()
  readonly #fresh = new Line<Flight>()
  readonly #again = new Line<Flight>()
  #closed = false

  constructor(options: { transport: Transport; clock: Clock; ids: () => number }) {
    this.#transport = options.transport
    this.#clock = options.clock
    this.#ids = options.ids
    this.#wheel = new Wheel<Flight>(options.clock, (flight) => this.#late(flight))
    this.#window = new Window(options.transport.receiveBuffer)
    options.transport.listen({
      arrived: (bytes, address, port) => this.#arrived(bytes, address, port),
      failed: (address, port, detail) => this.#failed(address, port, detail),
    })
  }

  /** Requests sent or waiting, and how many answers may be expected at once. */
  get load(): { live: number; window: number } {
    return { live: this.#live.size, window: this.#window.size }
  }

  /** Sends a flight as soon as its device and the window are free; its `settle` is called exactly once. */
  start(flight: Flight): void {
    if (this.#closed) {
      flight.settle(aborted())
      return
    }
    const lane = this.#laneOf(flight.peer)
    if (lane.live !== undefined) lane.waiting.push(flight)
    else this.#board(flight, lane)
  }

  /** Ends every request as aborted. */
  close(): void {
    this.#closed = true
    this.#wheel.stop()
    for (const flight of this.#lanes.clear()) {
      flight.ended = true
      this.#live.delete(flight)
      flight.settle(aborted())
    }
  }

  #board(flight: Flight, lane: Lane): void {
    lane.live = flight
    flight.id = this.#freeId()
    flight.datagram = flight.peer.head.datagram(flight)
    this.#live.add(flight)
    if (this.#window.open && this.#fresh.length === 0) this.#send(flight)
    else this.#fresh.push(flight)
  }

  #laneOf(peer: Peer): Lane {
    if (peer.lane === undefined || peer.lane.gone) peer.lane = this.#lanes.at(peer.laneName)
    return peer.lane
  }

  #freeId(): number {
    for (;;) {
      const id = FIRST_ID + (this.#ids() % IDS)
      if (this.#live.get(id) === undefined) return id
    }
  }

  #send(flight: Flight): void {
    const { peer } = flight
    flight.tries++
    flight.expected = true
    flight.sentAt = this.#clock.now()
    this.#window.take()
    this.#wheel.add(flight, flight.sentAt, Math.min(this.#window.patience, peer.timeout))
    peer.cost.requests++
    peer.cost.bytesOut += flight.datagram.length
    this.#transport.send(flight.datagram, peer.address, peer.port, peer.lane?.answered !== true)
  }

  /** Sends what waits, as far as the window allows; second tries go first, they have waited longest. */
  #pump(): void {
    while (this.#window.open) {
      const flight = this.#again.shift() ?? this.#fresh.shift()
      if (flight === undefined) return
      if (!flight.ended) this.#send(flight)
    }
  }

  /** The wheel's call: first when an answer is no longer expected soon, then at the time-out. */
  #late(flight: Flight): void {
    const now = this.#clock.now()
    const rest = flight.sentAt + flight.peer.timeout - now
    if (flight.expected) this.#overdue(flight)
    if (rest > 0) this.#wheel.add(flight, now, rest)
    else if (flight.tries < flight.peer.tries && flight.told === undefined) {
      this.stats.retried++
      this.#again.push(flight)
    } else this.#giveUp(flight)
    this.#pump()
  }

  /** Its answer is no longer expected soon. From a device known to be quick that means a loss. */
  #overdue(flight: Flight): void {
    flight.expected = false
    this.#window.give()
    const { lane } = flight.peer
    if (lane === undefined || !lane.answered || lane.slow) return
    flight.thoughtLost = true
    this.#window.lost()
  }

  #giveUp(flight: Flight): void {
    const { tries, timeout } = flight.peer
    if (flight.told !== undefined) this.#end(flight, flight.told)
    else if (flight.refused === '') {
      this.stats.silent++
      this.#end(flight, { ok: false, reason: 'silent', detail: `no answer to ${tries} tries of ${timeout} ms` })
    } else this.#end(flight, { ok: false, reason: 'malformed', detail: flight.refused })
  }

  #arrived(bytes: Uint8Array, address: string, port: number): void {
    const frame = this.#frame
    const look = frame.read(bytes)
    if (look === 'whole') this.#match(frame.id, address, port)
    else if (look === 'secured') this.#match(frame.secure.messageId, address, port)
    else this.#refuse(look, frame.fault, this.#lanes.busy(address, port))
  }

  #match(id: number, address: string, port: number): void {
    const frame = this.#frame
    const flight = this.#live.get(id)
    if (flight === undefined) {
      this.stats.unasked++
      return
    }
    const { peer } = flight
    if (peer.address !== address) this.stats.wrongAddress++
    else if (peer.port !== port) this.stats.wrongPort++
    else if (peer.head.version !== frame.version) this.stats.wrongVersion++
    else this.#open(flight)
  }

  #open(flight: Flight): void {
    const frame = this.#frame
    const opened = flight.peer.head.open(frame, flight)
    if (opened === 'opened') {
      const reply = judgeAnswer(frame, flight)
      if (reply === undefined) this.#refuse('malformed', 'a name that is no object identifier', flight.peer.lane)
      else this.#accept(flight, reply)
    } else if (opened === 'malformed') this.#refuse(opened, frame.fault, flight.peer.lane)
    else if (opened === 'notResponse') this.#refuse(opened, 'a PDU that is no Response', flight.peer.lane)
    else if (typeof opened === 'string') this.stats[opened]++
    else if (opened.isProven) this.#accept(flight, opened.reply)
    else {
      this.stats.unproven++
      flight.told = opened.reply
    }
  }

  #accept(flight: Flight, reply: Reply): void {
    const { cost } = flight.peer
    this.stats.answered++
    cost.bytesIn += this.#frame.bytes.length
    cost.varbinds += this.#frame.count
    this.#learn(flight)
    this.#end(flight, reply)
    this.#pump()
  }

  #learn(flight: Flight): void {
    const { lane } = flight.peer
    const isFirstTry = flight.tries === 1
    if (lane !== undefined) {
      lane.answered = true
      lane.slow = isFirstTry && !flight.expected
    }
    if (isFirstTry && flight.thoughtLost) this.#window.notLost()
    if (isFirstTry && flight.expected) this.#window.heard(this.#clock.now() - flight.sentAt)
    else this.#window.heardAtLast()
  }

  /** Counts a refused datagram. It ends nothing: the genuine answer may still come; but if none does, this is what was heard. */
  #refuse(reason: 'malformed' | 'unsupported' | 'notResponse', detail: string, lane: Lane | undefined): void {
    this.stats[reason]++
    if (lane?.live !== undefined) lane.live.refused = detail
  }

  #failed(address: string, port: number, detail: string): void {
    const flight = this.#lanes.busy(address, port)?.live
    if (flight === undefined) return
    this.#end(flight, { ok: false, reason: 'unreachable', detail })
    this.#pump()
  }

  #end(flight: Flight, reply: Reply): void {
    flight.ended = true
    this.#live.delete(flight)
    this.#wheel.remove(flight)
    if (flight.expected) {
      flight.expected = false
      this.#window.give()
    }
    const { lane } = flight.peer
    if (lane?.live === flight) {
      lane.live = undefined
      const next = lane.waiting.length === 0 ? undefined : lane.waiting.shift()
      if (next !== undefined) this.#board(next, lane)
    }
    flight.settle(reply)
  }
}

function aborted(): Reply {
  return { ok: false, reason: 'aborted', detail: 'the client was closed' }
}
