import { describe, expect, it } from 'vitest'
import { valueAt } from './values.ts'

describe('the value of a meter', () => {
  it('is what stands at its place, exactly', () => {
    expect(valueAt([0n, 2n ** 53n + 1n], 0)).toBe('0')
    expect(valueAt([0n, 2n ** 53n + 1n], 1)).toBe('9007199254740993')
  })

  it('is never made up where a row is shorter than its layout', () => {
    expect(() => valueAt([1n], 1)).toThrow('a row has 1 values')
  })
})
