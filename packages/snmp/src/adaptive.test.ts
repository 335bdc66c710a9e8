import { describe, expect, it } from 'vitest'
import {
  FakeClock,
  FakeDevice,
  FakeTransport,
  fakeClient,
  lastSent,
  messageOf,
  oids,
  settled,
} from './fakes.testing.ts'
import { Client, type Target } from './index.ts'

const PRINTER = { address: '10.0.0.7', port: 161 }
const TARGET: Target = { ...PRINTER, version: 'v2c', community: 'public', timeout: 1_000, tries: 3 }
const NAME = '1.3.6.1.2.1.1.5.0'
const NAMES = oids(NAME)
const device = new FakeDevice({ [NAME]: { type: 'integer', value: 7 } })

/** The answer to what was sent last. */
const answer = (net: FakeTransport) => device.answer(messageOf(lastSent(net).bytes))

/** A client that has already had an answer of the device, after so many milliseconds. */
async function acquainted(milliseconds: number) {
  const fake = fakeClient()
  const session = fake.client.session(TARGET)
  const first = session.get(NAMES)
  await fake.clock.advance(milliseconds)
  fake.net.arrive(answer(fake.net), PRINTER)
  await first
  return { ...fake, session }
}

/** When datagrams were sent, in milliseconds from now, until the request has ended. */
async function timesOf({ clock, net }: { clock: FakeClock; net: FakeTransport }, request: Promise<unknown>) {
  const began = clock.now()
  const times = [0]
  let sent = net.sent.length
  let isOver = false
  void request.then(() => {
    isOver = true
  })
  while (!isOver && clock.now() < began + 60_000) {
    await clock.advance(10)
    if (net.sent.length > sent) times.push(clock.now() - began)
    sent = net.sent.length
  }
  return { times, end: clock.now() - began }
}

describe('the time-out of a device', () => {
  it('is the caller’s as long as nothing was measured', async () => {
    const fake = fakeClient()
    const { times, end } = await timesOf(fake, fake.client.session(TARGET).get(NAMES))
    expect(times).toEqual([0, 1_000, 2_000])
    expect(end).toBe(3_000)
  })

  it('makes the second try early once the device is known, and says silence no earlier', async () => {
    const fake = await acquainted(5)
    const { times, end } = await timesOf(fake, fake.session.get(NAMES))
    expect(times).toEqual([0, 210, 1_210])
    expect(end).toBeGreaterThanOrEqual(3_000)
    expect(end).toBeLessThan(3_050)
  })

  it('is longer for a device that takes longer', async () => {
    const fake = await acquainted(200)
    expect((await timesOf(fake, fake.session.get(NAMES))).times[1]).toBe(600)
  })

  it('doubles for a device that became slow, until its answers come to the first try again', async () => {
    const fake = await acquainted(5)
    const { clock, net, session } = fake
    for (const expected of [2, 2, 1]) {
      const before = net.sent.length
      const request = session.get(NAMES)
      const early = answer(net)
      await clock.advance(450)
      net.arrive(early, PRINTER)
      expect((await request).ok).toBe(true)
      expect(net.sent.length - before).toBe(expected)
    }
  })
})

describe('answers that are cut on the way', () => {
  const LONG = Array.from({ length: 16 }, (_, n) => `1.3.6.1.2.1.43.11.1.1.6.1.${n + 1}`)
  const text = { type: 'octets', value: new Uint8Array(40).fill(65) } as const
  const talkative = new FakeDevice(Object.fromEntries(LONG.map((name) => [name, text])))

  /** A device that sends no more than the first so many octets of an answer. */
  function cutting(octets: number) {
    const fake = fakeClient()
    fake.net.answer = ({ bytes, address, port }) => {
      const whole = talkative.answer(messageOf(bytes))
      queueMicrotask(() => fake.net.arrive(whole.subarray(0, octets), { address, port }))
    }
    return fake
  }

  it('end as too big, named and in the time of one try, where a single object is too long', async () => {
    const { client, clock, net } = cutting(60)
    const outcome = client.session(TARGET).get(oids(LONG[0] ?? ''))
    await clock.advance(1_050)
    expect(await outcome).toMatchObject({ ok: false, reason: 'tooBig' })
    expect(net.sent).toHaveLength(1)
    expect(client.stats).toMatchObject({ truncated: 1, malformed: 1 })
  })

  it('lead to shorter questions, until the answers fit', async () => {
    const { client, clock, net } = cutting(484)
    const outcome = client.session(TARGET).get(oids(...LONG))
    for (let turn = 0; turn < 100; turn++) await clock.advance(100)
    expect(await outcome).toMatchObject({ ok: true })
    expect(net.sent.length).toBeLessThan(8)
  })

  it('change nothing if a whole answer still comes', async () => {
    const { client, net } = fakeClient()
    const outcome = client.session(TARGET).get(oids(...LONG))
    const whole = talkative.answer(messageOf(lastSent(net).bytes))
    net.arrive(whole.subarray(0, 100), PRINTER)
    net.arrive(whole, PRINTER)
    expect((await outcome).ok).toBe(true)
  })

  it('are believed from nobody else', async () => {
    const { client, net } = fakeClient()
    const outcome = client.session(TARGET).get(oids(...LONG))
    const whole = talkative.answer(messageOf(lastSent(net).bytes))
    net.arrive(whole.subarray(0, 100), { ...PRINTER, address: '10.0.0.8' })
    net.arrive(whole.subarray(0, 100), { ...PRINTER, port: 162 })
    expect(client.stats.truncated).toBe(0)
    net.arrive(whole, PRINTER)
    await outcome
  })
})

