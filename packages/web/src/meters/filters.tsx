/** The meter list's questions: as of which day, of which devices, and how many columns. */
import { Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { DateInput } from '@mantine/dates'
import { IconCalendar } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { DeviceSearch } from '../parts/search-box.tsx'
import { PlaceSelect } from '../places/place-select.tsx'
import { useNow, usePlatform } from '../platform.tsx'
import { dayIn, lastMonthEnd } from './columns.ts'
import type { MetersSearch } from './search.ts'

interface MeterFiltersProps {
  readonly search: MetersSearch
  readonly change: (part: Partial<MetersSearch>) => void
}

export function MeterFilters({ search, change }: MeterFiltersProps) {
  const { t } = useTranslation()
  const { zone } = usePlatform()
  const calendar = {
    previousMonth: t('calendar.previousMonth'),
    nextMonth: t('calendar.nextMonth'),
    previousYear: t('calendar.previousYear'),
    nextYear: t('calendar.nextYear'),
    previousDecade: t('calendar.previousDecade'),
    nextDecade: t('calendar.nextDecade'),
  }
  const today = dayIn(zone, useNow())
  return (
    <Stack gap={6}>
      <Group gap="sm" align="flex-end" role="search">
        <DateInput
          label={t('meters.date')}
          value={search.date ?? today}
          maxDate={today}
          hideOutsideDates
          ariaLabels={calendar}
          valueFormat={t('meters.dateFormat')}
          onChange={(day) => change({ date: day === null || day === today ? undefined : day })}
          leftSection={<IconCalendar size={16} aria-hidden />}
          presets={[
            { value: today, label: t('meters.today') },
            { value: lastMonthEnd(today), label: t('meters.monthEnd') },
          ]}
          w={190}
        />
        <DeviceSearch value={search.search} change={change} />
        <PlaceSelect value={search.place} choose={(place) => change({ place })} />
        <SegmentedControl
          aria-label={t('meters.columns')}
          value={search.columns}
          onChange={(value) => change({ columns: value === 'all' ? 'all' : 'main', page: search.page })}
          data={[
            { value: 'main', label: t('meters.main') },
            { value: 'all', label: t('meters.every') },
          ]}
        />
      </Group>
      <Text size="xs" c="dimmed">
        {t('meters.zone', { zone: zone.replaceAll('_', ' ') })}
      </Text>
    </Stack>
  )
}
