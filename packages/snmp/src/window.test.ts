import { describe, expect, it } from 'vitest'
import { connect, FakeDevice, fakeClient, lastSent, messageOf, oids, respond, settled } from './fakes.testing.ts'
import type { Target } from './index.ts'
import { Window } from './window.ts'

const ANSWER = 2_304

/** Sends until full and hears so many answers, each after this many milliseconds; of a hundred, `lost` needed a second try. */
function round(window: Window, answers: number, { lost = 0, roundTrip = 5 } = {}): void {
  for (let at = 0; at < answers; at++) {
    while (window.open) window.take()
    window.give()
    window.heard(roundTrip, at % 100 < lost)
  }
}

describe('the window', () => {
  it('starts from what the kernel granted, within bounds', () => {
    expect(new Window(0).size).toBe(16)
    expect(new Window(100 * ANSWER).size).toBe(100)
    expect(new Window(1e12).size).toBe(16_384)
  })

  it('shrinks when answers get lost, and not below its least', () => {
    const window = new Window(100 * ANSWER)
    round(window, 100, { lost: 10 })
    expect(window.size).toBe(70)
    for (let turn = 0; turn < 20; turn++) round(window, window.size, { lost: 10 })
    expect(window.size).toBe(16)
  })

  it('takes one loss in a hundred for the cable’s fault', () => {
    const window = new Window(100 * ANSWER)
    round(window, 100, { lost: 1 })
    expect(window.size).toBe(200)
  })

  it('grows while answers come back: doubling at first, by steps after the first loss', () => {
    const window = new Window(80 * ANSWER)
    round(window, 80)
    expect(window.size).toBe(160)
    round(window, 160, { lost: 50 })
    expect(window.size).toBe(112)
    round(window, 112)
    expect(window.size).toBe(122)
  })

  it('does not grow when it was never full', () => {
    const window = new Window(100 * ANSWER)
    for (let at = 0; at < 1_000; at++) {
      window.take()
      window.give()
      window.heard(5, false)
    }
    expect(window.size).toBe(100)
  })

  it('expects an answer for four round trips, as they are now, and does not learn from second tries', () => {
    const window = new Window(100 * ANSWER)
    expect(window.patience).toBe(100)
    window.heard(30, false)
    expect(window.patience).toBe(120)
    window.heard(3_000, true)
    expect(window.patience).toBe(120)
    for (let at = 0; at < 100; at++) window.heard(1, false)
    expect(window.patience).toBe(20)
  })
})

describe('the client’s traffic', () => {
  const TARGET: Target = { address: '', version: 'v2c', community: 'public', tries: 2 }
  const address = (n: number) => `10.0.${n >> 8}.${n & 255}`

  it('keeps within the window, and sends the rest as answers come', async () => {
    const { client, net } = fakeClient(20 * ANSWER)
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

  it('is not held up by silent addresses for longer than an answer takes', async () => {
    const { client, clock, net } = fakeClient(20 * ANSWER)
    for (let n = 0; n < 200; n++)
      client.session({ ...TARGET, address: address(n), timeout: 5_000 }).get(oids('1.3.6.1'))
    await clock.advance(1_000)
    expect(net.sent.length).toBe(200)
  })

  it('sends second tries before first ones that wait', async () => {
    const { client, clock, net } = fakeClient(16 * ANSWER)
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
