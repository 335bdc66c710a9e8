import { Client, Oid, type Receiver, systemClock, type Transport, type User, udpTransport } from '@platen/snmp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fault, type Fleet, printersOf, startFleet } from './index.ts'
import { acme, HandClock } from './testing.ts'

const PORT = 20_000 + ((process.pid + 7_001) % 20_000)
const USER: User = {
  name: 'meter',
  auth: { protocol: 'sha256', password: 'a long enough word' },
  privacy: { protocol: 'aes128', password: 'another long word' },
}
/** The faults of each device, by its number. */
const FAULTS: readonly (readonly Fault[])[] = [[], [], [{ kind: 'tooBig', above: 10 }], [{ kind: 'wrongId' }]]
const NAME = [Oid.parse('1.3.6.1.2.1.1.1.0')]

describe('a fleet that speaks v3', () => {
  let fleet: Fleet
  let client: Client

  beforeAll(async () => {
    fleet = await startFleet({
      recordings: [acme()],
      port: PORT,
      base: '127.22.60.1',
      count: 4,
      seed: 'v3',
      clock: systemClock,
      individual: false,
      agent: { users: [USER] },
      faults: (number) => FAULTS[number] ?? [],
    })
    client = new Client({ transport: await udpTransport(), clock: systemClock })
  })

  afterAll(async () => {
    await client.close()
    await fleet.close()
  })

  const ask = (number: number, user = USER) =>
    client
      .session({ address: fleet.addresses[number] ?? '', port: PORT, version: 'v3', user, timeout: 500, tries: 2 })
      .get(NAME)

  it('tells strangers and those with a wrong password what is wrong', async () => {
    expect(await ask(0, { ...USER, name: 'nobody' })).toMatchObject({ ok: false, reason: 'wrongUser' })
    const wrong = { protocol: 'sha256', password: 'a quite wrong word' } as const
    expect(await ask(0, { ...USER, auth: wrong })).toMatchObject({ ok: false, reason: 'wrongPassword' })
  })

  it('answers its user, each device with an engine of its own', async () => {
    for (const number of [0, 1]) {
      const outcome = await ask(number)
      expect(outcome.ok && outcome.varbinds[0]?.value.type).toBe('octets')
    }
    const engines = fleet.addresses.slice(0, 2).map((address) => client.engineId(address, PORT))
    expect(new Set(engines).size).toBe(2)
  })

  it('has the same faults there', async () => {
    expect(await ask(2)).toMatchObject({ ok: false, reason: 'tooBig' })
    expect(await ask(3)).toMatchObject({ ok: false, reason: 'silent' })
    expect(client.stats.unasked).toBeGreaterThan(0)
  })
})

describe('a device that is started again', () => {
  it('tells its engine’s new start, which its manager learns at one further request', async () => {
    const clock = new HandClock()
    const [printer] = printersOf({
      recordings: [acme()],
      port: 161,
      base: '127.22.61.1',
      count: 1,
      seed: 'again',
      clock,
      agent: { users: [USER] },
      faults: () => [{ kind: 'reboot', after: 10_000, lasts: 5_000 }],
    })
    const client = new Client({ transport: wireTo((bytes) => printer?.answer(bytes, clock.now()) ?? []), clock })
    const session = client.session({ address: '127.22.61.1', version: 'v3', user: USER })
    expect((await session.get(NAME)).ok).toBe(true)
    clock.turn(9_000)
    const before = session.cost.requests
    expect((await session.get(NAME)).ok).toBe(true)
    expect(session.cost.requests - before).toBe(1)
    clock.turn(8_000)
    expect((await session.get(NAME)).ok).toBe(true)
    expect(session.cost.requests - before).toBe(3)
    await client.close()
  })
})

/** A network with one device on it. */
function wireTo(answer: (bytes: Uint8Array) => readonly { readonly bytes: Uint8Array }[]): Transport {
  let receiver: Receiver | undefined
  return {
    receiveBuffer: 1_000_000,
    neighbours: undefined,
    listen: (given) => {
      receiver = given
    },
    send: (bytes, address, port) => {
      for (const packet of answer(bytes)) queueMicrotask(() => receiver?.arrived(packet.bytes, address, port))
    },
    close: async () => undefined,
  }
}

describe('4,096 printers in one process', () => {
  it('all answer', async () => {
    const fleet = await startFleet({
      recordings: [acme()],
      port: PORT,
      base: '127.23.0.1',
      count: 4_096,
      seed: 'many',
      clock: systemClock,
    })
    const client = new Client({ transport: await udpTransport(), clock: systemClock })
    const found = new Set<string>()
    const how = { version: 'v2c', community: 'public', port: PORT, tries: 4, oids: NAME } as const
    for await (const { address, outcome } of client.sweep({ ...how, addresses: fleet.addresses })) {
      if (outcome.ok) found.add(address)
    }
    await client.close()
    await fleet.close()
    expect(found.size).toBe(4_096)
  }, 120_000)
})
