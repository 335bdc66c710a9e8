import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Agenda, type Past } from './agenda.ts'
import { plainSettings } from './fake-central.testing.ts'
import type { LookKind } from './schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const nothing: Past = { inventory: null, round: null, closing: null }
type Settings = typeof plainSettings
const of = (changes: Partial<Settings>): Settings => ({ ...plainSettings, ...changes })
const looks = (changes: Partial<Settings['looks']>) => ({ ...plainSettings.looks, ...changes })

/** A clock that is moved by hand; the machine came up two hours ago. */
class Times {
  at = 2 * HOUR
  ahead: number
  constructor(start: string) {
    this.ahead = Date.parse(start) - this.at
  }
  now(): number {
    return this.at
  }
  wall(): number {
    return this.at + this.ahead
  }
}

/** What is done when, over so many hours, by somebody who does as the agenda says. */
function follow(agenda: Agenda, times: Times, hours: number): { kind: LookKind; at: string }[] {
  const end = times.at + hours * HOUR
  const done: { kind: LookKind; at: string }[] = []
  for (let steps = 0; steps < 100_000; steps += 1) {
    const { at, kind } = agenda.next
    if (Math.max(at, times.at) >= end) {
      times.at = end
      return done
    }
    times.at = Math.max(times.at, at)
    if (kind === null) continue
    done.push({ kind, at: new Date(times.wall()).toISOString().slice(0, 16) })
    if (kind === 'closing') agenda.close()
    agenda.done(kind)
  }
  throw new Error('the agenda does not get on')
}

const start = '2026-11-25T08:00:00.000Z'
const agendaOf = (settings: Settings, past: Past = nothing, dice = 0) => {
  const times = new Times(start)
  return { times, agenda: new Agenda(settings, past, { times, dice: () => dice }) }
}

