import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BACKOFF_CAP_MS, CONTACT_MS, firstContactDelay, nextContactDelay, nextRoundAt, retryDelay } from './schedule.ts'

const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('back-off', () => {
  it('never calls sooner than success would have, never waits longer than twice the cap, and obeys a longer delay from Central', () => {
    const seconds = fc.option(fc.integer({ min: 0, max: 86_400 }))
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 4_000_000 }),
        fc.integer({ min: 1, max: 1000 }),
        dice,
        seconds,
        (normalMs, failures, throwOf, asked) => {
          const delay = retryDelay({ normalMs, failures, serverSeconds: asked, dice: throwOf })
          expect(delay).toBeGreaterThanOrEqual(normalMs)
          expect(delay).toBeGreaterThanOrEqual((asked ?? 0) * 1000)
          expect(delay).toBeLessThanOrEqual(Math.max((asked ?? 0) * 1000, 2 * Math.max(normalMs, BACKOFF_CAP_MS)))
        },
      ),
    )
  })
  it('is capped before the jitter, so that the cap does not line everybody up', () => {
    const delays = Array.from({ length: 1000 }, (_, n) =>
      retryDelay({ normalMs: 1000, failures: 30, serverSeconds: null, dice: n / 1000 }),
    )
    expect(Math.min(...delays)).toBe(BACKOFF_CAP_MS)
    expect(Math.max(...delays)).toBeGreaterThan(1.99 * BACKOFF_CAP_MS)
    const bins = new Map<number, number>()
    for (const delay of delays) bins.set(Math.floor(delay / 10_000), (bins.get(Math.floor(delay / 10_000)) ?? 0) + 1)
    expect(Math.max(...bins.values())).toBeLessThanOrEqual((2 * 1000) / bins.size + 1)
  })
})

describe('contacts', () => {
  it('are spread over two minutes after a start, and come when Central says', () => {
    expect([firstContactDelay(0), firstContactDelay(0.5)]).toEqual([0, 60_000])
    expect(nextContactDelay({ serverSeconds: 42, dice: 0.9 })).toBe(42_000)
    expect(nextContactDelay({ serverSeconds: null, dice: 0 })).toBe(CONTACT_MS)
  })
})

describe('rounds', () => {
  it('keep to their grid however long one took, and never come twice in one place', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 1440 }),
        fc.integer({ min: 0, max: 10 ** 9 }),
        dice,
        (intervalMinutes, passed, throwOf) => {
          const next = nextRoundAt({ anchor: 500, now: 500 + passed, intervalMinutes, dice: throwOf })
          const interval = intervalMinutes * 60_000
          expect(next).toBeGreaterThan(500 + passed)
          expect(next - (500 + passed)).toBeLessThanOrEqual(interval * 1.05)
          expect(Math.floor((next - 500) / interval)).toBe(Math.floor(passed / interval) + 1)
        },
      ),
    )
  })
})
