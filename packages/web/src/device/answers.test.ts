import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAnswer } from './answers.ts'

describe('a raw answer', () => {
  it('is shown as it came where it cannot be read', () => {
    expect(readAnswer('nonsense')).toEqual({ type: '', value: 'nonsense' })
    expect(readAnswer('4|xzz')).toEqual({ type: 'Octets', value: 'xzz' })
    expect(readAnswer('')).toEqual({ type: '', value: '' })
  })

  it('keeps a counter digit for digit', () => {
    expect(readAnswer('70|18446744073709551615')).toEqual({ type: 'Counter64', value: '18446744073709551615' })
    expect(readAnswer('65|38231')).toEqual({ type: 'Counter32', value: '38231' })
  })

  it('is text where its octets are, and hex where they are not', () => {
    expect(readAnswer('4|x48656c6c6f')).toEqual({ type: 'Octets', value: 'Hello' })
    expect(readAnswer('4|x00ff')).toEqual({ type: 'Octets', value: '00 ff' })
    expect(readAnswer('4|x')).toEqual({ type: 'Octets', value: '' })
  })

  it('never fails, whatever the Onsite sent', () => {
    fc.assert(fc.property(fc.string(), (raw) => void readAnswer(raw)))
  })
})
