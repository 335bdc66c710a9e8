import { describe, expect, it } from 'vitest'
import { plain, searchPatterns } from './plain.ts'

describe('names for searching', () => {
  it('are small letters without accents', () => {
    expect(plain('  Müller &  Söhne ')).toBe('muller & sohne')
    expect(plain('STRASSE Straße')).toBe('strasse strasse')
    expect(plain('打印机 Łódź')).toBe('打印机 łodz')
  })

  it('match literally: what LIKE would read as a pattern is escaped', () => {
    expect(searchPatterns('100%_a\\b')).toEqual(['%100\\%\\_a\\\\b%'])
  })

  it('are at most eight words, however much is typed', () => {
    expect(searchPatterns(undefined)).toEqual([])
    expect(searchPatterns(' a  b ')).toEqual(['%a%', '%b%'])
    expect(searchPatterns('x '.repeat(100)).length).toBe(8)
  })
})
