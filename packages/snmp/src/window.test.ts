import { describe, expect, it } from 'vitest'
import { connect, FakeDevice, fakeClient, lastSent, messageOf, oids, respond, settled } from './fakes.testing.ts'
import type { Target } from './index.ts'
import { Window } from './window.ts'

const ANSWER = 2_304

/** Sends until full and hears so many outcomes; of a hundred so many are losses. */
function round(window: Window, outcomes: number, lost = 0): void {
  for (let at = 0; at < outcomes; at++) {
    while (window.open) window.take(false)
    window.give(1)
    if (at % 100 < lost) window.lost()
    else window.heard(5)
  }
}

describe('the window', () => {
  it('starts from half of what the kernel granted, within bounds', () => {
    expect(new Window(0).size).toBe(16)
    expect(new Window(200 * ANSWER).size).toBe(100)
    expect(new Window(1e12).size).toBe(8_192)
  })

  it('shrinks when answers get lost, and not below its least', () => {
    const window = new Window(200 * ANSWER)
    round(window, 100, 10)
    expect(window.size).toBe(70)
    for (let turn = 0; turn < 20; turn++) round(window, window.size, 10)
    expect(window.size).toBe(16)
  })

  it('takes one loss in a hundred for the cable’s fault, and slowness for no loss', () => {
    const window = new Window(200 * ANSWER)
    round(window, 100, 1)
    expect(window.size).toBe(200)
    for (let at = 0; at < 50; at++) window.lost()
    for (let at = 0; at < 50; at++) window.notLost()
    round(window, 200)
    expect(window.size).toBe(212)
  })

  it('grows while answers come back: doubling up to what the kernel holds, by steps beyond and after the first loss', () => {
    const window = new Window(160 * ANSWER)
    round(window, 80)
    expect(window.size).toBe(160)
    round(window, 160)
    expect(window.size).toBe(170)
    round(window, 170, 50)
    expect(window.size).toBe(118)
    round(window, 118)
    expect(window.size).toBe(128)
  })

  it('doubles beyond what the kernel holds while its buffer is read as fast as it fills, and not when answers pile up', () => {
    const window = new Window(160 * ANSWER)
    for (const expected of [160, 320, 640]) {
      window.emptied(10)
      window.emptied(40)
      round(window, window.size)
      expect(window.size).toBe(expected)
    }
    window.emptied(41)
    round(window, window.size)
    expect(window.size).toBe(650)
    round(window, window.size)
    expect(window.size).toBe(660)
  })

  it('counts strangers for as much as strangers answered lately, and for an eighth at least', () => {
    const window = new Window(200 * ANSWER)
    expect(window.take(true)).toBe(1)
    for (let at = 0; at < 64; at++) window.met(false)
    expect(window.take(true)).toBe(3 / 8)
    for (let at = 0; at < 1_000; at++) window.met(false)
    expect(window.take(true)).toBe(1 / 8)
    expect(window.take(false)).toBe(1)
    for (let at = 0; at < 1_000; at++) window.met(true)
    expect(window.take(true)).toBe(1)
  })

  it('does not grow when it was never full', () => {
    const window = new Window(200 * ANSWER)
    for (let at = 0; at < 1_000; at++) {
      window.give(window.take(false))
      window.heard(5)
    }
    expect(window.size).toBe(100)
  })

  it('expects an answer for four round trips, as they are now, and does not learn from second tries', () => {
    const window = new Window(200 * ANSWER)
    expect(window.patience).toBe(100)
    window.heard(30)
    expect(window.patience).toBe(120)
    window.heardAtLast()
    expect(window.patience).toBe(120)
    for (let at = 0; at < 100; at++) window.heard(1)
    expect(window.patience).toBe(20)
  })
})

describe('the client’s traffic', () => {
  const TARGET: Target = { address: '', version: 'v2c', community: 'public', tries: 2 }
  const address = (n: number) => `10.0.${n >> 8}.${n & 255}`

  it('keeps within the window, and sends the rest as answers come', async () => {
    const { client, net } = fakeClient(40 * ANSWER)
    const outcomes = Array.from({ length: 500 }, (_, n) =>
      client.session({ ...TARGET, address: address(n) }).get(oids('1.3.6.1')),
    )
    expect(net.sent).toHaveLength(20)
    const device = new FakeDevice({ '1.3.6.1': { type: 'integer', value: 1 } })
    const first = [...net.sent]
    connect(net, device)
    for (const { bytes, address: from, port } of first)
      net.arrive(device.answer(messageOf(bytes)), { address: from, port })
    expect((await Promise.all(outcomes)).every(({ ok }) => ok)).toBe(true)
    expect(net.sent).toHaveLength(500)
    expect(client.load).toMatchObject({ live: 0 })
    expect(client.load.window).toBeGreaterThan(20)
  })

  it('shrinks within a few round trips of losses, long before they time out', async () => {
    const { client, clock, net } = fakeClient(400 * ANSWER)
    const device = new FakeDevice({ '1.3.6.1': { type: 'integer', value: 1 } })
    connect(net, device)
    const sessions = Array.from({ length: 1_000 }, (_, n) => client.session({ ...TARGET, address: address(n) }))
    await Promise.all(sessions.map((session) => session.get(oids('1.3.6.1'))))
    const before = client.load.window
    net.answer = () => {}
    for (const session of sessions) session.get(oids('1.3.6.1'))
    await clock.advance(100)
    expect(client.load.window).toBeLessThan(before / 2)
  })

  it('is not held up by silent addresses for longer than an answer takes', async () => {
    const { client, clock, net } = fakeClient(40 * ANSWER)
    for (let n = 0; n < 200; n++)
      client.session({ ...TARGET, address: address(n), timeout: 5_000 }).get(oids('1.3.6.1'))
    await clock.advance(1_000)
    expect(net.sent.length).toBe(200)
  })

  it('sends second tries before first ones that wait', async () => {
    const { client, clock, net } = fakeClient(32 * ANSWER)
    for (let n = 0; n < 2_000; n++)
      client.session({ ...TARGET, address: address(n), timeout: 200 }).get(oids('1.3.6.1'))
    await clock.advance(250)
    const tried = net.sent.map((sent) => sent.address)
    expect(tried.filter((one) => one === address(0))).toHaveLength(2)
    expect(tried).not.toContain(address(1_999))
  })

  it('sends a request that waited for its device only after the one before has ended', async () => {
    const { client, net } = fakeClient()
    const session = client.session({ ...TARGET, address: address(1) })
    session.get(oids('1.3.6.1'))
    session.get(oids('1.3.6.2'))
    await settled()
    expect(net.sent).toHaveLength(1)
    const request = messageOf(lastSent(net).bytes)
    net.arrive(respond(request, { errorStatus: 5 }), { address: address(1), port: 161 })
    await settled()
    expect(messageOf(lastSent(net).bytes).pdu.varbinds[0]?.oid.text).toBe('1.3.6.2')
  })
})
