import { decodeMessage } from '@platen/snmp'
import { describe, expect, it } from 'vitest'
import type { Fault } from './faults.ts'
import { printersOf } from './fleet.ts'
import type { Printer } from './printer.ts'
import { acme, ask, HandClock, type Question, read, told } from './testing.ts'

const START = 5_000
const LIFE = '1.3.6.1.2.1.43.10.2.1.4.1.1'
const SERIAL = '1.3.6.1.2.1.43.5.1.1.17.1'
const UP = '1.3.6.1.2.1.1.3.0'
const HOUR = 3_600_000

function faulty(...faults: readonly Fault[]): Printer {
  const [printer] = printersOf({
    recordings: [acme()],
    port: 0,
    base: '127.21.0.1',
    count: 1,
    seed: 'f',
    clock: new HandClock(),
    faults: () => faults,
  })
  if (printer === undefined) throw new Error('no printer')
  return printer
}

const get: Question = { type: 'get', oids: ['1.3.6.1.2.1.1.1.0'] }
const answers = (printer: Printer, question = get, age = 0) => printer.answer(ask(question), START + age)
const number = (printer: Printer, oid: string, age: number) => Number(read(printer.view(START + age), oid))

/** The names a walk with GETNEXT sees, at most so many. */
function walk(printer: Printer, from: string, most: number): readonly string[] {
  const names: string[] = []
  for (let oid = from; names.length < most; ) {
    const [line = ''] = told(answers(printer, { type: 'next', oids: [oid] })[0]?.bytes)
    const [name = '', value] = line.split('=')
    if (value === 'endOfMibView') break
    names.push(name)
    oid = name
  }
  return names
}

