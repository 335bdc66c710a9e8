import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  connect,
  FakeClock,
  FakeDevice,
  FakeTransport,
  fakeClient,
  lastSent,
  messageOf,
  oids,
  respond,
  settled,
} from './fakes.testing.ts'
import { Client, encodeRequest, encodeResponse, type Outcome, Secret, type Target } from './index.ts'

const PRINTER = { address: '10.0.0.7', port: 161 }
const TARGET: Target = { ...PRINTER, version: 'v2c', community: 'public', timeout: 1_000, tries: 3 }
const NAME = '1.3.6.1.2.1.1.5.0'
const NAMES = oids(NAME)
const VALUE = { type: 'integer', value: 42 } as const

/** A right answer to the last datagram sent. */
function rightAnswer(net: FakeTransport, number = 42): Uint8Array {
  const request = messageOf(lastSent(net).bytes)
  const varbinds = request.pdu.varbinds.map(({ oid }) => ({ oid, value: { type: 'integer', value: number } as const }))
  return respond(request, { varbinds })
}

function valuesOf(outcome: Outcome): unknown {
  return outcome.ok ? outcome.varbinds.map(({ value }) => ('value' in value ? value.value : value.type)) : outcome
}

describe('the client refuses', () => {
  it.each([
    ['another address', 'wrongAddress', { address: '10.0.0.8', port: 161 }, {}],
    ['another port', 'wrongPort', { address: '10.0.0.7', port: 162 }, {}],
    ['another id', 'unasked', PRINTER, { id: 99 }],
    ['another version', 'wrongVersion', PRINTER, { version: 'v1' }],
    ['another community', 'wrongCommunity', PRINTER, { community: 'private' }],
  ] as const)('an answer with %s, and still takes the genuine one', async (_what, reason, from, changes) => {
    const { client, net } = fakeClient()
    const outcome = client.session(TARGET).get(NAMES)
    const request = messageOf(lastSent(net).bytes)
    const varbinds = NAMES.map((oid) => ({ oid, value: { type: 'integer', value: 666 } as const }))
    const { version, community, pdu } = request
    net.arrive(encodeResponse({ version, community, id: pdu.id, varbinds, ...changes }), from)
    await settled()
    expect(client.stats[reason]).toBe(1)
    expect(client.stats.answered).toBe(0)
    net.arrive(rightAnswer(net), PRINTER)
    expect(valuesOf(await outcome)).toEqual([42])
    expect(client.stats.answered).toBe(1)
  })

  it('a million guessed ids', async () => {
    const { client, net } = fakeClient()
    const outcome = client.session(TARGET).get(NAMES)
    const answer = rightAnswer(net)
    const at = answer.findIndex((_, index) => answer[index] === 0xa2) + 4
    const id = messageOf(answer).pdu.id
    const view = new DataView(answer.buffer, answer.byteOffset)
    for (let guess = 0x0080_0000; guess < 0x0080_0000 + 1_000_000; guess++) {
      if (guess === id) continue
      view.setInt32(at, guess)
      net.arrive(answer, PRINTER)
    }
    expect(client.stats).toMatchObject({ answered: 0 })
    expect(client.stats.unasked).toBeGreaterThan(999_998)
    view.setInt32(at, id)
    net.arrive(answer, PRINTER)
    expect((await outcome).ok).toBe(true)
  })

  it('PDUs that are no Response, above all the echo of its own request', async () => {
    const { client, net } = fakeClient()
    const outcome = client.session(TARGET).get(NAMES)
    net.arrive(lastSent(net).bytes, PRINTER)
    expect(client.stats.notResponse).toBe(1)
    net.arrive(rightAnswer(net), PRINTER)
    expect((await outcome).ok).toBe(true)
  })

  it('a second copy of an answer', async () => {
    const { client, net } = fakeClient()
    const outcome = client.session(TARGET).get(NAMES)
    const answer = rightAnswer(net)
    for (let copy = 0; copy < 1_000; copy++) net.arrive(answer, PRINTER)
    expect(valuesOf(await outcome)).toEqual([42])
    expect(client.stats).toMatchObject({ answered: 1, unasked: 999 })
  })

  it('an answer that names, counts or fills otherwise than asked: the request ends as malformed', async () => {
    const [name, other] = oids(NAME, '1.3.6.1.2.1.1.6.0')
    if (name === undefined || other === undefined) throw new Error('no names')
    const wrong = [
      [],
      [{ oid: other, value: VALUE }],
      [
        { oid: name, value: VALUE },
        { oid: other, value: VALUE },
      ],
      [{ oid: name, value: { type: 'null' } as const }],
    ]
    for (const varbinds of wrong) {
      const { client, net } = fakeClient()
      const outcome = client.session(TARGET).get(NAMES)
      net.arrive(respond(messageOf(lastSent(net).bytes), { varbinds }), PRINTER)
      expect(await outcome).toMatchObject({ ok: false, reason: 'malformed' })
    }
  })

  it('targets that cannot be', () => {
    const { client } = fakeClient()
    for (const wrong of [
      { port: 0 },
      { port: 70_000 },
      { timeout: 0 },
      { tries: 1.5 },
      { maxVarbinds: 0 },
      { maxVarbinds: 1_000 },
    ]) {
      expect(() => client.session({ ...TARGET, ...wrong })).toThrow(RangeError)
    }
  })
})

