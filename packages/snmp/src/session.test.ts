import { describe, expect, it } from 'vitest'
import { connect, FakeDevice, fakeClient, messageOf, oids, respond } from './fakes.testing.ts'
import type { Message, Outcome, Target } from './index.ts'

const TARGET: Target = { address: '10.0.0.7', version: 'v1', community: 'public' }
const NUMBER = (value: number) => ({ type: 'integer', value }) as const
const MANY = Array.from({ length: 50 }, (_, at) => `1.3.6.1.9.${at + 1}.0`)

function shown(outcome: Outcome): unknown {
  if (!outcome.ok) return outcome.reason
  return outcome.varbinds.map(({ oid, value }) => [oid.text, 'value' in value ? value.value : value.type])
}

/** A client whose device answers by this function. */
function asking(answer: (request: Message) => Uint8Array, target: Target = TARGET) {
  const { client, net } = fakeClient()
  const asked: Message[] = []
  connect(net, {
    answer(request) {
      asked.push(request)
      return answer(request)
    },
  })
  return { session: client.session(target), asked }
}

const status = (errorStatus: number, errorIndex: number) => (request: Message) =>
  respond(request, { errorStatus, errorIndex, varbinds: request.pdu.varbinds })

describe('a device that refuses', () => {
  it('throws on a number of rows that cannot be', () => {
    const { client } = fakeClient()
    const session = client.session({ address: '10.0.0.1', version: 'v2c', community: 'public' })
    for (const rows of [Number.NaN, 0, -1, 1.5, 2 ** 31])
      expect(() => session.bulk(oids('1.3'), rows)).toThrow(RangeError)
  })

  it('with tooBig whatever it is asked is halved down to one object, then given up', async () => {
    const { session, asked } = asking(status(1, 0))
    expect(await session.get(oids(...MANY.slice(0, 16)))).toMatchObject({ ok: false, reason: 'tooBig' })
    // 16, 8, 4, 2 and 1: the first single object that is too big ends it.
    expect(asked.map(({ pdu }) => pdu.varbinds.length)).toEqual([16, 8, 4, 2, 1])
  })

  it.each([
    [5, 1, 'generalError'],
    [5, 0, 'generalError'],
    [999, 1, 'generalError'],
    [6, 1, 'refused'],
    [16, 0, 'refused'],
  ])('with error-status %i at %i ends the request', async (errorStatus, errorIndex, reason) => {
    const { session, asked } = asking(status(errorStatus, errorIndex))
    expect(await session.get(oids('1.3.6.1', '1.3.6.2'))).toMatchObject({ ok: false, reason })
    expect(asked).toHaveLength(1)
  })

  it('with noSuchName and no index for ever ends after as many requests as halving takes', async () => {
    const { session, asked } = asking(status(2, 77))
    expect(await session.get(oids(...MANY.slice(0, 20)))).toMatchObject({ ok: false, reason: 'generalError' })
    expect(asked.length).toBeLessThan(8)
  })

  it('GETBULK with noSuchName ends the request, there is nothing to leave out', async () => {
    const { session } = asking(status(2, 1), { ...TARGET, version: 'v2c' })
    expect(await session.bulk(oids('1.3.6.1'), 5)).toMatchObject({ ok: false, reason: 'generalError' })
  })

  it('more rows than asked for is not believed', async () => {
    const { session } = asking(
      (request) => {
        const varbinds = Array.from({ length: 2_000 }, (_, at) => ({
          oid: oids(`1.3.6.1.${at + 1}`),
          value: NUMBER(at),
        }))
        return respond(request, {
          varbinds: varbinds.flatMap(({ oid, value }) => oid.map((one) => ({ oid: one, value }))),
        })
      },
      { ...TARGET, version: 'v2c' },
    )
    expect(await session.bulk(oids('1.3.6.1'), 10)).toMatchObject({ ok: false, reason: 'malformed' })
  })
})

