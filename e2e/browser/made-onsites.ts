/** Made-up Onsites for the browser tests: one of every fate. */
import type { Onsite } from '@platen/central/api'
import { madePlaces } from './made-places.ts'

const minute = 60_000

/** Onsites as seen at `now`: on time, late, silent, never, forked, revoked. */
export function madeOnsites(now: number): Onsite[] {
  const iso = (ago: number) => new Date(now - ago).toISOString()
  const base = onTime(iso)
  const at = (index: number) => madePlaces.sites[index] ?? madePlaces.sites[0]
  return [
    { ...base, id: 'o1', name: 'Head office', ...at(0) },
    {
      ...base,
      id: 'o2',
      name: '<b onmouseover=alert(5)>Werk 2</b>',
      ...at(1),
      contact: 'late',
      lastContact: iso(95 * minute),
      waiting: 14,
      clockSkewSeconds: -312,
    },
    {
      ...base,
      id: 'o3',
      name: 'Lager',
      ...at(2),
      contact: 'silent',
      lastContact: iso(3 * 24 * 60 * minute),
      clockSkewSeconds: 7_400,
    },
    { ...base, id: 'o4', name: 'Kopierraum', ...at(3), alarm: 'forked', quarantined: 3, missing: 2 },
    {
      ...base,
      id: 'o5',
      name: 'Neubau',
      ...at(4),
      state: 'awaiting',
      contact: 'never',
      lastContact: null,
      program: null,
      instructions: null,
      devices: 0,
      waiting: null,
      clockSkewSeconds: null,
      round: null,
    },
    {
      ...base,
      id: 'o6',
      name: 'Altbau',
      ...at(5),
      state: 'revoked',
      contact: 'silent',
      lastContact: iso(40 * 24 * 60 * minute),
    },
  ]
}

/** What is common to all: an Onsite that does its work. */
function onTime(iso: (ago: number) => string): Omit<Onsite, 'id' | 'name' | 'customer' | 'site'> {
  const round = { asked: 508, printers: 41, others: 22, silent: 443, failed: 2 }
  return {
    state: 'enrolled',
    lastContact: iso(4 * minute),
    contact: 'onTime',
    program: '0.1.0',
    instructions: '2026.11.1',
    devices: 41,
    waiting: 0,
    clockSkewSeconds: 1,
    round: { startedAt: iso(7 * minute), endedAt: iso(6 * minute), ...round },
    alarm: null,
    pair: null,
    quarantined: 0,
    missing: 0,
    problems: [],
    createdAt: iso(90 * 24 * 60 * minute),
  }
}
