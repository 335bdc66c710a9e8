import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LEAST_TIMEOUT, RoundTrip } from './round-trip.ts'

describe('the time-out of a device', () => {
  it('is never below its least nor above what the caller allows, whatever was measured', () => {
    const measured = fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { maxLength: 50 })
    fc.assert(
      fc.property(measured, fc.integer({ min: 0, max: 20 }), (times, lates) => {
        const trip = new RoundTrip(times[0] ?? 5)
        for (const time of times.slice(1)) trip.add(time)
        for (let at = 0; at < lates; at++) trip.late()
        expect(trip.timeout(1_000)).toBeLessThanOrEqual(1_000)
        expect(trip.timeout(1_000)).toBeGreaterThanOrEqual(LEAST_TIMEOUT)
      }),
    )
  })

  it('follows RFC 6298: mean plus four variations', () => {
    const trip = new RoundTrip(400)
    expect(trip.timeout(5_000)).toBe(400 + 4 * 200)
    trip.add(480)
    expect(trip.timeout(5_000)).toBe(410 + 4 * 170)
  })

  it('comes down to a steady device, and up to one that became slow', () => {
    const trip = new RoundTrip(900)
    for (let at = 0; at < 100; at++) trip.add(300)
    expect(trip.timeout(5_000)).toBeCloseTo(300, 0)
    trip.add(700)
    expect(trip.timeout(5_000)).toBeGreaterThan(700)
  })

  it('doubles while answers are late and forgets that with the next one measured', () => {
    const trip = new RoundTrip(10)
    expect(trip.timeout(10_000)).toBe(200)
    trip.late()
    trip.late()
    expect(trip.timeout(10_000)).toBe(800)
    expect(trip.timeout(500)).toBe(500)
    trip.add(10)
    expect(trip.timeout(10_000)).toBe(200)
  })
})
