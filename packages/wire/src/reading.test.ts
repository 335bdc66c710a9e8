/** Readings in their JSON form: nothing is rounded or lost on the way, and what a database or a newer program could choke on has a fate. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyReading } from './arbitrary.testing.ts'
import { fromJson, readingSchema, toJson } from './reading.ts'
import { reading } from './samples.testing.ts'

const json = toJson(reading)
const meter = json.meters[0]

function withValue(value: string) {
  return { ...json, meters: [{ ...meter, value }] }
}

describe('a reading on the line', () => {
  test('is refused for a value that is no Counter64, or has two spellings', () => {
    for (const value of ['18446744073709551616', '99999999999999999999', '-1', '007', '1e3', '1.0', '', ' 1', '0x1'])
      expect(readingSchema.safeParse(withValue(value)).success, value).toBe(false)
    expect(readingSchema.safeParse({ ...json, meters: [{ ...meter, value: 5 }] }).success).toBe(false)
    expect(readingSchema.safeParse(withValue('18446744073709551615')).success).toBe(true)
  })

  test('is refused for text that a database cannot keep: NUL and half surrogate pairs', () => {
    for (const serial of ['a\0b', '\ud800', 'x\udc00y'])
      expect(readingSchema.safeParse({ ...json, identity: { ...json.identity, serial } }).success).toBe(false)
    const serial = '\u{1f5a8}\u202e"<script>\r\n'
    expect(readingSchema.safeParse({ ...json, identity: { ...json.identity, serial } }).success).toBe(true)
  })

  test('is refused over every bound', () => {
    const long = 'x'.repeat(1025)
    const many = Object.fromEntries(Array.from({ length: 4097 }, (_, index) => [`1.${index}`, '']))
    const broken = [
      { ...json, identity: { ...json.identity, description: long } },
      { ...json, meters: Array(1025).fill(meter) },
      { ...json, misses: Array(1025).fill({ subject: '', reason: 'absent', detail: '' }) },
      { ...json, observation: many },
      { ...json, observation: { '1.3': 'x'.repeat(4097) } },
      { ...json, observation: { 'not an object': '' } },
      { ...json, id: 'ABC' },
      { ...json, at: '2026-03-01 08:00' },
      { ...json, monotonic: -1 },
    ]
    for (const each of broken) expect(readingSchema.safeParse(each).success).toBe(false)
  })

  test('drops what a newer program adds, at every depth, and keeps the rest', () => {
    const newer = {
      ...json,
      humidity: 3,
      identity: { ...json.identity, owner: 'x' },
      meters: [{ ...meter, drift: 1 }],
      status: { ...json.status, mood: 'good' },
    }
    expect(readingSchema.parse(newer)).toEqual(json)
  })

  test('does not let keys reach a prototype', () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
    for (const key of keys) {
      const hostile = JSON.parse(
        JSON.stringify(json)
          .replace('{"id"', `{"${key}":{"polluted":true},"id"`)
          .replace('"vendor"', `"${key}":{"polluted":true},"vendor"`),
      )
      const parsed = fromJson(readingSchema.parse(hostile))
      expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
      expect(Object.hasOwn(parsed, key)).toBe(false)
      expect('polluted' in parsed || 'polluted' in parsed.identity).toBe(false)
      const inObservation = JSON.parse(JSON.stringify(json).replace('"observation":{', `"observation":{"${key}":"x",`))
      const fate = readingSchema.safeParse(inObservation)
      if (fate.success) expect(Object.keys(fate.data.observation)).toEqual(Object.keys(json.observation))
    }
    expect('polluted' in {}).toBe(false)
  })

  test('keeps 2^53 + 1 through JSON text', () => {
    const back = fromJson(readingSchema.parse(JSON.parse(JSON.stringify(json))))
    expect(back.meters[0]?.value).toBe(9007199254740993n)
    expect(back).toEqual(reading)
  })

  test('comes back as it was, whatever it says', () => {
    fc.assert(
      fc.property(anyReading, (reading) => {
        expect(fromJson(readingSchema.parse(JSON.parse(JSON.stringify(toJson(reading)))))).toEqual(reading)
      }),
    )
  })
})
