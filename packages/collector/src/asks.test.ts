import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Ask, type AskLimits, nameBefore, packAsks, type Run } from './asks.ts'

const SCALAR = '1.3.6.1.4.1.99999.7.1'
const LIMITS: AskLimits = { batch: 22, cells: 42, octets: 1_250, bulk: true, once: false }

/** A column of so many cells, all of them wanted. */
function run(column: number, length: number, ends: boolean): Run {
  const root = `1.3.6.1.4.1.99999.7.2.${column}`
  const cells = Array.from({ length }, (_, row) => `${root}.${row + 1}`)
  return { after: root, cells, ...(ends ? { ends: root } : {}) }
}

const wantedBy = (asks: readonly Ask[]): readonly string[] =>
  asks.flatMap((ask) => (ask.by === 'get' ? ask.objects : [...ask.once, ...ask.runs.flatMap(({ cells }) => cells)]))

const endsOf = (asks: readonly Ask[]): readonly string[] =>
  asks.flatMap((ask) => (ask.by === 'get' ? [] : ask.runs.flatMap(({ ends }) => ends ?? [])))

describe('packing questions', () => {
  it('asks nothing where nothing is wanted', () => {
    expect(packAsks([], [], LIMITS)).toEqual([])
  })

  it('asks for a long column under few names, and for single objects in the first question', () => {
    const [first, ...others] = packAsks([`${SCALAR}.0`], [run(1, 12, false), run(2, 12, false)], LIMITS)
    expect(first).toMatchObject({ by: 'get', objects: [`${SCALAR}.0`] })
    expect(others).toMatchObject([{ by: 'bulk' }])
  })

  it('asks for single objects and runs in one question where the device takes that, by the name before each object', () => {
    const asks = packAsks([`${SCALAR}.0`], [run(1, 12, false), run(2, 12, false)], { ...LIMITS, once: true })
    expect(asks).toMatchObject([{ by: 'bulk', once: [`${SCALAR}.0`], repetitions: 12 }])
    expect(nameBefore('1.3.6.1.2.1.1.3.0')).toBe('1.3.6.1.2.1.1.3')
    expect(nameBefore('1.3.6.1.2.1.43.5.1.1.17.1')).toBe('1.3.6.1.2.1.43.5.1.1.17.0')
    expect(nameBefore('1.3.6.1.2.1.43.5.1.1.17.10')).toBe('1.3.6.1.2.1.43.5.1.1.17.9')
  })

  it('begins another question where an answer would grow too long', () => {
    const scalars = Array.from({ length: 20 }, (_, at) => `${SCALAR}.${at + 1}.0`)
    expect(packAsks(scalars, [], LIMITS)).toHaveLength(1)
    expect(packAsks(scalars, [], { ...LIMITS, octets: 200 })).toHaveLength(3)
  })

  it('asks one row at a time where GETBULK is not served', () => {
    for (const ask of packAsks([], [run(1, 12, true)], { ...LIMITS, bulk: false }))
      if (ask.by === 'bulk') expect(ask.repetitions).toBe(1)
  })

  it('asks for every object once and every end once, within what a device takes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), { maxLength: 8 }),
        fc.record({
          batch: fc.integer({ min: 1, max: 22 }),
          cells: fc.integer({ min: 1, max: 60 }),
          octets: fc.integer({ min: 1, max: 2_000 }),
          bulk: fc.boolean(),
          once: fc.boolean(),
        }),
        (singles, columns, limits) => {
          const scalars = Array.from({ length: singles }, (_, at) => `${SCALAR}.${at + 1}.0`)
          const runs = columns
            .map(([length, ends], at) => run(at + 1, length, ends))
            .filter(({ cells, ends }) => cells.length > 0 || ends !== undefined)
          const asks = packAsks(scalars, runs, limits)
          const asked = wantedBy(asks)
          expect([...asked].sort()).toEqual([...scalars, ...runs.flatMap(({ cells }) => cells)].sort())
          expect([...endsOf(asks)].sort()).toEqual(runs.flatMap(({ ends }) => ends ?? []).sort())
          for (const ask of asks) {
            if (ask.by === 'get') expect(ask.objects.length).toBeLessThanOrEqual(limits.batch)
            else {
              expect(ask.once.length + ask.runs.length).toBeLessThanOrEqual(limits.batch)
              if (!limits.once) expect(ask.once).toEqual([])
              const room = ask.once.length + ask.runs.length * ask.repetitions
              if (ask.once.length + ask.runs.length > 1) expect(room).toBeLessThanOrEqual(limits.cells)
              for (const { cells, ends } of ask.runs) {
                // An end is seen behind the last cell, so there must be room for it.
                const rows = cells.length + (ends === undefined ? 0 : 1)
                expect(rows).toBeLessThanOrEqual(ask.repetitions)
              }
            }
          }
        },
      ),
    )
  })

  it('goes on in a run where the stretch before it ended', () => {
    for (const ask of packAsks([], [run(1, 30, true)], LIMITS)) {
      if (ask.by === 'get') continue
      for (const { after, cells } of ask.runs) {
        const from = Number(cells[0]?.split('.').at(-1) ?? 31) - 1
        expect(after).toBe(`1.3.6.1.4.1.99999.7.2.1${from === 0 ? '' : `.${from}`}`)
      }
    }
  })
})
