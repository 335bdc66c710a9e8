import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Recent } from './recent.ts'

describe('what was used last', () => {
  it('is kept, and what was used longest ago goes, whatever is done', () => {
    const step = fc.record({ what: fc.constantFrom('get', 'peek', 'delete'), key: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, most) => {
        const recent = new Recent<number, string>(most)
        // The model: keys in the order of their last use, the newest first.
        let model: number[] = []
        for (const { what, key } of steps) {
          if (what === 'get') {
            expect(recent.get(key, () => `made ${key}`)).toBe(`made ${key}`)
            model = [key, ...model.filter((other) => other !== key)].slice(0, most)
          } else if (what === 'peek') expect(recent.peek(key) !== undefined).toBe(model.includes(key))
          else {
            recent.delete(key)
            model = model.filter((other) => other !== key)
          }
          expect([...recent].map(([each]) => each)).toEqual(model)
          expect(recent.size).toBe(model.length)
        }
      }),
    )
  })

  it('costs as much in a full table as in one that fills', () => {
    const most = 32_768
    const recent = new Recent<string, number>(most)
    const took = (from: number, to: number) => {
      const began = performance.now()
      for (let at = from; at < to; at++) recent.get(`key ${at}`, () => at)
      return performance.now() - began
    }
    const filling = took(0, most)
    // Measured 1 to 2 times; the walk over lost keys made it 20 times.
    expect(took(most, 2 * most)).toBeLessThan(10 * filling + 20)
  })
})
