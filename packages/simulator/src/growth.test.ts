import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printersOf } from './fleet.ts'
import { parseGrowthModel } from './growth-model.ts'
import type { Printer } from './printer.ts'
import { ACME_GROWTH, acme, HandClock, read } from './testing.ts'

const HOUR = 3_600_000
const LIFE = '1.3.6.1.2.1.43.10.2.1.4.1.1'
const LEVEL = '1.3.6.1.2.1.43.11.1.1.9.1'
const OWN = '1.3.6.1.4.1.99999.1'

function acmeModel() {
  const parsed = parseGrowthModel(ACME_GROWTH)
  if (!parsed.ok) throw new Error(parsed.problems.join('; '))
  return parsed.model
}

function printer(options: { seed?: string; individual?: boolean; standardOnly?: boolean } = {}): Printer {
  const [first] = printersOf({
    recordings: [acme()],
    port: 0,
    base: '127.21.0.1',
    count: 1,
    seed: options.seed ?? 'a',
    clock: new HandClock(),
    individual: options.individual ?? true,
    growth: options.standardOnly === true ? [] : [acmeModel()],
  })
  if (first === undefined) throw new Error('no printer')
  return first
}

/** All that the test device reads after some hours. */
function after(device: Printer, hours: number) {
  const view = device.view(5_000 + hours * HOUR)
  const number = (oid: string) => Number(read(view, oid))
  const packed = read(view, `${OWN}.5.0`) ?? ''
  return {
    life: number(LIFE),
    print: number(`${OWN}.1.0`),
    copy: number(`${OWN}.2.0`),
    colour: number(`${OWN}.4.1`),
    mono: number(`${OWN}.4.2`),
    packedTotal: Number.parseInt(packed.slice(6, 14), 16),
    packedPrint: Number.parseInt(packed.slice(20, 28), 16),
    packedEnd: packed.slice(28),
    black: number(`${LEVEL}.1`),
    cyan: number(`${LEVEL}.2`),
    waste: number(`${LEVEL}.3`),
    privateBlack: number(`${OWN}.6.1.0`),
    upTime: number('1.3.6.1.2.1.1.3.0'),
    paper: number('1.3.6.1.2.1.43.8.2.1.10.1.1'),
  }
}

describe('growth', () => {
  it('moves nothing before time passes when a device says exactly what was recorded', () => {
    expect(after(printer({ individual: false }), 0)).toMatchObject({
      life: 1_000,
      print: 700,
      copy: 300,
      colour: 400,
      mono: 600,
      packedTotal: 1_000,
      black: 60,
      cyan: 80,
      privateBlack: 4_800,
      upTime: 1_000,
      paper: 250,
    })
  })

  it('leaves levels alone that are words and not numbers', () => {
    expect(after(printer(), 500).waste).toBe(-3)
  })

  it('keeps every sum true at every age', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 20_000, noNaN: true }), (seed, hours) => {
        const now = after(printer({ seed }), hours)
        expect(now.print + now.copy).toBe(now.life)
        expect(now.mono + now.colour).toBe(now.life)
        expect(now.packedTotal).toBe(now.life)
        expect(now.packedPrint).toBe(now.print)
        expect(now.packedEnd).toBe('ff')
      }),
    )
  })

  it('never lets a meter fall', () => {
    const device = printer()
    const ages = Array.from({ length: 200 }, (_, at) => after(device, at * 1.37))
    for (const [at, now] of ages.entries()) {
      const before = ages[at - 1] ?? now
      for (const meter of ['life', 'print', 'copy', 'colour', 'mono'] as const) {
        expect(now[meter]).toBeGreaterThanOrEqual(before[meter])
      }
    }
  })

  it('prints at a pace between the least and the most of its model', () => {
    const device = printer()
    const pages = after(device, 100).life - after(device, 0).life
    // A tenth of the work is scans, which no marker makes.
    expect(pages).toBeGreaterThanOrEqual(0.9 * 10 * 100 - 4)
    expect(pages).toBeLessThanOrEqual(0.9 * 60 * 100 + 4)
  })

  it('lets sysUpTime advance by hundredths of a second', () => {
    const device = printer()
    expect(after(device, 1).upTime - after(device, 0).upTime).toBe(360_000)
  })

  it('uses a supply up and replaces it, in step in every object that shows it', () => {
    const device = printer({ individual: false })
    const levels = Array.from({ length: 1_000 }, (_, hour) => after(device, hour))
    const rises = levels.filter((now, at) => now.black > (levels[at - 1]?.black ?? 100))
    expect(rises.length).toBeGreaterThan(0)
    for (const { black } of rises) expect(black).toBeGreaterThan(90)
    expect(Math.min(...levels.map(({ black }) => black))).toBe(0)
    for (const { black, privateBlack } of levels) expect(Math.ceil(privateBlack / 80)).toBe(black)
  })

  it('refills paper', () => {
    const device = printer({ individual: false })
    const levels = Array.from({ length: 100 }, (_, hour) => after(device, hour).paper)
    expect(Math.max(...levels)).toBeGreaterThan(400)
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(0)
  })

  it('uses coloured supplies for colour pages only, and moves any device by its standard objects', () => {
    const device = printer({ individual: false, standardOnly: true })
    const now = after(device, 20)
    expect(now.life).toBeGreaterThan(1_000)
    expect(now.print).toBe(700)
    expect(now.black).toBeLessThan(60)
    expect((60 - now.black) / (80 - now.cyan + 1)).toBeGreaterThan(1.2)
  })

  it('is the same for the same seed and another for another', () => {
    expect(after(printer({ seed: 'x' }), 77)).toEqual(after(printer({ seed: 'x' }), 77))
    expect(after(printer({ seed: 'x' }), 77)).not.toEqual(after(printer({ seed: 'y' }), 77))
  })

  it('wraps a Counter32 as a printer would', () => {
    const rows = acme().rows.map((row) =>
      row.oid.text === LIFE ? { oid: row.oid, value: { type: 'counter32' as const, value: 4_294_967_290 } } : row,
    )
    const [device] = printersOf({
      recordings: [{ name: 'full', rows }],
      port: 0,
      base: '127.21.0.1',
      count: 1,
      seed: 1,
      clock: new HandClock(),
      individual: false,
    })
    expect(
      Number(read(device?.view(5_000 + 100 * HOUR) ?? { get: () => undefined, next: () => undefined }, LIFE)),
    ).toBeLessThan(100_000)
  })
})

describe('a growth file', () => {
  it('is refused with everything that is wrong in it', () => {
    const parsed = parseGrowthModel({
      match: 'x',
      pagesPerHour: [1, 2],
      traits: { work: { print: 0.5, copy: 0.4 } },
      meters: [{ at: '', counts: [{ work: ['fax'] }], extra: 1 }],
      supplies: [{ yield: 0, counts: [], shown: [{ at: '1.3', full: -1 }] }],
    })
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      'traits.work adds up to 0.9, not to 1',
      'match is no list',
      'meters[0].extra is not known',
      'meters[0].at is no text',
      'meters[0].counts[0]: traits.work.fax does not exist',
      'supplies[0].yield is no number from 1',
      'supplies[0].shown[0].full is no number from 1',
    ])
  })

  it.each([null, 7, 'text', [], { match: [], traits: 3 }])('is refused when it is %j', (json) => {
    expect(parseGrowthModel(json).ok).toBe(false)
  })
})
