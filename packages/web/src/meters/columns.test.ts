import type { MeterRow } from '@platen/central/api'
import { describe, expect, it } from 'vitest'
import { dayIn, lastMonthEnd, meterColumns } from './columns.ts'

const device = {
  id: '1',
  vendor: null,
  model: null,
  serial: null,
  address: '10.0.0.1',
  hostName: null,
  customer: { id: 'c', name: 'C' },
  site: { id: 's', name: 'S' },
}
const row = (...keys: string[]): MeterRow => ({
  device,
  way: 'exact',
  readAt: '2026-11-20T12:00:00.000Z',
  meters: Object.fromEntries(keys.map((key) => [key, '1'])),
})

describe('columns of the meter list', () => {
  it('are none where no row has a meter', () => {
    expect(meterColumns([row(), row()], 'main')).toEqual([])
  })

  it('hold each meter once, totals first, and only the main ones unless all are wanted', () => {
    const rows = [
      row('copy.all.all.all/impressions', 'total.all.all.all/impressions', 'print.full.A4.all/impressions'),
      row(
        'total.all.all.all/impressions',
        'total.mono.all.all/impressions',
        'total.all.large.all/impressions',
        'total.all.all.duplex/sheets',
      ),
    ]
    expect(meterColumns(rows, 'main')).toEqual([
      'total.all.all.all/impressions',
      'total.all.large.all/impressions',
      'total.mono.all.all/impressions',
      'copy.all.all.all/impressions',
    ])
    expect(meterColumns(rows, 'all')).toHaveLength(6)
  })
})

describe('days', () => {
  it('end the month before, over the year and in leap years', () => {
    expect(['2026-11-20', '2026-01-01', '2028-03-31'].map(lastMonthEnd)).toEqual([
      '2026-10-31',
      '2025-12-31',
      '2028-02-29',
    ])
  })

  it('follow the clock of the zone', () => {
    const at = Date.parse('2026-03-29T22:30:00Z')
    expect([dayIn('Europe/Berlin', at), dayIn('UTC', at)]).toEqual(['2026-03-30', '2026-03-29'])
  })
})
