import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeReading, toner, totalMeter } from '../testing/rig.ts'
import { columnsOf } from './columns.ts'
import { type Arrival, fold, type Known } from './fold.ts'

const day = 86_400_000
const start = Date.parse('2026-09-20T00:00:00.000Z')

function arrivalOf(place: number, own: { day: number; total: number; left: number; jam: boolean }): Arrival {
  const at = start + own.day * day
  const alerts = own.jam
    ? [{ group: 8, groupIndex: 1, code: 8, severity: 'critical' as const, training: 3, location: 1, text: 'Jam' }]
    : []
  const reading = makeReading({
    at: new Date(at).toISOString(),
    id: place.toString(16).padStart(32, '0'),
    meters: [totalMeter(BigInt(own.total))],
    supplies: [toner(own.left)],
    status: { device: own.jam ? 'down' : 'idle', errors: [], alerts },
  })
  return { reading, columns: columnsOf(reading), at, envelope: 1n, item: place }
}

const history = fc
  .array(fc.record({ day: fc.nat(60), total: fc.nat(2000), left: fc.nat(3), jam: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((all) => all.map((own, place) => arrivalOf(place, own)))

/** Folds one at a time, as deliveries come. */
function foldOneByOne(arrivals: readonly Arrival[]) {
  let known: Known | null = null
  const rows: Arrival[] = []
  for (const arrival of arrivals) {
    const folded = fold(known, [arrival])
    known = folded.state?.known ?? known
    rows.push(...folded.rows.map((row) => row.arrival))
  }
  return { known, rows }
}

const content = (known: Known | null) => ({ ...known, storedAt: null })

describe('the fold of readings into a state', () => {
  it('does not depend on the order in which readings come, one by one or together', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (arrivals, dice) => {
        const shuffled = arrivals
          .map((arrival) => ({ arrival, key: dice.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ arrival }) => arrival)
        const together = fold(null, arrivals)
        expect(fold(null, shuffled)).toEqual(together)
        expect(content(foldOneByOne(shuffled).known)).toEqual(content(together.state?.known ?? null))
      }),
    )
  })

  it('loses no value: as of any moment the last row says what the last reading said', () => {
    fc.assert(
      fc.property(history, (arrivals) => {
        const { rows } = fold(null, arrivals)
        for (const { at } of arrivals) {
          const upTo = arrivals
            .filter((one) => one.at <= at)
            .sort((a, b) => a.at - b.at || (a.reading.id < b.reading.id ? -1 : 1))
          const row = rows.filter(({ arrival }) => arrival.at <= at).at(-1)
          expect(row?.arrival.columns).toEqual(upTo.at(-1)?.columns)
        }
      }),
    )
  })

  it('stores no row for a reading that says the same, but one for the first of each month', () => {
    const same = (place: number, days: number) => arrivalOf(place, { day: days, total: 5, left: 1, jam: false })
    const { rows, state } = fold(null, [same(0, 0), same(1, 1), same(2, 10), same(3, 11), same(4, 12)])
    expect(rows.map(({ arrival }) => arrival.item)).toEqual([0, 3])
    expect(rows.map(({ beforeSeen }) => beforeSeen)).toEqual([null, start + 10 * day])
    expect(state?.known.at).toBe(start + 12 * day)
  })

  it('changes nothing when a reading comes again', () => {
    const arrival = arrivalOf(0, { day: 0, total: 5, left: 1, jam: false })
    const known = fold(null, [arrival]).state?.known ?? null
    expect(fold(known, [arrival]).state).toBeNull()
  })
})
