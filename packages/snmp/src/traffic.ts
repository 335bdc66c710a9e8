/**
 * All requests on their way, to however many devices: who may be sent now, who is late, and which datagram answers whom.
 * One socket a family, one timer, one window; a device is asked one thing at a time.
 */
import { AllProbes } from './all-probes.ts'
import { judgeAnswer } from './answer.ts'
import type { Clock } from './clock.ts'
import { cutAnswer } from './cut.ts'
import type { Flight, Peer, Reply } from './flight.ts'
import { Frame, PDU } from './frame.ts'
import { addressOf, type Lane, Lanes } from './lanes.ts'
import { Line } from './line.ts'
import { LiveFlights } from './live.ts'
import { Places } from './places.ts'
import { type ProbeDesk, Probes, type Probing } from './probes.ts'
import { idFrom } from './question.ts'
import { RoundTrip } from './round-trip.ts'
import type { Outcome } from './session.ts'
import { Signals } from './signals.ts'
import { type ClientStats, noStats } from './stats.ts'
import type { Transport } from './transport.ts'
import { Wheel } from './wheel.ts'
import { Window } from './window.ts'

/**
 * Datagrams sent in one turn of the event loop. Libuv reads 32 a turn: whoever sends thousands in between leaves the answers
 * lying in the buffer until they are late (measured: a sweep of 65,536 that sent 2,048 a turn took half its answers for silence).
 */
const BURST = 256

/** Milliseconds between two looks for free places among the neighbours. */
const LEAST_REST = 10

/** An answer that is cut is one that was too big on its way: error-status tooBig (RFC 3416 section 3) makes the session ask for less. */
const CUT: Reply = { ok: false, reason: 'status', status: 1, index: 0 }

/** The traffic of one client. `ids` gives dice of at least 31 bits; live ids are never given twice. */
export class Traffic {
  readonly stats: ClientStats = noStats()
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #ids: () => number
  readonly #wheel: Wheel<Flight>
  readonly #window: Window
  readonly #places: Places<Lane> | undefined
  readonly #frame = new Frame()
  readonly #live = new LiveFlights()
  readonly #lanes = new Lanes()
  readonly #signals = new Signals((signal) => this.#abort(signal))
  readonly #fresh = new Line<Flight>()
  readonly #again = new Line<Flight>()
  /** Requests to neighbours for which the kernel has no place now. */
  readonly #strangers = new Line<Flight>()
  readonly #probes = new AllProbes()
  readonly #probeDesk: ProbeDesk
  #restUntilPlaces: (() => void) | undefined
  #burst = BURST
  #restUntilTurn: (() => void) | undefined
  #closed = false

  constructor(options: { transport: Transport; clock: Clock; ids: () => number }) {
    const { transport, clock, ids } = options
    this.#transport = transport
    this.#clock = clock
    this.#ids = ids
    this.#wheel = new Wheel<Flight>(clock, (flight) => this.#late(flight))
    this.#window = new Window(transport.receiveBuffer)
    this.#places = transport.neighbours === undefined ? undefined : new Places(transport.neighbours, addressOf)
    this.#probeDesk = this.#makeProbeDesk()
    transport.listen({
      arrived: (bytes, address, port) => this.#arrived(bytes, address, port),
      failed: (address, port, detail) => this.#failed(address, port, detail),
      turned: (emptied) => {
        if (emptied !== undefined) this.#window.emptied(emptied)
        this.#turned()
      },
    })
  }

