/** How devices leave Central: rows of the database become what the API's contract says, and nothing else passes. */
import { z } from 'zod'

/** What a list says of a device. */
export const deviceBriefRow = z.object({
  device_id: z.bigint(),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  address: z.string(),
  host_name: z.string().nullable(),
  customer_id: z.bigint(),
  customer_name: z.string(),
  site_id: z.bigint(),
  site_name: z.string(),
})

/** A device in a few words, with where it stands. */
export function presentBrief(row: z.output<typeof deviceBriefRow>) {
  return {
    id: row.device_id.toString(),
    vendor: row.vendor,
    model: row.model,
    serial: row.serial,
    address: row.address,
    hostName: row.host_name,
    customer: { id: row.customer_id.toString(), name: row.customer_name },
    site: { id: row.site_id.toString(), name: row.site_name },
  }
}
