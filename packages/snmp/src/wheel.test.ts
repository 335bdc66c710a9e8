import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from './fakes.testing.ts'
import { OFF, type Timed, Wheel } from './wheel.ts'

class Deadline implements Timed<Deadline> {
  due = 0
  slot = OFF
  before: Deadline | undefined = undefined
  after: Deadline | undefined = undefined
  readonly at: number

  constructor(at: number) {
    this.at = at
  }
}

describe('the timer wheel', () => {
  it('does not fire what was taken off, even by another deadline of the same moment', async () => {
    const clock = new FakeClock()
    const fired: Deadline[] = []
    const items = [new Deadline(50), new Deadline(50), new Deadline(50)]
    const wheel = new Wheel<Deadline>(clock, (item) => {
      fired.push(item)
      for (const other of items) wheel.remove(other)
    })
    for (const item of items) wheel.add(item, 0, item.at)
    wheel.remove(new Deadline(1))
    await clock.advance(1_000)
    expect(fired).toHaveLength(1)
    expect([wheel.count, clock.pending]).toEqual([0, 0])
  })

  it('fires nothing after it was stopped', async () => {
    const clock = new FakeClock()
    const fired: Deadline[] = []
    const wheel = new Wheel<Deadline>(clock, (item) => fired.push(item))
    wheel.add(new Deadline(50), 0, 50)
    wheel.stop()
    await clock.advance(1_000)
    expect(fired).toHaveLength(0)
  })

  it('fires each deadline once, never early and at most a tick late, also beyond a whole turn', async () => {
    const delays = fc.array(fc.tuple(fc.nat(40_000), fc.boolean()), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(delays, async (list) => {
        const clock = new FakeClock()
        const fired = new Map<Deadline, number>()
        const wheel = new Wheel<Deadline>(clock, (item) => {
          expect(fired.has(item)).toBe(false)
          fired.set(item, clock.now())
        })
        const items = list.map(([at, kept]) => ({ item: new Deadline(at), kept }))
        for (const { item } of items) wheel.add(item, 0, item.at)
        for (const { item, kept } of items) if (!kept) wheel.remove(item)
        await clock.advance(45_000)
        for (const { item, kept } of items) {
          const at = fired.get(item)
          if (!kept) expect(at).toBeUndefined()
          else expect(at).toSatisfy((moment: number) => moment >= item.at && moment <= item.at + 20)
        }
        expect([wheel.count, clock.pending]).toEqual([0, 0])
      }),
      { numRuns: 30 },
    )
  })

  it('gives what came meanwhile time to be read, when the process was held up', async () => {
    const clock = new FakeClock()
    const fired: number[] = []
    const wheel = new Wheel<Deadline>(clock, () => fired.push(clock.now()))
    const answered = new Deadline(100)
    wheel.add(answered, 0, 100)
    wheel.add(new Deadline(100), 0, 100)
    clock.stall(3_000)
    await clock.advance(0)
    expect(fired).toEqual([])
    wheel.remove(answered)
    await clock.advance(100)
    expect(fired).toEqual([3_020])
  })

  it('fires also when every wake-up is late, as in a process that is always busy', async () => {
    const clock = new FakeClock()
    const fired: number[] = []
    const wheel = new Wheel<Deadline>(clock, () => fired.push(clock.now()))
    for (const at of [100, 1_000]) wheel.add(new Deadline(at), 0, at)
    while (clock.now() < 2_000) {
      clock.stall(80)
      await clock.advance(0)
    }
    expect(fired).toHaveLength(2)
    expect(fired[0]).toBeLessThan(100 + 7 * 80)
    expect(fired[1]).toBeLessThan(1_000 + 7 * 80)
  })

  it('fires again what puts itself on again', async () => {
    const clock = new FakeClock()
    let times = 0
    const wheel = new Wheel<Deadline>(clock, (item) => {
      times++
      if (times < 5) wheel.add(item, clock.now(), 100)
    })
    wheel.add(new Deadline(100), 0, 100)
    await clock.advance(10_000)
    expect(times).toBe(5)
  })
})
