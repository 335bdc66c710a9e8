import { describe, expect, it } from 'vitest'
import { paramText } from './array-text.ts'

describe('parameters as text', () => {
  it('keep quotes, backslashes, commas, braces and NULL apart', () => {
    expect(paramText(['a"b', 'c\\d', 'e,f', '{g}', 'NULL', '', null])).toBe(
      '{"a\\"b","c\\\\d","e,f","{g}","NULL","",NULL}',
    )
  })

  it('lose no digit and no moment', () => {
    expect(paramText([2n ** 63n - 1n, -1, 0.5, true])).toBe('{9223372036854775807,-1,0.5,true}')
    const at = new Date('2026-11-16T10:00:00.123Z')
    expect(paramText([at])).toBe('{"2026-11-16T10:00:00.123Z"}')
    expect(paramText(at)).toBe('2026-11-16T10:00:00.123Z')
    expect(paramText([Uint8Array.of(0, 255)])).toBe('{"\\\\x00ff"}')
  })

  it('are left alone where they are no arrays', () => {
    const bytes = Uint8Array.of(1)
    expect([paramText(null), paramText('{x}'), paramText(5n), paramText(bytes)]).toEqual([null, '{x}', 5n, bytes])
    expect(paramText([])).toBe('{}')
  })
})
