/**
 * The shape of a profile: who the device is, what it is asked, and what the answers mean. Authored as YAML in
 * knowledge/profiles; the same shape travels, merged with what it extends, inside signed instructions.
 */
import { confidences } from '@platen/model'
import { z } from 'zod'
import { nameSchema, objectSchema, termSchema } from './term.ts'

const prefixesSchema = z.array(z.string().min(1).max(64)).max(64)
const confidenceSchema = z.enum(confidences)

/** Beginnings of what a device says of itself: sysObjectID (by arcs), sysDescr and hrDeviceDescr (by whole words, case ignored). */
const matchSchema = z.strictObject({
  objectId: z.array(objectSchema).max(64).default([]),
  description: prefixesSchema.default([]),
  /** Devices that must not be read with this profile although they match. */
  except: prefixesSchema.default([]),
})

/** One name on the front of devices. `id` are beginnings of an IEEE 1284 manufacturer or of a description. */
const brandSchema = z.strictObject({
  vendor: z.string().min(1).max(64),
  id: prefixesSchema.default([]),
  objectId: z.array(objectSchema).max(64).default([]),
  /** sysObjectID branches that hold printers and nothing else: belief without further evidence. */
  printers: z.array(objectSchema).max(64).default([]),
})
export type Brand = z.infer<typeof brandSchema>

/** Columns that share an index, read side by side. */
const tableSchema = z.strictObject({
  /** Most rows that are read; a device with more gets a miss that says so. */
  rows: z.int().min(1),
  /** Its texts are written in the character set the device declares (RFC 3805 prtLocalization). */
  localized: z.boolean().default(false),
  columns: z.record(nameSchema, objectSchema),
})
export type TableRule = z.infer<typeof tableSchema>

/** Packed octets: `width` for records of one size, or tag, type and length octets before each value; `end` is the tag that ends them. */
const recordsSchema = z.strictObject({
  object: objectSchema,
  form: z.union([
    z.strictObject({
      tag: z.int().min(1).max(4),
      type: z.int().min(0).max(4),
      length: z.int().min(1).max(2),
      end: z.int().min(0).max(255).optional(),
    }),
    z.strictObject({
      width: z.int().min(2).max(64),
      tag: z.int().min(1).max(4),
      at: z.int().min(0).max(63),
      octets: z.int().min(1).max(8),
      end: z.int().min(0).max(255).optional(),
    }),
  ]),
})
export type RecordsRule = z.infer<typeof recordsSchema>

/** Target -> the labels or codes that mean it. */
const labelsSchema = z.record(z.string().min(1).max(64), z.array(z.string().min(1).max(128)).max(256))

/** One meter, or one a row. An axis that is left out is the whole of it. */
const meterSchema = z.strictObject({
  /** A `CheckName`: what the check is called that shows both numbers when two rules give the same meter. */
  name: z.string().max(64).optional(),
  rows: nameSchema.optional(),
  /** Only rows where this finds something are read; the others are something else, and no miss. */
  only: termSchema.optional(),
  /** All axes at once, as a meter key (`print.full.all.all/impressions`): one code or label of the device names them together. */
  meter: termSchema.optional(),
  /** Rows of one name are parts of one meter and added up; without it the second would be a check beside the first. */
  add: z.literal(true).optional(),
  /** A device that answers this counts this meter too: where it does not tell it, no later rule's counter takes its place. */
  beside: termSchema.optional(),
  /** Needed where `meter` does not tell it. */
  unit: termSchema.optional(),
  work: termSchema.default('total'),
  colour: termSchema.default('all'),
  size: termSchema.default('all'),
  sides: termSchema.default('all'),
  value: termSchema,
  confidence: confidenceSchema,
})
export type MeterRule = z.infer<typeof meterSchema>

/** By prtMarkerSuppliesIndex, by the same description, or by the same kind, class and colour; never by the place in a list. */
const joins = ['index', 'label', 'colour'] as const
export type Join = (typeof joins)[number]

/** One supply, or one a row. `colorant` none, and what is left out, are not told. */
const supplySchema = z.strictObject({
  rows: nameSchema.optional(),
  /** Only rows where this finds something are read. */
  only: termSchema.optional(),
  /**
   * How it is known again among the supplies read before: what is open there is filled, and what is not there is not added.
   * A rule without rows goes by colour, and is added.
   */
  join: z.enum(joins).optional(),
  index: termSchema,
  kind: termSchema,
  class: termSchema,
  colorant: termSchema.optional(),
  description: termSchema,
  partNumber: termSchema.optional(),
  serial: termSchema.optional(),
  /** Left out where a rule only tells what a supply is: then nothing is known of its level (-2, RFC 3805). */
  unit: termSchema.default('unknown'),
  level: termSchema.default(-2),
  capacity: termSchema.default(-2),
  confidence: confidenceSchema,
})
export type SupplyRule = z.infer<typeof supplySchema>

/** Trays, one a row. */
const inputSchema = z.strictObject({
  rows: nameSchema,
  name: termSchema,
  media: termSchema,
  /** `tenThousandthsOfInches` or `micrometres`. */
  sizeUnit: termSchema,
  feed: termSchema,
  crossFeed: termSchema,
  unit: termSchema,
  level: termSchema,
  capacity: termSchema,
})

