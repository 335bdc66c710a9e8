import { type Meter, meterKey, type Reading } from '@platen/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { explain } from './explain.ts'
import { normalise } from './normalise.ts'
import { acmeInstructions, acmeProfile, device, ordinary, type Said } from './testing/acme.ts'

const stamp = { id: 'a'.repeat(32), at: '2026-03-01T10:00:00.000Z', monotonic: 5, address: '192.0.2.7' }
const ACME = '1.3.6.1.4.1.99999.7'
const LIFE = '1.3.6.1.2.1.43.10.2.1.4.1.1'

async function read(said: Said, name = 'acme'): Promise<Reading> {
  const profile = acmeProfile(name)
  const observation = await collect(device(said), profile)
  return normalise({ observation, profile, instructions: acmeInstructions(), stamp })
}

const counts = (meters: readonly Meter[]) => Object.fromEntries(meters.map((meter) => [meterKey(meter), meter.value]))

describe('a reading', () => {
  it('takes a negative, absurd or unreadable count as a miss and never as a meter', async () => {
    const bad: readonly (readonly [Said[string], string])[] = [
      [-1, 'implausible'],
      [{ type: 'counter64', value: 1n << 60n }, 'implausible'],
      ['80 %', 'malformed'],
      [{ type: 'float', value: 12.5 }, 'absent'],
    ]
    for (const [life, reason] of bad) {
      const { meters, misses } = await read({ '1.3.6.1.2.1.43.10.2.1.3.1.1': 7, [LIFE]: life }, 'standard')
      expect(meters).toEqual([])
      if (reason !== 'absent')
        expect(misses).toContainEqual(expect.objectContaining({ subject: 'total.all.all.all/impressions', reason }))
    }
  })

  it('takes any integer tag for a count', async () => {
    for (const type of ['integer', 'counter32', 'gauge32'] as const) {
      const { meters } = await read({ ...ordinary, [LIFE]: { type, value: 77 } }, 'standard')
      expect(counts(meters)).toEqual({ 'total.all.all.all/impressions': 77n })
    }
    const { meters } = await read({ ...ordinary, [LIFE]: { type: 'counter64', value: 77n } }, 'standard')
    expect(meters[0]?.value).toBe(77n)
  })

  it('recognises a placeholder, an endless and an empty serial number as none', async () => {
    const serial = '1.3.6.1.2.1.43.5.1.1.17.1'
    for (const [text, reason] of [
      ['XXXXXXX', 'placeholder'],
      ['N/A', 'placeholder'],
      ['9'.repeat(80), 'implausible'],
    ] as const) {
      const { identity, misses } = await read({ ...ordinary, [serial]: text })
      expect(identity.serial).toBeNull()
      expect(misses).toContainEqual(expect.objectContaining({ subject: 'serial', reason }))
    }
    expect((await read({ ...ordinary, [serial]: '  \0 ' })).identity.serial).toBeNull()
  })

  it('says which label it does not know, and reads the other rows', async () => {
    const { meters, misses } = await read({ ...ordinary, [`${ACME}.2.1.2`]: 'Sepia' })
    expect(counts(meters)['total.full.all.all/impressions']).toBe(400n)
    expect(misses).toContainEqual({
      subject: 'modes 2',
      reason: 'malformed',
      detail: "no meter is known by 'Sepia'",
      code: 'unknownLabel',
      params: { said: "'Sepia'" },
    })
  })

  it('joins rows by what they are called, whatever their order', async () => {
    const { meters, identity, upTime, status } = await read(ordinary)
    expect(counts(meters)).toEqual({
      'total.all.all.all/impressions': 1_000n,
      'total.mono.all.all/impressions': 600n,
      'total.full.all.all/impressions': 400n,
      'scan.all.all.all/items': 300n,
    })
    expect(identity).toMatchObject({
      vendor: 'Acme',
      model: 'Jet 9',
      serial: 'AC-0001',
      description: 'Acme Printing System',
    })
    expect(upTime).toBe(4_711)
    expect(status.errors).toEqual(['lowToner'])
  })

  it("keeps the maker's total as the total and shows the life count beside it as a check that does not hold", async () => {
    const { checks } = await read(ordinary)
    expect(checks).toEqual([
      { name: 'lifeCount', left: 1_000n, right: 1_010n, holds: false },
      { name: 'coloursTotal', left: 1_000n, right: 1_000n, holds: true },
    ])
  })

  it('takes the life count for the total where the maker tells none, and shows a second marker beside the first', async () => {
    const { [`${ACME}.1.0`]: _, ...without } = ordinary
    const { meters, checks } = await read({
      ...without,
      '1.3.6.1.2.1.43.10.2.1.3.1.2': 7,
      '1.3.6.1.2.1.43.10.2.1.4.1.2': 50,
    })
    expect(meters[0]).toMatchObject({ work: 'total', colour: 'all', value: 1_010n })
    expect(meters[0]?.source.objects).toEqual([LIFE, '1.3.6.1.2.1.43.10.2.1.3.1.1'])
    expect(checks[0]).toEqual({ name: 'lifeCount 1.2', left: 1_010n, right: 50n, holds: false })
  })

  it('gives no check where one side of it is not told', async () => {
    const { checks } = await read({ [`${ACME}.1.0`]: 12 })
    expect(checks).toEqual([])
  })

  it('fills a level that the standard only calls "some" from the records, and leaves a measured one alone', async () => {
    const filled = await read(ordinary)
    expect(filled.supplies).toHaveLength(1)
    expect(filled.supplies[0]).toMatchObject({
      index: '1.1',
      description: 'Toner black',
      level: { kind: 'measured', left: 64.5, capacity: 100 },
    })
    const measured = await read({ ...ordinary, '1.3.6.1.2.1.43.11.1.1.9.1.1': 80 })
    expect(measured.supplies[0]?.level).toEqual({ kind: 'measured', left: 80, capacity: 100 })
  })

  it('reads a MAC that is written out, and none from what only looks like one', async () => {
    const mac = '1.3.6.1.2.1.2.2.1.6.1'
    const base = acmeProfile()
    const profile = { ...base, identity: { ...base.identity, mac: { get: mac } } }
    for (const [said, expected] of [
      [Uint8Array.from([0, 21, 153, 125, 177, 106]), '00:15:99:7d:b1:6a'],
      ['0:15:99:7d:B1:6a', '00:15:99:7d:b1:6a'],
      ['00-15-99-7D-B1-6A', '00:15:99:7d:b1:6a'],
      ['0:0:0:0:0:0', null],
      ['0:15:99:7d:b1', null],
      ['0:15-99:7d-b1:6a', null],
      ['g0:15:99:7d:b1:6a', null],
    ] as const) {
      const observation = await collect(device({ ...ordinary, [mac]: said }), profile)
      const { identity } = normalise({ observation, profile, instructions: acmeInstructions(), stamp })
      expect(identity.mac, String(said)).toBe(expected)
    }
  })

  it('keeps hostile text as plain text of bounded length without control characters', async () => {
    const { supplies } = await read({
      ...ordinary,
      '1.3.6.1.2.1.43.11.1.1.6.1.1': `=cmd|<script>\u001b[2J\u202e${'x'.repeat(900)}`,
    })
    expect(supplies[0]?.description).toMatch(/^=cmd\|<script>\[2Jx+$/)
    expect(supplies[0]?.description).toHaveLength(255)
  })

  it('carries the answers its meters came from, and explains each of them', async () => {
    const profile = acmeProfile()
    const observation = await collect(device(ordinary), profile)
    const reading = normalise({ observation, profile, instructions: acmeInstructions(), stamp })
    expect(reading.observation).toMatchObject({
      [`${ACME}.1.0`]: '2|1000',
      [LIFE]: '65|1010',
      [`${ACME}.2.1.2`]: '4|x424c41434b',
    })
    const line = explain(observation, profile, reading).find(({ object }) => object === `${ACME}.2.2.1`)
    expect(line).toEqual({
      object: `${ACME}.2.2.1`,
      name: 'modes.count[1]',
      answer: '400',
      became: ['meter total.full.all.all/impressions = 400'],
    })
  })

  it('never throws and never exceeds its bounds, whatever the device says', async () => {
    const value = fc.oneof(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.string({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 60 }),
      fc.constant({ type: 'null' } as const),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((count) => ({ type: 'counter64', value: count }) as const),
    )
    const objects = Object.keys(ordinary)
    const device_ = fc.dictionary(fc.constantFrom(...objects), value)
    await fc.assert(
      fc.asyncProperty(device_, async (said) => {
        const { meters, supplies, misses } = await read({ ...ordinary, ...said })
        expect(new Set(meters.map(meterKey)).size).toBe(meters.length)
        expect(meters.every((meter) => meter.value >= 0n && meter.value < 1n << 32n)).toBe(true)
        expect(supplies.every(({ description }) => description.length <= 255 && !/\p{Cc}/u.test(description))).toBe(
          true,
        )
        expect(misses.length).toBeLessThanOrEqual(100)
      }),
      { numRuns: 200 },
    )
  })
})
