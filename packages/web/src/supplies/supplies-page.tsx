/** What runs low, what cannot be known, and everything: three views of the supplies of every device a person may see. */
import { Group, NumberInput, Select, Tabs, Text } from '@mantine/core'
import { supplyKinds } from '@platen/model'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../parts/loaded.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { DeviceSearch } from '../parts/search-box.tsx'
import { PlaceSelect } from '../places/place-select.tsx'
import { useApi, useFormat } from '../platform.tsx'
import { suppliesQuery } from '../queries.ts'
import { type SuppliesSearch, suppliesDefaults } from './search.ts'
import { SupplyRows } from './supply-rows.tsx'

const route = getRouteApi('/shell/supplies')
const views = ['low', 'unknowable', 'all'] as const

export function SuppliesPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const supplies = useQuery(suppliesQuery(useApi(), search))
  const change = (part: Partial<SuppliesSearch>) =>
    void navigate({ search: (before) => ({ ...before, page: 1, ...part }), replace: true })
  const clear = () => void navigate({ search: { ...suppliesDefaults, view: search.view } })
  const counts = supplies.data?.counts
  return (
    <Page title={t('supplies.title')} lead={t('supplies.lead')}>
      <SupplyFilters search={search} change={change} />
      <Panel flush>
        <Tabs
          value={search.view}
          onChange={(text) => change({ view: views.find((view) => view === text) ?? 'low' })}
          keepMounted={false}
        >
          <Tabs.List px={{ base: 0, sm: 4 }}>
            {views.map((view) => (
              <Tabs.Tab key={view} value={view} px="sm">
                {t(`supplies.${view}`)}{' '}
                <Text span c="dimmed" className="numbers">
                  {counts === undefined ? '' : format.number(counts[view])}
                </Text>
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={search.view}>
            <Loaded query={supplies} rows={12}>
              {(data) => (
                <SupplyRows
                  data={data}
                  search={search}
                  change={change}
                  clear={clear}
                  busy={supplies.isPlaceholderData}
                />
              )}
            </Loaded>
          </Tabs.Panel>
        </Tabs>
      </Panel>
    </Page>
  )
}

interface SupplyFiltersProps {
  readonly search: SuppliesSearch
  readonly change: (part: Partial<SuppliesSearch>) => void
}

function SupplyFilters({ search, change }: SupplyFiltersProps) {
  const { t } = useTranslation()
  return (
    <Group gap="sm" align="flex-end" role="search">
      <DeviceSearch value={search.search} change={change} />
      <PlaceSelect value={search.place} choose={(place) => change({ place })} />
      <Select
        label={t('supplies.kind')}
        placeholder={t('app.all')}
        data={supplyKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        value={search.kind ?? null}
        onChange={(text) => change({ kind: supplyKinds.find((kind) => kind === text) })}
        clearable
        clearButtonProps={{ 'aria-label': t('app.clear') }}
        flex="1 1 130px"
        maw={200}
      />
      {search.view === 'low' ? (
        <NumberInput
          label={t('supplies.threshold')}
          suffix={` ${t('supplies.thresholdUnit')}`}
          min={0}
          max={100}
          step={5}
          clampBehavior="strict"
          allowDecimal={false}
          value={search.threshold}
          onChange={(value) => (typeof value === 'number' ? change({ threshold: value }) : undefined)}
          w={110}
        />
      ) : null}
    </Group>
  )
}
