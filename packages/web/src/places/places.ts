/** Places as people think of them: customers with their sites, in alphabetical order. Pure. */
import type { Me, Place } from '@platen/central/api'

export interface CustomerPlaces {
  readonly customer: Place
  readonly sites: readonly Place[]
}

/** Customers by name, each with its sites by name. A site whose customer is not visible heads an entry of its own, so that nobody's view is empty. */
export function byCustomer(places: readonly Place[]): readonly CustomerPlaces[] {
  const sites = places.filter(({ kind }) => kind === 'site')
  const customers = places.filter(({ kind }) => kind === 'customer')
  const known = new Set(customers.map(({ id }) => id))
  const orphans = sites.filter(({ parent }) => parent === null || !known.has(parent))
  return [
    ...customers.map((customer) => ({
      customer,
      sites: sites.filter(({ parent }) => parent === customer.id).toSorted(byName),
    })),
    ...orphans.map((site) => ({ customer: site, sites: [] })),
  ].toSorted((a, b) => byName(a.customer, b.customer))
}

/** Choices for a place filter: each customer, then its sites named with it. */
export function placeChoices(places: readonly Place[]): readonly { readonly value: string; readonly label: string }[] {
  return byCustomer(places).flatMap(({ customer, sites }) => [
    { value: customer.id, label: customer.name },
    ...sites.map((site) => ({ value: site.id, label: `${customer.name} › ${site.name}` })),
  ])
}

/** What a new customer may stand below: the person's own node if it holds customers, else the dealers they see. */
export function customerParents(
  places: readonly Place[],
  node: Me['node'] | undefined,
): readonly { readonly id: string; readonly name: string }[] {
  const dealers = places.filter(({ kind }) => kind === 'dealer').toSorted(byName)
  if (node === undefined || node.kind === 'customer' || node.kind === 'site') return dealers
  return [node, ...dealers.filter(({ id }) => id !== node.id)]
}

function byName(a: Place, b: Place): number {
  return a.name.localeCompare(b.name)
}
