/** The device list's filters. Each choice says how many devices it would leave, so that none leads to an empty list unseen. */
import { Button, Checkbox, Group, Select } from '@mantine/core'
import type { Devices } from '@platen/central/api'
import { useTranslation } from 'react-i18next'
import { DeviceSearch } from '../parts/search-box.tsx'
import { PlaceSelect } from '../places/place-select.tsx'
import { useFormat } from '../platform.tsx'
import { type FleetSearch, isFiltered } from './search.ts'

interface FleetFiltersProps {
  readonly search: FleetSearch
  readonly facets: Devices['facets'] | undefined
  readonly change: (part: Partial<FleetSearch>) => void
  readonly clear: () => void
}

export function FleetFilters({ search, facets, change, clear }: FleetFiltersProps) {
  const { t } = useTranslation()
  return (
    <Group gap="sm" align="flex-end" role="search">
      <DeviceSearch value={search.search} change={change} />
      <PlaceSelect value={search.place} choose={(place) => change({ place })} />
      <Facet
        label={t('fleet.vendor')}
        value={search.vendor}
        choices={(facets?.vendors ?? []).map(({ name, devices }) => ({ value: name, name, devices }))}
        choose={(vendor) => change({ vendor })}
      />
      <Facet
        label={t('fleet.status')}
        value={search.status}
        choices={(facets?.statuses ?? []).map(({ name, devices }) => ({
          value: name,
          name: t(`status.${name}`),
          devices,
        }))}
        choose={(status) => change({ status })}
      />
      <Facet
        label={t('fleet.presence')}
        value={search.presence}
        choices={(facets?.presences ?? []).map(({ name, devices }) => ({
          value: name,
          name: t(`presence.${name}`),
          devices,
        }))}
        choose={(presence) => change({ presence })}
      />
      <Checkbox
        label={t('fleet.alertsOnly')}
        checked={search.alerts === true}
        onChange={(event) => change({ alerts: event.currentTarget.checked ? true : undefined })}
        h={36}
        styles={{ body: { alignItems: 'center', height: '100%' } }}
      />
      {isFiltered(search) ? (
        <Button variant="default" onClick={clear}>
          {t('filter.clear')}
        </Button>
      ) : null}
    </Group>
  )
}

interface Choice<Value extends string> {
  readonly value: Value
  readonly name: string
  readonly devices: number
}

interface FacetProps<Value extends string> {
  readonly label: string
  readonly value: Value | undefined
  readonly choices: readonly Choice<Value>[]
  readonly choose: (value: Value | undefined) => void
}

function Facet<Value extends string>({ label, value, choices, choose }: FacetProps<Value>) {
  const { t } = useTranslation()
  const format = useFormat()
  const data = choices.map((choice) => ({
    value: choice.value,
    label: `${choice.name} (${format.number(choice.devices)})`,
  }))
  // A chosen filter stays visible even when the other filters leave it nothing.
  if (value !== undefined && !choices.some((choice) => choice.value === value))
    data.push({ value, label: `${value} (0)` })
  return (
    <Select
      label={label}
      placeholder={t('app.all')}
      data={data}
      value={value ?? null}
      onChange={(text) => choose(choices.find((choice) => choice.value === text)?.value)}
      searchable={choices.length > 8}
      clearable
      clearButtonProps={{ 'aria-label': t('app.clear') }}
      flex="1 1 130px"
      maw={200}
    />
  )
}
