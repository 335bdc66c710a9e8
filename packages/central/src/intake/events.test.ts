import { describe, expect, it } from 'vitest'
import { eventsBetween, type MetersAt } from './events.ts'

const hour = 3_600_000
const meters = (at: number, value: bigint, mac: string | null = '02:00:5e:10:00:01'): MetersAt => ({
  at,
  keys: ['total.all.all.all/impressions'],
  meters: [value],
  mac,
})
const kinds = (before: MetersAt, after: MetersAt) => eventsBetween(before, after).map(({ kind }) => kind)

describe('what a lifetime counter should not do', () => {
  it('says nothing of counters that stand or grow as printers can', () => {
    expect(kinds(meters(0, 5n), meters(hour, 5n))).toEqual([])
    expect(kinds(meters(0, 5n), meters(hour, 250_000n))).toEqual([])
  })

  it('keeps both sides of a counter that went back, and never a negative number', () => {
    expect(eventsBetween(meters(0, 900n), meters(hour, 3n))).toEqual([
      { meter: 'total.all.all.all/impressions', kind: 'restarted', at: hour, beforeAt: 0, before: 900n, after: 3n },
    ])
  })

  it('tells a replaced board from a restarted counter by its MAC', () => {
    expect(kinds(meters(0, 900n), meters(hour, 3n, '02:00:5e:10:00:02'))).toEqual(['replaced'])
    expect(kinds(meters(0, 900n), meters(hour, 3n, null))).toEqual(['restarted'])
  })

  it('calls more than any engine prints implausible, exactly past 2^53 too', () => {
    expect(kinds(meters(0, 0n), meters(hour, 310_001n))).toEqual(['implausible'])
    expect(kinds(meters(0, 2n ** 53n), meters(hour, 2n ** 53n - 1n))).toEqual(['restarted'])
  })

  it('judges only meters that both readings have', () => {
    expect(kinds({ ...meters(0, 900n), keys: ['copy.all.all.all/impressions'] }, meters(hour, 3n))).toEqual([])
  })
})
