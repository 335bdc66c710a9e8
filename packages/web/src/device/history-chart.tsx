/** A meter's history as a line, in the colours of the chosen appearance and the numbers and dates of the chosen language. */
import { useComputedColorScheme } from '@mantine/core'
import type { History } from '@platen/central/api'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useFormat } from '../platform.tsx'
import { chartColours, chartOptions } from './chart-options.ts'
import classes from './history-chart.module.css'
import { seriesOf } from './series.ts'

interface HistoryChartProps {
  readonly points: History['points']
  readonly title: string
}

const height = 260

export default function HistoryChart({ points, title }: HistoryChartProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const scheme = useComputedColorScheme('light')
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const series = seriesOf(points)
    const events = points.flatMap(({ at, event }) =>
      event === null ? [] : [{ at: Date.parse(at) / 1000, label: t(`device.event.${event}`) }],
    )
    const options = chartOptions({
      format,
      base: series.base,
      events,
      colours: chartColours[scheme],
      value: t('device.value'),
      when: t('device.when'),
      firstRead: (place) => {
        const before = points[place]?.before
        return before === undefined ? '' : `(${t('device.firstRead', { value: format.decimal(before) })})`
      },
    })
    const chart = new UPlot(
      { ...options, width: element.clientWidth, height },
      [[...series.times], [...series.heights]],
      element,
    )
    const watcher = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }))
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      chart.destroy()
    }
  }, [points, format, scheme, t])
  const first = points[0]?.at
  const last = points.at(-1)?.at
  const span =
    first === undefined || last === undefined
      ? { from: '', to: '' }
      : { from: format.date(first), to: format.date(last) }
  return (
    <div
      ref={frame}
      className={classes.frame}
      role="img"
      aria-label={t('device.historyChart', { meter: title, ...span })}
    />
  )
}
