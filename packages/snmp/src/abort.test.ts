import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { connect, FakeDevice, fakeClient, oids, settled } from './fakes.testing.ts'
import { KEEPER, v3World } from './v3.testing.ts'

const NAMES = oids('1.3.6.1.2.1.1.5.0')
const PLACE = { address: '10.0.0.7', version: 'v2c', community: 'public' } as const

describe('a request that waits for its turn', () => {
  it('ends with the signal that it shares with a sweep of the same address', async () => {
    const { client, clock } = v3World()
    const round = new AbortController()
    const how = { version: 'v3', user: KEEPER, oids: NAMES, signal: round.signal } as const
    const first = client
      .sweep({ ...how, addresses: [PLACE.address] })
      [Symbol.asyncIterator]()
      .next()
    await settled()
    const outcome = client.session({ ...how, address: PLACE.address }).get(NAMES)
    const other = client.session({ ...PLACE, signal: round.signal }).get(NAMES)
    await settled()
    round.abort()
    await clock.advance(0)
    expect(await first).toMatchObject({ done: true })
    expect(await outcome).toMatchObject({ reason: 'aborted' })
    expect(await other).toMatchObject({ reason: 'aborted' })
    expect(client.load.live).toBe(0)
  })

  it('ends when its signal raises the one of the request before it', async () => {
    const { client } = fakeClient()
    const round = new AbortController()
    const device = new AbortController()
    round.signal.addEventListener('abort', () => device.abort())
    const first = client.session({ ...PLACE, signal: device.signal }).get(NAMES)
    const waiting = client.session({ ...PLACE, signal: round.signal }).get(NAMES)
    round.abort()
    expect(await first).toMatchObject({ reason: 'aborted' })
    expect(await waiting).toMatchObject({ reason: 'aborted' })
    expect(client.load.live).toBe(0)
  })

  it('ends when its signal depends on that of the request before it, and lets the one behind it go', async () => {
    const { client, net } = fakeClient()
    const round = new AbortController()
    const first = client.session({ ...PLACE, signal: round.signal }).get(NAMES)
    const waiting = client.session({ ...PLACE, signal: AbortSignal.any([round.signal]) }).get(NAMES)
    const last = client.session(PLACE).get(NAMES)
    connect(net, new FakeDevice({ '1.3.6.1.2.1.1.5.0': { type: 'integer', value: 7 } }))
    round.abort()
    expect(await first).toMatchObject({ reason: 'aborted' })
    expect(await waiting).toMatchObject({ reason: 'aborted' })
    expect(await last).toMatchObject({ ok: true })
  })
})

describe('a closed client', () => {
  it('listens to no signal any more, and is closed a second time without harm', async () => {
    const { client } = fakeClient()
    const { signal } = new AbortController()
    const outcome = client.session({ ...PLACE, signal }).get(NAMES)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await Promise.all([client.close(), client.close()])
    await client.close()
    expect(await outcome).toMatchObject({ reason: 'aborted' })
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})
