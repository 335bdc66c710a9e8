import { describe, expect, it } from 'vitest'
import { connect, FakeDevice, fakeClient, messageOf, oids, respond, settled } from './fakes.testing.ts'
import { addressesOf, type Client, type SweepResult } from './index.ts'
import { authorityOf, connectV3, KEEPER, v3World } from './v3.testing.ts'

const NAME = '1.3.6.1.2.1.1.5.0'
const HOW = { version: 'v2c', community: 'public', tries: 2, timeout: 1_000, oids: oids(NAME) } as const
const device = new FakeDevice({ [NAME]: { type: 'integer', value: 7 } })

/** A network in which only the addresses that `isThere` names answer. */
function sweepable(isThere: (address: string) => boolean) {
  const fake = fakeClient(1e9)
  fake.net.answer = ({ bytes, address, port }) => {
    if (!isThere(address)) return
    const answer = device.answer(messageOf(bytes))
    queueMicrotask(() => fake.net.arrive(answer, { address, port }))
  }
  return fake
}

/** Reads a whole sweep while time passes. */
async function readAll(sweep: ReturnType<Client['sweep']>, clock: { advance(ms: number): Promise<void> }) {
  const results: SweepResult[] = []
  let isOver = false
  const reading = (async () => {
    for await (const result of sweep) results.push(result)
    isOver = true
  })()
  for (let turn = 0; turn < 500 && !isOver; turn++) await clock.advance(50)
  await reading
  return results
}

