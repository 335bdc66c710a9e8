import type { Place } from '@platen/central/api'
import { describe, expect, it } from 'vitest'
import { byCustomer, customerParents, placeChoices } from './places.ts'

const place = (id: string, parent: string | null, kind: Place['kind'], name: string): Place => ({
  id,
  parent,
  kind,
  name,
  devices: 0,
})
const places = [
  place('d', null, 'dealer', 'Dealer'),
  place('b', 'd', 'customer', 'Bravo'),
  place('a', 'd', 'customer', 'Alpha'),
  place('b2', 'b', 'site', 'West'),
  place('b1', 'b', 'site', 'East'),
]

describe('places', () => {
  it('are customers with their sites, by name', () => {
    expect(byCustomer(places).map(({ customer, sites }) => [customer.id, sites.map(({ id }) => id)])).toEqual([
      ['a', []],
      ['b', ['b1', 'b2']],
    ])
    expect(placeChoices(places).map(({ label }) => label)).toEqual(['Alpha', 'Bravo', 'Bravo › East', 'Bravo › West'])
  })

  it('show a site to whoever sees nothing above it', () => {
    expect(placeChoices([place('b1', null, 'site', 'East')])).toEqual([{ value: 'b1', label: 'East' }])
  })

  it('let a new customer stand below the person or a dealer, never below a customer', () => {
    const provider = { id: 'p', name: 'Provider', kind: 'provider' } as const
    expect(customerParents(places, provider).map(({ id }) => id)).toEqual(['p', 'd'])
    expect(customerParents(places, { id: 'd', name: 'Dealer', kind: 'dealer' }).map(({ id }) => id)).toEqual(['d'])
    expect(customerParents([], { id: 'b', name: 'Bravo', kind: 'customer' })).toEqual([])
  })
})
