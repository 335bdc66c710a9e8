import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CommunityHead } from './community.ts'
import { Flight, type Peer } from './flight.ts'
import { Lanes, laneOf } from './lanes.ts'
import { LiveFlights } from './live.ts'
import { NO_ROWS, questionOf } from './question.ts'

const PEER: Peer = {
  address: '10.0.0.1',
  port: 161,
  laneName: '',
  lane: undefined,
  head: new CommunityHead('v2c', 'public'),
  timeout: 1,
  tries: 1,
  answersFrom: 'asked',
  heedsNoise: true,
  signal: undefined,
  cost: { requests: 0, bytesOut: 0, bytesIn: 0, varbinds: 0 },
}

function flightOf(id: number): Flight {
  const flight = new Flight(PEER, questionOf('get', [], NO_ROWS), () => {})
  flight.id = id
  return flight
}

describe('the live flights', () => {
  it('are found by id exactly as a Map would find them', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.boolean())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3_000, size: 'max' }), (steps) => {
        const live = new LiveFlights()
        const model = new Map<number, Flight>()
        for (const [number, adds] of steps) {
          // Many ids share their low bits.
          const id = number * 512
          const known = model.get(id)
          expect(live.get(id)).toBe(known)
          if (known !== undefined) live.delete(known)
          if (known !== undefined) live.delete(known)
          model.delete(id)
          if (!adds) continue
          const flight = flightOf(id)
          live.add(flight)
          model.set(id, flight)
        }
        expect(live.size).toBe(model.size)
        for (const [id, flight] of model) expect(live.get(id)).toBe(flight)
      }),
      { numRuns: 20 },
    )
  })
})

describe('the lanes', () => {
  it('throw idle ones out when many have gathered, and keep the busy', () => {
    const lanes = new Lanes()
    const busy = lanes.at(laneOf('10.0.0.1', 161))
    busy.live = flightOf(1)
    const idle = lanes.at(laneOf('10.0.0.2', 161))
    for (let n = 0; n < 40_000; n++) lanes.at(laneOf('10.1.0.0', n))
    expect(lanes.busy('10.0.0.1', 161)).toBe(busy)
    expect([busy.gone, idle.gone]).toEqual([false, true])
    expect(lanes.at(laneOf('10.0.0.2', 161))).not.toBe(idle)
    expect(lanes.busy('10.0.0.2', 161)).toBeUndefined()
  })
})
