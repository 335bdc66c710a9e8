import type { Onsite } from '@platen/central/api'
import { describe, expect, it } from 'vitest'
import { freeOnsites, listed, needsCare, roundSeconds, skewOf } from './round.ts'

const onsite: Onsite = {
  id: '1',
  name: 'Head office',
  customer: { id: 'c', name: 'Acme' },
  site: { id: 's', name: 'Berlin' },
  state: 'enrolled',
  lastContact: '2026-11-20T12:00:00.000Z',
  contact: 'onTime',
  program: null,
  instructions: null,
  devices: 1,
  waiting: 0,
  clockSkewSeconds: 0,
  round: null,
  alarm: null,
  quarantined: 0,
  missing: 0,
  problems: [],
  createdAt: '2026-11-01T12:00:00.000Z',
  pair: null,
}

const pair: NonNullable<Onsite['pair']> = {
  with: { id: '9', name: 'Cellar' },
  role: 'first',
  duty: 'active',
  since: null,
  because: 'person',
  turn: false,
}

describe('an Onsite', () => {
  it('can stand in for one of its own site that has no partner', () => {
    const others: Onsite[] = [
      { ...onsite, id: '2' },
      { ...onsite, id: '3', site: { id: 'other', name: 'Bonn' } },
      { ...onsite, id: '4', state: 'revoked' },
      { ...onsite, id: '5', pair },
    ]
    expect(freeOnsites([onsite, ...others], onsite).map(({ id }) => id)).toEqual(['2'])
  })

  it('needs care when it is late, forked or has envelopes aside, but not once it is revoked', () => {
    expect(needsCare(onsite)).toBe(false)
    expect(needsCare({ ...onsite, contact: 'silent' })).toBe(true)
    expect(needsCare({ ...onsite, alarm: 'forked' })).toBe(true)
    expect(needsCare({ ...onsite, quarantined: 1 })).toBe(true)
    expect(needsCare({ ...onsite, pair: { ...pair, because: 'silence' } })).toBe(true)
    expect(needsCare({ ...onsite, pair })).toBe(false)
    expect(needsCare({ ...onsite, contact: 'never', state: 'awaiting' })).toBe(false)
    expect(needsCare({ ...onsite, alarm: 'forked', state: 'revoked' })).toBe(false)
  })

  it('is found by name, customer or site, and those that need care come first', () => {
    const late: Onsite = { ...onsite, id: '2', name: 'Zoo', contact: 'late' }
    const revoked: Onsite = { ...onsite, id: '3', name: 'Attic', state: 'revoked' }
    expect(listed([revoked, onsite, late], '').map(({ id }) => id)).toEqual(['2', '1', '3'])
    expect(listed([revoked, onsite, late], ' berLIN ').map(({ id }) => id)).toHaveLength(3)
    expect(listed([revoked, onsite, late], 'nowhere')).toEqual([])
  })

  it('has a clock that is in step within a few seconds', () => {
    expect([0, 4, -4, 5, -600].map(skewOf)).toEqual(['inStep', 'inStep', 'inStep', 'ahead', 'behind'])
  })

  it('has rounds that never take less than no time', () => {
    const counts = { asked: 0, printers: 0, others: 0, silent: 0, failed: 0 }
    expect(
      roundSeconds({ ...counts, startedAt: '2026-11-20T12:00:00.000Z', endedAt: '2026-11-20T12:01:30.000Z' }),
    ).toBe(90)
    expect(
      roundSeconds({ ...counts, startedAt: '2026-11-20T12:00:00.000Z', endedAt: '2026-11-20T11:00:00.000Z' }),
    ).toBe(0)
  })
})
