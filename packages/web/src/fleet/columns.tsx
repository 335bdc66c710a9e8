/** What the device list shows of each device. */

import { Text } from '@mantine/core'
import type { DeviceRow } from '@platen/central/api'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/ago.tsx'
import type { Column } from '../parts/data-table.tsx'
import { DeviceLink, PlaceName } from '../parts/device-link.tsx'
import { Identifier } from '../parts/identifier.tsx'
import { SmallLevel } from '../parts/level.tsx'
import { PresenceBadge, StatusBadge } from '../parts/states.tsx'
import { SupplyName, supplyTitle } from '../parts/supply-name.tsx'
import { ToneBadge } from '../parts/tone.tsx'
import { useFormat } from '../platform.tsx'
import classes from './fleet.module.css'
import type { FleetSearch } from './search.ts'

type Sort = FleetSearch['sort']

/** Columns of the device list in the chosen language. */
export function useFleetColumns(): readonly Column<DeviceRow, Sort>[] {
  const { t } = useTranslation()
  return useMemo<readonly Column<DeviceRow, Sort>[]>(
    () => [
      {
        id: 'device',
        wide: true,
        header: t('fleet.model'),
        sort: 'model',
        card: 'title',
        cell: (row) => <DeviceLink device={row} below={row.location} />,
      },
      { id: 'serial', header: t('fleet.serial'), sort: 'serial', cell: (row) => <Said text={row.serial} /> },
      {
        id: 'address',
        header: t('fleet.address'),
        sort: 'address',
        cell: (row) => (
          <div>
            <Identifier text={row.address} />
            <Text size="xs" c="dimmed" className="breakable">
              {row.hostName}
            </Text>
          </div>
        ),
      },
      {
        id: 'customer',
        wide: true,
        header: t('fleet.customer'),
        sort: 'customer',
        cell: (row) => <PlaceName at={row} />,
      },
      { id: 'status', header: t('fleet.status'), sort: 'status', card: 'aside', cell: (row) => <State row={row} /> },
      { id: 'lastSeen', header: t('fleet.lastSeen'), sort: 'lastSeen', cell: (row) => <Seen row={row} /> },
      { id: 'total', header: t('fleet.total'), sort: 'total', align: 'right', cell: (row) => <Total row={row} /> },
      { id: 'lowest', header: t('fleet.lowest'), sort: 'lowest', cell: (row) => <Lowest row={row} /> },
    ],
    [t],
  )
}

/** A text, or the plain statement that there is none. */
function Said({ text }: { text: string | null }) {
  const { t } = useTranslation()
  if (text !== null) return <Identifier text={text} />
  return (
    <Text span size="xs" c="dimmed">
      {t('app.unsaid')}
    </Text>
  )
}

function State({ row }: { row: DeviceRow }) {
  const { t } = useTranslation()
  return (
    <div>
      <StatusBadge status={row.status} />
      {row.alerts === 0 ? null : (
        <Text size="xs" c="dimmed" mt={2}>
          {t('fleet.alertCount', { count: row.alerts })}
        </Text>
      )}
    </div>
  )
}

function Seen({ row }: { row: DeviceRow }) {
  return (
    <div>
      <Ago at={row.lastSeen} />
      {row.presence === 'live' ? null : (
        <div>
          <PresenceBadge presence={row.presence} />
        </div>
      )}
    </div>
  )
}

function Total({ row }: { row: DeviceRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (row.total === null)
    return (
      <Text span size="xs" c="dimmed">
        {t('fleet.noTotal')}
      </Text>
    )
  return (
    <div>
      {format.decimal(row.total)}
      {row.totalUnit === null || row.totalUnit === 'impressions' ? null : (
        <Text size="xs" c="dimmed">
          {t(`unit.${row.totalUnit}`)}
        </Text>
      )}
    </div>
  )
}

function Lowest({ row }: { row: DeviceRow }) {
  const { t } = useTranslation()
  if (row.lowest === null) return <ToneBadge tone="quiet">{t('supplies.unknowable')}</ToneBadge>
  return (
    <div className={classes.lowest}>
      <SupplyName supply={row.lowest} />
      <SmallLevel percent={row.lowest.percent} name={supplyTitle(t, row.lowest)} />
    </div>
  )
}