describe('a request nobody answers', () => {
  it('ends in silence after its tries and no later, and costs no more', async () => {
    const { client, clock, net } = fakeClient()
    const session = client.session(TARGET)
    let outcome: Outcome | undefined
    session.get(NAMES).then((ended) => {
      outcome = ended
    })
    await clock.advance(2_990)
    expect(outcome).toBeUndefined()
    await clock.advance(50)
    expect(outcome).toMatchObject({ ok: false, reason: 'silent' })
    expect(net.sent).toHaveLength(3)
    expect(session.cost).toMatchObject({ requests: 3, bytesIn: 0 })
    expect(client.stats).toMatchObject({ silent: 1, retried: 2 })
    expect(clock.pending).toBe(0)
  })

  it('ends as malformed if all that came from the device was malformed', async () => {
    const { client, clock, net } = fakeClient()
    net.answer = ({ address, port }) => net.arrive(new Uint8Array([0x30, 5, 1]), { address, port })
    const outcome = client.session(TARGET).get(NAMES)
    await clock.advance(4_000)
    expect(await outcome).toMatchObject({ ok: false, reason: 'malformed' })
    expect(client.stats.malformed).toBe(3)
  })

  it('takes the answer to an earlier try, and counts the one to the later try as unasked', async () => {
    const { client, clock, net } = fakeClient()
    const outcome = client.session(TARGET).get(NAMES)
    const early = rightAnswer(net, 1)
    await clock.advance(1_100)
    expect(net.sent).toHaveLength(2)
    const late = rightAnswer(net, 2)
    net.arrive(early, PRINTER)
    expect(valuesOf(await outcome)).toEqual([1])
    net.arrive(late, PRINTER)
    expect(client.stats).toMatchObject({ answered: 1, unasked: 1 })
  })

  it('takes no answer after its last time-out', async () => {
    const { client, clock, net } = fakeClient()
    const outcome = client.session({ ...TARGET, tries: 1 }).get(NAMES)
    await clock.advance(1_100)
    expect(await outcome).toMatchObject({ reason: 'silent' })
    net.arrive(rightAnswer(net), PRINTER)
    expect(client.stats).toMatchObject({ answered: 0, unasked: 1 })
  })
})

describe('a device that cannot be reached', () => {
  it('ends its own request at once and nobody else’s', async () => {
    const { client, net } = fakeClient()
    const dead = client.session(TARGET).get(NAMES)
    const alive = client.session({ ...TARGET, address: '10.0.0.8' }).get(NAMES)
    net.fail(PRINTER, 'ENETUNREACH')
    expect(await dead).toEqual({ ok: false, reason: 'unreachable', detail: 'ENETUNREACH' })
    net.arrive(rightAnswer(net), { address: '10.0.0.8', port: 161 })
    expect((await alive).ok).toBe(true)
  })

  it.each(['printer.example', '10.0.0', '010.0.0.7', '10.0.0.7/24', ''])('is one that %j names', async (address) => {
    const { client, net } = fakeClient()
    expect(await client.session({ ...TARGET, address }).get(NAMES)).toMatchObject({ ok: false, reason: 'unreachable' })
    expect(net.sent).toHaveLength(0)
  })
})

