/** Made-up customers and sites for the browser tests. */
import type { Place } from '@platen/central/api'

const customers = [
  'Stadtwerke Musterstadt',
  'Kanzlei Brandt & Søn',
  'Nordlicht Logistik GmbH',
  'École Voltaire',
  'Zum Goldenen Löwen',
] as const
const sites = ['Hauptstelle', 'Werk 2', 'Lager Süd'] as const

interface Named {
  readonly id: string
  readonly name: string
}

export interface MadeSite {
  readonly customer: Named
  readonly site: Named
}

const made: MadeSite[] = customers.flatMap((name, index) =>
  sites.slice(0, 1 + (index % 3)).map((site, place) => ({
    customer: { id: `c${index + 1}`, name },
    site: { id: `s${index + 1}${place + 1}`, name: site },
  })),
)
const first = made[0]
if (first === undefined) throw new Error('there must be a site')

export const madePlaces: { readonly sites: readonly [MadeSite, ...MadeSite[]] } = { sites: [first, ...made.slice(1)] }

/** The places as Central lists them; `devices` counts the devices at a place by its id. */
export function placesOf(devices: (place: string) => number): Place[] {
  const dealer: Place = { id: 'p1', parent: null, kind: 'dealer', name: 'Bürotechnik Weiß', devices: devices('p1') }
  return [
    dealer,
    ...customers.map(
      (name, index): Place => ({
        id: `c${index + 1}`,
        parent: 'p1',
        kind: 'customer',
        name,
        devices: devices(`c${index + 1}`),
      }),
    ),
    ...made.map(
      ({ customer, site }): Place => ({
        id: site.id,
        parent: customer.id,
        kind: 'site',
        name: site.name,
        devices: devices(site.id),
      }),
    ),
  ]
}
