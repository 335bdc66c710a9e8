/** What a device said, as the API tells it: meters with where they came from, supplies, trays, and who it is. */
import {
  colours,
  confidences,
  doubts,
  sides,
  supplyClasses,
  supplyKinds,
  supplyUnits,
  units,
  works,
} from '@platen/model'
import { z } from 'zod'

/** A whole number of any length as decimal text: JSON knows none of 64 bits. */
export const decimal = z.string().regex(/^-?\d{1,20}$/)

const levelSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('measured'), left: z.number(), capacity: z.number() }),
    z.object({ kind: z.literal('some') }),
    z.object({ kind: z.literal('unlimited') }),
    z.object({ kind: z.literal('unknown') }),
  ])
  .meta({ id: 'Level' })

const provenanceSchema = z.object({
  objects: z.array(z.string()),
  profile: z.string(),
  confidence: z.enum(confidences),
})

export const meterSchema = z
  .object({
    key: z.string(),
    unit: z.enum(units),
    work: z.enum(works),
    colour: z.enum(colours),
    size: z.string(),
    sides: z.enum(sides),
    value: decimal,
    source: provenanceSchema,
    /** Why it may not simply be billed: `unproved` by the device's own sums and known by few, or `disputed` by one of them. */
    doubt: z.enum(doubts).optional(),
  })
  .meta({ id: 'Meter' })

export const supplySchema = z
  .object({
    index: z.string(),
    kind: z.enum(supplyKinds),
    class: z.enum(supplyClasses),
    colorant: z.string().nullable(),
    description: z.string(),
    partNumber: z.string().nullable(),
    serial: z.string().nullable(),
    unit: z.enum(supplyUnits),
    level: levelSchema,
    source: provenanceSchema,
  })
  .meta({ id: 'Supply' })

export const inputSchema = z
  .object({
    index: z.string(),
    name: z.string(),
    media: z.string().nullable(),
    feedMicrometres: z.number().nullable(),
    crossFeedMicrometres: z.number().nullable(),
    level: levelSchema,
    unit: z.enum(supplyUnits),
  })
  .meta({ id: 'Input' })

export const outputSchema = z
  .object({ index: z.string(), name: z.string(), level: levelSchema, unit: z.enum(supplyUnits) })
  .meta({ id: 'Output' })

export const identitySchema = z.object({
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  assetNumber: z.string().nullable(),
  mac: z.string().nullable(),
  hostName: z.string().nullable(),
  location: z.string().nullable(),
  contact: z.string().nullable(),
  firmware: z.string().nullable(),
  description: z.string().nullable(),
  objectId: z.string().nullable(),
})
