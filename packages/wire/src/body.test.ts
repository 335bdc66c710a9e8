/** Bodies: one bad reading costs only itself, and large rounds are cut into bodies that always fit. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyReading } from './arbitrary.testing.ts'
import { bodiesOf, bodyGoal, linesOf, readingsOf } from './body.ts'
import { concat, utf8 } from './bytes.ts'
import { readingsMost } from './messages.ts'
import { lineMost, toJson } from './reading.ts'
import { reading } from './samples.testing.ts'

const good = JSON.stringify(toJson(reading))

function bodyOf(...lines: readonly (string | Uint8Array)[]): Uint8Array {
  return concat(...lines.flatMap((line) => [typeof line === 'string' ? utf8(line) : line, utf8('\n')]))
}

describe('reading a body', () => {
  test('quarantines each bad line by name with its raw bytes and leaf, and keeps the others', () => {
    const bad: readonly (readonly [string, string | Uint8Array])[] = [
      ['badReading', good.replace('A1B2', 'A\\u0000B')],
      ['badReading', good.replace('9007199254740993', '18446744073709551616')],
      ['badReading', '{"__proto__":{"polluted":true}}'],
      ['badReading', 'null'],
      ['badReading', '['.repeat(50_000) + ']'.repeat(50_000)],
      ['badReading', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
      ['notJson', ''],
      ['notJson', '<html>'],
      ['notJson', good.slice(0, -1)],
      ['notUtf8', Uint8Array.of(0x22, 0xff, 0x22)],
      ['notUtf8', concat(utf8('"'), Uint8Array.of(0xed, 0xa0, 0x80), utf8('"'))],
      ['tooLong', 'x'.repeat(lineMost + 1)],
    ]
    const fates = readingsOf(bodyOf(...bad.flatMap(([, line]) => [line, good])))
    expect(fates).toHaveLength(2 * bad.length)
    for (const [index, [reason, line]] of bad.entries()) {
      const raw = typeof line === 'string' ? utf8(line) : line
      expect(fates[2 * index]).toMatchObject({ ok: false, reason, raw })
      expect(Buffer.compare(fates[2 * index]?.raw ?? utf8(''), raw)).toBe(0)
      expect(fates[2 * index + 1]).toMatchObject({ ok: true, reading })
    }
    expect('polluted' in {}).toBe(false)
  })

  test('says where a reading is wrong, never what it held, and not at length', () => {
    const secret = good.replace('"A1B2"', '{"canary":"hunter2"}')
    const [fate] = readingsOf(bodyOf(secret))
    expect(fate).toMatchObject({ ok: false, detail: expect.stringContaining('identity.serial') })
    const [many] = readingsOf(bodyOf('{}'))
    expect(many?.ok === false && many.detail.length).toBeLessThanOrEqual(200)
    expect(JSON.stringify(fate?.ok === false && fate.detail)).not.toContain('hunter2')
  })

  test('says it in printable letters only, though the sender chose the keys', () => {
    const key = `a\0b\n2026-01-01 all is well ${'\u202e'.repeat(3000)}`
    const [fate] = readingsOf(bodyOf(JSON.stringify({ ...toJson(reading), observation: { [key]: 'x' } })))
    expect(fate?.ok === false && fate.detail).toMatch(/^[ -~]{1,200}$/)
  })

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readingsOf(bytes).every((fate) => !fate.ok)).toBe(true)
        linesOf(bytes)
      }),
    )
  })

  test('never throws on a good line with bytes changed', () => {
    const line = utf8(good)
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.nat(255), (at, byte) => {
        expect(readingsOf(bodyOf(line.with(at, byte))).length).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('writing bodies', () => {
  test('names the readings whose line is too long instead of losing the round', () => {
    const observation = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`1.3.${index}`, 'x'.repeat(4000)]),
    )
    const long = { ...reading, observation }
    const { bodies, tooLong } = bodiesOf([reading, long, reading])
    expect(tooLong).toEqual([long])
    expect(bodies.flatMap((body) => readingsOf(body)).map((fate) => fate.ok)).toEqual([true, true])
  })

  test('cuts a large round into bodies under the goal, in order, losing none', () => {
    const round = Array.from({ length: 2500 }, (_, index) => ({ ...reading, monotonic: index }))
    const { bodies } = bodiesOf(round)
    expect(bodies.length).toBeGreaterThan(2)
    for (const body of bodies) {
      expect(body.length).toBeLessThanOrEqual(bodyGoal)
      expect(linesOf(body)?.length).toBeLessThanOrEqual(readingsMost)
    }
    const back = bodies.flatMap((body) => readingsOf(body)).map((fate) => fate.ok && fate.reading.monotonic)
    expect(back).toEqual(round.map((each) => each.monotonic))
    expect(bodiesOf([]).bodies).toEqual([])
  })

  test('gives every reading back as it was', () => {
    fc.assert(
      fc.property(fc.array(anyReading, { maxLength: 4 }), (readings) => {
        const fates = bodiesOf(readings).bodies.flatMap((body) => readingsOf(body))
        expect(fates.map((fate) => fate.ok && fate.reading)).toEqual(readings)
      }),
      { numRuns: 50 },
    )
  })
})
