import { describe, expect, it } from 'vitest'
import { dayIn, endOfDay } from './day.ts'

const at = (end: number | null): string => (end === null ? 'no zone' : new Date(end).toISOString())

describe('the end of a day where the customer is', () => {
  it('has no answer in a zone that does not exist', () => {
    expect(endOfDay('Middle/Earth', '2026-11-30')).toBeNull()
    expect(dayIn('Middle/Earth', 0)).toBeNull()
  })

  it('is midnight local time, in winter and in summer', () => {
    expect(at(endOfDay('Europe/Berlin', '2026-11-30'))).toBe('2026-11-30T23:00:00.000Z')
    expect(at(endOfDay('Europe/Berlin', '2026-06-30'))).toBe('2026-06-30T22:00:00.000Z')
    expect(at(endOfDay('UTC', '2026-12-31'))).toBe('2027-01-01T00:00:00.000Z')
  })

  it('is right on the days the clocks change', () => {
    expect(at(endOfDay('Europe/Berlin', '2026-03-28'))).toBe('2026-03-28T23:00:00.000Z')
    expect(at(endOfDay('Europe/Berlin', '2026-03-29'))).toBe('2026-03-29T22:00:00.000Z')
    expect(at(endOfDay('Europe/Berlin', '2026-10-25'))).toBe('2026-10-25T23:00:00.000Z')
    expect(at(endOfDay('America/St_Johns', '2026-11-01'))).toBe('2026-11-02T03:30:00.000Z')
  })

  it('names the day it is there', () => {
    expect(dayIn('Europe/Berlin', Date.UTC(2026, 10, 30, 23, 30))).toBe('2026-12-01')
    expect(dayIn('America/New_York', Date.UTC(2026, 10, 30, 23, 30))).toBe('2026-11-30')
  })
})
