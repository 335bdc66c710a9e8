import { Client, Oid, systemClock, type User, udpTransport } from '@platen/snmp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fleet, startFleet } from './index.ts'
import { acme } from './testing.ts'

const PORT = 20_000 + ((process.pid + 7_001) % 20_000)
const USER: User = {
  name: 'meter',
  auth: { protocol: 'sha256', password: 'a long enough word' },
  privacy: { protocol: 'aes128', password: 'another long word' },
}
const NAME = [Oid.parse('1.3.6.1.2.1.1.1.0')]

describe('a fleet that speaks v3', () => {
  let fleet: Fleet
  let client: Client

  beforeAll(async () => {
    fleet = await startFleet({
      recordings: [acme()],
      port: PORT,
      base: '127.22.60.1',
      count: 3,
      seed: 'v3',
      clock: systemClock,
      individual: false,
      agent: { users: [USER] },
      faults: (number) => (number === 2 ? [{ kind: 'tooBig', above: 10 }] : []),
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
  })
})

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
