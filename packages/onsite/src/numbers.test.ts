import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberText } from './numbers.ts'

/** Tenths that are none in binary are rounded by one way or the other, and quarters are not. */
const quarters = fc.integer({ min: -1e9, max: 1e9 }).map((count) => count / 4)

describe('a number in words', () => {
  it('is what the tables of both languages make of it', () => {
    const numbers = fc.oneof(fc.integer(), fc.bigInt(-(2n ** 70n), 2n ** 70n), quarters)
    fc.assert(
      fc.property(fc.constantFrom('de', 'en'), numbers, (locale, value) => {
        expect(numberText(locale, value)).toBe(value.toLocaleString(locale))
      }),
    )
  })

  it('has as many decimals as it is given, and none for nothing', () => {
    expect(numberText('de', 12_345.67, 1)).toBe('12.345,7')
    expect(numberText('en', 7.04, 1)).toBe('7')
  })
})
