/** One recorded device on a wire that has no sockets: every datagram goes through the simulator's printer, so what is counted is what a network would carry. */
import { printersOf } from '@platen/simulator'
import {
  Client,
  type Clock,
  type Receiver,
  type Session,
  systemClock,
  type Transport,
  type Varbind,
} from '@platen/snmp'

/** A device that can be asked, until it is closed. */
export interface Device {
  readonly session: Session
  close(): Promise<void>
}

/** Address of a device whose recording tells none (RFC 5737). */
const NOWHERE = '192.0.2.10'
const IP_ADDRESSES = '1.3.6.1.2.1.4.20.1.2.'
/** Recorded devices stand still: every answer is what was recorded. */
const STILL: Clock = { now: () => 0, after: systemClock.after }

/** The device of a recording, at its own address where it tells one: the MAC of the polled interface hangs on it. */
export function deviceOf(name: string, rows: readonly Varbind[]): Device {
  const [printer] = printersOf({
    recordings: [{ name, rows }],
    port: 161,
    base: '127.0.0.1',
    count: 1,
    seed: name,
    clock: STILL,
    individual: false,
    speed: 0,
  })
  if (printer === undefined) throw new Error('a fleet of one device has none')
  const transport = new Wire((datagram) => printer.answer(datagram, 0).map(({ bytes }) => bytes))
  const client = new Client({ transport, clock: systemClock })
  const session = client.session({ address: addressOf(rows), version: 'v2c', community: 'public' })
  return { session, close: () => client.close() }
}

/** The first address of the device that is not its own loop. */
function addressOf(rows: readonly Varbind[]): string {
  const own = rows
    .filter(({ oid }) => oid.text.startsWith(IP_ADDRESSES))
    .map(({ oid }) => oid.text.slice(IP_ADDRESSES.length))
  return own.find((address) => /^(?!0\.|127\.)\d+(\.\d+){3}$/.test(address)) ?? NOWHERE
}

/** Carries datagrams to one device and back within the program. */
class Wire implements Transport {
  readonly receiveBuffer = 1_048_576
  readonly #answer: (datagram: Uint8Array) => readonly Uint8Array[]
  #receiver: Receiver | undefined

  constructor(answer: (datagram: Uint8Array) => readonly Uint8Array[]) {
    this.#answer = answer
  }

  listen(receiver: Receiver): void {
    this.#receiver = receiver
  }

  send(bytes: Uint8Array, address: string, port: number): void {
    // Never within the call: a client must have noted what it sent before the answer is there.
    queueMicrotask(() => {
      for (const answer of this.#answer(bytes)) this.#receiver?.arrived(answer, address, port)
    })
  }

  close(): Promise<void> {
    this.#receiver = undefined
    return Promise.resolve()
  }
}