describe('a v1 device without some of the objects', () => {
  const device = () => new FakeDevice({ '1.3.6.1.9.2.0': NUMBER(2), '1.3.6.1.9.4.0': NUMBER(4) })

  it('answers the others, and the missing ones are noSuchInstance', async () => {
    const { session, asked } = asking((request) => device().answer(request))
    expect(shown(await session.get(oids(...MANY.slice(0, 5))))).toEqual([
      ['1.3.6.1.9.1.0', 'noSuchInstance'],
      ['1.3.6.1.9.2.0', 2],
      ['1.3.6.1.9.3.0', 'noSuchInstance'],
      ['1.3.6.1.9.4.0', 4],
      ['1.3.6.1.9.5.0', 'noSuchInstance'],
    ])
    expect(asked.map(({ pdu }) => pdu.varbinds.length)).toEqual([5, 4, 3, 2])
  })

  it('has none at all: the last one costs no further request', async () => {
    const { session, asked } = asking((request) => new FakeDevice({}).answer(request))
    expect(shown(await session.get(oids('1.3.6.1', '1.3.6.2')))).toEqual([
      ['1.3.6.1', 'noSuchInstance'],
      ['1.3.6.2', 'noSuchInstance'],
    ])
    expect(asked).toHaveLength(2)
  })

  it('names no object: halves find it', async () => {
    const { session } = asking((request) => {
      const answer = messageOf(device().answer(request))
      if (answer.pdu.type === 'bulk' || answer.pdu.errorStatus === 0)
        return respond(request, { varbinds: answer.pdu.varbinds })
      return respond(request, { errorStatus: 2, errorIndex: 0, varbinds: request.pdu.varbinds })
    })
    expect(shown(await session.get(oids(...MANY.slice(0, 3))))).toEqual([
      ['1.3.6.1.9.1.0', 'noSuchInstance'],
      ['1.3.6.1.9.2.0', 2],
      ['1.3.6.1.9.3.0', 'noSuchInstance'],
    ])
  })

  it('has nothing after an object: endOfMibView, as on v2c', async () => {
    const { session } = asking((request) => device().answer(request))
    expect(shown(await session.next(oids('1.3.6.1.9.2.0', '1.3.6.1.9.4.0')))).toEqual([
      ['1.3.6.1.9.4.0', 4],
      ['1.3.6.1.9.4.0', 'endOfMibView'],
    ])
  })
})

