import { askedIn, type ReadKind } from '@platen/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutShort, makeReading, toner, totalMeter } from '../testing/rig.ts'
import { columnsOf } from './columns.ts'
import { type Arrival, fold, type Known } from './fold.ts'
import { type Section, sections } from './sections.ts'

const day = 86_400_000
const start = Date.parse('2026-09-20T00:00:00.000Z')

interface Own {
  readonly day: number
  readonly total: number
  readonly left: number
  readonly jam: boolean
  readonly silent: readonly string[]
  /** Of a table that was cut in the middle something is there. */
  readonly half: boolean
}

function arrivalOf(place: number, own: Own): Arrival {
  const at = start + own.day * day
  const alerts = own.jam
    ? [{ group: 8, groupIndex: 1, code: 8, severity: 'critical' as const, training: 3, location: 1, text: 'Jam' }]
    : []
  const whole = makeReading({
    at: new Date(at).toISOString(),
    id: place.toString(16).padStart(32, '0'),
    meters: [totalMeter(BigInt(own.total))],
    supplies: [toner(own.left)],
    status: { device: own.jam ? 'down' : 'idle', errors: [], alerts },
  })
  const { misses, ...cut } = cutShort(whole, ...own.silent)
  const reading = { ...(own.half ? whole : cut), misses }
  return { reading, columns: columnsOf(reading), at, envelope: 1n, item: place }
}

