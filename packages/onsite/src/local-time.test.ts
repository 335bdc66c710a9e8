import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closingsAround, isOpen, opensAt, type Zone, zoneOf } from './local-time.ts'

function zone(name: string): Zone {
  const found = zoneOf(name)
  if (found === null) throw new Error(`no ${name}`)
  return found
}
const vienna = zone('Europe/Vienna')
const at = (text: string) => Date.parse(text)
const iso = (moment: number) => new Date(moment).toISOString()
const office = { days: [1, 2, 3, 4, 5], from: '07:00', to: '19:30' }
const night = { days: [5], from: '22:00', to: '02:00' }

describe('a time zone', () => {
  it('that is not known is none, whatever its name looks like', () => {
    for (const name of ['Middle/Earth', '', '../../etc/passwd', 'UTC+99']) expect(zoneOf(name)).toBe(null)
  })

  it('UTC is what the tables say it is', () => {
    const [utc, byTables] = [zone('UTC'), zone('Etc/UTC')]
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2100, 0) }), (moment) => {
        expect(utc.local(moment)).toEqual(byTables.local(moment))
      }),
    )
  })

  it('shows the moment that it gives for a minute of a day, but for minutes a clock change leaves out', () => {
    const zones = ['Europe/Vienna', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC']
    fc.assert(
      fc.property(
        fc.constantFrom(...zones.map(zone)),
        fc.integer({ min: 2020, max: 2040 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 28 }),
        fc.integer({ min: 0, max: 1439 }),
        (one, year, month, day, minute) => {
          const moment = one.moment(year, month, day, minute)
          const shown = one.local(moment)
          const late = (shown.day === day ? shown.minute : shown.minute + 1440) - minute
          expect(late === 0 || (late > 0 && late <= 60 && one.local(moment - 60_000 * late).minute !== minute)).toBe(
            true,
          )
        },
      ),
    )
  })

  it('has a night without half past two and one in which it comes twice', () => {
    expect(iso(vienna.moment(2026, 3, 29, 150))).toBe('2026-03-29T01:30:00.000Z')
    expect(vienna.local(at('2026-03-29T01:30:00Z'))).toMatchObject({ minute: 210 })
    expect(iso(vienna.moment(2026, 10, 25, 150))).toBe('2026-10-25T00:30:00.000Z')
  })
})

describe('working hours', () => {
  it('open and close where the site is, in summer and in winter', () => {
    expect(isOpen(office, vienna, at('2026-11-25T05:59:59Z'))).toBe(false)
    expect(isOpen(office, vienna, at('2026-11-25T06:00:00Z'))).toBe(true)
    expect(isOpen(office, vienna, at('2026-07-01T05:00:00Z'))).toBe(true)
    expect(isOpen(office, vienna, at('2026-11-25T18:30:00Z'))).toBe(false)
    expect(isOpen(office, vienna, at('2026-11-28T12:00:00Z'))).toBe(false)
    expect(isOpen(null, vienna, at('2026-11-28T12:00:00Z'))).toBe(true)
  })

  it('over midnight belong to the day they begin on', () => {
    expect(isOpen(night, vienna, at('2026-11-27T21:30:00Z'))).toBe(true)
    expect(isOpen(night, vienna, at('2026-11-28T00:30:00Z'))).toBe(true)
    expect(isOpen(night, vienna, at('2026-11-28T01:00:00Z'))).toBe(false)
    expect(isOpen(night, vienna, at('2026-11-26T21:30:00Z'))).toBe(false)
  })

  it('are waited for until they are open, over week-ends and clock changes', () => {
    expect(iso(opensAt(office, vienna, at('2026-11-27T20:00:00Z')))).toBe('2026-11-30T06:00:00.000Z')
    expect(iso(opensAt(office, vienna, at('2026-03-28T12:00:00Z')))).toBe('2026-03-30T05:00:00.000Z')
    expect(iso(opensAt(night, vienna, at('2026-11-28T01:00:00Z')))).toBe('2026-12-04T21:00:00.000Z')
    const open = at('2026-11-25T10:00:00Z')
    expect(opensAt(office, vienna, open)).toBe(open)
    fc.assert(
      fc.property(fc.integer({ min: at('2026-01-01'), max: at('2028-01-01') }), (moment) => {
        const opens = opensAt(office, vienna, moment)
        expect(opens).toBeGreaterThanOrEqual(moment)
        expect(isOpen(office, vienna, opens)).toBe(true)
        expect(opens - moment).toBeLessThan(63 * 3_600_000)
      }),
    )
  })
})

describe('closings', () => {
  it('come on their day of every month, or on its last one', () => {
    const closing = { day: 31, at: '23:45' }
    const around = closingsAround(closing, vienna, at('2026-02-10T00:00:00Z'))
    expect([iso(around?.last ?? 0), iso(around?.next ?? 0)]).toEqual([
      '2026-01-31T22:45:00.000Z',
      '2026-02-28T22:45:00.000Z',
    ])
    expect(iso(closingsAround(closing, vienna, at('2028-02-29T22:44:59Z'))?.next ?? 0)).toBe('2028-02-29T22:45:00.000Z')
    expect(iso(closingsAround(closing, vienna, at('2028-02-29T22:45:00Z'))?.last ?? 0)).toBe('2028-02-29T22:45:00.000Z')
    expect(iso(closingsAround({ day: 1, at: '00:00' }, vienna, at('2026-12-31T23:30:00Z'))?.last ?? 0)).toBe(
      '2026-12-31T23:00:00.000Z',
    )
    expect(closingsAround(null, vienna, 0)).toBe(null)
  })
})