  /** Requests sent or waiting, and how many answers may be expected at once. */
  get load(): { live: number; window: number } {
    return { live: this.#live.size + this.#probes.live, window: this.#window.size }
  }

  /** Requests that wait for the window or for a place among the neighbours. */
  get backlog(): number {
    return this.#fresh.length + this.#strangers.length + this.#probes.waiting
  }

  /** Sends a flight as soon as its device and the window are free; its `settle` is called exactly once. */
  start(flight: Flight): void {
    const { peer } = flight
    if (this.#closed || peer.signal?.aborted) {
      flight.settle(aborted(this.#closed))
      return
    }
    if (peer.signal !== undefined) this.#signals.watch(peer.signal)
    const lane = this.#laneOf(peer)
    if (lane.live === undefined) this.#board(flight, lane)
    else if (lane.waiting === undefined) lane.waiting = [flight]
    else lane.waiting.push(flight)
  }

  /** Whether there is no link on which this address has to be found first. */
  isRouted(address: string): boolean {
    return this.#transport.neighbours?.isOnLink(address) !== true
  }

  /** A way to ask many addresses that are routed; give each to `probe`. */
  probes(probing: Probing): Probes {
    this.#signals.watch(probing.signal)
    return new Probes(probing, this.#probeDesk)
  }

  /** Takes a probe, to be sent whatever else its device is being asked; what it ends in is told exactly once. */
  probe(probes: Probes, address: string): void {
    const { signal, ended } = probes.probing
    if (this.#closed || signal.aborted) ended(address, aborted(this.#closed))
    else this.#probes.add(probes, address)
  }

  /** Sends the probes that were taken, as far as the window allows. */
  flush(): void {
    this.#pump()
  }

  #makeProbeDesk(): ProbeDesk {
    return {
      clock: this.#clock,
      window: this.#window,
      freeId: () => this.#freeId(),
      send: (datagram, address, port, watched) => {
        this.#burst--
        this.#transport.send(datagram, address, port, watched)
      },
      copies: (address) => this.#transport.copies?.(address) === true,
      retried: () => {
        this.stats.retried++
      },
      silent: (probes, address) => {
        this.stats.silent++
        probes.probing.ended(address, probes.silence)
      },
      pump: () => this.#pump(),
    }
  }

  /** Ends every request as aborted. */
  close(): void {
    this.#closed = true
    this.#signals.close()
    this.#probes.abort(undefined, aborted(true))
    this.#wheel.stop()
    this.#restUntilPlaces?.()
    this.#restUntilTurn?.()
    for (const flight of this.#lanes.clear()) {
      if (flight.ended) continue
      flight.ended = true
      this.#live.delete(flight)
      flight.settle(aborted(true))
    }
  }

  #board(flight: Flight, lane: Lane): void {
    lane.live = flight
    flight.id = this.#freeId()
    this.#live.add(flight)
    if (this.#fresh.length === 0 && this.#maySend()) this.#sendOrRest(flight)
    else this.#fresh.push(flight)
  }

  #laneOf(peer: Peer): Lane {
    if (peer.lane === undefined || peer.lane.gone) peer.lane = this.#lanes.at(peer.laneName)
    return peer.lane
  }

  #freeId(): number {
    for (;;) {
      const id = idFrom(this.#ids)
      if (this.#live.get(id) === undefined && !this.#probes.has(id)) return id
    }
  }

  #sendOrRest(flight: Flight): void {
    const now = this.#clock.now()
    const { lane } = flight.peer
    if (this.#places === undefined || lane === undefined || this.#places.take(lane, now)) this.#send(flight, now)
    else this.#strangers.push(flight)
    if (this.#strangers.length > 0) this.#rest(now)
  }

  #maySend(): boolean {
    if (!this.#window.open) return false
    if (this.#burst === 0) this.#restUntilTurn ??= this.#clock.after(0, () => this.#turned())
    return this.#burst > 0
  }

  /** The event loop has come round: what arrived was read as far as it goes. */
  #turned(): void {
    const isResting = this.#restUntilTurn !== undefined
    this.#restUntilTurn?.()
    this.#restUntilTurn = undefined
    this.#burst = BURST
    if (isResting) this.#pump()
  }

  #send(flight: Flight, now: number): void {
    const { peer } = flight
    this.#burst--
    // Made anew for each try: a v3 message says what time it is.
    const datagram = peer.head.datagram(flight)
    flight.tries++
    flight.sentAt = now
    flight.wait = waitOf(flight)
    flight.expected = this.#window.take(peer.lane?.answered !== true)
    this.#wheel.add(flight, now, Math.min(this.#window.patience, flight.wait))
    peer.cost.requests++
    peer.cost.bytesOut += datagram.length
    const isUnknown = flight.tries === 1 && peer.lane?.answered !== true
    this.#transport.send(datagram, peer.address, peer.port, isUnknown)
  }

  /** Sends what waits, as far as the window allows; second tries go first, they have waited longest. */
  #pump(): void {
    while (this.#maySend()) {
      const flight = this.#again.shift() ?? this.#nextStranger() ?? this.#fresh.shift()
      if (flight === undefined) {
        if (!this.#probes.sendNext(this.#clock.now())) return
      } else if (!flight.ended) this.#sendOrRest(flight)
    }
  }

  #nextStranger(): Flight | undefined {
    if (this.#strangers.length === 0 || this.#places === undefined) return undefined
    return this.#places.freeIn(this.#clock.now()) === 0 ? this.#strangers.shift() : undefined
  }

  #rest(now: number): void {
    if (this.#restUntilPlaces !== undefined || this.#places === undefined) return
    this.#restUntilPlaces = this.#clock.after(Math.max(LEAST_REST, this.#places.freeIn(now)), () => {
      this.#restUntilPlaces = undefined
      this.#pump()
      if (this.#strangers.length > 0) this.#rest(this.#clock.now())
    })
  }

  /** The wheel's call: first when an answer is no longer expected soon, then at the time-out. */
  #late(flight: Flight): void {
    const now = this.#clock.now()
    const rest = flight.sentAt + flight.wait - now
    if (flight.expected > 0) this.#overdue(flight)
    if (rest > 0) this.#wheel.add(flight, now, rest)
    else if (flight.tries < flight.peer.tries && flight.told === undefined) {
      this.stats.retried++
      this.#again.push(flight)
    } else this.#giveUp(flight)
    this.#pump()
  }

  /** Its answer is no longer expected soon. From a device known to be quick that means a loss. */
  #overdue(flight: Flight): void {
    this.#window.give(flight.expected)
    flight.expected = 0
    const { lane } = flight.peer
    if (lane?.answered !== true) this.#window.met(false)
    if (lane?.answered !== true || lane.slow) return
    flight.thoughtLost = true
    this.#window.lost()
  }

  #giveUp(flight: Flight): void {
    const { tries, timeout, lane } = flight.peer
    if (flight.told !== undefined) this.#end(flight, flight.told)
    else if (flight.refused === '') {
      this.stats.silent++
      this.#end(flight, { ok: false, reason: 'silent', detail: `no answer to ${tries} tries of ${timeout} ms` })
    } else this.#end(flight, { ok: false, reason: 'malformed', detail: flight.refused })
    if (lane !== undefined) this.#lanes.forgetSilent(lane)
  }

