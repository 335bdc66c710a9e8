import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seriesOf, spanStart, stepsOf, valueAt } from './series.ts'

const point = (at: string, value: string, event: 'restarted' | 'replaced' | 'implausible' | null = null) => ({
  at: `${at}T00:00:00.000Z`,
  value,
  event,
})

describe('a history to be drawn', () => {
  it('is empty where there is nothing', () => {
    expect(seriesOf([])).toEqual({ times: [], heights: [], base: 0n })
    expect(stepsOf([])).toEqual([])
  })

  it('gives back every exact value, however large', () => {
    const values = fc.array(fc.bigInt({ min: 0n, max: 9_000_000n }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.bigInt({ min: 0n, max: 2n ** 64n - 10_000_000n }), (moves, start) => {
        const points = moves.map((move) => point('2026-01-01', String(start + move)))
        const { heights, base } = seriesOf(points)
        expect(heights.map((height) => valueAt(base, height))).toEqual(points.map(({ value }) => value))
      }),
    )
  })

  it('does not subtract across an event', () => {
    const steps = stepsOf([
      point('2026-01-01', '100'),
      point('2026-01-02', '140'),
      point('2026-01-03', '3', 'restarted'),
      point('2026-01-04', '9'),
    ])
    expect(steps.map(({ value, moved }) => [value, moved])).toEqual([
      ['9', '6'],
      ['3', null],
      ['140', '40'],
      ['100', null],
    ])
  })

  it('begins a span at a calendar day, and everything nowhere', () => {
    const now = Date.parse('2026-11-20T12:00:00Z')
    expect(spanStart('30', now)).toBe('2026-10-21')
    expect(spanStart('all', now)).toBeNull()
  })
})