const tables = ['objects 1 to 4', 'device', 'network', 'marker', 'supplies', 'inputs', 'alerts']
const history = fc
  .array(
    fc.record({
      day: fc.nat(60),
      total: fc.nat(2000),
      left: fc.nat(3),
      jam: fc.boolean(),
      silent: fc.oneof(fc.constant([]), fc.subarray(tables)),
      half: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((all) => all.map((own, place) => arrivalOf(place, own)))
const plain = (own: Partial<Own> & { readonly day: number }): Own => ({
  total: 5,
  left: 1,
  jam: false,
  silent: [],
  half: false,
  ...own,
})

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

function columnsIn(section: Section, { columns }: Arrival): unknown {
  if (section === 'meters') return [columns.meterLayout.hash, columns.meters]
  if (section === 'supplies') return [columns.supplyLayout.hash, columns.levels]
  return section === 'status' ? [columns.status, columns.errors] : columns.alerts
}

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

  it('loses no value: as of any moment the last row that read a section says what the last such reading said', () => {
    fc.assert(
      fc.property(history, (arrivals) => {
        const { rows } = fold(null, arrivals)
        for (const { at } of arrivals) {
          for (const section of sections.filter((one) => one !== 'identity' && one !== 'inputs')) {
            const reads = (arrival: Arrival) => arrival.at <= at && arrival.columns.standings[section] === 2
            const upTo = arrivals.filter(reads).sort((a, b) => a.at - b.at || (a.reading.id < b.reading.id ? -1 : 1))
            const row = rows.filter(({ arrival }) => reads(arrival)).at(-1)
            const [said, stored] = [upTo.at(-1), row?.arrival]
            if (said === undefined) expect(stored).toBeUndefined()
            else expect(stored === undefined ? null : columnsIn(section, stored)).toEqual(columnsIn(section, said))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps of each section the newest reading that read it, with its own moment', () => {
    fc.assert(
      fc.property(history, (arrivals) => {
        const { known } = foldOneByOne(arrivals)
        for (const section of sections) {
          const best = Math.max(...arrivals.map(({ columns }) => columns.standings[section]))
          const newest = arrivals
            .filter(({ columns }) => columns.standings[section] === best)
            .sort((a, b) => a.at - b.at || (a.reading.id < b.reading.id ? -1 : 1))
            .at(-1)
          expect(known?.sources[section]).toEqual({ at: newest?.at, id: newest?.reading.id, standing: best })
        }
      }),
    )
  })

  it('leaves what a visit did not ask for as it stood, in any order of arrival', () => {
    const visited = (place: number, kind: ReadKind): Arrival => {
      const { reading, ...rest } = arrivalOf(
        place,
        plain({ day: place, total: 100 + place, left: place, jam: place > 2 }),
      )
      const asked = askedIn[kind]
      const said = {
        ...reading,
        meters: asked.includes('meters') ? reading.meters : [],
        supplies: asked.includes('supplies') ? reading.supplies : [],
        status: asked.includes('status') ? reading.status : { device: 'unknown' as const, errors: [], alerts: [] },
        visit: { kind, keptAt: reading.at, kept: [] },
      }
      return { ...rest, reading: said, columns: columnsOf(said) }
    }
    const sourcesAfter = (...kinds: readonly ReadKind[]) => {
      const arrivals = kinds.map((kind, place) => visited(place, kind))
      const backwards = foldOneByOne(arrivals.toReversed()).known
      const known = foldOneByOne(arrivals).known
      expect(content(backwards)).toEqual(content(known))
      expect(fold(null, arrivals).events).toEqual([])
      return {
        of: sections.map((section) => Number(known?.sources[section].id)),
        meters: known?.meters,
        levels: known?.levels,
        status: known?.status,
        alerts: known?.alerts.length,
      }
    }
    // identity, meters, supplies, inputs, status, alerts
    const first = { meters: [100n], levels: [0], status: 'idle', alerts: 0 }
    expect(sourcesAfter('full', 'meters')).toEqual({ ...first, of: [1, 1, 0, 0, 0, 0], meters: [101n] })
    expect(sourcesAfter('full', 'status')).toEqual({ ...first, of: [1, 0, 0, 0, 1, 1] })
    expect(sourcesAfter('full', 'supplies')).toEqual({ ...first, of: [1, 0, 1, 1, 1, 1], levels: [1] })
    expect(sourcesAfter('full', 'meters', 'supplies', 'status')).toEqual({
      of: [3, 1, 2, 2, 3, 3],
      meters: [101n],
      levels: [2],
      status: 'down',
      alerts: 1,
    })
    expect(sourcesAfter('full', 'status', 'meters', 'steady')).toMatchObject({ of: [3, 3, 3, 3, 3, 3], meters: [103n] })
  })

  it('judges no meter of a reading that was cut short, and the next whole one against the last whole one', () => {
    const at = (place: number, own: Partial<Own>) => arrivalOf(place, plain({ day: place, ...own }))
    const { events, rows } = fold(null, [
      at(0, { total: 900 }),
      at(1, { total: 3, silent: ['objects 1 to 4'], half: true }),
      at(2, { silent: ['marker'] }),
      at(3, { total: 800 }),
    ])
    expect(events.map(({ kind, beforeAt, before, after }) => [kind, beforeAt, before, after])).toEqual([
      ['restarted', start, 900n, 800n],
    ])
    expect(rows.map(({ arrival, beforeSeen }) => [arrival.item, beforeSeen])).toEqual([
      [0, null],
      [3, start],
    ])
  })

  it('stores no row for a reading that says the same, but one for the first of each month', () => {
    const same = (place: number, days: number) => arrivalOf(place, plain({ day: days }))
    const { rows, state } = fold(null, [same(0, 0), same(1, 1), same(2, 10), same(3, 11), same(4, 12)])
    expect(rows.map(({ arrival }) => arrival.item)).toEqual([0, 3])
    expect(rows.map(({ beforeSeen }) => beforeSeen)).toEqual([null, start + 10 * day])
    expect(state?.known.at).toBe(start + 12 * day)
  })

  it('changes nothing when a reading comes again', () => {
    const arrival = arrivalOf(0, plain({ day: 0 }))
    const known = fold(null, [arrival]).state?.known ?? null
    expect(fold(known, [arrival]).state).toBeNull()
  })
})
