/** A supply put together again: what it is from its layout, how full it is from the device's state. */

import { z } from 'zod'
import type { SupplyJson } from '../api.ts'
import { supplySchema } from '../api-said.ts'

/** SQL columns of a supply `u`, with the joins that lead to its layout and its device's state `t`. */
export const supplyColumns = `y.supplies -> (u.place - 1) as layout, t.levels[u.place] as left`
export const supplyJoins = `
  join device_state t on t.tenant_id = u.tenant_id and t.device_id = u.device_id
  join supply_layout y on y.tenant_id = t.tenant_id and y.layout_id = t.supply_layout_id`

/** The row that `supplyColumns` gives. */
export const supplyRow = z.object({
  layout: supplySchema.omit({ level: true }).extend({ capacity: z.number().nullable() }),
  left: z.number(),
})

/** The supply as the printer said it. Below zero are RFC 3805's codes: -1 unlimited, -2 unknown, -3 some. */
export function presentSupply(row: z.output<typeof supplyRow>): SupplyJson {
  const { capacity, ...supply } = row.layout
  return { ...supply, level: levelOf(row.left, capacity) }
}

function levelOf(left: number, capacity: number | null): SupplyJson['level'] {
  if (left === -1) return { kind: 'unlimited' }
  if (left === -3) return { kind: 'some' }
  return left < 0 || capacity === null ? { kind: 'unknown' } : { kind: 'measured', left, capacity }
}
