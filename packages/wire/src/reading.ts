/**
 * A reading in its JSON form: what Onsite writes into an envelope and Central reads out of it. It is model's `Reading` with every
 * bigint as decimal text. Unknown keys are dropped, so that a newer Onsite is understood by an older Central. Runs in a browser.
 */
import {
  alertSeverities,
  type Check,
  colours,
  confidences,
  coverStates,
  deviceStatuses,
  errorBits,
  type Meter,
  missReasons,
  type Reading,
  readKinds,
  sides,
  supplyClasses,
  supplyKinds,
  supplyUnits,
  units,
  works,
} from '@platen/model'
import { z } from 'zod'
import { count, decimal, hex, moment, monotonic, name, signedDecimal, text } from './text.ts'

/** Bytes of one reading's line. Measured readings have 2-20 KB; 400 objects of the longest text allowed would have 1.6 MB, which no printer has. */
export const lineMost = 256 * 1024
/** Letters of a text from a printer: SNMP display strings have at most 255 octets (RFC 2579), Printer-MIB texts too. */
const textMost = 1024
/** Letters of one raw answer: the longest string that fits a UDP datagram of 1,472 bytes, in hex, with room for its tag. */
const answerMost = 4096
/** Rows of any table in a reading: instructions may ask for 512 rows a table at most. */
const rowsMost = 512
/** Meters of one reading, and things missed: more than any known device, twice what one table gives. */
const metersMost = 1024
/** Words and numbers that one miss speaks of. */
const paramsMost = 8
/** Raw answers of one reading: 400 scalars and the cells of the supply tables that fed a number. */
const answersMost = 4096

const objectId = z
  .string()
  .max(512)
  .regex(/^\d{1,10}(\.\d{1,10})*$/, 'not a dotted object identifier')
const said = text(textMost).nullable()

const provenanceSchema = z.object({
  objects: z.array(objectId).max(rowsMost),
  profile: text(128),
  confidence: z.enum(confidences),
})

const identitySchema = z.object({
  vendor: said,
  model: said,
  serial: said,
  assetNumber: said,
  mac: said,
  hostName: said,
  location: said,
  contact: said,
  firmware: said,
  description: said,
  objectId: said,
})

const meterSchema = z.object({
  unit: z.enum(units),
  work: z.enum(works),
  colour: z.enum(colours),
  size: name(64),
  sides: z.enum(sides),
  value: decimal,
  source: provenanceSchema,
})

const levelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured'), left: z.number(), capacity: z.number() }),
  z.object({ kind: z.literal('some') }),
  z.object({ kind: z.literal('unlimited') }),
  z.object({ kind: z.literal('unknown') }),
])

const supplySchema = z.object({
  index: text(128),
  kind: z.enum(supplyKinds),
  class: z.enum(supplyClasses),
  colorant: said,
  description: text(textMost),
  partNumber: said,
  serial: said,
  unit: z.enum(supplyUnits),
  level: levelSchema,
  source: provenanceSchema,
})

const inputSchema = z.object({
  index: text(128),
  name: text(textMost),
  media: said,
  feedMicrometres: z.number().nullable(),
  crossFeedMicrometres: z.number().nullable(),
  level: levelSchema,
  unit: z.enum(supplyUnits),
})

const outputSchema = inputSchema.pick({ index: true, name: true, level: true, unit: true })
const coverSchema = z.object({ index: text(128), description: text(textMost), state: z.enum(coverStates) })
const firmwarePartSchema = z.object({ name: text(textMost), version: text(textMost) })

const alertSchema = z.object({
  group: z.int(),
  groupIndex: z.int(),
  code: z.int(),
  severity: z.enum(alertSeverities),
  training: z.int(),
  location: z.int(),
  text: text(textMost),
})

const statusSchema = z.object({
  device: z.enum(deviceStatuses),
  errors: z.array(z.enum(errorBits)).max(errorBits.length),
  alerts: z.array(alertSchema).max(rowsMost),
})

const checkSchema = z.object({ name: text(textMost), left: signedDecimal, right: signedDecimal, holds: z.boolean() })
const missSchema = z.object({
  subject: text(textMost),
  reason: z.enum(missReasons),
  detail: text(textMost),
  code: text(64).optional(),
  params: z
    .record(name(32), text(textMost))
    .refine((params) => Object.keys(params).length <= paramsMost, `more than ${paramsMost} parameters`)
    .meta({ maxProperties: paramsMost })
    .optional(),
})

const observationSchema = z
  .record(objectId, text(answerMost))
  .refine((answers) => Object.keys(answers).length <= answersMost, `more than ${answersMost} answers`)
  .meta({ maxProperties: answersMost })

const visitSchema = z.object({
  kind: z.enum(readKinds),
  keptAt: moment,
  kept: z.array(objectId).max(answersMost),
})

/** The JSON form of model's `Reading`: meter values from 0 to 2^64 - 1 and the sides of checks are decimal texts. */
export const readingSchema = z
  .object({
    id: hex(16),
    at: moment,
    monotonic,
    address: name(64),
    upTime: count.nullable(),
    identity: identitySchema,
    meters: z.array(meterSchema).max(metersMost),
    supplies: z.array(supplySchema).max(rowsMost),
    inputs: z.array(inputSchema).max(rowsMost),
    outputs: z.array(outputSchema).max(rowsMost).optional(),
    covers: z.array(coverSchema).max(rowsMost).optional(),
    firmwareParts: z.array(firmwarePartSchema).max(rowsMost).optional(),
    status: statusSchema,
    checks: z.array(checkSchema).max(rowsMost),
    misses: z.array(missSchema).max(metersMost),
    profile: text(128),
    instructions: text(128),
    observation: observationSchema,
    visit: visitSchema.optional(),
  })
  .meta({ id: 'Reading' })

type MeterJson = Omit<Meter, 'value'> & { readonly value: string }
type CheckJson = Omit<Check, 'left' | 'right'> & { readonly left: string; readonly right: string }

/** A reading as JSON says it; `readingSchema` parses to it. */
export type ReadingJson = Omit<Reading, 'meters' | 'checks'> & {
  readonly meters: readonly MeterJson[]
  readonly checks: readonly CheckJson[]
}

/** The JSON form of a reading; nothing is rounded. */
export function toJson(reading: Reading): ReadingJson {
  return {
    ...reading,
    meters: reading.meters.map((meter) => ({ ...meter, value: meter.value.toString() })),
    checks: reading.checks.map((check) => ({ ...check, left: check.left.toString(), right: check.right.toString() })),
  }
}

/** The reading that parsed JSON says: fromJson(toJson(r)) = r. @throws SyntaxError for decimals that the schema would not let pass. */
export function fromJson(json: ReadingJson): Reading {
  return {
    ...json,
    meters: json.meters.map((meter) => ({ ...meter, value: BigInt(meter.value) })),
    checks: json.checks.map((check) => ({ ...check, left: BigInt(check.left), right: BigInt(check.right) })),
  }
}
