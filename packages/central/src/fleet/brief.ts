/** How a device is named in every list: the columns, their schema and what people see of them. */
import { z } from 'zod'
import type { SupplyRow } from '../api.ts'

/** SQL columns of a device `d` with its site `s` and customer `c`; `from` joins the two. */
export const brief = {
  columns: `d.device_id, d.vendor, d.model, d.serial, d.address, d.host_name, d.customer_id, c.name as customer,
    d.site_id, s.name as site`,
  from: `device d
    join place s on s.tenant_id = d.tenant_id and s.place_id = d.site_id
    join place c on c.tenant_id = d.tenant_id and c.place_id = d.customer_id`,
} as const

/** The row that `brief.columns` gives. */
export const briefRow = z.object({
  device_id: z.bigint(),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  address: z.string(),
  host_name: z.string().nullable(),
  customer_id: z.bigint(),
  customer: z.string(),
  site_id: z.bigint(),
  site: z.string(),
})

/** A device as lists show it. */
export function presentBrief(row: z.output<typeof briefRow>): SupplyRow['device'] {
  return {
    id: row.device_id.toString(),
    vendor: row.vendor,
    model: row.model,
    serial: row.serial,
    address: row.address,
    hostName: row.host_name,
    customer: { id: row.customer_id.toString(), name: row.customer },
    site: { id: row.site_id.toString(), name: row.site },
  }
}
