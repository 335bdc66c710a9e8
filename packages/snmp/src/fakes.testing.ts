/** A network and a clock for tests: time passes when told to, datagrams go to a function that may answer them. */
import {
  Client,
  type Clock,
  decodeMessage,
  encodeResponse,
  type Message,
  type Neighbours,
  Oid,
  type Receiver,
  type Transport,
  type Value,
  type Varbind,
} from './index.ts'

/** A clock that stands still until it is advanced. */
export class FakeClock implements Clock {
  #now = 0
  #wakes: { at: number; wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  /** How many wake-ups are set. */
  get pending(): number {
    return this.#wakes.length
  }

  after(milliseconds: number, wake: () => void): () => void {
    const entry = { at: this.#now + milliseconds, wake }
    this.#wakes.push(entry)
    return () => {
      this.#wakes = this.#wakes.filter((other) => other !== entry)
    }
  }

  /** Lets time pass while nobody is woken, as in a process that is held up. */
  stall(milliseconds: number): void {
    this.#now += milliseconds
  }

  /** Lets time pass, waking who is due in order; promises settle in between. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    for (;;) {
      const [next] = this.#wakes.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)
      if (next === undefined) break
      this.#wakes = this.#wakes.filter((entry) => entry !== next)
      this.#now = Math.max(this.#now, next.at)
      next.wake()
      await settled()
    }
    this.#now = end
    await settled()
  }
}

/** Lets everything that already has its answer settle. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

export interface Sent {
  readonly bytes: Uint8Array
  readonly address: string
  readonly port: number
}

/** A transport that keeps what was sent and hands it to `answer`. */
export class FakeTransport implements Transport {
  readonly receiveBuffer: number
  readonly neighbours: Neighbours | undefined
  readonly sent: Sent[] = []
  answer: (sent: Sent) => void = () => {}
  closed = false
  #receiver: Receiver | undefined

  constructor(receiveBuffer = 1_000_000, neighbours?: Neighbours) {
    this.receiveBuffer = receiveBuffer
    this.neighbours = neighbours
  }

  listen(receiver: Receiver): void {
    this.#receiver = receiver
  }

  send(bytes: Uint8Array, address: string, port: number): void {
    const sent = { bytes: Uint8Array.from(bytes), address, port }
    this.sent.push(sent)
    this.answer(sent)
  }

  arrive(bytes: Uint8Array, from: { address: string; port: number }): void {
    this.#receiver?.arrived(bytes, from.address, from.port)
  }

  fail(to: { address: string; port: number }, detail: string): void {
    this.#receiver?.failed(to.address, to.port, detail)
  }

  async close(): Promise<void> {
    this.closed = true
  }
}

/** A client over a fake network. */
export function fakeClient(receiveBuffer?: number): { client: Client; clock: FakeClock; net: FakeTransport } {
  const clock = new FakeClock()
  const net = new FakeTransport(receiveBuffer)
  return { client: new Client({ transport: net, clock }), clock, net }
}

/** The message in a datagram that must be one. */
export function messageOf(bytes: Uint8Array): Message {
  const decoded = decodeMessage(bytes)
  if (!decoded.ok) throw new Error(`${decoded.reason}: ${decoded.detail}`)
  return decoded.message
}

/** The only datagram sent so far, or the last one. */
export function lastSent(net: FakeTransport): Sent {
  const sent = net.sent.at(-1)
  if (sent === undefined) throw new Error('nothing was sent')
  return sent
}

export interface ResponseTo {
  varbinds?: readonly Varbind[]
  errorStatus?: number
  errorIndex?: number
}

/** A Response to a request, as an agent would build it. */
export function respond(request: Message, response: ResponseTo): Uint8Array {
  const { version, community, pdu } = request
  return encodeResponse({ version, community, id: pdu.id, varbinds: [], ...response })
}

/** Objects by dotted name, as a device holds them. */
export type Holdings = Readonly<Record<string, Value>>

/** A device that answers GET, GETNEXT and GETBULK from its holdings, by RFC 1157 or RFC 3416; `answer` builds the Response. */
export class FakeDevice {
  readonly #objects: readonly Varbind[]
  /** Requests seen. */
  readonly asked: Message[] = []

  constructor(holdings: Holdings) {
    this.#objects = Object.entries(holdings)
      .map(([text, value]) => ({ oid: Oid.parse(text), value }))
      .sort((one, other) => one.oid.compare(other.oid))
  }

  answer(request: Message): Uint8Array {
    this.asked.push(request)
    const { pdu, version } = request
    const asked = pdu.varbinds.map(({ oid }) => oid)
    if (pdu.type === 'bulk') return respond(request, { varbinds: this.#rows(asked, pdu) })
    const varbinds = asked.map((oid) => (pdu.type === 'get' ? this.#held(oid) : this.#after(oid)))
    const missing = varbinds.findIndex(({ value }) => value.type === 'noSuchInstance' || value.type === 'endOfMibView')
    if (version === 'v2c' || missing < 0) return respond(request, { varbinds })
    return respond(request, { errorStatus: 2, errorIndex: missing + 1, varbinds: pdu.varbinds })
  }

  #held(oid: Oid): Varbind {
    return this.#objects.find((object) => object.oid.equals(oid)) ?? { oid, value: { type: 'noSuchInstance' } }
  }

  #after(oid: Oid): Varbind {
    return this.#objects.find((object) => object.oid.compare(oid) > 0) ?? { oid, value: { type: 'endOfMibView' } }
  }

  #rows(asked: readonly Oid[], pdu: { readonly nonRepeaters: number; readonly maxRepetitions: number }): Varbind[] {
    const varbinds = asked.slice(0, pdu.nonRepeaters).map((oid) => this.#after(oid))
    let row = asked.slice(pdu.nonRepeaters)
    for (let at = 0; at < pdu.maxRepetitions; at++) {
      const next = row.map((oid) => this.#after(oid))
      varbinds.push(...next)
      row = next.map(({ oid }) => oid)
    }
    return varbinds
  }
}

/** Lets a device answer everything that is sent, from the address asked. */
export function connect(net: FakeTransport, device: { answer(request: Message): Uint8Array }): void {
  net.answer = ({ bytes, address, port }) => {
    const answer = device.answer(messageOf(bytes))
    queueMicrotask(() => net.arrive(answer, { address, port }))
  }
}

/** Dotted names as objects. */
export function oids(...texts: string[]): Oid[] {
  return texts.map((text) => Oid.parse(text))
}
