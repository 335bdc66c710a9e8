/** A v3 device for tests: a fake device behind an engine of its own, on the fake network. */
import { FakeClock, type FakeDevice, FakeTransport, messageOf } from './fakes.testing.ts'
import { Authority, Client, type Place, type Target, type User, type UserAccess } from './index.ts'

export const ENGINE_ID = Uint8Array.from(Buffer.from('8000000001020304', 'hex'))

export const PRINTER = { address: '10.0.0.7', port: 161 }

/** The user of the hostile messages. */
export const SIGNER: User = { name: 'fleet', auth: { protocol: 'sha1', password: 'maplesyrup' } }

export const KEEPER: User = { ...SIGNER, privacy: { protocol: 'aes128', password: 'a private word' } }

export function targetOf(user: User, more: Partial<Place & UserAccess> = {}): Target {
  return { ...PRINTER, ...more, version: 'v3', user }
}

export interface World {
  readonly client: Client
  readonly clock: FakeClock
  readonly net: FakeTransport
  readonly authority: Authority
}

export interface WorldOptions {
  readonly users?: readonly User[]
  readonly engineId?: Uint8Array
  readonly boots?: number
  readonly time?: number
  readonly ids?: () => number
}

/** A client and an engine that know the same time; nothing is connected yet. */
export function v3World(options: WorldOptions = {}): World {
  const clock = new FakeClock()
  const net = new FakeTransport()
  const { ids } = options
  const client = new Client({ transport: net, clock, ...(ids === undefined ? {} : { ids }) })
  return { client, clock, net, authority: authorityOf(clock, options) }
}

export function authorityOf(clock: FakeClock, options: WorldOptions = {}): Authority {
  const { users = [KEEPER], engineId = ENGINE_ID, boots = 7, time = 1_000 } = options
  return new Authority({ engineId, boots, time, users, clock })
}

/** What the engine sends back for a datagram, the device behind it answering; nothing if it stays silent. */
export function replyOf(authority: Authority, device: FakeDevice, bytes: Uint8Array): Uint8Array | undefined {
  const received = authority.receive(bytes)
  if (!received.ok) return received.reply
  const { request } = received
  const { pdu } = messageOf(device.answer({ version: 'v2c', community: '', pdu: request.pdu }))
  return request.answer({ varbinds: pdu.varbinds })
}

/** Lets the engine answer everything that is sent, from the address asked. */
export function connectV3({ net }: World, authority: Authority, device: FakeDevice): void {
  net.answer = ({ bytes, address, port }) => {
    const reply = replyOf(authority, device, bytes)
    if (reply !== undefined) queueMicrotask(() => net.arrive(reply, { address, port }))
  }
}