describe('the agenda', () => {
  it('asks everybody in every round where nothing else is said', () => {
    const { agenda, times } = agendaOf(of({}))
    expect(follow(agenda, times, 3)).toEqual([
      { kind: 'inventory', at: '2026-11-25T08:00' },
      { kind: 'inventory', at: '2026-11-25T09:00' },
      { kind: 'inventory', at: '2026-11-25T10:00' },
    ])
  })

  it('keeps each kind to its own interval, and never looks twice where a wider look has just been', () => {
    const { agenda, times } = agendaOf(
      of({ looks: looks({ inventoryMinutes: 240, suppliesMinutes: 30, statusMinutes: 10 }) }),
    )
    const day = follow(agenda, times, 24)
    const count = (kind: LookKind) => day.filter((one) => one.kind === kind).length
    expect([count('inventory'), count('round'), count('supplies'), count('status')]).toEqual([6, 18, 24, 96])
    expect(new Set(day.map(({ at }) => at)).size).toBe(day.length)
  })

  it('makes one look of several whose place is the same, however the dice fall for each', () => {
    let throws = 0
    const dice = () => {
      throws += 7
      return (throws % 10) / 10
    }
    const times = new Times(start)
    const settings = of({ looks: looks({ inventoryMinutes: 240, suppliesMinutes: 30, statusMinutes: 10 }) })
    const agenda = new Agenda(settings, nothing, { times, dice })
    const day = follow(agenda, times, 24)
    expect(day.length).toBeLessThanOrEqual(24 * 6)
    expect(day.length).toBeGreaterThanOrEqual(24 * 6 - 6)
  })

  it('asks nobody outside the hours, but for a closing at its minute', () => {
    const hours = { days: [1, 2, 3, 4, 5], from: '07:00', to: '19:00' }
    const { agenda, times } = agendaOf(
      of({ hours, closing: { day: 31, at: '23:30' }, zone: 'Europe/Vienna', looks: looks({ statusMinutes: 15 }) }),
      nothing,
      0.5,
    )
    const done = follow(agenda, times, 24 * 8)
    const local = (at: string) => new Date(Date.parse(`${at}Z`) + HOUR)
    for (const { kind, at } of done) {
      const time = local(at)
      if (kind === 'closing') continue
      expect(time.getUTCHours(), at).toBeGreaterThanOrEqual(7)
      expect(time.getUTCHours(), at).toBeLessThan(19)
      expect([0, 6], at).not.toContain(time.getUTCDay())
    }
    expect(done.filter(({ kind }) => kind === 'closing')).toEqual([{ kind: 'closing', at: '2026-11-30T22:30' }])
    // The first of a day waits some minutes: not every site begins in the same second.
    expect(done.find(({ at }) => at.startsWith('2026-11-26'))?.at).toBe('2026-11-26T06:02')
  })

  it('does not ask again at once after a restart, unless the clock makes no sense', () => {
    const past = (minutes: number): Past => {
      const at = Date.parse(start) - minutes * MINUTE
      return { inventory: at, round: at, closing: null }
    }
    const first = (given: Past) => {
      const { agenda, times } = agendaOf(of({ looks: looks({ inventoryMinutes: 240 }) }), given)
      return follow(agenda, times, 6)[0]
    }
    expect(first(past(20))).toEqual({ kind: 'round', at: '2026-11-25T08:40' })
    expect(first(past(90))).toEqual({ kind: 'round', at: '2026-11-25T08:00' })
    expect(first(past(300))).toEqual({ kind: 'inventory', at: '2026-11-25T08:00' })
    expect(first(past(-10 * 365 * 24 * 60))).toEqual({ kind: 'inventory', at: '2026-11-25T08:00' })
  })

  it('makes up for a closing that was missed by less than a day, once, and for no older one', () => {
    const closing = { day: 25, at: '07:30' }
    const slept = { inventory: null, round: Date.parse(start) - 5 * HOUR, closing: null }
    const late = agendaOf(of({ closing }), slept)
    expect(follow(late.agenda, late.times, 30).filter(({ kind }) => kind === 'closing')).toEqual([
      { kind: 'closing', at: '2026-11-25T08:00' },
    ])
    const done = agendaOf(of({ closing }), { ...slept, closing: Date.parse('2026-11-25T07:30:00Z') })
    expect(follow(done.agenda, done.times, 30).filter(({ kind }) => kind === 'closing')).toEqual([])
    const old = agendaOf(of({ closing: { day: 23, at: '07:30' } }), slept)
    expect(follow(old.agenda, old.times, 30).filter(({ kind }) => kind === 'closing')).toEqual([])
  })

  it('closes on time though the clock was ten years ahead when it began', () => {
    const { agenda, times } = agendaOf(of({ closing: { day: 26, at: '12:00' } }))
    const right = times.ahead
    times.ahead += 10 * 365 * 24 * HOUR
    follow(agenda, times, 2)
    times.ahead = right
    expect(follow(agenda, times, 48).filter(({ kind }) => kind === 'closing')).toEqual([
      { kind: 'closing', at: '2026-11-26T12:00' },
    ])
  })

  it('asks those again who were silent at a closing, until nobody is wanted any more', () => {
    const { agenda, times } = agendaOf(of({ closing: { day: 25, at: '09:10' }, intervalMinutes: 1440 }))
    expect(follow(agenda, times, 1.5)).toHaveLength(2)
    agenda.askAgain(true)
    expect(follow(agenda, times, 0.3)).toEqual([{ kind: 'closing', at: '2026-11-25T09:45' }])
    agenda.askAgain(false)
    expect(follow(agenda, times, 6)).toEqual([])
  })

  it('brings the inventory forward for a swapped printer, once an hour at most', () => {
    const { agenda, times } = agendaOf(of({ looks: looks({ inventoryMinutes: 1440 }) }))
    expect(follow(agenda, times, 0.5).map(({ kind }) => kind)).toEqual(['inventory'])
    agenda.bringInventoryForward()
    expect(follow(agenda, times, 1)).toEqual([{ kind: 'inventory', at: '2026-11-25T09:00' }])
    const everybody = agendaOf(of({}))
    everybody.agenda.bringInventoryForward()
    expect(follow(everybody.agenda, everybody.times, 1.5)).toHaveLength(2)
  })

  it('takes new settings from now on, and says when it does not know their zone', () => {
    const { agenda, times } = agendaOf(of({}))
    follow(agenda, times, 0.5)
    expect(agenda.take(of({ intervalMinutes: 5, zone: 'Middle/Earth' }))).toBe(false)
    const next = follow(agenda, times, 0.5)
    expect(next).toHaveLength(5)
    expect(agenda.take(of({ intervalMinutes: 5, zone: 'Europe/Berlin' }))).toBe(true)
  })

  it('never waits longer than an hour, and never stands still, whatever the settings', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
    const settings = fc.record({
      intervalMinutes: fc.integer({ min: 5, max: 1440 }),
      looks: fc.record({
        statusMinutes: fc.option(fc.integer({ min: 1, max: 1440 })),
        suppliesMinutes: fc.option(fc.integer({ min: 5, max: 1440 })),
        inventoryMinutes: fc.option(fc.integer({ min: 5, max: 10_080 })),
      }),
      hours: fc.option(
        fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), from: time, to: time }),
      ),
      closing: fc.option(fc.record({ day: fc.integer({ min: 1, max: 31 }), at: time })),
    })
    fc.assert(
      fc.property(settings, fc.double({ min: 0, max: 0.999, noNaN: true }), (changes, dice) => {
        const { agenda, times } = agendaOf(of(changes), nothing, dice)
        expect(agenda.next.at - times.at).toBeLessThanOrEqual(HOUR)
        follow(agenda, times, 48)
      }),
      { numRuns: 50 },
    )
  })
})
