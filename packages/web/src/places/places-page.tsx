/** Customers and their sites, with the devices at each, and the way to add more. */
import { ActionIcon, Button, Group, Text } from '@mantine/core'
import type { Place } from '@platen/central/api'
import { IconBuilding, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMayEdit, useMe } from '../access/me.ts'
import { Loaded } from '../parts/loaded.tsx'
import { Empty, Page, Panel } from '../parts/page.tsx'
import { useApi } from '../platform.tsx'
import { placesQuery } from '../queries.ts'
import { NewPlace, type PlaceToBe } from './new-place.tsx'
import classes from './places.module.css'
import { byCustomer, type CustomerPlaces, customerParents } from './places.ts'

export function PlacesPage() {
  const { t } = useTranslation()
  const me = useMe()
  const places = useQuery(placesQuery(useApi()))
  const [adding, setAdding] = useState<PlaceToBe | null>(null)
  const parents = customerParents(places.data ?? [], me?.node)
  const add =
    me?.mayEdit === true && parents.length > 0 ? (
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding({ kind: 'customer', parents })}>
        {t('places.addCustomer')}
      </Button>
    ) : undefined
  return (
    <Page title={t('places.title')} lead={t('places.lead')} actions={add}>
      <Panel flush>
        <Loaded query={places}>
          {(all) => {
            const groups = byCustomer(all)
            if (groups.length === 0)
              return (
                <Empty
                  icon={<IconBuilding size={32} stroke={1.4} aria-hidden />}
                  title={t('places.empty')}
                  next={t('places.emptyNext')}
                />
              )
            return (
              <ul className={classes.customers}>
                {groups.map((group) => (
                  <Customer key={group.customer.id} group={group} addSite={setAdding} />
                ))}
              </ul>
            )
          }}
        </Loaded>
      </Panel>
      <NewPlace place={adding} close={() => setAdding(null)} />
    </Page>
  )
}

function Customer({ group, addSite }: { group: CustomerPlaces; addSite: (place: PlaceToBe) => void }) {
  const { t } = useTranslation()
  const mayEdit = useMayEdit()
  const { customer, sites } = group
  const addTo = t('places.addSiteTo', { name: customer.name })
  const add = () => addSite({ kind: 'site', parents: [customer] })
  return (
    <li className={classes.customer}>
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <PlaceLine place={customer} strong />
        {mayEdit && customer.kind === 'customer' ? (
          <>
            <Button
              variant="subtle"
              size="xs"
              leftSection={<IconPlus size={14} aria-hidden />}
              aria-label={addTo}
              onClick={add}
              visibleFrom="sm"
            >
              {t('places.addSite')}
            </Button>
            <ActionIcon variant="subtle" aria-label={addTo} onClick={add} hiddenFrom="sm">
              <IconPlus size={16} aria-hidden />
            </ActionIcon>
          </>
        ) : null}
      </Group>
      {customer.kind === 'site' ? null : sites.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('places.noSites')}
        </Text>
      ) : (
        <ul className={classes.sites}>
          {sites.map((site) => (
            <li key={site.id}>
              <PlaceLine place={site} />
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

function PlaceLine({ place, strong = false }: { place: Place; strong?: boolean }) {
  const { t } = useTranslation()
  return (
    <span className="breakable">
      <Text span fw={strong ? 600 : 400}>
        {place.name}
      </Text>{' '}
      <Link to="/fleet" search={{ place: place.id }} className={classes.count}>
        {t('places.devices', { count: place.devices })}
      </Link>
    </span>
  )
}
