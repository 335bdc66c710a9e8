import { Oid, type Session, type Varbind } from '@platen/snmp'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TablePlan } from './plan.ts'
import { entriesOf } from './segments.ts'
import { RecordedSession, SilentSession } from './testing/recorded-session.ts'
import { walkTables } from './walk.ts'

const ONE = '1.3.6.1.4.1.99999.7.2'
const OTHER = '1.3.6.1.4.1.99999.7.4.1'

function planOfTable(name: string, columns: readonly string[], rows = 40): TablePlan {
  const oids = columns.map((column) => Oid.parse(column))
  return { name, columns: oids, entries: entriesOf(oids), rows, cells: 42 }
}

const tables = [
  planOfTable('one', [`${ONE}.2`, `${ONE}.3`, `${ONE}.5`, `${OTHER}.1`]),
  planOfTable('two', [`${OTHER}.4`, `${OTHER}.5`]),
]
const columns = tables.flatMap((table) => table.columns.map(({ text }) => text))

function deviceOf(objects: Iterable<string>): RecordedSession {
  const rows = [...objects].map(
    (object, at): Varbind => ({ oid: Oid.parse(object), value: { type: 'integer', value: at } }),
  )
  return new RecordedSession(rows.sort((one, other) => one.oid.compare(other.oid)))
}

async function walked(session: Session, plans: readonly TablePlan[] = tables) {
  const { read, left, bulk } = await walkTables(session, plans, { batch: 22, cells: 42, heard: () => true })
  const got = [...read.values()].flat().map(({ oid }) => oid.text)
  return { got: new Set(got), twice: got.length - new Set(got).size, left: left.map(({ name }) => name), bulk }
}

describe('walking tables', () => {
  it('leaves a table to others that has more rows than are wanted, and reads the rest', async () => {
    const many = Array.from({ length: 60 }, (_, at) => `${ONE}.3.${at + 1}`)
    const { left, got } = await walked(deviceOf([...many, `${OTHER}.4.1`, `${OTHER}.5.1`]))
    expect(left).toEqual(['one'])
    expect([...got].sort()).toEqual([`${OTHER}.4.1`, `${OTHER}.5.1`])
  })

  it('leaves everything to others where GETBULK brings one row, or nothing, or no answer', async () => {
    const inner = deviceOf([`${ONE}.2.1`, `${ONE}.2.2`, `${OTHER}.4.1`])
    const face = { address: inner.address, cost: inner.cost, get: inner.get.bind(inner), next: inner.next.bind(inner) }
    const slow = await walked({ ...face, bulk: (names) => inner.next(names) })
    expect(slow).toMatchObject({ left: ['one', 'two'], bulk: false })
    expect(await walked({ ...face, bulk: async () => ({ ok: true, varbinds: [] }) })).toMatchObject({
      left: ['one', 'two'],
    })
    expect((await walked(new SilentSession())).left).toEqual(['one', 'two'])
  })

  it('leaves a table to others whose names do not rise', async () => {
    const inner = deviceOf([`${ONE}.2.1`, `${ONE}.2.2`, `${ONE}.2.3`, `${OTHER}.4.1`])
    const lying: Session = {
      address: inner.address,
      cost: inner.cost,
      get: inner.get.bind(inner),
      next: inner.next.bind(inner),
      bulk: async (names, repetitions) => {
        const outcome = await inner.bulk(names, repetitions)
        if (!outcome.ok) return outcome
        // The third row of the first column repeats the second.
        const again = outcome.varbinds.map((varbind) =>
          varbind.oid.text === `${ONE}.2.3` ? { ...varbind, oid: Oid.parse(`${ONE}.2.2`) } : varbind,
        )
        return { ok: true, varbinds: again }
      },
    }
    expect((await walked(lying)).left).toEqual(['one'])
  })

  it('proves an empty entry by one answer', async () => {
    const session = deviceOf(['1.3.6.1.4.1.99999.9.0'])
    expect(await walked(session)).toMatchObject({ left: [], twice: 0 })
    expect(session.cost.requests).toBe(1)
  })

  it('gets every cell once, whatever rows the columns have', async () => {
    const cells = columns.flatMap((column) => Array.from({ length: 30 }, (_, row) => `${column}.${row + 1}`))
    // What lies between and behind, and must not be kept.
    const others = [`${ONE}.1.1`, `${ONE}.4.1`, `${ONE}.6.7`, `${OTHER}.2.1`, `${OTHER}.6.1`, '1.3.6.1.4.1.99999.8.0']
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(cells, { minLength: 0 }),
        fc.subarray(others),
        fc.integer({ min: 0, max: 30 }),
        async (some, between, dense) => {
          // Whole rows at the front, gaps behind them: what devices have, and what they should not have.
          const whole = cells.filter((cell) => Number(cell.slice(cell.lastIndexOf('.') + 1)) <= dense)
          const wanted = new Set([...whole, ...some])
          const { got, twice, left } = await walked(deviceOf([...wanted, ...between]))
          expect(left).toEqual([])
          expect(twice).toBe(0)
          expect(got).toEqual(wanted)
        },
      ),
      { numRuns: 150 },
    )
  })
})