describe('a faulty device', () => {
  it('is silent, from the start or after a time', () => {
    expect(answers(faulty({ kind: 'silent' }))).toEqual([])
    const later = faulty({ kind: 'silent', after: 100 })
    expect(answers(later, get, 99)).toHaveLength(1)
    expect(answers(later, get, 100)).toHaveLength(0)
  })

  it('answers late, twice, cut, with another id, from elsewhere or not at all', () => {
    expect(answers(faulty({ kind: 'slow', delay: 999 }))[0]?.delay).toBe(999)
    expect(answers(faulty({ kind: 'copies', count: 1_000 }))).toHaveLength(1_000)
    expect(told(answers(faulty({ kind: 'cut', length: 20 }))[0]?.bytes)).toEqual(['no message'])
    expect(answers(faulty({ kind: 'garbage', length: 77 }))[0]?.bytes).toHaveLength(77)
    expect(answers(faulty({ kind: 'wrongAddress' }))[0]?.from).toBe('otherAddress')
    expect(answers(faulty({ kind: 'wrongPort' }))[0]?.from).toBe('otherPort')
    const decoded = decodeMessage(answers(faulty({ kind: 'wrongId' }))[0]?.bytes ?? new Uint8Array(0))
    expect(decoded.ok && decoded.message.pdu.id).not.toBe(42)
  })

  it('fails with genErr, always or now and then', () => {
    expect(told(answers(faulty({ kind: 'genErr' }))[0]?.bytes)[0]).toBe('error 5 at 1')
    const now = faulty({ kind: 'genErr', share: 0.5 })
    const fates = new Set(Array.from({ length: 50 }, () => told(answers(now)[0]?.bytes)[0]))
    expect(fates).toEqual(new Set(['error 5 at 1', '1.3.6.1.2.1.1.1.0=Acme Press 9']))
  })

  it('can send only so much', () => {
    const printer = faulty({ kind: 'tooBig', above: 80 })
    const long = { ...get, oids: ['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.1.6.0'] }
    expect(told(answers(printer, long)[0]?.bytes)).toEqual(['error 1 at 0'])
    expect(told(answers(printer)[0]?.bytes)).toHaveLength(1)
    expect(told(answers(faulty({ kind: 'tooBig' }))[0]?.bytes)).toEqual(['error 1 at 0'])
  })

  it('tells its rows out of order', () => {
    const names = walk(faulty({ kind: 'disorder' }), '1.3.6.1.2.1.43.11.1.1.8', 3)
    expect(names[0]).toBe('1.3.6.1.2.1.43.11.1.1.8.1.2')
  })

  it('loses its share of answers', () => {
    const printer = faulty({ kind: 'loss', share: 0.25 })
    const came = Array.from({ length: 2_000 }, () => answers(printer).length).filter((count) => count === 1).length
    expect(came / 2_000).toBeGreaterThan(0.7)
    expect(came / 2_000).toBeLessThan(0.8)
  })

  it('loses the same answers again with the same seed', () => {
    const pattern = () => {
      const printer = faulty({ kind: 'loss', share: 0.5 })
      return Array.from({ length: 50 }, () => answers(printer).length)
    }
    expect(pattern()).toEqual(pattern())
  })

  it('walks in place, in a circle or for ever', () => {
    expect(new Set(walk(faulty({ kind: 'loopSame' }), '1.3.6.1.2.1.43', 50)).size).toBe(1)
    expect(new Set(walk(faulty({ kind: 'loopCycle' }), LIFE, 50)).size).toBe(3)
    const endless = walk(faulty({ kind: 'endless' }), '1.3.6.1.2.1.43.11.1.1.9', 600)
    expect(new Set(endless).size).toBe(600)
    for (const name of endless) expect(name).toMatch(/^1\.3\.6\.1\.2\.1\.43\.11\.1\.1\.9\./)
  })

  it('answers every GET with another object', () => {
    const printer = faulty({ kind: 'anyOid' })
    const names = Array.from(
      { length: 20 },
      () => told(answers(printer, { type: 'get', oids: ['1.3.6.1.4.1.1.0'] })[0]?.bytes)[0],
    )
    expect(names.every((line) => line?.startsWith('1.3.6.1.4.1.1.0=') === false)).toBe(true)
  })

  it('tells strings of any length, or finds every answer too big', () => {
    const long = { type: 'get', oids: [SERIAL] } as const
    expect(read(faulty({ kind: 'bigStrings', octets: 60_000 }).view(START), SERIAL)).toHaveLength(60_000)
    expect(told(answers(faulty({ kind: 'tooBig' }), long)[0]?.bytes)).toEqual(['error 1 at 0'])
  })

  it('begins its meters again at zero', () => {
    const printer = faulty({ kind: 'restart', after: 10 * HOUR })
    expect(number(printer, LIFE, 10 * HOUR - 1)).toBeGreaterThan(1_000)
    expect(number(printer, LIFE, 10 * HOUR)).toBe(0)
    expect(number(printer, LIFE, 100 * HOUR)).toBeGreaterThan(100)
  })

  it('has meters that jump forth and back', () => {
    const [good, back, forth] = [
      faulty(),
      faulty({ kind: 'shift', after: HOUR, pages: -500 }),
      faulty({ kind: 'shift', after: HOUR, pages: 4_000_000 }),
    ]
    const at = (printer: Printer, age: number) => number(printer, LIFE, age)
    expect(at(back, 0)).toBe(at(good, 0))
    expect(at(back, 2 * HOUR)).toBe(at(good, 2 * HOUR) - 500)
    expect(at(forth, 2 * HOUR)).toBe(at(good, 2 * HOUR) + 4_000_000)
  })

  it('is off while it restarts, and counts its time anew', () => {
    const printer = faulty({ kind: 'reboot', after: 1_000, lasts: 500 })
    expect(answers(printer, get, 1_200)).toEqual([])
    expect(answers(printer, get, 1_500)).toHaveLength(1)
    expect(number(printer, UP, 1_500)).toBe(1_000)
    expect(number(printer, UP, 2_500)).toBe(1_100)
    expect(number(printer, LIFE, 1_500)).toBe(number(faulty(), LIFE, 1_500))
  })

  it('is another device after a swap, and another at every poll if wanted', () => {
    const swapped = faulty({ kind: 'swap', after: 1_000 })
    expect(read(swapped.view(START + 999), SERIAL)).toBe(read(faulty().view(START), SERIAL))
    expect(read(swapped.view(START + 1_000), SERIAL)).not.toBe(read(faulty().view(START), SERIAL))
    expect(read(swapped.view(START + 9_000), SERIAL)).toBe(read(swapped.view(START + 1_000), SERIAL))
    const restless = faulty({ kind: 'swap', after: 0, every: 10 })
    const serials = Array.from({ length: 20 }, (_, poll) => read(restless.view(START + poll * 10), SERIAL))
    expect(new Set(serials).size).toBe(20)
  })

  it('may have several faults at once', () => {
    const packets = answers(faulty({ kind: 'copies', count: 2 }, { kind: 'slow', delay: 5 }, { kind: 'wrongPort' }))
    expect(packets.map(({ delay, from }) => [delay, from])).toEqual([
      [5, 'otherPort'],
      [5, 'otherPort'],
    ])
  })
})
