import { describe, expect, it } from 'vitest'
import type { MeterRow } from '../api.ts'
import { metersCsv } from './csv.ts'

function rowOf(model: string, meters: Record<string, string>): MeterRow {
  const device = {
    id: '1',
    vendor: 'Acme',
    model,
    serial: 'A1',
    address: '192.0.2.1',
    hostName: null,
    customer: { id: '2', name: 'Müller' },
    site: { id: '3', name: 'Bonn' },
  }
  return { device, way: 'exact', readAt: '2026-11-30T22:00:00.000Z', meters }
}

describe('the meter list as a file', () => {
  it('never lets a device name become a formula', () => {
    for (const name of ['=1+1', '+1', '-x', '@SUM(A1)', '\t=1'])
      expect(metersCsv([rowOf(name, {})], 'en')).toContain(`'${name}`)
  })

  it('says of meters that a corrected profile made of older answers when that was', () => {
    const row: MeterRow = { ...rowOf('x', {}), rereadAt: '2026-12-01T08:00:00.000Z' }
    expect(metersCsv([row], 'en')).toContain('exact (interpreted again 2026-12-01T08:00:00.000Z)')
    expect(metersCsv([row], 'de')).toContain('genau (neu ausgewertet 2026-12-01T08:00:00.000Z)')
  })

  it('names the meters that may not simply be billed', () => {
    const meters = { 'total.full.all.all/impressions': '1', 'total.all.all.all/impressions': '3', b: '0' }
    const doubts = {
      'total.full.all.all/impressions': 'unproved',
      'total.all.all.all/impressions': 'unproved',
      b: 'disputed',
    } as const
    const [heading, line] = metersCsv([{ ...rowOf('M', meters), doubts }], 'en')
      .split('\r\n')
      .map((text) => text.split(','))
    const of = (title: string) => line?.[heading?.indexOf(title) ?? -1]
    expect(of('Not for billing')).toBe('total.all.all.all/impressions total.full.all.all/impressions')
    expect(of('Disputed')).toBe('b')
    expect(metersCsv([rowOf('M', meters)], 'de')).toContain('Nicht abrechnen;Strittig')
  })

  it('quotes what would break a line', () => {
    const text = metersCsv([rowOf('a"b\nc;d', {})], 'de')
    expect(text).toContain('"a""b\nc;d"')
  })

  it('keeps meters past 2^53 exact and leaves cells empty where a device has no such meter', () => {
    const text = metersCsv(
      [rowOf('M1', { 'total.all.all.all/impressions': '9007199254740993' }), rowOf('M2', { b: '0' })],
      'de',
    )
    const [heading, first, second] = text.split('\r\n').map((line) => line.split(';'))
    const total = heading?.indexOf('total.all.all.all/impressions') ?? -1
    const other = heading?.indexOf('b') ?? -1
    expect([first?.[total], second?.[total]]).toEqual(['9007199254740993', ''])
    expect([first?.[other], second?.[other]]).toEqual(['', '0'])
  })

  it('begins with a byte order mark and a heading in the language asked', () => {
    expect(metersCsv([], 'de').startsWith('\uFEFFKunde;Standort;')).toBe(true)
    expect(metersCsv([], 'en').startsWith('\uFEFFCustomer,Site,')).toBe(true)
  })
})
