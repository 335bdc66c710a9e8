/** What the address of a device page may say: which meter's history is shown, over how long, and in which form. */
import type { SearchSchemaInput } from '@tanstack/react-router'

/** Spans of the history in days; `all` is everything Central has. */
export const historySpans = ['30', '90', '365', 'all'] as const
export type HistorySpan = (typeof historySpans)[number]

export interface DeviceSearch {
  /** Meter key, or undefined for the first one. */
  readonly meter?: string
  readonly span: HistorySpan
  readonly form: 'chart' | 'table'
}

/** Left out of the address. */
export const deviceSearchDefaults = { span: '90', form: 'chart' } as const

export function readDeviceSearch(raw: Partial<DeviceSearch> & SearchSchemaInput): DeviceSearch {
  return deviceSearchOf(raw)
}

/** Reads what a query says; what it says wrong takes its default. */
export function deviceSearchOf(raw: { readonly [name in keyof DeviceSearch]?: unknown }): DeviceSearch {
  const meter = typeof raw.meter === 'string' && raw.meter !== '' && raw.meter.length <= 120 ? { meter: raw.meter } : {}
  const span = historySpans.find((each) => each === String(raw.span)) ?? deviceSearchDefaults.span
  return { ...meter, span, form: raw.form === 'table' ? 'table' : 'chart' }
}
