/** The rows of the supplies page, and what is said when a view has none. */
import { Text } from '@mantine/core'
import type { Supplies, SupplyRow } from '@platen/central/api'
import { IconDropletCheck } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/ago.tsx'
import type { Column } from '../parts/data-table.tsx'
import { DeviceLink, PlaceName } from '../parts/device-link.tsx'
import { Identifier } from '../parts/identifier.tsx'
import { LevelView } from '../parts/level.tsx'
import { Empty, NothingFound } from '../parts/page.tsx'
import { PagedTable } from '../parts/paged-table.tsx'
import { SupplyName, supplyTitle } from '../parts/supply-name.tsx'
import { useFormat } from '../platform.tsx'
import type { SuppliesSearch } from './search.ts'
import classes from './supplies.module.css'

interface SupplyRowsProps {
  readonly data: Supplies
  readonly search: SuppliesSearch
  readonly change: (part: Partial<SuppliesSearch>) => void
  readonly clear: () => void
  readonly busy: boolean
}

type Sort = SuppliesSearch['sort']

export function SupplyRows({ data, search, change, clear, busy }: SupplyRowsProps) {
  const { t } = useTranslation()
  const columns = useSupplyColumns()
  if (data.total === 0) return <NoSupplies search={search} clear={clear} />
  return (
    <>
      {search.view === 'unknowable' ? (
        <Text c="dimmed" p="md" pb="xs" maw={720}>
          {t('supplies.unknowableLead')}
        </Text>
      ) : null}
      <PagedTable
        label={t('supplies.title')}
        data={data}
        search={search}
        change={change}
        columns={columns}
        rowKey={(row) => `${row.device.id} ${row.supply.index}`}
        busy={busy}
      />
    </>
  )
}

function NoSupplies({ search, clear }: { search: SuppliesSearch; clear: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (search.search !== undefined || search.place !== undefined || search.kind !== undefined)
    return <NothingFound clear={clear} />
  const icon = <IconDropletCheck size={32} stroke={1.4} aria-hidden />
  const threshold = format.percent(search.threshold)
  if (search.view === 'low')
    return <Empty icon={icon} title={t('supplies.emptyLow', { threshold })} next={t('supplies.emptyLowNext')} />
  if (search.view === 'unknowable')
    return <Empty icon={icon} title={t('supplies.emptyUnknowable')} next={t('supplies.emptyUnknowableNext')} />
  return <Empty icon={icon} title={t('supplies.emptyAll')} next={t('supplies.emptyAllNext')} />
}

function useSupplyColumns(): readonly Column<SupplyRow, Sort>[] {
  const { t } = useTranslation()
  return useMemo<readonly Column<SupplyRow, Sort>[]>(
    () => [
      {
        id: 'supply',
        wide: true,
        header: t('supplies.supply'),
        sort: 'kind',
        card: 'title',
        cell: ({ supply }) => (
          <div>
            <SupplyName supply={supply} />
            <Text size="xs" c="dimmed" className="breakable">
              {supply.description}
            </Text>
          </div>
        ),
      },
      {
        id: 'level',
        header: t('supplies.level'),
        sort: 'percent',
        cell: ({ supply }) => (
          <div className={classes.level}>
            <LevelView
              level={supply.level}
              unit={supply.unit}
              supplyClass={supply.class}
              name={supplyTitle(t, supply)}
            />
          </div>
        ),
      },
      {
        id: 'part',
        header: t('supplies.partNumber'),
        has: ({ supply }) => supply.partNumber !== null,
        cell: ({ supply }) => <Identifier text={supply.partNumber ?? '–'} />,
      },
      {
        id: 'device',
        wide: true,
        header: t('supplies.device'),
        sort: 'model',
        cell: ({ device }) => <DeviceLink device={device} below={device.serial ?? device.address} />,
      },
      {
        id: 'customer',
        wide: true,
        header: t('supplies.customer'),
        sort: 'customer',
        cell: ({ device }) => <PlaceName at={device} />,
      },
      { id: 'lastSeen', header: t('supplies.lastSeen'), cell: ({ lastSeen }) => <Ago at={lastSeen} /> },
    ],
    [t],
  )
}