  #arrived(bytes: Uint8Array, address: string, port: number): void {
    // One read, one more to send.
    if (this.#burst < BURST) this.#burst++
    const frame = this.#frame
    const look = frame.read(bytes)
    if (look === 'whole') this.#match(frame.id, address, port)
    else if (look === 'secured') this.#match(frame.secure.messageId, address, port)
    else {
      const flight = this.#lanes.busy(address, port)?.live
      this.#refuse(look, frame.fault, flight?.peer.heedsNoise ? flight : undefined)
      if (look === 'malformed') this.#lookForCut(bytes, address, port)
    }
  }

  /** A device whose answers are cut will cut the next one too: when this try is over, less is asked of it. */
  #lookForCut(bytes: Uint8Array, address: string, port: number): void {
    const cut = cutAnswer(bytes, PDU.response)
    const flight = cut === undefined ? undefined : this.#flightOf(cut.id)
    if (cut === undefined || flight === undefined || flight.peer.head.version !== cut.version) return
    if (flight.peer.address !== address || flight.peer.port !== port) return
    this.stats.truncated++
    flight.refused = `the answer is truncated: ${bytes.length} of ${cut.announced} octets came`
    flight.told ??= CUT
  }

  #flightOf(id: number): Flight | undefined {
    return this.#live.get(id) ?? this.#landed(this.#probes.land(id))
  }

  /** A probe of which something was heard goes on as any flight. */
  #landed(flight: Flight | undefined): Flight | undefined {
    if (flight === undefined) return undefined
    const lane = this.#laneOf(flight.peer)
    if (lane.live === undefined) lane.live = flight
    else this.#lanes.host(flight)
    this.#live.add(flight)
    const now = this.#clock.now()
    this.#wheel.add(flight, now, Math.max(0, flight.sentAt + flight.wait - now))
    return flight
  }

  #match(id: number, address: string, port: number): void {
    const flight = this.#flightOf(id)
    if (flight === undefined) {
      this.stats.unasked++
      return
    }
    const { peer } = flight
    const isElsewhere = peer.address !== address || peer.port !== port
    if (peer.address !== address && peer.answersFrom !== 'anywhere') this.stats.wrongAddress++
    else if (isElsewhere && peer.answersFrom === 'asked') this.stats.wrongPort++
    else if (peer.head.version !== this.#frame.version) this.stats.wrongVersion++
    else this.#open(flight, isElsewhere)
  }

  #open(flight: Flight, isElsewhere: boolean): void {
    const frame = this.#frame
    const opened = flight.peer.head.open(frame, flight)
    if (opened === 'opened') {
      const reply = judgeAnswer(frame, flight)
      if (reply === undefined) this.#refuse('malformed', 'a name that is no object identifier', flight)
      else {
        if (isElsewhere) this.stats.fromElsewhere++
        this.#accept(flight, reply)
      }
    } else if (opened === 'malformed') this.#refuse(opened, frame.fault, flight)
    else if (opened === 'notResponse') this.#refuse(opened, 'a PDU that is no Response', flight)
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
    cost.bytesIn += this.#frame.length
    cost.varbinds += this.#frame.count
    this.#learn(flight)
    this.#end(flight, reply)
    this.#pump()
  }

  /** What an answer says about the time its device takes, and about how much may be on its way to us. */
  #learn(flight: Flight): void {
    const { lane } = flight.peer
    const now = this.#clock.now()
    const took = now - flight.sentAt
    const isFirstTry = flight.tries === 1
    const isInTime = flight.expected > 0
    if (lane !== undefined) {
      if (isInTime && !lane.answered) this.#window.met(true)
      lane.answered = true
      lane.slow = isFirstTry && !isInTime
      if (!isFirstTry) lane.trip?.late()
      else if (lane.trip === undefined) lane.trip = new RoundTrip(took)
      else lane.trip.add(took)
      this.#places?.found(lane, now)
    }
    if (isFirstTry && flight.thoughtLost) this.#window.notLost()
    if (isFirstTry && isInTime) this.#window.heard(took)
    else this.#window.heardAtLast()
  }

  /** Counts a refused datagram. It ends nothing: the genuine answer may still come; but if none does, this is what was heard. */
  #refuse(reason: 'malformed' | 'unsupported' | 'notResponse', detail: string, flight: Flight | undefined): void {
    this.stats[reason]++
    if (flight !== undefined) flight.refused = detail
  }

  #failed(address: string, port: number, detail: string): void {
    const flight = this.#lanes.busy(address, port)?.live ?? this.#landed(this.#probes.landRecent(address, port))
    if (flight === undefined) return
    this.#end(flight, { ok: false, reason: 'unreachable', detail })
    this.#pump()
  }

  #abort(signal: AbortSignal): void {
    this.#probes.abort(signal, aborted(false))
    for (const flight of this.#lanes.all()) {
      if (flight.peer.signal === signal && !flight.ended) this.#end(flight, aborted(false))
    }
    this.#pump()
  }

  #end(flight: Flight, reply: Reply): void {
    const { lane } = flight.peer
    flight.ended = true
    this.#live.delete(flight)
    this.#wheel.remove(flight)
    if (flight.expected > 0) {
      this.#window.give(flight.expected)
      flight.expected = 0
    }
    if (lane?.live === flight) {
      lane.live = undefined
      this.#boardNext(lane)
    } else this.#lanes.leave(flight)
    flight.settle(reply)
  }

  /** Of several who hear of a signal we may be the last: whoever is taken out of line by then is ended here. */
  #boardNext(lane: Lane): void {
    while (lane.live === undefined) {
      const next = lane.waiting?.shift()
      if (next === undefined) return
      if (next.ended) continue
      if (next.peer.signal?.aborted) this.#end(next, aborted(false))
      else this.#board(next, lane)
    }
  }
}

/**
 * How long a try just sent may take. Where the device's round trips are known, a second try comes as soon as they suggest; only
 * that one, since a device that is away for a second needs tries that are a second apart. What it comes early is added to the
 * last try: silence is never said sooner than after all tries of the whole time-out.
 */
function waitOf(flight: Flight): number {
  const { timeout, tries, lane } = flight.peer
  if (flight.tries >= tries) return timeout + flight.spared
  if (flight.tries > 1 || lane?.trip === undefined) return timeout
  const wait = lane.trip.timeout(timeout)
  flight.spared = timeout - wait
  return wait
}

function aborted(isClosed: boolean): Outcome {
  return { ok: false, reason: 'aborted', detail: isClosed ? 'the client was closed' : 'the signal was raised' }
}
