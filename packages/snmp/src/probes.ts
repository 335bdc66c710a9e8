/**
 * The addresses of one sweep while nothing is heard of them: most of a range is silent, and silence must cost next to nothing. As
 * soon as anything is heard, a probe becomes an ordinary flight with the rest of its tries and time.
 */
import type { Clock } from './clock.ts'
import type { Flight } from './flight.ts'
import { Line } from './line.ts'
import { ProbeSlots, SlotLine } from './probe-slots.ts'
import type { Outcome, SessionCost } from './session.ts'
import { HoldUps, READING_TIME, TICK } from './wheel.ts'
import type { Window } from './window.ts'

/** How all addresses of a sweep are asked, and what becomes of them. */
export interface Probing {
  /** The whole message, and where in it the four octets of the request id begin. */
  readonly message: Uint8Array
  readonly idAt: number
  readonly port: number
  readonly timeout: number
  readonly tries: number
  readonly signal: AbortSignal
  readonly cost: SessionCost
  /** The same request as a flight; what it ends in goes where the sweep's other results go. */
  flightTo(address: string): Flight
  /** It ended without becoming a flight. */
  ended(address: string, outcome: Outcome): void
}

/** What probes need of the traffic. */
export interface ProbeDesk {
  readonly clock: Clock
  readonly window: Window
  /** A request id that is not live. */
  freeId(): number
  send(datagram: Uint8Array, address: string, port: number, watched: boolean): void
  /** Whether what is sent there is copied at once. */
  copies(address: string): boolean
  /** A try ended in a time-out. */
  retried(): void
  /** All tries did. */
  silent(probes: Probes, address: string): void
  /** There may be room to send. */
  pump(): void
}

/** Datagrams sent last among which the address of a failed one is looked for: failures are told within a turn of the event loop. */
const RECENT = 512

/** One sweep's probes: waiting to be sent, sent, and waiting to be sent again. */
export class Probes {
  readonly probing: Probing
  /** What silence ends in. */
  readonly silence: Outcome
  readonly #desk: ProbeDesk
  readonly #fresh = new Line<string>()
  readonly #again = new SlotLine()
  /** In the order of sending, which is that of time-outs, since all have the same. */
  readonly #sent = new SlotLine()
  readonly #slots = new ProbeSlots()
  /** The place in `#sent` of the first whose answer is still expected soon. */
  #prompt = 0
  #cancel: (() => void) | undefined
  #wakeAt = 0
  readonly #holdUps = new HoldUps()

  constructor(probing: Probing, desk: ProbeDesk) {
    this.probing = probing
    const detail = `no answer to ${probing.tries} tries of ${probing.timeout} ms`
    this.silence = { ok: false, reason: 'silent', detail }
    this.#desk = desk
  }

  /** Addresses that were not asked yet. */
  get waiting(): number {
    return this.#fresh.length
  }

  /** Addresses under way. */
  get live(): number {
    return this.#slots.live + this.#fresh.length
  }

  ask(address: string): void {
    this.#fresh.push(address)
  }

  /** Sends the next one, second tries first; false if there is none. */
  sendNext(now: number): boolean {
    let slot = this.#again.shift()
    while (slot >= 0 && this.#slots.ids[slot] === 0) {
      this.#slots.free(slot)
      slot = this.#again.shift()
    }
    if (slot < 0) {
      const address = this.#fresh.shift()
      if (address === undefined) return false
      slot = this.#slots.take(address, this.#desk.freeId())
    }
    this.#send(slot, now)
    return true
  }

  /** The slot of the probe with this id, or -1. */
  find(id: number): number {
    return this.#slots.find(id)
  }

