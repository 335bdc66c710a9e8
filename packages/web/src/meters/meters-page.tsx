/** The meter list as of a day, with how each number was found, and the same list as a file. */
import { Button } from '@mantine/core'
import type { Meters } from '@platen/central/api'
import { IconDownload, IconGauge } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { metersCsvAddress } from '../api.ts'
import { Loaded } from '../parts/loaded.tsx'
import { Empty, NothingFound, Page, Panel } from '../parts/page.tsx'
import { PagedTable } from '../parts/paged-table.tsx'
import { useApi, useLanguage, usePlatform } from '../platform.tsx'
import { metersQuery } from '../queries.ts'
import { meterColumns } from './columns.ts'
import { MeterFilters } from './filters.tsx'
import { type MetersSearch, metersDefaults } from './search.ts'
import { useMeterColumns } from './table-columns.tsx'

const route = getRouteApi('/shell/meters')

export function MetersPage() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = usePlatform()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { columns, page, size, ...asked } = search
  const meters = useQuery(metersQuery(useApi(), { ...asked, page, size, zone }))
  const change = (part: Partial<MetersSearch>) =>
    void navigate({ search: (before) => ({ ...before, page: 1, ...part }), replace: true })
  const clear = () =>
    void navigate({ search: { ...metersDefaults, ...(search.date === undefined ? {} : { date: search.date }) } })
  const download = (
    <Button
      component="a"
      href={metersCsvAddress({ ...asked, zone, language })}
      download
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      {t('meters.csv')}
    </Button>
  )
  return (
    <Page title={t('meters.title')} lead={t('meters.lead')} actions={download}>
      <MeterFilters search={search} change={change} />
      <Panel flush>
        <Loaded query={meters} rows={12}>
          {(data) => (
            <MeterRows data={data} search={search} change={change} clear={clear} busy={meters.isPlaceholderData} />
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

interface MeterRowsProps {
  readonly search: MetersSearch
  readonly change: (part: Partial<MetersSearch>) => void
  readonly data: Meters
  readonly clear: () => void
  readonly busy: boolean
}

function MeterRows({ data, search, change, clear, busy }: MeterRowsProps) {
  const { t } = useTranslation()
  const columns = useMeterColumns(meterColumns(data.rows, search.columns))
  if (data.total === 0 && (search.search !== undefined || search.place !== undefined))
    return <NothingFound clear={clear} />
  if (data.total === 0)
    return (
      <Empty
        icon={<IconGauge size={32} stroke={1.4} aria-hidden />}
        title={t('meters.empty')}
        next={t('meters.emptyNext')}
      />
    )
  return (
    <PagedTable
      label={t('meters.title')}
      data={data}
      search={search}
      change={change}
      columns={columns}
      rowKey={(row) => row.device.id}
      busy={busy}
    />
  )
}
