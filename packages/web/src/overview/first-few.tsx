/** The first few rows of the lists that need somebody: enough to begin with, and the way to the rest. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { needsCare } from '../onsites/round.ts'
import { Ago } from '../parts/ago.tsx'
import { DeviceLink } from '../parts/device-link.tsx'
import { SmallLevel } from '../parts/level.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Panel } from '../parts/page.tsx'
import { ContactBadge, StatusBadge } from '../parts/states.tsx'
import { SupplyName, supplyTitle } from '../parts/supply-name.tsx'
import { ToneBadge } from '../parts/tone.tsx'
import { useApi } from '../platform.tsx'
import { devicesQuery, onsitesQuery, suppliesQuery } from '../queries.ts'
import classes from './overview.module.css'

/** Rows of each list: they fit beside each other without scrolling on a laptop. */
const few = 5

export function LowSupplies() {
  const { t } = useTranslation()
  const supplies = useQuery(suppliesQuery(useApi(), { view: 'low', sort: 'percent', order: 'asc', size: few }))
  return (
    <List title={t('overview.lowest')} link={{ to: '/supplies', search: {} }}>
      <Loaded query={supplies}>
        {({ rows }) => (
          <Rows none={t('overview.noneLow')} empty={rows.length === 0}>
            {rows.map(({ device, supply, percent }) => (
              <li key={`${device.id} ${supply.index}`} className={classes.row}>
                <DeviceLink device={device} below={`${device.customer.name}, ${device.site.name}`} />
                <div className={classes.aside}>
                  <SupplyName supply={supply} />
                  {percent === null ? null : <SmallLevel percent={percent} name={supplyTitle(t, supply)} />}
                </div>
              </li>
            ))}
          </Rows>
        )}
      </Loaded>
    </List>
  )
}

export function AlertedDevices() {
  const { t } = useTranslation()
  const devices = useQuery(devicesQuery(useApi(), { alerts: true, sort: 'lastSeen', order: 'desc', size: few }))
  return (
    <List title={t('overview.withAlerts')} link={{ to: '/fleet', search: { alerts: true } }}>
      <Loaded query={devices}>
        {({ rows }) => (
          <Rows none={t('overview.noneAlerts')} empty={rows.length === 0}>
            {rows.map((row) => (
              <li key={row.id} className={classes.row}>
                <DeviceLink device={row} below={`${row.customer.name}, ${row.site.name}`} />
                <div className={classes.aside}>
                  <StatusBadge status={row.status} />
                  <Text size="xs" c="dimmed">
                    {t('fleet.alertCount', { count: row.alerts })}
                  </Text>
                </div>
              </li>
            ))}
          </Rows>
        )}
      </Loaded>
    </List>
  )
}

export function MissingDevices() {
  const { t } = useTranslation()
  const devices = useQuery(devicesQuery(useApi(), { presence: 'missing', sort: 'lastSeen', order: 'desc', size: few }))
  return (
    <List title={t('overview.gone')} link={{ to: '/fleet', search: { presence: 'missing' } }}>
      <Loaded query={devices}>
        {({ rows }) => (
          <Rows none={t('overview.noneMissing')} empty={rows.length === 0}>
            {rows.map((row) => (
              <li key={row.id} className={classes.row}>
                <DeviceLink device={row} below={`${row.customer.name}, ${row.site.name}`} />
                <Text size="sm" c="dimmed">
                  <Ago at={row.lastSeen} />
                </Text>
              </li>
            ))}
          </Rows>
        )}
      </Loaded>
    </List>
  )
}

export function QuietOnsites() {
  const { t } = useTranslation()
  const onsites = useQuery(onsitesQuery(useApi()))
  return (
    <List title={t('overview.quiet')} link={{ to: '/onsites', search: {} }}>
      <Loaded query={onsites}>
        {(all) => {
          const rows = all.filter(needsCare).slice(0, few)
          return (
            <Rows none={t('overview.noneQuiet')} empty={rows.length === 0}>
              {rows.map((onsite) => (
                <li key={onsite.id} className={classes.row}>
                  <div className="breakable">
                    {onsite.name}
                    <Text size="xs" c="dimmed">
                      {onsite.customer.name}, {onsite.site.name}
                    </Text>
                  </div>
                  <div className={classes.aside}>
                    {onsite.alarm === null ? (
                      <ContactBadge contact={onsite.contact} />
                    ) : (
                      <ToneBadge tone="bad">{t('onsites.forked')}</ToneBadge>
                    )}
                    {onsite.lastContact === null ? null : (
                      <Text size="xs" c="dimmed">
                        <Ago at={onsite.lastContact} />
                      </Text>
                    )}
                  </div>
                </li>
              ))}
            </Rows>
          )
        }}
      </Loaded>
    </List>
  )
}

interface ListProps {
  readonly title: string
  readonly link: Pick<LinkProps, 'to' | 'search'>
  readonly children: ReactNode
}

function List({ title, link, children }: ListProps) {
  const { t } = useTranslation()
  const all = (
    <Link {...link} className="link" aria-label={`${t('overview.seeAll')}: ${title}`}>
      {t('overview.seeAll')}
    </Link>
  )
  return (
    <Panel title={title} side={all} flush>
      {children}
    </Panel>
  )
}

function Rows({ none, empty, children }: { none: string; empty: boolean; children: ReactNode }) {
  if (empty)
    return (
      <Text c="dimmed" p="md">
        {none}
      </Text>
    )
  return <ul className={classes.rows}>{children}</ul>
}
