/**
 * The contract between Central and people's browsers: every request and answer of /api, as schemas that the routes enforce,
 * OpenAPI is made from, and the web app takes its types from. Meter values are decimal strings: they may pass 2^53.
 */
import {
  alertSeverities,
  coverStates,
  deviceStatuses,
  doubts,
  errorBits,
  missReasons,
  supplyKinds,
  units,
} from '@platen/model'
import { settingsSchema } from '@platen/wire/messages'
import { z } from 'zod'
import { decimal, identitySchema, inputSchema, meterSchema, outputSchema, supplySchema } from './api-said.ts'
import { sections } from './intake/sections.ts'

export { type OnsiteSettingsChange, onsiteSettingsChangeSchema } from './onsites/settings-change.ts'

/** Devices a page holds at most: what a screen can show, not what a fleet has. */
export const pageSizeMost = 200

/** Text that a database can hold: PostgreSQL has no NUL. */
const text = z.string().regex(/^[^\0]*$/, 'holds NUL')
const id = text.min(1).max(64)
const moment = z.iso.datetime()
const date = z.iso.date()
const count = z.int().min(0)
const page = z.coerce.number().int().min(1).max(1_000_000).default(1)
const pageSize = z.coerce.number().int().min(1).max(pageSizeMost).default(50)
const order = z.enum(['asc', 'desc']).default('asc')
const search = text.trim().max(200).optional()
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** What is answered when a request is refused. `code` is stable, `message` is for people. */
export const refusalSchema = z.object({ code: z.string(), message: z.string() }).meta({ id: 'Refusal' })

/** Who is signed in, and below which node of provider > dealer > customer > site they see. */
export const meSchema = z
  .object({
    id,
    email: z.string(),
    name: z.string(),
    role: z.enum(['providerAdmin', 'dealerAdmin', 'dealerUser', 'customerAdmin', 'customerUser']),
    tenant: z.object({ id, name: z.string() }),
    node: z.object({ id, name: z.string(), kind: z.enum(['provider', 'dealer', 'customer', 'site']) }),
    mayEdit: z.boolean(),
    /** The browser app follows it only until the person chooses a language there. */
    language: z.enum(['de', 'en']),
  })
  .meta({ id: 'Me' })

export const signInSchema = z.object({ email: z.email().max(254), password: text.min(1).max(200) })

/** Places a person may see, flat; `parent` is null at the top of what they may see. */
export const placeSchema = z
  .object({ id, parent: id.nullable(), kind: z.enum(['dealer', 'customer', 'site']), name: z.string(), devices: count })
  .meta({ id: 'Place' })
export const placesSchema = z.object({ places: z.array(placeSchema) })

/** `live` heard of within two intervals of its Onsite and ten minutes (a round takes time), `late` within 7 days, `missing` beyond that. */
export const presences = ['live', 'late', 'missing'] as const

const deviceBrief = {
  id,
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  address: z.string(),
  hostName: z.string().nullable(),
  customer: z.object({ id, name: z.string() }),
  site: z.object({ id, name: z.string() }),
}

export const deviceRowSchema = z
  .object({
    ...deviceBrief,
    location: z.string().nullable(),
    status: z.enum(deviceStatuses),
    presence: z.enum(presences),
    lastSeen: moment,
    /** The meter `total.all.all.all`, or null where the device has none. */
    total: decimal.nullable(),
    totalUnit: z.enum(units).nullable(),
    /** The consumed supply with the least measured per cent, or null where nothing is measured. */
    lowest: z.object({ percent: z.number(), kind: z.enum(supplyKinds), colorant: z.string().nullable() }).nullable(),
    alerts: count,
  })
  .meta({ id: 'DeviceRow' })

