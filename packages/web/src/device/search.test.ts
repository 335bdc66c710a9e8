import { describe, expect, it } from 'vitest'
import { deviceSearchDefaults, deviceSearchOf } from './search.ts'

describe('the address of a device page', () => {
  it('falls back to the defaults where it says nonsense', () => {
    expect(deviceSearchOf({ span: '7', form: 'pie', meter: 5 })).toEqual(deviceSearchDefaults)
    expect(deviceSearchOf({ meter: 'x'.repeat(121) })).toEqual(deviceSearchDefaults)
  })

  it('names the meter, the span and the form', () => {
    expect(deviceSearchOf({ meter: 'scan.all.all.all/impressions', span: 'all', form: 'table' })).toEqual({
      meter: 'scan.all.all.all/impressions',
      span: 'all',
      form: 'table',
    })
  })
})