describe('a session', () => {
  it('asks nothing for nothing', async () => {
    const { session, asked } = asking(() => new Uint8Array())
    expect(await session.get([])).toEqual({ ok: true, varbinds: [] })
    expect(await session.bulk([], 5)).toEqual({ ok: true, varbinds: [] })
    expect(asked).toHaveLength(0)
  })

  it('splits lists above the limit and puts the answers together', async () => {
    const held = Object.fromEntries(MANY.map((text, at) => [text, NUMBER(at)]))
    const device = new FakeDevice(held)
    const { session, asked } = asking((request) => device.answer(request))
    expect(shown(await session.get(oids(...MANY)))).toEqual(MANY.map((text, at) => [text, at]))
    expect(asked.map(({ pdu }) => pdu.varbinds.length)).toEqual([22, 22, 6])
  })

  it('answers with the very objects that were asked', async () => {
    const device = new FakeDevice({ '1.3.6.1': NUMBER(1) })
    const { session } = asking((request) => device.answer(request))
    const asked = oids('1.3.6.1')
    const outcome = await session.get(asked)
    expect(outcome.ok && outcome.varbinds[0]?.oid === asked[0]).toBe(true)
  })

  it('keeps to what was asked when the caller changes the list afterwards', async () => {
    const device = new FakeDevice({ '1.3.6.1': NUMBER(1), '1.3.6.2': NUMBER(2) })
    const { session } = asking((request) => device.answer(request))
    const list = oids('1.3.6.1')
    const first = session.get(list)
    list.splice(0, 1, ...oids('1.3.6.2'))
    expect(shown(await first)).toEqual([['1.3.6.1', 1]])
    expect(shown(await session.get(list))).toEqual([['1.3.6.2', 2]])
  })

  it('halves the rows of a GETBULK that is too big, and then its columns', async () => {
    const device = new FakeDevice(Object.fromEntries(MANY.map((text, at) => [text, NUMBER(at)])))
    const { session, asked } = asking(
      (request) => {
        const { pdu } = request
        const size = pdu.varbinds.length * (pdu.type === 'bulk' ? pdu.maxRepetitions : 1)
        return size > 1 ? respond(request, { errorStatus: 1 }) : device.answer(request)
      },
      { ...TARGET, version: 'v2c' },
    )
    expect(shown(await session.bulk(oids('1.3.6.1.9.1', '1.3.6.1.9.7'), 4))).toEqual([
      ['1.3.6.1.9.1.0', 0],
      ['1.3.6.1.9.7.0', 6],
    ])
    expect(asked).toHaveLength(5)
  })

  it('asks for single objects and for rows in one question, and halves only the rows', async () => {
    const device = new FakeDevice({ '1.3.6.1.1': NUMBER(1), '1.3.6.2.1': NUMBER(2), '1.3.6.2.2': NUMBER(3) })
    const { session, asked } = asking(
      (request) => {
        const { pdu } = request
        return pdu.type === 'bulk' && pdu.maxRepetitions > 2
          ? respond(request, { errorStatus: 1 })
          : device.answer(request)
      },
      { ...TARGET, version: 'v2c' },
    )
    expect(shown(await session.bulk(oids('1.3.6.2'), 4, oids('1.3.6.1')))).toEqual([
      ['1.3.6.1.1', 1],
      ['1.3.6.2.1', 2],
      ['1.3.6.2.2', 3],
    ])
    expect(asked.map(({ pdu }) => pdu.type === 'bulk' && [pdu.nonRepeaters, pdu.maxRepetitions])).toEqual([
      [1, 4],
      [1, 2],
    ])
  })

  it.each([
    ['v1 knows no GETBULK', TARGET],
    ['the device is known to answer it badly', { ...TARGET, version: 'v2c', bulk: false } satisfies Target],
    ['there are more columns than fit', { ...TARGET, version: 'v2c', maxVarbinds: 1 } satisfies Target],
  ])('asks for one row by GETNEXT where %s', async (_why, target) => {
    const device = new FakeDevice({ '1.3.6.1.1': NUMBER(1), '1.3.6.2.1': NUMBER(2) })
    const { session, asked } = asking((request) => device.answer(request), target)
    expect(shown(await session.bulk(oids('1.3.6.1', '1.3.6.2'), 10))).toEqual([
      ['1.3.6.1.1', 1],
      ['1.3.6.2.1', 2],
    ])
    expect(asked.every(({ pdu }) => pdu.type === 'next')).toBe(true)
  })
})

describe('names that together are too long for a datagram', () => {
  const LONGEST = Array.from({ length: 128 }, (_, at) => `1.3${'.4294967295'.repeat(125)}.${0xffff_ff00 + at}`)

  it.each(['get', 'next', 'bulk'] as const)('are asked for in parts by %s, and come back in order', async (kind) => {
    const { session, asked } = asking(
      (request) => respond(request, { varbinds: request.pdu.varbinds.map(({ oid }) => ({ oid, value: NUMBER(1) })) }),
      { ...TARGET, version: 'v2c', maxVarbinds: 128 },
    )
    const list = oids(...LONGEST)
    const outcome = await (kind === 'bulk' ? session.bulk(list, 1) : session[kind](list))
    expect(outcome.ok && outcome.varbinds.map(({ oid }) => oid.text)).toEqual(LONGEST)
    expect(asked.map(({ pdu }) => pdu.varbinds.length)).toEqual([92, 36])
  })
})
