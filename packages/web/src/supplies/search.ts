/** What the address of the supplies page may say: Central's own query. */
import { suppliesQuerySchema } from '@platen/central/api'
import type { SearchSchemaInput } from '@tanstack/react-router'
import { readQuery } from '../url.ts'

export type SuppliesSearch = ReturnType<typeof suppliesQuerySchema.parse>

/** Left out of the address. */
export const suppliesDefaults = {
  view: 'low',
  threshold: 20,
  sort: 'percent',
  order: 'asc',
  page: 1,
  size: 50,
} as const

export function readSuppliesSearch(raw: Partial<SuppliesSearch> & SearchSchemaInput): SuppliesSearch {
  return readQuery(suppliesQuerySchema, raw)
}