export const deviceSorts = [
  'model',
  'vendor',
  'serial',
  'address',
  'customer',
  'status',
  'lastSeen',
  'total',
  'lowest',
] as const
export const devicesQuerySchema = z.object({
  search,
  sort: z.enum(deviceSorts).default('model'),
  order,
  page,
  size: pageSize,
  place: id.optional(),
  vendor: text.max(100).optional(),
  status: z.enum(deviceStatuses).optional(),
  presence: z.enum(presences).optional(),
  alerts: flag.optional(),
})
/** `facets` counts what the other filters leave, so that a filter never leads to an empty list unseen. */
export const devicesSchema = z
  .object({
    rows: z.array(deviceRowSchema),
    total: count,
    page: count,
    size: count,
    facets: z.object({
      vendors: z.array(z.object({ name: z.string(), devices: count })),
      statuses: z.array(z.object({ name: z.enum(deviceStatuses), devices: count })),
      presences: z.array(z.object({ name: z.enum(presences), devices: count })),
    }),
  })
  .meta({ id: 'Devices' })

export const alertSchema = z
  .object({
    group: z.number(),
    groupIndex: z.number(),
    code: z.number(),
    severity: z.enum(alertSeverities),
    training: z.number(),
    location: z.number(),
    text: z.string(),
    /** When Central first saw it open. */
    since: moment,
  })
  .meta({ id: 'Alert' })

export const deviceSchema = z
  .object({
    ...deviceBrief,
    identity: identitySchema,
    presence: z.enum(presences),
    firstSeen: moment,
    lastSeen: moment,
    upTime: z.number().nullable(),
    onsite: z.object({ id, name: z.string() }),
    profile: z.string(),
    instructions: z.string(),
    status: z.object({
      device: z.enum(deviceStatuses),
      errors: z.array(z.enum(errorBits)),
      alerts: z.array(alertSchema),
    }),
    meters: z.array(meterSchema),
    supplies: z.array(supplySchema),
    inputs: z.array(inputSchema),
    /** Where the paper goes, covers, and programs beside `identity.firmware`; not there until an Onsite has asked for them. */
    outputs: z.array(outputSchema).optional(),
    covers: z.array(z.object({ index: z.string(), description: z.string(), state: z.enum(coverStates) })).optional(),
    firmwareParts: z.array(z.object({ name: z.string(), version: z.string() })).optional(),
    checks: z.array(z.object({ name: z.string(), left: decimal, right: decimal, holds: z.boolean() })),
    misses: z.array(
      z.object({
        subject: z.string(),
        reason: z.enum(missReasons),
        detail: z.string(),
        code: z.string().optional(),
        params: z.record(z.string(), z.string()).optional(),
      }),
    ),
    /** Sections that the newest reading could not read, each with the moment it was last read; not there where all is the newest reading's. */
    older: z.partialRecord(z.enum(sections), moment).optional(),
    /** Readings whose meters were replaced because a profile was corrected, newest first; null is a meter that was not there. */
    rereads: z.array(
      z.object({
        /** When the device said it, and when it was interpreted once more. */
        at: moment,
        rereadAt: moment,
        /** Versions of instructions. */
        from: z.string(),
        to: z.string(),
        meters: z.array(z.object({ key: z.string(), before: decimal.nullable(), after: decimal.nullable() })),
      }),
    ),
    /** Raw answers by object that fed the meters, as the Onsite sent them (`tag|value`). */
    observation: z.record(z.string(), z.string()),
    /** The signed envelope that the meters came in: the proof. */
    proof: z.object({ reading: z.string(), at: moment, epoch: z.string(), seq: count, hash: z.string() }),
  })
  .meta({ id: 'Device' })

/** The proof of a device's newest reading: `LineProof` of docs/protocol.md, and the Onsite's raw Ed25519 key. Letters are base64url, `path` is hex. */
export const deviceProofSchema = z
  .object({
    statement: z.string(),
    index: count,
    line: z.string(),
    path: z.array(z.string()),
    signingKey: z.string(),
  })
  .meta({ id: 'DeviceProof' })
export type DeviceProof = z.infer<typeof deviceProofSchema>