describe('a sweep', () => {
  it('throws what its addresses throw, and refuses times that cannot be', async () => {
    const { client, clock } = sweepable(() => true)
    async function* broken() {
      yield '10.0.0.1'
      throw new Error('the list ended badly')
    }
    await expect(readAll(client.sweep({ ...HOW, addresses: broken() }), clock)).rejects.toThrow('ended badly')
    const wrong = [{ timeout: -1 }, ...[0, -1, 1.5, Number.NaN].map((atOnce) => ({ atOnce }))]
    for (const how of [...wrong, ...[0, -1, Number.NaN, 1 / 0].map((perSecond) => ({ perSecond }))]) {
      expect(() => client.sweep({ ...HOW, addresses: [], ...how })).toThrow(RangeError)
    }
    const [longest] = oids(`1.3${'.4294967295'.repeat(126)}`)
    if (longest === undefined) throw new Error('no name')
    for (const list of [new Array(128).fill(longest), new Array(129).fill(HOW.oids[0])]) {
      expect(() => client.sweep({ ...HOW, addresses: [], oids: list })).toThrow(RangeError)
    }
  })

  it('names what is no address and who refuses, and goes on', async () => {
    const { client, clock, net } = fakeClient()
    net.answer = ({ bytes, address, port }) => {
      const request = messageOf(bytes)
      const errorStatus = address === '10.0.0.2' ? 16 : 0
      const varbinds = errorStatus === 0 ? device.answer(request) : undefined
      queueMicrotask(() => net.arrive(varbinds ?? respond(request, { errorStatus }), { address, port }))
    }
    const sweep = client.sweep({ ...HOW, addresses: ['printer', '10.0.0.2', '10.0.0.3'] })
    const results = await readAll(sweep, clock)
    const fates = results.map(({ address, outcome }) => [address, outcome.ok || outcome.reason])
    expect(fates.sort()).toEqual([
      ['10.0.0.2', 'refused'],
      ['10.0.0.3', true],
      ['printer', 'unreachable'],
    ])
    expect(sweep.progress).toEqual({ asked: 3, ended: 3, answered: 1, failed: { unreachable: 1, refused: 1 } })
  })

  it('finds everybody who answers, asks the silent twice, and leaves nothing behind', async () => {
    const { client, clock, net } = sweepable((address) => address.endsWith('7'))
    const sweep = client.sweep({ ...HOW, addresses: addressesOf('10.0.0.0/22') })
    const results = await readAll(sweep, clock)
    const there = [...addressesOf('10.0.0.0/22')].filter((address) => address.endsWith('7'))
    expect(results.map(({ address }) => address).sort()).toEqual(there.sort())
    expect(sweep.progress).toMatchObject({
      asked: 1_022,
      answered: there.length,
      failed: { silent: 1_022 - there.length },
    })
    expect(net.sent).toHaveLength(2 * 1_022 - there.length)
    expect(sweep.cost).toMatchObject({ requests: net.sent.length, varbinds: there.length })
    expect([client.load.live, clock.pending]).toEqual([0, 0])
  })

  it('finds again what got lost the first time', async () => {
    const tries = new Map<string, number>()
    const { client, clock } = sweepable((address) => {
      tries.set(address, (tries.get(address) ?? 0) + 1)
      return tries.get(address) === 2
    })
    const results = await readAll(client.sweep({ ...HOW, addresses: addressesOf('10.0.0.0/26') }), clock)
    expect(results).toHaveLength(62)
  })

  it('keeps within addresses at once and datagrams a second', async () => {
    const { client, clock, net } = sweepable(() => false)
    const addresses = addressesOf('10.0.0.0/16')
    const reading = readAll(client.sweep({ ...HOW, addresses, atOnce: 100, perSecond: 50 }), {
      advance: async () => {
        await clock.advance(50)
        expect(client.load.live).toBeLessThanOrEqual(100)
        expect(net.sent.length).toBeLessThanOrEqual((clock.now() / 1_000) * 50 + 25)
        if (clock.now() > 10_000) await client.close()
      },
    })
    await reading.catch(() => undefined)
    expect(net.sent.length).toBeGreaterThan(400)
  })

  it('is no quicker for a while after its reader paused', async () => {
    const { client, clock, net } = sweepable(() => true)
    const sweep = client.sweep({ ...HOW, addresses: addressesOf('10.0.0.0/15'), perSecond: 1_000 })
    const stream = sweep[Symbol.asyncIterator]()
    await Promise.all([stream.next(), clock.advance(20_000)])
    const before = net.sent.length
    const since = clock.now()
    while (clock.now() < since + 1_000) {
      for (let read = 0; read < 500; read++) await Promise.race([stream.next(), settled()])
      await clock.advance(100)
    }
    expect(net.sent.length - before).toBeGreaterThan(500)
    expect(net.sent.length - before).toBeLessThanOrEqual(1_110)
    await client.close()
  })

  it('holds no more answers unread than it asks at once', async () => {
    const { client, clock, net } = sweepable(() => false)
    const sweep = client.sweep({ ...HOW, tries: 1, addresses: addressesOf('10.0.0.0/16'), atOnce: 6_000 })
    const stream = sweep[Symbol.asyncIterator]()
    const first = stream.next()
    await clock.advance(500)
    for (const { bytes, address, port } of [...net.sent]) net.arrive(device.answer(messageOf(bytes)), { address, port })
    await clock.advance(3_000)
    expect([sweep.progress.asked, sweep.progress.answered]).toEqual([6_000, 6_000])
    expect(await first).toMatchObject({ done: false })
    await client.close()
  })

  it('counts in its cost what it has to ask a second time', async () => {
    const { client, clock, net } = fakeClient()
    net.answer = ({ bytes, address, port }) => {
      const request = messageOf(bytes)
      const answer = request.pdu.varbinds.length > 1 ? respond(request, { errorStatus: 1 }) : device.answer(request)
      queueMicrotask(() => net.arrive(answer, { address, port }))
    }
    const sweep = client.sweep({ ...HOW, oids: [...HOW.oids, ...HOW.oids], addresses: ['10.0.0.1'] })
    expect(await readAll(sweep, clock)).toMatchObject([{ outcome: { ok: true } }])
    expect(sweep.cost.requests).toBe(net.sent.length)
  })

  it('ends though its addresses are still waited for, when its signal is raised or the client closed', async () => {
    for (const end of ['signal', 'client'] as const) {
      const { client, clock } = sweepable(() => false)
      const controller = new AbortController()
      async function* pending() {
        yield '10.0.0.1'
        await new Promise(() => {})
      }
      const reading = readAll(client.sweep({ ...HOW, addresses: pending(), signal: controller.signal }), clock)
      await settled()
      if (end === 'signal') controller.abort()
      else await client.close()
      expect(await reading).toEqual([])
    }
  })

  it('draws nothing more once the client is closed', async () => {
    const { client, clock } = sweepable(() => false)
    const sweep = client.sweep({ ...HOW, addresses: addressesOf('10.0.0.0/8') })
    const reading = readAll(sweep, clock)
    await settled()
    await client.close()
    expect(await reading).toEqual([])
    expect(sweep.progress.asked).toBeLessThan(10_000)
  })

  it('takes no unreadable octets for a device, which anybody could send under its name', async () => {
    for (const version of ['v2c', 'v3'] as const) {
      const { client, clock, net } = fakeClient()
      net.answer = ({ address, port }) => queueMicrotask(() => net.arrive(Uint8Array.of(1, 2, 3), { address, port }))
      const access = version === 'v3' ? { version, user: KEEPER } : { version, community: 'public' }
      const sweep = client.sweep({ oids: HOW.oids, tries: 2, ...access, addresses: ['10.0.0.1'] })
      expect(await readAll(sweep, clock)).toEqual([])
      expect(client.stats).toMatchObject({ malformed: 2, silent: 1 })
    }
  })

  it('ends also in a process that is always busy', async () => {
    const { client, clock } = sweepable(() => false)
    const sweep = client.sweep({ ...HOW, addresses: addressesOf('10.0.0.0/28') })
    const results = await readAll(sweep, {
      advance: async () => {
        clock.stall(100)
        await clock.advance(0)
      },
    })
    expect(results).toEqual([])
    expect(sweep.progress).toMatchObject({ asked: 14, failed: { silent: 14 } })
    expect(clock.now()).toBeLessThan(4_000)
  })

  it('is read once', async () => {
    const { client, clock } = sweepable(() => true)
    const sweep = client.sweep({ ...HOW, addresses: ['10.0.0.1'] })
    expect(await readAll(sweep, clock)).toHaveLength(1)
    await expect(readAll(sweep, clock)).rejects.toThrow('once')
  })

  it('draws no more addresses than it can ask while nobody reads', async () => {
    const { client, clock } = sweepable(() => true)
    let drawn = 0
    function* counted() {
      for (const address of addressesOf('10.0.0.0/16')) {
        drawn++
        yield address
      }
    }
    const stream = client.sweep({ ...HOW, addresses: counted() })[Symbol.asyncIterator]()
    await stream.next()
    await clock.advance(2_000)
    expect(drawn).toBeLessThan(10_000)
    await stream.return(undefined)
    await clock.advance(2_000)
    expect([drawn < 10_000, client.load.live, clock.pending]).toEqual([true, 0, 0])
  })

  it('ends when its signal is raised, with what it had found', async () => {
    const { client, clock } = sweepable((address) => address === '10.0.0.1')
    const controller = new AbortController()
    const sweep = client.sweep({ ...HOW, addresses: addressesOf('10.0.0.0/24'), signal: controller.signal })
    const reading = readAll(sweep, clock)
    for (let turn = 0; turn < 20; turn++) await settled()
    controller.abort()
    expect(await reading).toHaveLength(1)
    expect(sweep.progress).toMatchObject({ asked: 254, ended: 254, failed: { aborted: 253 } })
    const late = client.sweep({ ...HOW, addresses: addressesOf('10.0.0.0/24'), signal: controller.signal })
    expect(await readAll(late, clock)).toEqual([])
    expect(late.progress.asked).toBe(0)
  })

  it('asks on v3, each device by its own engine, and over IPv6', async () => {
    const world = v3World()
    const authority = authorityOf(world.clock)
    connectV3(world, authority, device)
    const addresses = ['10.0.0.1', '2001:0db8::1', '2001:db8::2']
    const sweep = world.client.sweep({ version: 'v3', user: KEEPER, tries: 2, oids: oids(NAME), addresses })
    const results = await readAll(sweep, world.clock)
    expect(results.map(({ address, outcome }) => [address, outcome.ok]).sort()).toEqual([
      ['10.0.0.1', true],
      ['2001:db8::1', true],
      ['2001:db8::2', true],
    ])
  })

  it('asks v1 devices too, object by object where they refuse the list', async () => {
    const { client, clock, net } = fakeClient()
    connect(net, device)
    const list = oids('1.3.6.1.2.1.1.1.0', NAME)
    const results = await readAll(client.sweep({ ...HOW, version: 'v1', addresses: ['10.0.0.1'], oids: list }), clock)
    const [found] = results
    expect(found?.outcome.ok && found.outcome.varbinds.map(({ value }) => value.type)).toEqual([
      'noSuchInstance',
      'integer',
    ])
  })
})
