import { describe, expect, it } from 'vitest'
import { connect, FakeDevice, fakeClient, type Holdings, messageOf, oids, respond } from './fakes.testing.ts'
import {
  type Message,
  Oid,
  type Table,
  type TableOptions,
  type Target,
  table,
  type Value,
  type Varbind,
} from './index.ts'

const TARGET: Target = { address: '10.0.0.7', version: 'v2c', community: 'public' }
const ENTRY = '1.3.6.1.2.1.43.11.1.1'
const COLUMNS = oids(`${ENTRY}.6`, `${ENTRY}.9`)
const NUMBER = (value: number): Value => ({ type: 'integer', value })

/** A table of these indexes by column, and an object after it. */
function holding(rows: Readonly<Record<number, readonly string[]>>): Holdings {
  const cells = Object.entries(rows).flatMap(([column, indexes]) =>
    indexes.map((index) => [`${ENTRY}.${column}.${index}`, NUMBER(Number(column))] as const),
  )
  return { ...Object.fromEntries(cells), '1.3.6.1.2.1.99.0': NUMBER(0) }
}

interface Reading {
  answer: (request: Message) => Uint8Array
  target?: Target
  options?: TableOptions
  columns?: readonly Oid[]
}

async function reading({ answer, target = TARGET, options = { maxRows: 100 }, columns = COLUMNS }: Reading) {
  const { client, net } = fakeClient()
  const asked: Message[] = []
  connect(net, {
    answer(request) {
      asked.push(request)
      return answer(request)
    },
  })
  return { result: await table(client.session(target), columns, options), asked }
}

/** Index and the columns it has. */
function shape(result: Table): unknown {
  return result.ok ? [...result.rows].map(([index, row]) => [index, [...row.keys()]]) : result
}

/** The same two columns, the last row first. */
function backwards(varbinds: readonly Varbind[]): Varbind[] {
  return varbinds.map((_, at) => varbinds[varbinds.length - 2 - at + 2 * (at % 2)]).filter((one) => one !== undefined)
}

const WHOLE = holding({ 6: ['1.1', '1.2', '1.10'], 9: ['1.1', '1.2', '1.10'] })

describe('a table that cannot be read', () => {
  it.each([{ maxRows: Number.NaN }, { maxRows: -1 }, { maxRows: 1 / 0 }, { maxRows: 9, repetitions: Number.NaN }])(
    'is one of %j, for which nobody is asked',
    async (options) => {
      const { client, net } = fakeClient()
      const session = client.session({ address: '10.0.0.7', version: 'v2c', community: 'public' })
      await expect(table(session, oids('1.3.6.1.2.1.2.2.1.1'), options)).rejects.toThrow(RangeError)
      expect(net.sent).toHaveLength(0)
    },
  )

  it('fails with the reason of the request that failed', async () => {
    const device = new FakeDevice(WHOLE)
    let left = 1
    const { result } = await reading({
      answer: (request) => (left-- > 0 ? device.answer(request) : respond(request, { errorStatus: 16 })),
      options: { maxRows: 100, repetitions: 1 },
    })
    expect(result).toMatchObject({ ok: false, reason: 'refused' })
  })

  it('fails as malformed if the device answers no objects at all', async () => {
    const { result, asked } = await reading({ answer: (request) => respond(request, {}) })
    expect(result).toMatchObject({ ok: false, reason: 'malformed' })
    expect(asked.map(({ pdu }) => pdu.type)).toEqual(['bulk', 'next'])
  })
})

