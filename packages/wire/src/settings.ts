/**
 * All that Central may set on an Onsite: when to ask, which of the agreed ranges, by which names, how fast, and what to leave out. A closed
 * list: anything else is refused. What has a default came after 0.1.0, and the default is what an Onsite did before.
 */
import { z } from 'zod'
import { communitiesMost, rangesSchema, settingsAccessSchema } from './access.ts'
import { problemsOf } from './problems.ts'
import { count, name } from './text.ts'

/** Datagrams a second: below the floor a range would take days; the ceiling is what a sweep was measured to keep up with. */
const paceBounds = { least: 5, most: 5000 } as const

/** Time of day as on a wall clock, `00:00` to `23:59`. */
const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'not a time of day')

/**
 * What is asked more often or more rarely than everything that moves (`intervalMinutes`), in minutes. Null: with every round. Status and
 * supplies only make sense more often; the inventory asks every agreed address. Known printers are read whole once a day, whenever that is.
 */
const looksSchema = z.strictObject({
  statusMinutes: z.int().min(1).max(1440).nullable(),
  suppliesMinutes: z.int().min(5).max(1440).nullable(),
  inventoryMinutes: z.int().min(5).max(10_080).nullable(),
})

/** When printers may be asked: on these days (ISO 8601: 1 is Monday), from one time to the other; `to` before `from` goes over midnight. */
const hoursSchema = z.strictObject({
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, 'a day twice'),
  from: timeOfDay,
  to: timeOfDay,
})

/** When a period to be billed ends: at this time of this day of every month, of its last day where it has fewer. */
const closingSchema = z.strictObject({ day: z.int().min(1).max(31), at: timeOfDay })

export const settingsSchema = z
  .strictObject({
    version: count,
    name: name(200),
    /** Between rounds. The floor keeps a wrong setting from flooding printers; the ceiling is a day. */
    intervalMinutes: z.int().min(5).max(1440),
    looks: looksSchema.default({ statusMinutes: null, suppliesMinutes: null, inventoryMinutes: null }),
    /** Null: at any time. A closing's meters are read outside them too. */
    hours: hoursSchema.nullable().default(null),
    closing: closingSchema.nullable().default(null),
    /** IANA name of the time zone in which hours and closing are meant. */
    zone: z
      .string()
      .regex(/^[A-Za-z0-9_+/-]{1,64}$/, 'not a time zone')
      .default('UTC'),
    /** Datagrams a second that a round sends at most. */
    packetsPerSecond: z.int().min(paceBounds.least).max(paceBounds.most).default(600),
    ranges: rangesSchema,
    /** SNMP communities, tried in this order, for addresses that no entry of `access` names. */
    communities: z.array(name(255)).min(1).max(communitiesMost),
    /** Credentials of single ranges: the first entry that holds an address is used for it, and nothing else. */
    access: settingsAccessSchema.default([]),
    /** Of two Onsites with one scope the one on `standby` makes no rounds. Central decides; they know nothing of one another but a name. */
    duty: z.enum(['active', 'standby']).default('active'),
    /** The name of the other one. */
    partner: name(200).nullable().default(null),
    timeoutMs: z.int().min(100).max(60_000),
    tries: z.int().min(1).max(10),
    /** True leaves the thing out of every reading before it is sealed. */
    masks: z.strictObject({
      address: z.boolean(),
      hostName: z.boolean(),
      mac: z.boolean(),
      location: z.boolean(),
      contact: z.boolean().default(false),
    }),
  })
  .meta({ id: 'Settings' })
export type Settings = z.infer<typeof settingsSchema>

/** Settings as an Onsite reads them, with the names of what only a newer Central knows; or what is wrong with them. */
export type SettingsRead =
  | { readonly ok: true; readonly settings: Settings; readonly ignored: readonly string[] }
  | { readonly ok: false; readonly detail: string }

/** Names that are told: they are the sender's to choose. */
const namesTold = 20

/** Reads settings of a Central that may be newer: what it does not know is left out, whatever is wrong with the rest refuses all of it. */
export function readSettings(json: unknown): SettingsRead {
  const said = Object.entries(typeof json === 'object' && json !== null ? json : {})
  const known = said.filter(([key]) => Object.hasOwn(settingsSchema.shape, key))
  const parsed = settingsSchema.safeParse(Object.fromEntries(known))
  if (!parsed.success) return { ok: false, detail: problemsOf(parsed.error) }
  const ignored = said
    .map(([key]) => key)
    .filter((key) => !Object.hasOwn(settingsSchema.shape, key))
    .slice(0, namesTold)
    .map((key) => key.slice(0, 40).replace(/[^ -~]/g, '?'))
  return { ok: true, settings: parsed.data, ignored }
}
