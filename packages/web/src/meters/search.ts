/** What the address of the meter list may say: Central's own query without the time zone, which is the browser's, and the choice of columns. */
import { metersQuerySchema } from '@platen/central/api'
import type { SearchSchemaInput } from '@tanstack/react-router'
import { readQuery } from '../url.ts'

const schema = metersQuerySchema.omit({ zone: true })

export type MetersSearch = ReturnType<typeof schema.parse> & { readonly columns: 'main' | 'all' }

/** Left out of the address. */
export const metersDefaults = { sort: 'customer', order: 'asc', page: 1, size: 50, columns: 'main' } as const

export function readMetersSearch(raw: Partial<MetersSearch> & SearchSchemaInput): MetersSearch {
  return { ...readQuery(schema, raw), columns: raw.columns === 'all' ? 'all' : 'main' }
}