export const historyQuerySchema = z.object({
  meter: text.max(120).default('total.all.all.all/impressions'),
  from: date.optional(),
  to: date.optional(),
})
/** Points in order of time; `event` marks where a meter did something a lifetime counter should not. */
export const historySchema = z
  .object({
    meter: z.string(),
    points: z.array(
      z.object({
        at: moment,
        value: decimal,
        event: z.enum(['restarted', 'replaced', 'implausible']).nullable(),
        /** What was first made of the same answers, where a corrected profile made another value of them. */
        before: decimal.optional(),
      }),
    ),
  })
  .meta({ id: 'History' })

export const supplyRowSchema = z
  .object({
    device: z.object(deviceBrief),
    supply: supplySchema,
    /** 0 to 100, or null where the printer did not measure. */
    percent: z.number().nullable(),
    lastSeen: moment,
  })
  .meta({ id: 'SupplyRow' })
export const suppliesQuerySchema = z.object({
  search,
  /** `low`: measured, at or under `threshold` per cent. `unknowable`: the printer cannot say. `all`: every supply. */
  view: z.enum(['low', 'unknowable', 'all']).default('low'),
  threshold: z.coerce.number().min(0).max(100).default(20),
  kind: z.enum(supplyKinds).optional(),
  place: id.optional(),
  sort: z.enum(['percent', 'model', 'customer', 'kind']).default('percent'),
  order,
  page,
  size: pageSize,
})
export const suppliesSchema = z
  .object({
    rows: z.array(supplyRowSchema),
    total: count,
    page: count,
    size: count,
    counts: z.object({ low: count, unknowable: count, all: count }),
  })
  .meta({ id: 'Supplies' })

/** How a meter as of a date was found. `none` means no reading before or at that date: never a guess. */
export const asOfWays = ['exact', 'before', 'none'] as const
export const metersQuerySchema = z.object({
  /** Local calendar day; the meter at its end, in `zone`. Default is today. */
  date: date.optional(),
  zone: z.string().max(64).default('Europe/Berlin'),
  search,
  place: id.optional(),
  sort: z.enum(['model', 'customer', 'serial', 'total']).default('customer'),
  order,
  page,
  size: pageSize,
})
export const meterRowSchema = z
  .object({
    device: z.object(deviceBrief),
    way: z.enum(asOfWays),
    /** Moment of the reading that gave the numbers, or null. */
    readAt: moment.nullable(),
    /** When its answers were interpreted once more, where they gave other meters; not there otherwise. */
    rereadAt: moment.optional(),
    /** Meter key to value; only meters the device has. */
    meters: z.record(z.string(), decimal),
    /** Those of them that may not simply be billed, and why (see Meter); not there where all may. */
    doubts: z.record(z.string(), z.enum(doubts)).optional(),
  })
  .meta({ id: 'MeterRow' })
export const metersSchema = z
  .object({ date, rows: z.array(meterRowSchema), total: count, page: count, size: count })
  .meta({ id: 'Meters' })
/** GET /api/meters.csv takes the same query without paging, plus the language of its heading. */
export const metersCsvQuerySchema = metersQuerySchema
  .omit({ page: true, size: true })
  .extend({ language: z.enum(['de', 'en']).default('en') })