describe('a device that answers from elsewhere', () => {
  it.each([
    ['asked', 0, 0],
    ['anyPort', 1, 0],
    ['anywhere', 1, 1],
  ] as const)('is believed if its target says so: %s', async (answersFrom, otherPort, otherAddress) => {
    for (const [from, expected] of [
      [{ ...PRINTER, port: 50_000 }, otherPort],
      [{ address: '10.0.0.8', port: 161 }, otherAddress],
    ] as const) {
      const { client, net } = fakeClient()
      const outcome = client.session({ ...TARGET, answersFrom }).get(NAMES)
      const right = answer(net)
      net.arrive(right, from)
      expect([client.stats.fromElsewhere, client.stats.answered]).toEqual([expected, expected])
      net.arrive(right, PRINTER)
      expect((await outcome).ok).toBe(true)
    }
  })
})

describe('a signal', () => {
  it('ends requests under way, those that wait behind them, and every later one', async () => {
    const { client, clock, net } = fakeClient()
    const controller = new AbortController()
    const session = client.session({ ...TARGET, signal: controller.signal })
    const outcomes = [session.get(NAMES), session.get(NAMES)]
    const other = client.session(TARGET).get(NAMES)
    controller.abort()
    outcomes.push(session.get(NAMES))
    for (const outcome of outcomes) {
      expect(await outcome).toEqual({ ok: false, reason: 'aborted', detail: 'the signal was raised' })
    }
    expect(net.sent).toHaveLength(2)
    net.arrive(answer(net), PRINTER)
    expect((await other).ok).toBe(true)
    await clock.advance(5_000)
    expect([client.load.live, clock.pending]).toEqual([0, 0])
  })

  it('does no harm when the request has ended, nor when the client closes', async () => {
    const { client, net } = fakeClient()
    const controller = new AbortController()
    const session = client.session({ ...TARGET, signal: controller.signal })
    const outcome = session.get(NAMES)
    net.arrive(answer(net), PRINTER)
    expect((await outcome).ok).toBe(true)
    const [live, behind] = [session.get(NAMES), session.get(NAMES)]
    await client.close()
    controller.abort()
    expect([await live, await behind]).toMatchObject([{ reason: 'aborted' }, { reason: 'aborted' }])
  })
})

describe('neighbours on our own link', () => {
  const ask = (client: Client, count: number) =>
    Array.from({ length: count }, (_, n) =>
      client.session({ ...TARGET, address: `10.0.${n >> 8}.${n & 255}`, tries: 2 }).get(NAMES),
    )

  it('are never sought in greater number than the kernel has places for', async () => {
    const clock = new FakeClock()
    const net = new FakeTransport(1e9, { most: 100, isOnLink: () => true })
    const client = new Client({ transport: net, clock })
    const outcomes = ask(client, 450)
    const began = new Map<string, number>()
    let most = 0
    for (let turn = 0; turn < 2_500; turn++) {
      for (const { address } of net.sent.splice(0)) if (!began.has(address)) began.set(address, clock.now())
      most = Math.max(most, [...began.values()].filter((time) => time > clock.now() - 3_000).length)
      await clock.advance(10)
    }
    expect(most).toBe(100)
    expect(began.size).toBe(450)
    expect((await Promise.all(outcomes)).every((outcome) => !outcome.ok && outcome.reason === 'silent')).toBe(true)
    expect([client.load.live, clock.pending]).toEqual([0, 0])
  })

  it('do not hold up devices behind a router', async () => {
    const clock = new FakeClock()
    const net = new FakeTransport(1e9, { most: 1, isOnLink: (address) => address !== '10.0.0.9' })
    const client = new Client({ transport: net, clock })
    ask(client, 10)
    await settled()
    expect(net.sent.map(({ address }) => address)).toEqual(['10.0.0.0', '10.0.0.9'])
    await client.close()
    expect(clock.pending).toBe(0)
  })
})
