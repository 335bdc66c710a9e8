import { describe, expect, it } from 'vitest'
import { HandClock } from '../testing/rig.ts'
import { addressName, GuessGuard, Throttle } from './throttle.ts'

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

describe('who tries a password', () => {
  const anna = { email: 'Anna@x.example', address: '192.0.2.1' }
  const tries = async (guard: GuessGuard, judged: 'wrong' | 'right' | 'busy', count: number) => {
    const outcomes: unknown[] = []
    for (let place = 0; place < count; place++) {
      outcomes.push(
        await guard.judge(
          anna,
          async () => judged,
          (one) => one === 'wrong',
        ),
      )
    }
    return outcomes.filter((outcome) => JSON.stringify(outcome).includes('waits')).length
  }

  it('waits after five wrong tries, and not after any number that were right or could not be judged', async () => {
    const guard = new GuessGuard(new HandClock('2026-11-16T10:00:00.000Z'))
    expect(await tries(guard, 'busy', 40)).toBe(0)
    expect(await tries(guard, 'right', 40)).toBe(0)
    const broken = guard.judge(
      anna,
      () => Promise.reject(new Error('the database is away')),
      () => true,
    )
    await expect(broken).rejects.toThrow('away')
    expect(await tries(guard, 'wrong', 7)).toBe(2)
    expect(await tries(guard, 'right', 1)).toBe(1)
  })

  it('is counted while several tries are judged at once', async () => {
    const guard = new GuessGuard(new HandClock('2026-11-16T10:00:00.000Z'))
    const many = await Promise.all(
      Array.from({ length: 8 }, () =>
        guard.judge(
          anna,
          async () => 'wrong',
          () => true,
        ),
      ),
    )
    expect(many.filter((outcome) => 'waits' in outcome).length).toBe(3)
  })
})
