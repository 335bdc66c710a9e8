/** The device list: every device a person may see, searched, sorted and filtered in Central, with all of it in the address. */
import type { Devices } from '@platen/central/api'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { deviceName } from '../parts/device-link.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Empty, NothingFound, Page, Panel } from '../parts/page.tsx'
import { PagedTable } from '../parts/paged-table.tsx'
import { useApi } from '../platform.tsx'
import { devicesQuery } from '../queries.ts'
import { useFleetColumns } from './columns.tsx'
import { FleetFilters } from './filters.tsx'
import { type FleetSearch, fleetDefaults, isFiltered } from './search.ts'

const route = getRouteApi('/shell/fleet')

export function FleetPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const devices = useQuery(devicesQuery(useApi(), search))
  const change = (part: Partial<FleetSearch>) =>
    void navigate({ search: (before) => ({ ...before, page: 1, ...part }), replace: true })
  const clear = () => void navigate({ search: { ...fleetDefaults } })
  const count = devices.data?.total
  return (
    <Page title={t('fleet.title')} lead={count === undefined ? ' ' : t('fleet.count', { count })}>
      <FleetFilters search={search} facets={devices.data?.facets} change={change} clear={clear} />
      <Panel flush>
        <Loaded query={devices} rows={12}>
          {(data) => (
            <FleetRows data={data} search={search} change={change} clear={clear} busy={devices.isPlaceholderData} />
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

interface FleetRowsProps {
  readonly data: Devices
  readonly search: FleetSearch
  readonly change: (part: Partial<FleetSearch>) => void
  readonly clear: () => void
  readonly busy: boolean
}

function FleetRows({ data, search, change, clear, busy }: FleetRowsProps) {
  const { t } = useTranslation()
  const columns = useFleetColumns()
  if (data.total === 0 && isFiltered(search)) return <NothingFound clear={clear} />
  if (data.total === 0)
    return (
      <Empty
        icon={<IconPrinter size={32} stroke={1.4} aria-hidden />}
        title={t('fleet.empty')}
        next={t('fleet.emptyNext')}
      />
    )
  return (
    <PagedTable
      label={t('fleet.title')}
      data={data}
      search={search}
      change={change}
      columns={columns}
      rowKey={(row) => row.id}
      rowName={(row) => deviceName(row) ?? t('fleet.unnamed')}
      busy={busy}
    />
  )
}
