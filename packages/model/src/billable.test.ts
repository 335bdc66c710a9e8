import { expect, it } from 'vitest'
import { billable } from './billable.ts'
import type { Confidence, Meter } from './meter.ts'
import type { Check } from './reading.ts'

const meter = (value: bigint, confidence: Confidence, more: Partial<Meter> = {}): Meter => ({
  unit: 'impressions',
  work: 'total',
  colour: 'all',
  size: 'all',
  sides: 'all',
  value,
  source: { objects: [], profile: 'acme', confidence },
  ...more,
})
const check = (name: string, left: bigint, right = left): Check => ({ name, left, right, holds: left === right })
const meters = [
  meter(100n, 'A'),
  meter(60n, 'C', { colour: 'mono' }),
  meter(40n, 'D', { colour: 'full' }),
  meter(7n, 'C', { work: 'scan', unit: 'items' }),
]
const keys = (checks: readonly Check[], of = meters) =>
  [...billable({ meters: of, checks })].map((key) => key.split('/')[0])

it('bills nothing that few sources tell while no sum holds, the sums are zero, or the meter is in none of them', () => {
  expect(keys([])).toEqual(['total.all.all.all'])
  expect(keys([check('coloursTotal', 100n, 101n)])).toEqual(['total.all.all.all'])
  expect(keys([check('coloursTotal', 0n)])).toEqual(['total.all.all.all'])
  expect(keys([check('worksTotal', 100n), check('scanPurposes', 8n)])).toEqual(['total.all.all.all'])
  expect(keys([check('constructor', 7n), check('newerThanThis', 7n)])).toEqual(['total.all.all.all'])
})

it('bills no part that is beside the sum', () => {
  const beside = [...meters, meter(5n, 'C', { colour: 'highlight' })]
  expect(keys([check('coloursTotal', 100n)], beside)).toEqual(['total.all.all.all'])
})

it('bills the parts and the whole of a sum that holds, and what two sources tell alike', () => {
  expect(keys([check('coloursTotal', 100n)])).toEqual(['total.all.all.all', 'total.mono.all.all', 'total.full.all.all'])
  expect(keys([check('scan.all.all.all/items', 7n)])).toContain('scan.all.all.all')
  expect(keys([check('lifeCount 1.2', 100n)], [meter(100n, 'C')])).toEqual(['total.all.all.all'])
})
