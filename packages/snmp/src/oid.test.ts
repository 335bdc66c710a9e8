import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Oid } from './index.ts'
import { isOid } from './oid.ts'

const arc = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff_ffff }))
const arcs = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 39 }), fc.array(arc, { maxLength: 30 }))
  .map(([first, second, rest]) => [first, second, ...rest])

function textOf(list: readonly number[]): string {
  return list.join('.')
}

function compareArcs(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? -1)
}

describe('an object identifier', () => {
  it.each(['', '.', '1', '1.', '1..3', '1.3.x', '1.-3', '3.1', '1.40', '01.3', '1.3.4294967296', ' 1.3', '1.3 '])(
    'refuses the text %j',
    (text) => {
      expect(() => Oid.parse(text)).toThrow(RangeError)
    },
  )

  it('refuses more than 128 arcs, as text, as octets and by growing', () => {
    const longest = textOf(new Array(128).fill(1))
    expect(() => Oid.parse(`${longest}.1`)).toThrow(RangeError)
    expect(() => Oid.parse(longest).child(1)).toThrow(RangeError)
    expect(() => Oid.fromBytes(new Uint8Array(128).fill(1))).toThrow(RangeError)
    expect(Oid.parse(longest).text).toBe(longest)
  })

  it.each([
    ['no octets', []],
    ['an unfinished arc', [0x2b, 0x81]],
    ['a padded arc', [0x2b, 0x80, 0x01]],
    ['an arc of 2^32', [0x2b, 0x90, 0x80, 0x80, 0x80, 0x00]],
    ['an arc of many octets', [0x2b, ...new Array(1_000).fill(0xff), 0x01]],
  ])('refuses octets with %s', (_what, octets) => {
    expect(() => Oid.fromBytes(Uint8Array.from(octets))).toThrow(RangeError)
  })

  it('is the same after text and back, and after octets and back', () => {
    fc.assert(
      fc.property(arcs, (list) => {
        const oid = Oid.parse(textOf(list))
        expect(Oid.fromBytes(oid.bytes).text).toBe(textOf(list))
      }),
    )
  })

  it('takes a leading dot and shows none', () => {
    expect(Oid.parse('.1.3.6.1').text).toBe('1.3.6.1')
    expect(`${Oid.parse('1.3.6.1')} ${JSON.stringify(Oid.parse('1.3.6.1'))}`).toBe('1.3.6.1 "1.3.6.1"')
  })

  it('orders as its arcs do', () => {
    fc.assert(
      fc.property(arcs, arcs, (one, other) => {
        const order = Math.sign(Oid.parse(textOf(one)).compare(Oid.parse(textOf(other))))
        expect(order).toBe(Math.sign(compareArcs(one, other)))
      }),
    )
    // Where octets alone would order wrongly: 16383 is ff 7f, 16384 is 81 80 00.
    expect(Oid.parse('1.3.16383').compare(Oid.parse('1.3.16384'))).toBeLessThan(0)
  })

  it('finds the index below a prefix, and nothing below another', () => {
    fc.assert(
      fc.property(arcs, fc.array(arc, { minLength: 1, maxLength: 5 }), (list, index) => {
        const prefix = Oid.parse(textOf(list))
        const whole = prefix.child(textOf(index))
        expect(whole.text).toBe(textOf([...list, ...index]))
        expect(whole.startsWith(prefix)).toBe(true)
        expect(whole.indexAfter(prefix)).toBe(textOf(index))
        expect(prefix.startsWith(whole)).toBe(false)
        expect(() => prefix.indexAfter(whole)).toThrow(RangeError)
        expect(prefix.indexAfter(prefix)).toBe('')
      }),
    )
  })

  it('equals another with the same octets only', () => {
    expect(Oid.parse('1.3.6').equals(Oid.parse('1.3.6'))).toBe(true)
    expect(Oid.parse('1.3.6').equals(Oid.parse('1.3.7'))).toBe(false)
    expect(Oid.parse('1.3.6').equals(Oid.parse('1.3.6.1'))).toBe(false)
  })

  it('keeps its octets when the buffer they came from changes', () => {
    const buffer = Buffer.from([0x2b, 6, 1])
    const oid = Oid.fromBytes(buffer)
    buffer.fill(0xff)
    expect(oid.text).toBe('1.3.6.1')
  })

  it('is judged in octets that are anything at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        const isOne = isOid(bytes, 0, bytes.length)
        if (isOne) expect(Oid.parse(new Oid(bytes).text).bytes).toEqual(bytes)
        else expect(() => Oid.fromBytes(bytes)).toThrow(RangeError)
      }),
    )
  })
})
