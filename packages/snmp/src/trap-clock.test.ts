import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TrapClock } from './trap-clock.ts'

const LATCHED = 2_147_483_647

describe('a trap sender’s clock', () => {
  it('takes nothing of an earlier start, of a latched engine, or of more than the window ago', () => {
    const clock = new TrapClock()
    expect(clock.accept(LATCHED, 1, 0)).toBe(false)
    expect(clock.latest).toBeUndefined()
    expect(clock.accept(5, 1_000, 0)).toBe(true)
    expect(clock.accept(4, 9_000, 0)).toBe(false)
    expect(clock.accept(5, 850, 0)).toBe(true)
    expect(clock.accept(5, 849, 0)).toBe(false)
    expect(clock.accept(5, 1_000, 151_000)).toBe(false)
    expect(clock.accept(6, 0, 151_000)).toBe(true)
    expect(clock.latest).toEqual({ boots: 6, time: 0 })
  })

  it('takes what was held back for hours, or told by a clock that stood still, and then nothing older', () => {
    const clock = new TrapClock()
    clock.accept(5, 1_000, 0)
    expect(clock.accept(5, 1_001, 18_000_000)).toBe(true)
    expect(clock.accept(5, 1_000, 18_000_000)).toBe(false)
    expect(clock.accept(5, 1_001, 18_000_000)).toBe(true)
  })

  it('handed in at the start takes nothing that could have been taken before', () => {
    const clock = new TrapClock({ boots: 5, time: 1_000, now: 70 })
    expect([900, 1_000, 1_001].map((time) => clock.accept(5, time, 70))).toEqual([false, false, true])
    expect(clock.latest).toEqual({ boots: 5, time: 1_001 })
  })

  it('never takes again later than 151 seconds what it took, whatever comes in between', () => {
    const step = fc.record({ boots: fc.integer({ min: 1, max: 3 }), time: fc.nat(600), pause: fc.nat(200_000) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const clock = new TrapClock()
        const taken: { boots: number; time: number; at: number }[] = []
        let now = 0
        for (const { boots, time, pause } of steps) {
          now += pause
          const isAgain = taken.some((one) => one.boots === boots && one.time === time && now - one.at > 151_000)
          const isTaken = clock.accept(boots, time, now)
          if (isAgain) expect(isTaken).toBe(false)
          if (isTaken) taken.push({ boots, time, at: now })
        }
      }),
    )
  })
})
