import { missCodes, missParams } from '@platen/model'
import { describe, expect, it } from 'vitest'
import { english, german, missText } from './miss-words.ts'

const blanks = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

describe('misses', () => {
  it('are said in both languages, of the same things', () => {
    expect(Object.keys(german.codes).sort()).toEqual([...missCodes].sort())
    for (const code of missCodes) {
      expect(blanks(german.codes[code]), code).toEqual(blanks(english.codes[code]))
      for (const blank of blanks(english.codes[code])) expect(missParams[code], code).toContain(blank.slice(1, -1))
    }
  })

  it('name what they speak of, and fall back to the words of whoever read where a code is newer', () => {
    const miss = { subject: 'supply 1.1', reason: 'malformed', detail: 'level 5 of 3', code: 'overfull' } as const
    expect(missText(german, { ...miss, params: { level: '5', capacity: '3' } })).toBe('es sagt 5 von 3')
    expect(missText(german, { ...miss, code: 'newer', params: {} })).toBe('level 5 of 3')
    expect(missText(german, { subject: 'x', reason: 'silent', detail: 'old' })).toBe('old')
  })
})
