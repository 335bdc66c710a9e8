import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Placed, Places } from './places.ts'

interface Device extends Placed {
  readonly name: string
}

const device = (name: string): Device => ({ name, onLink: undefined, place: 'none', placeSince: 0 })

/** Everybody is on link but who is called 'far'. */
function placesOf(most: number): Places<Device> {
  return new Places({ most, isOnLink: (name) => name !== 'far' }, ({ name }) => name)
}

describe('places for neighbours', () => {
  it('are refused when all are taken, and needed by nobody behind a router', () => {
    const places = placesOf(1)
    const [one, two, far] = [device('one'), device('two'), device('far')]
    expect([places.take(one, 0), places.take(two, 0), places.take(far, 0)]).toEqual([true, false, true])
    expect(places.take(one, 100)).toBe(true)
    expect(places.freeIn(100)).toBe(3_100)
  })

  it('come back when the kernel has given up seeking', () => {
    const places = placesOf(1)
    const [one, two] = [device('one'), device('two')]
    places.take(one, 0)
    expect(places.take(two, 3_199)).toBe(false)
    expect(places.take(two, 3_200)).toBe(true)
    expect(one.place).toBe('none')
  })

  it('are kept for five seconds after a device was found, whoever stands before it', () => {
    const places = placesOf(2)
    const [one, two, three] = [device('one'), device('two'), device('three')]
    places.take(one, 0)
    places.take(two, 0)
    places.found(one, 50)
    places.found(one, 4_000)
    expect(places.take(three, 3_200)).toBe(true)
    expect(places.take(two, 3_300)).toBe(false)
    expect(places.freeIn(3_300)).toBe(1_950)
    expect(places.take(two, 5_250)).toBe(true)
  })

  it('never give out more than there are within any three seconds', () => {
    const step = fc.record({ who: fc.nat(40), after: fc.nat(900), answers: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const places = placesOf(8)
        const devices = Array.from({ length: 41 }, (_, n) => device(`n${n}`))
        let now = 0
        for (const { who, after, answers } of steps) {
          now += after
          const one = devices[who]
          if (one === undefined) continue
          const goes = places.take(one, now)
          if (goes && answers) places.found(one, now)
          expect(devices.filter(({ place }) => place !== 'none').length).toBeLessThanOrEqual(8)
          expect(goes).toBe(one.place !== 'none')
          if (!goes) expect(places.freeIn(now)).toBeGreaterThan(0)
        }
      }),
    )
  })
})
