import { expect, it } from 'vitest'
import { doubtsOf } from './billable.ts'
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
const doubtsIn = (checks: readonly Check[], of = meters) =>
  [...doubtsOf({ meters: of, checks })].map(([key, doubt]) => `${key.split('/')[0]} ${doubt}`)
const mono = 'total.mono.all.all unproved'
const full = 'total.full.all.all unproved'
const scan = 'scan.all.all.all unproved'

it('nothing that few sources tell is billed while no sum holds, the sums are zero, or the meter is in none of them', () => {
  expect(doubtsIn([])).toEqual([mono, full, scan])
  expect(doubtsIn([check('coloursTotal', 0n)])).toEqual([mono, full, scan])
  expect(doubtsIn([check('worksTotal', 100n), check('scanPurposes', 8n)])).toEqual([mono, full, scan])
  expect(doubtsIn([check('constructor', 7n), check('newerThanThis', 7n)])).toEqual([mono, full, scan])
})

it('no part is billed that is beside the sum', () => {
  const beside = [...meters, meter(5n, 'C', { colour: 'highlight' })]
  const highlight = 'total.highlight.all.all unproved'
  expect(doubtsIn([check('coloursTotal', 100n)], beside)).toEqual([mono, full, scan, highlight])
})

it('the parts and the whole of a sum that holds are billed, and what two sources tell alike', () => {
  expect(doubtsIn([check('coloursTotal', 100n)])).toEqual([scan])
  expect(doubtsIn([check('scan.all.all.all/items', 7n)])).toEqual([mono, full])
  expect(doubtsIn([check('lifeCount 1.2', 100n)], [meter(100n, 'C')])).toEqual([])
})

it('what is known well is disputed where a sum of it does not hold, parts and whole, unless another sum proves it', () => {
  const known = [
    meter(100n, 'A'),
    meter(60n, 'A', { colour: 'mono' }),
    meter(41n, 'B', { colour: 'full' }),
    meter(70n, 'A', { work: 'print' }),
    meter(30n, 'A', { work: 'copy' }),
  ]
  const broken = check('coloursTotal', 101n, 100n)
  const [all, black, colour] = ['total.all.all.all', 'total.mono.all.all', 'total.full.all.all'].map(
    (key) => `${key} disputed`,
  )
  expect(doubtsIn([broken], known)).toEqual([all, black, colour])
  expect(doubtsIn([broken, check('worksTotal', 100n)], known)).toEqual([black, colour])
  expect(doubtsIn([check('print.all.all.all/impressions', 70n, 71n)], known)).toEqual(['print.all.all.all disputed'])
  expect(doubtsIn([check('newerThanThis', 70n, 71n)], known)).toEqual([])
  expect(doubtsIn([broken])).toEqual([all, mono, full, scan])
})
