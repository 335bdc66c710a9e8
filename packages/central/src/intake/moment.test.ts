import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { momentsOf, type Past, type Told } from './moment.ts'

const receivedAt = Date.parse('2026-11-16T10:00:00.000Z')
const minute = 60_000
const hour = 60 * minute
const nothing: Past = { last: null, earlierEpochs: new Set(), receivedAt }

/** An envelope sealed with one reading in it, both said at `at` by a clock, `up` after the program's start. */
function told(seq: number, own: { at: number; up: number; life?: string; epoch?: string; read?: number }): Told {
  const { at, up, life = 'a', epoch = 'e' } = own
  return { epoch, seq, life, at, monotonic: up, readings: [{ at: own.read ?? at, monotonic: up }] }
}

function moments(envelopes: readonly Told[], past = nothing) {
  const placed = momentsOf(envelopes, past)
  return { ...placed, readings: envelopes.map((one) => placed.moments.get(one)?.readings[0]) }
}

describe('when a reading was made', () => {
  it('is what the Onsite said while that can be, however long ago', () => {
    for (const back of [0, minute, 90 * 24 * hour, -4 * minute])
      expect(moments([told(0, { at: receivedAt - back, up: 0 })]).readings).toEqual([receivedAt - back])
  })

  it('is counted back from the envelope it came in where only the reading cannot be', () => {
    const wrong = [
      0,
      Date.parse('2019-12-31T23:59:59.999Z'),
      receivedAt + 6 * minute,
      Date.parse('2036-02-07T06:28:16.000Z'),
    ]
    for (const at of wrong) {
      const envelope = { ...told(0, { at: receivedAt, up: 30 * minute }), readings: [{ at, monotonic: 10 * minute }] }
      expect(moments([envelope]).readings).toEqual([receivedAt - 20 * minute])
    }
  })

  it('is counted on the clock that only goes forward while the wall clock says 1970, over deliveries', () => {
    const [first, second] = [
      [0, 3 * hour].map((up, seq) => told(seq, { at: up, up })),
      [4 * hour, 7 * hour].map((up, seq) => told(seq + 2, { at: up, up })),
    ]
    const before = moments(first ?? [])
    expect(before.readings).toEqual([receivedAt - 3 * hour, receivedAt])
    const after = moments(second ?? [], { ...nothing, last: before.last, receivedAt: receivedAt + 4 * hour })
    expect(after.readings).toEqual([receivedAt + hour, receivedAt + 4 * hour])
  })

  it('keeps the order where a backlog comes in two deliveries at once and the first was placed too late', () => {
    const before = moments([0, 3 * hour].map((up, seq) => told(seq, { at: up, up })))
    const rest = [4 * hour, 7 * hour].map((up, seq) => told(seq + 2, { at: up, up }))
    const after = moments(rest, { ...nothing, last: before.last, receivedAt: receivedAt + 1000 })
    expect(after.readings).toEqual([receivedAt + 1, receivedAt + 1000])
  })

  it('puts a life without a reference right before the next one, when the program was started anew within a backlog', () => {
    const backlog = [
      told(0, { at: 0, up: 0 }),
      told(1, { at: 5 * hour, up: 5 * hour }),
      told(2, { at: 0, up: 0, life: 'b' }),
      told(3, { at: 2 * hour, up: 2 * hour, life: 'b' }),
    ]
    const start = receivedAt - 2 * hour
    expect(moments(backlog).readings).toEqual([start - 1 - 5 * hour, start - 1, start, receivedAt])
  })

  it('is right for all of a life as soon as its clock is', () => {
    const life = [
      told(0, { at: 0, up: 0 }),
      told(1, { at: receivedAt - hour, up: 3 * hour }),
      told(2, { at: 0, up: 4 * hour }),
    ]
    expect(moments(life).readings).toEqual([receivedAt - 4 * hour, receivedAt - hour, receivedAt])
  })

  it('goes on where the clock was set back, and follows it again when it is right', () => {
    const life = [
      told(0, { at: receivedAt - 5 * hour, up: hour }),
      told(1, { at: receivedAt - 8 * hour, up: 2 * hour }),
      told(2, { at: receivedAt - 3 * hour, up: 3 * hour }),
    ]
    expect(moments(life).readings).toEqual([receivedAt - 5 * hour, receivedAt - 4 * hour, receivedAt - 3 * hour])
    const { last } = moments(life.slice(0, 1))
    expect(moments(life.slice(1, 2), { ...nothing, last }).readings).toEqual([receivedAt - 4 * hour])
  })

  it('follows a clock that jumps forward as far as that can be: computers sleep', () => {
    const night = [told(0, { at: receivedAt - 10 * hour, up: hour }), told(1, { at: receivedAt, up: hour + minute })]
    expect(moments(night).readings).toEqual([receivedAt - 10 * hour, receivedAt])
  })

  it('is as said for an envelope that waited while later ones were delivered, and before those where that cannot be', () => {
    const last = { epoch: 'e', seq: 7, life: 'a', monotonic: 9 * hour, at: receivedAt - hour }
    expect(moments([told(3, { at: receivedAt - 6 * hour, up: hour })], { ...nothing, last }).readings).toEqual([
      receivedAt - 6 * hour,
    ])
    expect(moments([told(3, { at: 0, up: 8 * hour })], { ...nothing, last }).readings).toEqual([receivedAt - 2 * hour])
    const other = told(3, { at: receivedAt - 6 * hour, up: hour, epoch: 'before' })
    const known = moments([other], { ...nothing, last, earlierEpochs: new Set(['before']) })
    expect(known.readings).toEqual([receivedAt - 6 * hour])
    expect(known.last).toEqual(last)
  })

  it('never turns the sequence round, nor passes the delivery, whatever clocks say and however it is cut into deliveries', () => {
    const step = fc.record({
      restart: fc.boolean(),
      up: fc.nat(5 * hour),
      clock: fc.constantFrom(0, 1, 2, 3),
      off: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(12), (steps, cut) => {
        let life = 0
        let up = 0
        const all = steps.map(({ restart, up: more, clock, off }, seq) => {
          if (restart) life += 1
          up = (restart ? 0 : up) + more + 1
          const at =
            [off % hour, receivedAt - (off % (99 * hour)), receivedAt + hour + off, receivedAt - hour][clock] ?? 0
          return told(seq, { at, up, life: `${life}` })
        })
        const first = momentsOf(all.slice(0, cut), nothing)
        const second = momentsOf(all.slice(cut), { ...nothing, last: first.last, receivedAt: receivedAt + hour })
        const placed = all.map((one) => (first.moments.get(one) ?? second.moments.get(one))?.readings[0] ?? 0)
        for (const [place, moment] of placed.entries()) {
          expect(moment).toBeGreaterThanOrEqual((placed[place - 1] ?? 0) - 5 * minute)
          expect(moment).toBeLessThanOrEqual(receivedAt + hour + 6 * minute)
        }
      }),
    )
  })
})
