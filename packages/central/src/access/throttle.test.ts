import { describe, expect, it } from 'vitest'
import { HandClock } from '../testing/rig.ts'
import { addressName, Throttle } from './throttle.ts'

const window = 900_000

describe('wrong tries', () => {
  it('make a name wait after the last allowed one, until the first of them is old', () => {
    const clock = new HandClock('2026-11-16T10:00:00.000Z')
    const throttle = new Throttle({ most: 2, window, clock })
    throttle.note('anna')
    clock.move(60_000)
    expect(throttle.wait('anna')).toBe(0)
    throttle.note('anna')
    expect(throttle.wait('anna')).toBe(840)
    expect(throttle.wait('berta')).toBe(0)
    clock.move(840_000)
    expect(throttle.wait('anna')).toBe(0)
  })

  it('count while they are still being judged, and are forgiven when right', () => {
    const throttle = new Throttle({ most: 1, window, clock: new HandClock('2026-11-16T10:00:00.000Z') })
    throttle.note('anna')
    expect(throttle.wait('anna')).toBeGreaterThan(0)
    throttle.forgive('anna')
    expect(throttle.wait('anna')).toBe(0)
  })

  it('count together for all addresses of one IPv6 customer', () => {
    expect(addressName('2001:db8:1:2::77')).toBe('2001:db8:1:2')
    expect(addressName('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
    expect(addressName('::1')).toBe('0:0:0:0')
    expect(addressName('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(addressName('192.0.2.1')).toBe('192.0.2.1')
  })
})
