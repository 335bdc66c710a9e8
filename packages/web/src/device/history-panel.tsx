/** How a meter moved: as a line, or as the same numbers in a table. Meter, span and form are in the address. */
import { Group, SegmentedControl, Select, Text } from '@mantine/core'
import type { Device, History } from '@platen/central/api'
import { compareMeters } from '@platen/model'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../parts/loaded.tsx'
import { Panel, Waiting } from '../parts/page.tsx'
import { useApi, useNow } from '../platform.tsx'
import { historyQuery } from '../queries.ts'
import { meterTitle } from '../words.ts'
import { HistoryTable } from './history-table.tsx'
import { type DeviceSearch, type HistorySpan, historySpans } from './search.ts'
import { spanStart } from './series.ts'

const route = getRouteApi('/shell/devices/$deviceId')
// The chart library is a tenth of the app: it comes only when a chart is shown.
const HistoryChart = lazy(() => import('./history-chart.tsx'))

export function HistoryPanel({ device }: { device: Device }) {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const meters = device.meters
    .toSorted(compareMeters)
    .map((meter) => ({ value: meter.key, label: meterTitle(t, meter) }))
  const meter = search.meter ?? meters[0]?.value
  if (meter === undefined) return null
  const change = (part: Partial<DeviceSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false })
  const spanName = (span: HistorySpan) => (span === 'all' ? t('device.daysAll') : t(`device.days${span}`))
  const formSwitch = (
    <SegmentedControl
      size="xs"
      aria-label={t('device.history')}
      value={search.form}
      onChange={(form) => change({ form: form === 'table' ? 'table' : 'chart' })}
      data={[
        { value: 'chart', label: t('device.chart') },
        { value: 'table', label: t('device.table') },
      ]}
    />
  )
  return (
    <Panel title={t('device.history')} side={formSwitch}>
      <Group gap="sm" mb="sm" align="flex-end">
        <Select
          label={t('device.historyMeter')}
          data={meters}
          value={meter}
          allowDeselect={false}
          onChange={(value) => (value === null ? undefined : change({ meter: value }))}
          flex="1 1 220px"
        />
        <SegmentedControl
          aria-label={t('device.historySpan')}
          value={search.span}
          onChange={(value) => change({ span: historySpans.find((span) => span === value) ?? '90' })}
          data={historySpans.map((span) => ({ value: span, label: spanName(span) }))}
        />
      </Group>
      <HistoryView
        id={device.id}
        meter={meter}
        search={search}
        title={meters.find(({ value }) => value === meter)?.label ?? meter}
      />
    </Panel>
  )
}

interface HistoryViewProps {
  readonly id: string
  readonly meter: string
  readonly title: string
  readonly search: DeviceSearch
}

function HistoryView({ id, meter, title, search }: HistoryViewProps) {
  const from = spanStart(search.span, useNow())
  const history = useQuery(historyQuery(useApi(), id, { meter, ...(from === null ? {} : { from }) }))
  return (
    <Loaded query={history} rows={7}>
      {(data) => <HistoryForm history={data} form={search.form} title={title} />}
    </Loaded>
  )
}

interface HistoryFormProps {
  readonly history: History
  readonly form: DeviceSearch['form']
  readonly title: string
}

function HistoryForm({ history, form, title }: HistoryFormProps) {
  const { t } = useTranslation()
  if (history.points.length === 0) return <Text c="dimmed">{t('device.historyNone')}</Text>
  if (form === 'table') return <HistoryTable points={history.points} />
  if (history.points.length === 1)
    return (
      <>
        <Text c="dimmed" mb="xs">
          {t('device.historyOne')}
        </Text>
        <HistoryTable points={history.points} />
      </>
    )
  return (
    <Suspense fallback={<Waiting rows={7} />}>
      <HistoryChart points={history.points} title={title} />
    </Suspense>
  )
}