/** Trays that paper goes to, one a row; the level is the space left. */
const outputSchema = z.strictObject({
  rows: nameSchema,
  name: termSchema,
  unit: termSchema,
  level: termSchema,
  capacity: termSchema,
})

/** Covers, one a row; a row without a status is none. */
const coverSchema = z.strictObject({ rows: nameSchema, description: termSchema, state: termSchema })

/** Programs inside the device with their versions, one or one a row. */
const firmwareSchema = z.strictObject({ rows: nameSchema.optional(), name: termSchema, version: termSchema })

/** Alerts, one a row. Numbers stay numbers, makers add codes of their own. */
const alertSchema = z.strictObject({
  rows: nameSchema,
  severity: termSchema,
  training: termSchema,
  group: termSchema,
  groupIndex: termSchema,
  location: termSchema,
  code: termSchema,
  text: termSchema,
})

const axisSchema = z.union([z.string().max(64), z.array(z.string().max(64)).min(1)])
/** Meters added up: an axis is one value, a list, or `each` (all but the total). */
const selectorSchema = z.strictObject({
  unit: z.string().default('impressions'),
  work: axisSchema.default('total'),
  colour: axisSchema.default('all'),
  size: axisSchema.default('all'),
  sides: axisSchema.default('all'),
})
export type Selector = z.infer<typeof selectorSchema>
/** One side of a check. */
const sideSchema = z.union([z.strictObject({ meters: selectorSchema }), z.strictObject({ value: termSchema })])
export type CheckSide = z.infer<typeof sideSchema>
/** Two sides that must be equal; `name` is a `CheckName`. */
const checkSchema = z.strictObject({ name: z.string().min(1).max(64), left: sideSchema, right: sideSchema })
export type CheckRule = z.infer<typeof checkSchema>

/** Identity facts a profile may tell; `vendor` is what the device says when no brand is recognised. */
export const identityFields = [
  'vendor',
  'model',
  'serial',
  'assetNumber',
  'mac',
  'hostName',
  'location',
  'contact',
  'firmware',
  'description',
  'objectId',
  'deviceName',
  'upTime',
] as const
export type IdentityField = (typeof identityFields)[number]
const identitySchema = z.partialRecord(z.enum(identityFields), termSchema)

/** Texts that mean "not said": whole texts, and texts made of one of these characters only. By field, `any` for all. */
const placeholdersSchema = z.strictObject({
  only: z.string().max(32).default(''),
  any: z.array(z.string().max(64)).default([]),
  serial: z.array(z.string().max(64)).default([]),
  model: z.array(z.string().max(64)).default([]),
})

/** Label tables and placeholders that every profile may use without writing them down again. */
export const wordsSchema = z.strictObject({
  words: z.record(nameSchema, labelsSchema),
  placeholders: placeholdersSchema.prefault({}),
})
export type Words = z.infer<typeof wordsSchema>

/** One profile as it is authored. */
export const profileSchema = z.strictObject({
  profile: nameSchema,
  extends: nameSchema.optional(),
  match: matchSchema.prefault({}),
  reach: z
    .strictObject({ allow: z.array(objectSchema).default([]), deny: z.array(objectSchema).default([]) })
    .prefault({}),
  limits: z
    .strictObject({
      /** Characters kept of any text. */
      text: z.int().min(16).max(1_024).optional(),
      /** Objects in one GET (oids measured: answers stay below 1,400 octets up to 22). */
      batch: z.int().min(1).max(22).optional(),
      /** Cells asked for in one GETBULK answer, rows x columns. */
      cells: z.int().min(1).max(60).optional(),
      /** Largest count that is believed. */
      counter: z.int().min(1).optional(),
    })
    .prefault({}),
  brands: z.array(brandSchema).default([]),
  tables: z.record(nameSchema, tableSchema).default({}),
  records: z.record(nameSchema, recordsSchema).default({}),
  labels: z.record(nameSchema, labelsSchema).default({}),
  placeholders: placeholdersSchema.prefault({}),
  charset: z.strictObject({ declared: termSchema.optional(), fallback: z.string() }).optional(),
  identity: identitySchema.default({}),
  status: z.strictObject({ device: termSchema, errors: termSchema }).optional(),
  meters: z.array(meterSchema).default([]),
  supplies: z.array(supplySchema).default([]),
  inputs: z.array(inputSchema).default([]),
  outputs: z.array(outputSchema).default([]),
  covers: z.array(coverSchema).default([]),
  firmware: z.array(firmwareSchema).default([]),
  alerts: z.array(alertSchema).default([]),
  checks: z.array(checkSchema).default([]),
})
export type AuthoredProfile = z.infer<typeof profileSchema>

/** The list of makers: who is who by sysObjectID or wording, and which branches are certainly no printers. */
export const makersSchema = z.strictObject({
  makers: z.array(brandSchema).max(256),
  never: z.array(objectSchema).max(64),
})
export type Makers = z.infer<typeof makersSchema>
