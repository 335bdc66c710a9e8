import { describe, expect, it } from 'vitest'
import { createFormat, localeFor } from './format.ts'

const de = createFormat('de-DE', 'Europe/Berlin')
const en = createFormat('en-GB', 'Europe/Berlin')
const now = Date.parse('2026-11-20T12:00:00Z')

describe('numbers and dates for people', () => {
  it('keep every digit of a meter past 2^53', () => {
    expect(de.decimal('9007199254740993')).toBe('9.007.199.254.740.993')
    expect(en.decimal('18446744073709551615')).toBe('18,446,744,073,709,551,615')
    expect(en.difference('9007199254740993', '9007199254740992')).toBe('+1')
    expect(en.difference('5', '439')).toBe('-434')
  })

  it('do not let a little read as nothing', () => {
    expect(de.percent(0.4)).toBe('0,4\u00a0%')
    expect(en.percent(0)).toBe('0%')
    expect(en.percent(63.4)).toBe('63%')
  })

  it('say how long ago in the unit that fits', () => {
    const ago = (seconds: number) => en.ago(new Date(now - seconds * 1000).toISOString(), now)
    expect([ago(-3), ago(10), ago(300), ago(7_300), ago(86_400), ago(12 * 86_400), ago(100 * 86_400)]).toEqual([
      'now',
      'now',
      '5 minutes ago',
      '2 hours ago',
      'yesterday',
      '12 days ago',
      '3 months ago',
    ])
    expect(de.ago(new Date(now - 300_000).toISOString(), now)).toBe('vor 5 Minuten')
  })

  it('write a calendar day as that day, and a moment by the zone', () => {
    expect(de.date('2026-03-29')).toBe('29.03.2026')
    expect(createFormat('en-GB', 'America/Los_Angeles').date('2026-03-29')).toBe('29 Mar 2026')
    expect(de.moment('2026-03-29T23:30:00.000Z')).toBe('30.03.2026, 01:30')
  })

  it('write spans in at most two units', () => {
    expect([0, 59, 61, 7_384, 90_061].map((seconds) => en.span(seconds))).toEqual([
      '0 secs',
      '59 secs',
      '1 min 1 sec',
      '2 hrs 3 mins',
      '1 day 1 hr',
    ])
  })

  it('write micrometres as millimetres', () => {
    expect(de.millimetres(279_400)).toBe('279,4 mm')
    expect(en.millimetres(297_000)).toBe('297 mm')
  })

  it('take the region from the browser where it speaks the language', () => {
    expect(localeFor('de', ['en-US', 'de-AT', 'de'])).toBe('de-AT')
    expect(localeFor('en', ['de-DE'])).toBe('en-GB')
  })
})
