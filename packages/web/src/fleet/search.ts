/** What the address of the device list may say: Central's own query, so that a link and a request cannot drift apart. */
import { devicesQuerySchema } from '@platen/central/api'
import type { SearchSchemaInput } from '@tanstack/react-router'
import { readQuery } from '../url.ts'

export type FleetSearch = ReturnType<typeof devicesQuerySchema.parse>

/** Left out of the address. */
export const fleetDefaults = { sort: 'model', order: 'asc', page: 1, size: 50 } as const

export function readFleetSearch(raw: Partial<FleetSearch> & SearchSchemaInput): FleetSearch {
  return readQuery(devicesQuerySchema, raw)
}

/** Whether anything narrows the list. */
export function isFiltered(search: FleetSearch): boolean {
  const { search: text, place, vendor, status, presence, alerts } = search
  return (
    [text, place, vendor, status, presence].some((filter) => filter !== undefined && filter !== '') || alerts === true
  )
}
