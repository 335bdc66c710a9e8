import { describe, expect, it } from 'vitest'
import { printersOf } from './fleet.ts'
import { parseGrowthModel } from './growth-model.ts'
import { parseSnmprec } from './recordings.ts'
import { ACME, ACME_GROWTH, acme, HandClock, read } from './testing.ts'

const SERIAL = '1.3.6.1.2.1.43.5.1.1.17.1'
const MAC = '1.3.6.1.2.1.2.2.1.6.1'

function fleet(count: number, seed = 'a', individual = true) {
  const model = parseGrowthModel(ACME_GROWTH)
  return printersOf({
    recordings: [acme()],
    port: 0,
    base: '127.21.0.1',
    count,
    seed,
    clock: new HandClock(),
    individual,
    growth: model.ok ? [model.model] : [],
  })
}

const all = (count: number, oid: string, seed?: string) =>
  fleet(count, seed).map((device) => read(device.view(5_000), oid))

describe('devices made of one recording', () => {
  it('say what was recorded, and nothing else, when they are not to be individuals', () => {
    const [device] = fleet(1, 'a', false)
    if (device === undefined) throw new Error('no device')
    for (const row of parseSnmprec(ACME).rows) expect(device.view(5_000).get(row.oid)).toEqual(row)
  })

  it('never share a serial number or a hardware address, 4,096 of them', () => {
    expect(new Set(all(4_096, SERIAL)).size).toBe(4_096)
    expect(new Set(all(4_096, MAC)).size).toBe(4_096)
    expect(new Set(all(4_096, '1.3.6.1.2.1.1.5.0')).size).toBe(4_096)
    expect(new Set(all(4_096, '1.3.6.1.4.1.99999.1.8.0')).size).toBe(4_096)
  })

  it('keep a host name that is their model: it is so named in other objects too', () => {
    const rows = parseSnmprec(
      [
        '1.3.6.1.2.1.1.1.0|4|Acme LaserThing 9000 /P',
        '1.3.6.1.2.1.1.5.0|4|LaserThing 9000',
        '1.3.6.1.4.1.99999.1.1.0|4|LaserThing 9000',
      ].join('\n'),
    ).rows
    const recordings = [{ name: 'model', rows }]
    const [device] = printersOf({
      recordings,
      port: 0,
      base: '127.21.0.1',
      count: 1,
      seed: 'a',
      clock: new HandClock(),
    })
    for (const object of ['1.3.6.1.2.1.1.5.0', '1.3.6.1.4.1.99999.1.1.0'])
      expect(device && read(device.view(0), object)).toBe('LaserThing 9000')
  })

  it('keep the look of the serial and the maker of the hardware address', () => {
    for (const serial of all(50, SERIAL)) expect(serial).toMatch(/^AC4\d[A-Z]\d{5}$/)
    for (const mac of all(50, MAC)) expect(mac).toMatch(/^02aabb/)
  })

  it('tell the same serial and hardware address in every object, however it is written', () => {
    for (const device of fleet(20)) {
      const view = device.view(5_000)
      const mac = (read(view, MAC) ?? '').toUpperCase().replaceAll(/(..)(?!$)/g, '$1-')
      expect(read(view, '1.3.6.1.4.1.99999.1.7.0')).toBe(`SN:${read(view, SERIAL)};MAC:${mac};`)
    }
  })

  it('have the address they are asked at in their address table, still in order', () => {
    const [, device] = fleet(2)
    const view = device?.view(5_000)
    if (view === undefined) throw new Error('no device')
    expect(read(view, '1.3.6.1.2.1.4.20.1.1.127.21.0.2')).toBe('127.21.0.2')
    expect(read(view, '1.3.6.1.2.1.4.20.1.2.127.21.0.2')).toBe('1')
    expect(read(view, '1.3.6.1.2.1.4.20.1.1.10.1.2.3')).toBeUndefined()
    let row = view.next(
      parseSnmprec('1.3|5|').rows[0]?.oid ??
        (() => {
          throw new Error('no oid')
        })(),
    )
    for (let count = 0; row !== undefined; count++) {
      const after = view.next(row.oid)
      if (after !== undefined) expect(row.oid.compare(after.oid)).toBeLessThan(0)
      row = after
      expect(count).toBeLessThan(100)
    }
  })

  it('begin with counters of their own', () => {
    expect(new Set(all(30, '1.3.6.1.2.1.43.10.2.1.4.1.1')).size).toBeGreaterThan(25)
  })

  it('are the same for the same seed and others for another', () => {
    expect(all(5, SERIAL, 'x')).toEqual(all(5, SERIAL, 'x'))
    expect(all(5, SERIAL, 'x')).not.toEqual(all(5, SERIAL, 'y'))
  })
})
