import type { MeterName } from '@platen/model'
import { describe, expect, it } from 'vitest'
import { foldMeters } from './fold.ts'

const total: MeterName = { unit: 'impressions', work: 'total', colour: 'all', size: 'all', sides: 'all' }
const of = (...names: string[]) => names.map((size) => ({ ...total, size }))

describe('folding the meters of a device', () => {
  it('folds nothing away where only a few media are counted', () => {
    const meters = of('all', 'A3', 'A4', 'Letter')
    expect(foldMeters(meters)).toEqual({ shown: meters, folded: [] })
  })

  it('folds single media, keeps totals and size classes in sight, and loses none', () => {
    const { shown, folded } = foldMeters(of('all', 'small', 'A3', 'A4', 'large', 'A5', 'Letter'))
    expect(shown.map(({ size }) => size)).toEqual(['all', 'small', 'large'])
    expect(folded.map(({ size }) => size)).toEqual(['A3', 'A4', 'A5', 'Letter'])
  })
})