describe('a device out of order', () => {
  it('that repeats the same object for ever is left after one step, marked', async () => {
    const oid = Oid.parse(`${ENTRY}.6.1.1`)
    const { result, asked } = await reading({
      answer: (request) => respond(request, { varbinds: [{ oid, value: NUMBER(1) }] }),
      columns: COLUMNS.slice(0, 1),
      options: { maxRows: 100, repetitions: 1 },
    })
    expect(shape(result)).toEqual([['1.1', [0]]])
    expect(result).toMatchObject({ truncated: true, disordered: true })
    expect(asked).toHaveLength(3)
  })

  it('that goes round in a circle is left when it comes back, marked', async () => {
    const circle = ['1', '2', '3'].map((index) => Oid.parse(`${ENTRY}.6.${index}`))
    let at = 0
    const { result } = await reading({
      answer: (request) => {
        const oid = circle[at++ % 3] ?? Oid.parse('1.3')
        return respond(request, { varbinds: [{ oid, value: NUMBER(1) }] })
      },
      columns: COLUMNS.slice(0, 1),
    })
    expect(shape(result)).toEqual(['1', '2', '3'].map((index) => [index, [0]]))
    expect(result).toMatchObject({ truncated: true, disordered: true })
  })

  it('in GETBULK only is read by GETNEXT, whole and unmarked', async () => {
    const device = new FakeDevice(WHOLE)
    const { result, asked } = await reading({
      answer: (request) => {
        const { varbinds } = messageOf(device.answer(request)).pdu
        return respond(request, { varbinds: request.pdu.type === 'bulk' ? backwards(varbinds) : varbinds })
      },
    })
    expect(shape(result)).toEqual(['1.1', '1.2', '1.10'].map((index) => [index, [0, 1]]))
    expect(result).toMatchObject({ truncated: false, disordered: false })
    expect(asked.map(({ pdu }) => pdu.type)).toContain('next')
  })

  it('that answers GETBULK with an error is read by GETNEXT', async () => {
    const device = new FakeDevice(WHOLE)
    const { result } = await reading({
      answer: (request) =>
        request.pdu.type === 'bulk' ? respond(request, { errorStatus: 5 }) : device.answer(request),
    })
    expect(shape(result)).toHaveLength(3)
  })

  it('that begins again where its objects end is read whole and unmarked', async () => {
    const device = new FakeDevice({ '1.3.6.1.2.1.1.1.0': NUMBER(0), [`${ENTRY}.9.1`]: NUMBER(1) })
    const { result } = await reading({
      answer: (request) => {
        const answer = messageOf(device.answer(request)).pdu.varbinds
        const first = { oid: Oid.parse('1.3.6.1.2.1.1.1.0'), value: NUMBER(0) }
        return respond(request, { varbinds: answer.map((one) => (one.value.type === 'endOfMibView' ? first : one)) })
      },
      columns: COLUMNS.slice(1),
    })
    expect(shape(result)).toEqual([['1', [0]]])
    expect(result).toMatchObject({ truncated: false, disordered: false })
  })

  it('that never ends is cut at the row limit, marked, in a bounded number of requests', async () => {
    let n = 0
    const { result, asked } = await reading({
      answer: (request) => {
        const rows = request.pdu.type === 'bulk' ? request.pdu.maxRepetitions : 1
        const varbinds = Array.from({ length: rows }, () => ({ oid: Oid.parse(`${ENTRY}.6.${++n}`), value: NUMBER(n) }))
        return respond(request, { varbinds })
      },
      columns: COLUMNS.slice(0, 1),
    })
    expect(result).toMatchObject({ ok: true, truncated: true, disordered: false })
    expect(shape(result)).toHaveLength(100)
    expect(asked.length).toBeLessThan(10)
  })
})

describe('a table', () => {
  it('of no columns is empty and costs nothing', async () => {
    const { result, asked } = await reading({ answer: () => new Uint8Array(), columns: [] })
    expect(result).toMatchObject({ ok: true, truncated: false })
    expect(asked).toHaveLength(0)
  })

  it('that the device has not is empty', async () => {
    const { result, asked } = await reading({ answer: (request) => new FakeDevice({}).answer(request) })
    expect(shape(result)).toEqual([])
    expect(asked).toHaveLength(1)
  })

  it.each(['v1', 'v2c'] as const)('is read row by row, in the order of its indexes, on %s', async (version) => {
    const device = new FakeDevice(WHOLE)
    const { result, asked } = await reading({
      answer: (request) => device.answer(request),
      target: { ...TARGET, version },
    })
    expect(shape(result)).toEqual(['1.1', '1.2', '1.10'].map((index) => [index, [0, 1]]))
    expect(result).toMatchObject({ truncated: false, disordered: false })
    expect(asked).toHaveLength(version === 'v1' ? 4 : 1)
  })

  it('may have gaps in any column: each cell lands in its row, and rows stay in order', async () => {
    const device = new FakeDevice(holding({ 6: ['1.2', '1.3', '1.7'], 9: ['1.1', '1.3', '1.4', '1.10'] }))
    const { result } = await reading({
      answer: (request) => device.answer(request),
      options: { maxRows: 100, repetitions: 2 },
    })
    expect(shape(result)).toEqual([
      ['1.1', [1]],
      ['1.2', [0]],
      ['1.3', [0, 1]],
      ['1.4', [1]],
      ['1.7', [0]],
      ['1.10', [1]],
    ])
    const row = result.ok ? result.rows.get('1.3') : undefined
    expect(row?.get(1)?.value).toEqual(NUMBER(9))
  })

  it('with exactly as many rows as the limit is not called truncated', async () => {
    const device = new FakeDevice(WHOLE)
    const { result } = await reading({ answer: (request) => device.answer(request), options: { maxRows: 3 } })
    expect(result).toMatchObject({ ok: true, truncated: false })
    const cut = await reading({ answer: (request) => device.answer(request), options: { maxRows: 2 } })
    expect(shape(cut.result)).toHaveLength(2)
    expect(cut.result).toMatchObject({ truncated: true })
  })

  it('wider than one request is read in bands', async () => {
    const leaves = Array.from({ length: 45 }, (_, at) => at + 1)
    const device = new FakeDevice(holding(Object.fromEntries(leaves.map((leaf) => [leaf, ['1', '2']]))))
    const { result } = await reading({
      answer: (request) => device.answer(request),
      columns: leaves.map((leaf) => Oid.parse(`${ENTRY}.${leaf}`)),
    })
    expect(shape(result)).toEqual(['1', '2'].map((index) => [index, leaves.map((leaf) => leaf - 1)]))
  })
})