export const onsiteSchema = z
  .object({
    id,
    name: z.string(),
    customer: z.object({ id, name: z.string() }),
    site: z.object({ id, name: z.string() }),
    state: z.enum(['awaiting', 'enrolled', 'revoked']),
    lastContact: moment.nullable(),
    /** `onTime`, `late` (beyond its interval and jitter), `silent` (24 h), `never`. */
    contact: z.enum(['onTime', 'late', 'silent', 'never']),
    program: z.string().nullable(),
    instructions: z.string().nullable(),
    devices: count,
    /** Envelopes still waiting on the Onsite at its last contact. */
    waiting: count.nullable(),
    clockSkewSeconds: z.number().nullable(),
    round: z
      .object({
        startedAt: moment,
        endedAt: moment,
        asked: count,
        printers: count,
        others: count,
        silent: count,
        failed: count,
      })
      .nullable(),
    alarm: z.enum(['forked']).nullable(),
    quarantined: count,
    /** Envelopes between the first and the last of an epoch that never came: what they held is lost, or was kept back. */
    missing: count,
    /** What it said of itself with its last contact, in its own words: refused instructions, trouble with its disk. */
    problems: z.array(z.string()),
    createdAt: moment,
    /**
     * The other one of two Onsites with one scope, or null. `role`: who was there first, who stands in for it. `duty`: what it is told to be,
     * `since` when and `because` of whom: a person, or that nothing was heard of the other. `turn`: it gets the rounds when the other has heard of it.
     */
    pair: z
      .object({
        with: z.object({ id, name: z.string() }),
        role: z.enum(['first', 'standby']),
        duty: z.enum(['active', 'standby']),
        since: moment.nullable(),
        because: z.enum(['person', 'silence']).nullable(),
        turn: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'Onsite' })
/** GET /api/instructions: versions on the shelf or in force somewhere, newest first. `addedAt` is null for one that came to an Onsite by hand only. */
export const instructionVersionsSchema = z
  .object({
    /** What Onsites are told to fetch, or null while nothing is on the shelf. */
    newest: z.string().nullable(),
    versions: z.array(
      z.object({
        version: z.string(),
        addedAt: moment.nullable(),
        /** Fingerprint of the key that signed it. */
        signedBy: z.string().nullable(),
        onsites: z.array(z.object({ id, name: z.string() })),
      }),
    ),
  })
  .meta({ id: 'InstructionVersions' })
export type InstructionVersions = z.infer<typeof instructionVersionsSchema>

export const onsitesSchema = z.object({ onsites: z.array(onsiteSchema) })
/** An Onsite's settings as Onsite gets them: passwords in them are sealed to it. */
export const onsiteSettingsSchema = settingsSchema
export type OnsiteSettings = z.infer<typeof onsiteSettingsSchema>
/** Makes an Onsite the standby of another one of its site; null makes it one of its own again. */
export const standbySchema = z.object({ of: id.nullable() })
/** Makes an Onsite account. `email` is the user name the customer enrols with. */
export const newOnsiteSchema = z.object({
  name: text.trim().min(1).max(120),
  site: id,
  email: z.email().max(254),
})
/** The password is shown once; Central keeps only a slow hash of its secret. */
export const newOnsiteAnswerSchema = z
  .object({
    onsite: onsiteSchema,
    email: z.string(),
    password: z.string(),
    server: z.string(),
    expiresAt: moment,
    command: z.string(),
  })
  .meta({ id: 'NewOnsite' })

/** Makes a place: a dealer or customer below a provider or dealer, a site below a customer. */
export const newPlaceSchema = z.object({
  parent: id,
  kind: z.enum(['dealer', 'customer', 'site']),
  name: text.trim().min(1).max(120),
})

/** GET /api/overview: what needs somebody today. */
export const overviewSchema = z
  .object({
    devices: count,
    live: count,
    late: count,
    missing: count,
    alerts: count,
    low: count,
    unknowable: count,
    onsites: z.object({ all: count, onTime: count }),
  })
  .meta({ id: 'Overview' })

export type Refusal = z.infer<typeof refusalSchema>
export type Me = z.infer<typeof meSchema>
export type Place = z.infer<typeof placeSchema>
export type DeviceRow = z.infer<typeof deviceRowSchema>
export type Devices = z.infer<typeof devicesSchema>
export type Device = z.infer<typeof deviceSchema>
export type MeterJson = z.infer<typeof meterSchema>
export type SupplyJson = z.infer<typeof supplySchema>
export type InputJson = z.infer<typeof inputSchema>
export type OutputJson = z.infer<typeof outputSchema>
export type History = z.infer<typeof historySchema>
export type Supplies = z.infer<typeof suppliesSchema>
export type SupplyRow = z.infer<typeof supplyRowSchema>
export type Meters = z.infer<typeof metersSchema>
export type MeterRow = z.infer<typeof meterRowSchema>
export type Onsite = z.infer<typeof onsiteSchema>
export type NewOnsiteAnswer = z.infer<typeof newOnsiteAnswerSchema>
export type Overview = z.infer<typeof overviewSchema>
