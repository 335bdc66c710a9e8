/** One recorded device on a wire that has no sockets: every datagram goes through the simulator's printer, so what is counted is what a network would carry. */
import { Printer } from '@platen/simulator'
import { Client, type Receiver, type Session, systemClock, type Transport, type Varbind } from '@platen/snmp'

/** A device that can be asked, until it is closed. */
export interface Device {
  readonly session: Session
  close(): Promise<void>
}

/** Address of a device whose recording tells none (RFC 5737). */
const NOWHERE = '192.0.2.10'
const IP_ADDRESSES = '1.3.6.1.2.1.4.20.1.2.'
/** What an ordinary printer's agent is set to; one Ethernet frame's worth of SNMP at a time. */
const AGENT = { community: 'public', versions: ['v1', 'v2c'], maxBytes: 1_472 } as const
/** As the gate of an Onsite has it. */
const MOST_OBJECTS = 64
/** Nothing moves: a device that prints would also put right what it was recorded with, such as a count below zero. */
const STILL = {
  model: {
    match: [],
    pagesPerHour: [0, 0],
    traits: {},
    needs: [],
    meters: [],
    supplies: [],
    serials: [],
    hostNames: [],
  },
  cells: [],
  rules: new Map(),
} as const
const OWN = { serials: [], macs: [], hostNames: [], address: undefined, own: [] } as const

/** The device of a recording, at its own address where it tells one: the MAC of the polled interface hangs on it. */
export function deviceOf(name: string, rows: readonly Varbind[]): Device {
  const printer = new Printer({
    mould: { name, growth: STILL, identity: { rows, ...OWN } },
    individual: { seed: name, number: 0, address: NOWHERE },
    agent: AGENT,
    faults: [],
    isIndividual: false,
    speed: 0,
    mostStartPages: 0,
    startedAt: 0,
  })
  return wiredTo(printer, { address: addressOf(rows), at: 0 })
}

/** A made printer as it is at a moment, in milliseconds of its own clock, at an address. */
export function wiredTo(printer: Printer, { address, at }: { readonly address: string; readonly at: number }): Device {
  const transport = new Wire((datagram) => printer.answer(datagram, at).map(({ bytes }) => bytes))
  const client = new Client({ transport, clock: systemClock })
  const session = client.session({ address, version: 'v2c', community: 'public', maxVarbinds: MOST_OBJECTS })
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
