import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProbeSlots, SlotLine } from './probe-slots.ts'

/** Ids whose low bits are often the same. */
const id = fc.integer({ min: 1, max: 40 }).map((number) => number * 1_024 + (number % 3))

describe('the slots of probes', () => {
  it('finds each id where it was taken, and none that has ended, whatever the order', () => {
    const steps = fc.array(fc.record({ what: fc.constantFrom('take', 'end', 'free'), id }), { maxLength: 300 })
    fc.assert(
      fc.property(steps, (all) => {
        const slots = new ProbeSlots()
        const live = new Map<number, number>()
        const ended: number[] = []
        for (const step of all) {
          const slot = live.get(step.id)
          if (step.what === 'take' && slot === undefined) live.set(step.id, slots.take(`to ${step.id}`, step.id))
          else if (step.what === 'end' && slot !== undefined) {
            slots.end(slot)
            live.delete(step.id)
            ended.push(slot)
          } else if (step.what === 'free') for (const over of ended.splice(0)) slots.free(over)
          // A slot that has ended is nobody else's until it is freed.
          expect([...live.values()].some((taken) => ended.includes(taken))).toBe(false)
        }
        expect(slots.live).toBe(live.size)
        expect(new Set(live.values()).size).toBe(live.size)
        for (let number = 1; number <= 40; number++) {
          const asked = number * 1_024 + (number % 3)
          expect(slots.find(asked)).toBe(live.get(asked) ?? -1)
        }
        for (const [taken, slot] of live) expect(slots.addresses[slot]).toBe(`to ${taken}`)
      }),
    )
  })

  it('keeps everything when it grows', () => {
    const slots = new ProbeSlots()
    const taken = Array.from({ length: 10_000 }, (_, at) => {
      const slot = slots.take(`to ${at}`, at + 1)
      slots.sentAt[slot] = at
      slots.tries[slot] = at % 200
      slots.expected[slot] = 0.125
      return slot
    })
    taken.forEach((slot, at) => {
      expect(slots.find(at + 1)).toBe(slot)
      expect([slots.addresses[slot], slots.sentAt[slot], slots.tries[slot]]).toEqual([`to ${at}`, at, at % 200])
      expect(slots.expected[slot]).toBe(0.125)
    })
  })

  it('takes no more room for addresses that come after others have ended', () => {
    const slots = new ProbeSlots()
    for (let turn = 0; turn < 20_000; turn++) {
      const slot = slots.take('10.0.0.1', turn + 1)
      slots.end(slot)
      slots.end(slot)
      slots.free(slot)
    }
    expect(slots.ids.length).toBe(4_096)
    expect(slots.live).toBe(0)
  })
})

describe('a line of slots', () => {
  it('gives them back in their order, each at the place it has from the beginning', () => {
    const steps = fc.array(fc.integer({ min: -3_000, max: 6_000 }), { maxLength: 12 })
    fc.assert(
      fc.property(steps, (all) => {
        const line = new SlotLine()
        const model: number[] = []
        let next = 0
        for (const count of all) {
          for (let more = 0; more < count; more++) {
            line.push(next)
            model.push(next++)
          }
          for (let less = 0; less < -count; less++) expect(line.shift()).toBe(model.shift() ?? -1)
          expect(line.tail - line.head).toBe(model.length)
          expect(line.at(line.tail - 1)).toBe(model.at(-1) ?? line.at(line.tail - 1))
          if (model.length > 0) expect(line.at(line.head)).toBe(model[0])
        }
      }),
      { numRuns: 30 },
    )
  })
})