describe('the client', () => {
  it('knows an IPv6 address in whatever form it was written', async () => {
    const { client, net } = fakeClient()
    const outcome = client.session({ ...TARGET, address: '2001:0DB8:0000::0001' }).get(NAMES)
    expect(lastSent(net).address).toBe('2001:db8::1')
    net.arrive(rightAnswer(net), { address: '2001:db8::1', port: 161 })
    expect((await outcome).ok).toBe(true)
  })

  it('asks a device one thing at a time, through however many sessions', async () => {
    const { client, net } = fakeClient()
    const outcomes = [client.session(TARGET), client.session({ ...TARGET, community: 'other' })].flatMap((session) => [
      session.get(NAMES),
      session.next(NAMES),
    ])
    for (let sent = 1; sent <= 4; sent++) {
      expect(net.sent).toHaveLength(sent)
      net.arrive(rightAnswer(net), PRINTER)
      await settled()
    }
    expect((await Promise.all(outcomes)).every(({ ok }) => ok)).toBe(true)
  })

  it('sets one timer, however many requests are on their way', async () => {
    const { client, clock, net } = fakeClient(1e9)
    const outcomes = Array.from({ length: 1_000 }, (_, n) =>
      client.session({ ...TARGET, address: `10.1.${n >> 8}.${n & 255}` }).get(NAMES),
    )
    await clock.advance(0)
    expect(net.sent).toHaveLength(1_000)
    expect(clock.pending).toBe(1)
    await clock.advance(10_000)
    expect((await Promise.all(outcomes)).every((outcome) => !outcome.ok && outcome.reason === 'silent')).toBe(true)
    expect(net.sent).toHaveLength(3_000)
    expect(clock.pending).toBe(0)
  })

  it('draws ids from its dice and gives none twice among live requests', () => {
    const net = new FakeTransport(1e9)
    let throws = 0
    // Each number comes up four times in a row.
    const client = new Client({ transport: net, clock: new FakeClock(), ids: () => Math.floor(throws++ / 4) })
    for (let n = 0; n < 200; n++) client.session({ ...TARGET, address: `10.1.0.${n}` }).get(NAMES)
    const ids = net.sent.map(({ bytes }) => messageOf(bytes).pdu.id)
    expect(new Set(ids).size).toBe(200)
  })

  it('uses ids without a pattern that take four octets each', async () => {
    const { client, clock, net } = fakeClient(1e9)
    for (let n = 0; n < 2_000; n++) client.session({ ...TARGET, address: `10.1.${n >> 8}.${n & 255}` }).get(NAMES)
    await clock.advance(0)
    const ids = net.sent.map(({ bytes }) => messageOf(bytes).pdu.id)
    expect(new Set(net.sent.map(({ bytes }) => bytes.length)).size).toBe(1)
    const steps = new Set(ids.map((id, at) => id - (ids[at - 1] ?? 0)))
    expect(steps.size).toBeGreaterThan(1_990)
    // Sixteen equal classes of 125: chi-square with 15 degrees of freedom stays below 60 but once in three million runs.
    const classes = new Array<number>(16).fill(0)
    const span = 2 ** 31 - 2 ** 23
    for (const id of ids) {
      const at = Math.floor(((id - 2 ** 23) / span) * 16)
      classes[at] = (classes[at] ?? 0) + 1
    }
    expect(classes.reduce((sum, count) => sum + (count - 125) ** 2 / 125, 0)).toBeLessThan(60)
  })

  it('sends from a template what the encoder would send', () => {
    const { client, net } = fakeClient()
    const list = oids('1.3.6.1.2.1.1.1.0', '1.3.6.1.4.1.4294967295.1', '1.3')
    for (const [at, type] of (['get', 'next', 'bulk'] as const).entries()) {
      for (const length of [1, 30, 200]) {
        const community = 'c'.repeat(length)
        const session = client.session({ ...TARGET, address: `10.2.${at}.${length}`, community })
        if (type === 'bulk') session.bulk(list, 7)
        else session[type](list)
        const { bytes } = lastSent(net)
        const { id } = messageOf(bytes).pdu
        expect(bytes).toEqual(encodeRequest({ version: 'v2c', community, type, id, oids: list, repetitions: 7 }))
      }
    }
  })

  it('counts what a session costs', async () => {
    const { client, net } = fakeClient()
    const session = client.session(TARGET)
    connect(net, new FakeDevice({ [NAME]: VALUE }))
    await session.get(NAMES)
    await session.get(NAMES)
    const bytesOut = net.sent.reduce((sum, { bytes }) => sum + bytes.length, 0)
    expect(session.cost).toMatchObject({ requests: 2, bytesOut, varbinds: 2 })
    // An INTEGER of one octet instead of a NULL.
    expect(session.cost.bytesIn).toBe(bytesOut + 2)
  })

  it('ends everything as aborted when closed, and closes its transport', async () => {
    const { client, clock, net } = fakeClient()
    const session = client.session(TARGET)
    const outcomes = [session.get(NAMES), session.next(NAMES)]
    await client.close()
    outcomes.push(session.get(NAMES))
    for (const outcome of outcomes) expect(await outcome).toMatchObject({ ok: false, reason: 'aborted' })
    expect(net.closed).toBe(true)
    expect(clock.pending).toBe(0)
    expect(client.load.live).toBe(0)
  })

  it('shows no community when it is printed', async () => {
    const { client, net } = fakeClient()
    const secret = new Secret('s3cret-community')
    const session = client.session({ ...TARGET, community: secret })
    session.get(NAMES)
    expect(messageOf(lastSent(net).bytes).community).toBe('s3cret-community')
    const seen = [
      inspect(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(session, { depth: 9 }),
      inspect(client, { depth: 9 }),
    ]
    expect(seen.join()).not.toContain('s3cret')
  })
})
