import { describe, expect, it } from 'vitest'
import { momentOf } from './moment.ts'

const receivedAt = Date.parse('2026-11-16T10:00:00.000Z')
const minute = 60_000

describe('when a reading was made', () => {
  it('is what the Onsite said while that can be', () => {
    for (const back of [0, minute, 90 * 86_400_000, -4 * minute])
      expect(momentOf({ at: receivedAt - back, monotonic: 0, newestMonotonic: 0, receivedAt })).toBe(receivedAt - back)
  })

  it('is counted back on the clock that only goes forward when the wall clock is years off', () => {
    for (const at of [
      0,
      Date.parse('2019-12-31T23:59:59.999Z'),
      receivedAt + 6 * minute,
      Date.parse('2036-02-07T06:28:16.000Z'),
    ])
      expect(momentOf({ at, monotonic: 1000, newestMonotonic: 1000 + 20 * minute, receivedAt })).toBe(
        receivedAt - 20 * minute,
      )
  })

  it('is never after the delivery when even that clock was set back', () => {
    expect(momentOf({ at: 0, monotonic: 9_000_000, newestMonotonic: 5, receivedAt })).toBe(receivedAt)
  })
})