  /** The slot of the probe that was sent to this address just now, or -1. */
  findRecent(address: string): number {
    const { addresses, ids } = this.#slots
    const last = Math.max(this.#sent.head, this.#sent.tail - RECENT)
    for (let place = this.#sent.tail - 1; place >= last; place--) {
      const slot = this.#sent.at(place)
      if (addresses[slot] === address && ids[slot] !== 0) return slot
    }
    return -1
  }

  /** Makes a flight of a probe of which something was heard. */
  land(slot: number): Flight {
    const { ids, addresses, tries, sentAt, expected } = this.#slots
    const flight = this.probing.flightTo(addresses[slot] ?? '')
    flight.id = ids[slot] ?? 0
    flight.tries = tries[slot] ?? 0
    flight.sentAt = sentAt[slot] ?? 0
    flight.wait = this.probing.timeout
    flight.expected = expected[slot] ?? 0
    expected[slot] = 0
    this.#slots.end(slot)
    return flight
  }

  /** If nothing is under way, forgets its timer and what is over; whether it did. */
  rest(): boolean {
    if (this.live > 0) return false
    this.#clear()
    return true
  }

  /** Ends all, waiting or under way. */
  abort(outcome: Outcome): void {
    for (const address of this.#clear()) this.probing.ended(address, outcome)
  }

  #clear(): string[] {
    this.#cancel?.()
    this.#cancel = undefined
    const ended: string[] = []
    for (let address = this.#fresh.shift(); address !== undefined; address = this.#fresh.shift()) ended.push(address)
    for (const line of [this.#sent, this.#again]) {
      for (let slot = line.shift(); slot >= 0; slot = line.shift()) {
        if (this.#slots.ids[slot] !== 0) ended.push(this.#slots.addresses[slot] ?? '')
        this.#end(slot)
      }
    }
    this.#prompt = this.#sent.head
    return ended
  }

  #send(slot: number, now: number): void {
    const { message, idAt, port, cost } = this.probing
    const { ids, addresses, tries, sentAt, expected } = this.#slots
    const id = ids[slot] ?? 0
    const address = addresses[slot] ?? ''
    // A new one for each if the socket may still hold the last one.
    const datagram = this.#desk.copies(address) ? message : Uint8Array.from(message)
    datagram[idAt] = id >>> 24
    datagram[idAt + 1] = id >>> 16
    datagram[idAt + 2] = id >>> 8
    datagram[idAt + 3] = id
    const tried = (tries[slot] ?? 0) + 1
    tries[slot] = tried
    sentAt[slot] = now
    expected[slot] = this.#desk.window.take(true)
    this.#sent.push(slot)
    cost.requests++
    cost.bytesOut += message.length
    if (this.#cancel === undefined) this.#wake(TICK)
    // Hearing whether it could be sent costs a tenth of a sweep, so of the silent ones alone that is asked.
    this.#desk.send(datagram, address, port, tried === this.probing.tries)
  }

  #wake(milliseconds: number): void {
    const { clock } = this.#desk
    this.#wakeAt = clock.now() + milliseconds
    this.#cancel = clock.after(milliseconds, () => this.#turn())
  }

  #turn(): void {
    const now = this.#desk.clock.now()
    this.#cancel = undefined
    // As on the wheel: the process was held up, the answers that came meanwhile are read first.
    if (this.#holdUps.isOne(now - this.#wakeAt)) {
      this.#wake(READING_TIME)
      return
    }
    this.#endPrompt(now - Math.min(this.#desk.window.patience, this.probing.timeout))
    this.#endTries(now - this.probing.timeout)
    this.#desk.pump()
    if (this.#cancel === undefined && this.#sent.head < this.#sent.tail) this.#wake(TICK)
  }

  /** Answers to what was sent before are no longer expected soon. */
  #endPrompt(before: number): void {
    const { sentAt, expected } = this.#slots
    const { window } = this.#desk
    for (; this.#prompt < this.#sent.tail; this.#prompt++) {
      const slot = this.#sent.at(this.#prompt)
      if ((sentAt[slot] ?? 0) > before) return
      if (expected[slot] === 0) continue
      window.give(expected[slot] ?? 0)
      window.met(false)
      expected[slot] = 0
    }
  }

  #endTries(before: number): void {
    const { sentAt, ids, tries, addresses } = this.#slots
    while (this.#sent.head < this.#sent.tail) {
      const slot = this.#sent.at(this.#sent.head)
      if ((sentAt[slot] ?? 0) > before) break
      this.#sent.shift()
      if (ids[slot] !== 0 && (tries[slot] ?? 0) < this.probing.tries) {
        this.#desk.retried()
        this.#again.push(slot)
        continue
      }
      const address = ids[slot] === 0 ? undefined : addresses[slot]
      this.#end(slot)
      if (address !== undefined) this.#desk.silent(this, address)
    }
    if (this.#prompt < this.#sent.head) this.#prompt = this.#sent.head
  }

  #end(slot: number): void {
    const { expected } = this.#slots
    if (expected[slot] !== 0) this.#desk.window.give(expected[slot] ?? 0)
    expected[slot] = 0
    this.#slots.end(slot)
    this.#slots.free(slot)
  }
}
