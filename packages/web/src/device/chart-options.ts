/** How the history chart is drawn: uPlot's own axis colours cannot be read on a dark ground, and its dates are American. */
import type UPlot from 'uplot'
import type { Format } from '../format.ts'
import { valueAt } from './series.ts'

/** Colours of the chart by appearance: text keeps 4.5:1, the line 3:1 on the panel. */
export const chartColours = {
  light: { text: '#566066', grid: '#e4e8ea', line: '#196b7b', fill: 'rgba(25, 107, 123, 0.08)', event: '#a85f00' },
  dark: { text: '#9aa6ac', grid: '#2b363d', line: '#4fa9ba', fill: 'rgba(79, 169, 186, 0.12)', event: '#dd9c34' },
} as const

export interface ChartWords {
  readonly format: Format
  /** What height zero means. */
  readonly base: bigint
  /** Seconds since 1970 with the words for what happened then. */
  readonly events: readonly { readonly at: number; readonly label: string }[]
  readonly colours: (typeof chartColours)['light'] | (typeof chartColours)['dark']
  readonly when: string
  readonly value: string
  /** What was first read at a point, in words; '' where that is what stands there. */
  readonly firstRead: (place: number) => string
}

/** Options of the chart but for its size. */
export function chartOptions(words: ChartWords): Omit<UPlot.Options, 'width' | 'height'> {
  const { format, base, colours } = words
  const number = (height: number | null) => (height === null ? '–' : format.decimal(valueAt(base, height)))
  const moment = (seconds: number | null) =>
    seconds === null ? '–' : format.moment(new Date(seconds * 1000).toISOString())
  const axis = {
    stroke: colours.text,
    font: '12px system-ui, sans-serif',
    ticks: { stroke: colours.grid },
    grid: { stroke: colours.grid, width: 1 },
  }
  return {
    cursor: { y: false, points: { size: 7 } },
    scales: { y: { range: yRange } },
    axes: [
      { ...axis, space: 84, values: (_, splits) => dateLabels(splits, format.locale) },
      { ...axis, size: (_, values) => widest(values), values: (_, splits) => splits.map(number) },
    ],
    series: [
      { label: words.when, value: (_, seconds) => moment(seconds) },
      {
        label: words.value,
        stroke: colours.line,
        fill: colours.fill,
        width: 2,
        points: { size: 5, fill: colours.line },
        value: (_, height, _series, place) =>
          place === null ? number(height) : `${number(height)} ${words.firstRead(place)}`.trim(),
      },
    ],
    hooks: { draw: [(chart) => drawEvents(chart, words)] },
  }
}

/** A lifetime counter is far from zero and moves little: the axis fits the movement, with some air. */
function yRange(_: UPlot, least: number | null, most: number | null): [number, number] {
  const low = least ?? 0
  const high = most ?? 1
  const air = Math.max(1, (high - low) * 0.08)
  return [low - air < 0 && low >= 0 ? 0 : low - air, high + air]
}

/** Days as the language writes them; with hours where the ticks are closer than a day. */
function dateLabels(splits: readonly number[], locale: string): string[] {
  const [first = 0, second = first + 86_400] = splits
  const step = second - first
  const years = new Set(splits.map((seconds) => new Date(seconds * 1000).getFullYear())).size > 1
  const shape: Intl.DateTimeFormatOptions =
    step < 86_400
      ? { day: 'numeric', month: 'numeric', hour: '2-digit', minute: '2-digit' }
      : { day: 'numeric', month: 'short', ...(years ? { year: '2-digit' } : {}) }
  const label = new Intl.DateTimeFormat(locale, shape)
  return splits.map((seconds) => label.format(new Date(seconds * 1000)))
}

/** Room for the longest number on the y axis. */
function widest(values: readonly string[] | null): number {
  return 24 + Math.max(4, ...(values ?? []).map((text) => text.length)) * 7
}

/** A dashed line with a word at each event. */
function drawEvents(chart: UPlot, { events, colours }: ChartWords): void {
  const { ctx } = chart
  const ratio = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = colours.event
  ctx.fillStyle = colours.event
  ctx.lineWidth = 1.5 * ratio
  ctx.setLineDash([4 * ratio, 3 * ratio])
  ctx.font = `${11 * ratio}px system-ui, sans-serif`
  for (const { at, label } of events) {
    const x = chart.valToPos(at, 'x', true)
    ctx.beginPath()
    ctx.moveTo(x, chart.bbox.top)
    ctx.lineTo(x, chart.bbox.top + chart.bbox.height)
    ctx.stroke()
    const fits = x + ctx.measureText(label).width + 6 * ratio < chart.bbox.left + chart.bbox.width
    ctx.textAlign = fits ? 'left' : 'right'
    ctx.fillText(label, fits ? x + 6 * ratio : x - 6 * ratio, chart.bbox.top + 14 * ratio)
  }
  ctx.restore()
}
