import { describe, expect, it } from 'vitest'
import { megabytesMost, missedBars } from './bars.ts'

describe('the benchmark of a round', () => {
  it('misses its bars for one heavy round, for a device that did not arrive, and for nothing measured', () => {
    const good = {
      peakMegabytes: [110, megabytesMost],
      steadyRatios: [2.1],
      wallSeconds: [4.1, 4.9],
      devices: 1000,
      printers: 1000,
    }
    expect(missedBars(good)).toEqual([])
    expect(missedBars({ ...good, peakMegabytes: [110, 121, 115] })).toEqual([
      'MISSED: round 2 held 121 MB, the bar is 120',
    ])
    expect(missedBars({ ...good, devices: 999 })).toEqual(['MISSED: Central has 999 of 1000 devices'])
    expect(missedBars({ ...good, steadyRatios: [2.4, 2.6] })).toEqual([
      'MISSED: a round of known printers took 2.6 x the CPU of the reads alone, the bar is 2.5',
    ])
    expect(missedBars({ ...good, wallSeconds: [4.1, 5.2] })).toEqual([
      'MISSED: a round of known printers took 5.2 s, the bar is 5',
    ])
    expect(missedBars({ ...good, peakMegabytes: [] })).toHaveLength(1)
    expect(missedBars({ ...good, peakMegabytes: [Number.NaN] })).toHaveLength(1)
  })
})
