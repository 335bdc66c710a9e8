import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText, decodeOctets, knowsCharset } from './charset.ts'
import { beginsWithWord, cutText, dropMark, valueOfKey } from './cuts.ts'
import { readLevel } from './levels.ts'
import { observationOf, recordOf } from './observation.ts'
import { decodeRecords, numberOf } from './records.ts'

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

describe('decoding text', () => {
  it('falls back where octets are not what was declared or nothing was', () => {
    expect(decodeOctets(octets('52e9'), null, 'windows-1252')).toBe('Ré')
    expect(decodeOctets(octets('52c5'), null, 'roman8')).toBe('Ré')
    expect(decodeOctets(octets('52c3a9'), 'utf-8', 'roman8')).toBe('Ré')
    expect(knowsCharset('no-such-set')).toBe(false)
  })

  it('reads the declared set: Roman-8, windows-1252, Shift_JIS, and UTF-16 by its mark', () => {
    expect(decodeOctets(octets('5aced8'), 'roman8', 'utf-8')).toBe('ZöÄ')
    expect(decodeOctets(octets('80'), 'windows-1252', 'utf-8')).toBe('€')
    expect(decodeOctets(octets('8d95'), 'shift_jis', 'utf-8')).toBe('黒')
    expect(decodeOctets(octets('fffe5400f600'), null, 'utf-8')).toBe('Tö')
    expect(decodeOctets(octets('feff005400f6'), 'roman8', 'utf-8')).toBe('Tö')
  })

  it('leaves nothing in a text that moves a cursor, ends a string or turns the writing, and never halves a character', () => {
    expect(cleanText(' a\0b\u0007\u009b\u202ec\td\r\ne ', 99)).toBe('abc d e')
    expect(cleanText('ab😀', 3)).toBe('ab')
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(null, 'utf-8', 'roman8', 'utf-16be'),
        (bytes, set) => {
          const text = cleanText(decodeOctets(bytes, set, 'windows-1252'), 64)
          expect(text.length).toBeLessThanOrEqual(64)
          expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
          expect(text.isWellFormed()).toBe(true)
        },
      ),
    )
  })
})

describe('cutting text', () => {
  it('answers nothing where the wanted part is not there', () => {
    expect(cutText('no id at all', { key: ['MDL'] })).toBeNull()
    expect(cutText('Toner', { after: ['PN '] })).toBeNull()
    expect(valueOfKey('MDL:;CLS:PRINTER;', ['MDL'])).toBeNull()
  })

  it('takes the value of the first key there is, with blanks and line breaks about', () => {
    expect(valueOfKey('MANUFACTURER:Acme Corp ;MODEL: Jet 9;', ['MFG', 'MANUFACTURER'])).toBe('Acme Corp')
    expect(valueOfKey('MFG:Acme\nMDL:Jet 9\n', ['MDL'])).toBe('Jet 9')
  })

  it('cuts between marks, strips whole words only, reads hex and drops a character set mark', () => {
    expect(cutText('Toner, PN 106R03;SN77', { after: ['PN '], before: [';', ','] })).toBe('106R03')
    expect(cutText('acme Jet 9', { strip: ['ACME'] })).toBe('Jet 9')
    expect(cutText('Acmeist', { strip: ['ACME'] })).toBe('Acmeist')
    expect(cutText('4a6574', { hex: true })).toBe('Jet')
    expect(dropMark(octets('01154a'), ['fde8', '0115'])).toEqual(octets('4a'))
    expect(beginsWithWord('A_B Printing', 'A')).toBe(false)
  })
})

describe('packed records', () => {
  const form = { tag: 1, type: 1, length: 1, end: 255 }
  const numbers = (records: ReadonlyMap<string, Uint8Array>) =>
    [...records].map(([tag, all]) => [tag, numberOf(all)] as const)

  it('leaves out a record that is cut off, and stops at the end mark but not at the same octet in a value', () => {
    expect(numbers(decodeRecords(octets('0001040000134b02010400'), form))).toEqual([['00', 0x134b]])
    expect(numbers(decodeRecords(octets('000102ffff0101ff'), form))).toEqual([['00', 0xffff]])
    expect(numbers(decodeRecords(octets('ff00010400000001'), form))).toEqual([])
  })

  it('reads records of one width', () => {
    const fixed = { width: 5, tag: 1, at: 3, octets: 2 }
    expect(numbers(decodeRecords(octets('0a0000001e0b00000105'), fixed))).toEqual([
      ['0a', 30],
      ['0b', 261],
    ])
  })

  it('ends in bounded time on any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_024 }), (bytes) => {
        const records = decodeRecords(bytes, form)
        expect(records.size).toBeLessThanOrEqual(128)
        for (const [, number] of numbers(records)) expect(Number.isSafeInteger(number)).toBe(true)
      }),
    )
  })
})

describe('levels', () => {
  const level = (said: number | null, capacity: number | null, isPercent = false) =>
    readLevel({ level: said, capacity, isPercent, per: 1 })

  it('makes no number of -1, -2, -3, of nothing, or of nonsense', () => {
    expect(level(-3, 100).level).toEqual({ kind: 'some' })
    expect(level(-2, 100).level).toEqual({ kind: 'unknown' })
    expect(level(-1, 100).level).toEqual({ kind: 'unlimited' })
    expect(level(null, 100)).toEqual({ level: { kind: 'unknown' }, trouble: null })
    expect(level(-100, 100).trouble?.reason).toBe('implausible')
    expect(level(143_065, 100).trouble?.reason).toBe('implausible')
  })

  it('keeps the number of a level without a capacity in the miss, and divides by no zero', () => {
    expect(level(5_000, -2)).toEqual({
      level: { kind: 'unknown' },
      trouble: { reason: 'absent', missed: { code: 'noCapacity', level: 5_000 } },
    })
    expect(level(0, 0).level.kind).toBe('unknown')
  })

  it('needs no capacity for per cent', () => {
    expect(level(42, -2, true).level).toEqual({ kind: 'measured', left: 42, capacity: 100 })
  })
})

describe('the record of an observation', () => {
  it('leaves out what is no value', () => {
    expect(
      observationOf({ '1.2.3': 'nonsense', '1.2.4': '4|xzz', '1.2.5': '2|1e9', '1.2.6': '70|-1' }).answers.size,
    ).toBe(0)
    expect(recordOf({ type: 'null' })).toBeNull()
  })

  it('gives every value back', () => {
    const value = fc.oneof(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((number) => ({ type: 'integer', value: number }) as const),
      fc.nat({ max: 2 ** 32 - 1 }).map((number) => ({ type: 'counter32', value: number }) as const),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((number) => ({ type: 'counter64', value: number }) as const),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ type: 'octets', value: bytes }) as const),
    )
    fc.assert(
      fc.property(value, (said) => {
        const text = recordOf(said)
        expect(observationOf({ '1.2.3': text ?? '' }).answers.get('1.2.3')).toEqual(said)
      }),
    )
  })
})
