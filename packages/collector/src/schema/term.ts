/**
 * The verbs of the profile format: a term says where one fact of a device comes from. Terms are data: they name objects,
 * columns and label tables, and hold no expression, pattern or code.
 */
import { z } from 'zod'

/** Dotted object or column, without a leading dot. */
export const objectSchema = z.string().regex(/^[012](\.(0|[1-9][0-9]{0,9})){2,63}$/)
/** Name of a table, column, label table or record block inside a profile. */
export const nameSchema = z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,31}$/)
const tagSchema = z.string().regex(/^([0-9a-f]{2}){1,4}$/)
const piecesSchema = z.array(z.string().min(1).max(64)).min(1).max(32)

/** How a text is cut: each step is a plain comparison of characters; the order is drop, hex, key, after, before, strip. */
const cutsSchema = z.strictObject({
  /** Octets (hex) taken off the front before decoding, e.g. a vendor's character set mark. */
  drop: z.array(tagSchema).max(8).optional(),
  /** The text is hex digits of the real text. */
  hex: z.boolean().optional(),
  /** Values of the first of these keys in an IEEE 1284 device id (`KEY:value;`). */
  key: piecesSchema.optional(),
  /** Only what follows the first of these that occurs; nothing if none does. */
  after: piecesSchema.optional(),
  /** Only what precedes the earliest of these that occurs. */
  before: piecesSchema.optional(),
  /** Prefixes taken off, without regard to case. */
  strip: piecesSchema.optional(),
})
export type Cuts = z.infer<typeof cutsSchema>

/** Octets of the longest record whose single octets can be asked for. */
const MAX_OCTETS = 6
/** One octet of a record of exactly `of` octets, the first being 1: a record of another length means something else. */
const octetSchema = z.strictObject({ at: z.int().min(1).max(MAX_OCTETS), of: z.int().min(1).max(MAX_OCTETS) })

/** Where one fact comes from. A string or number is itself; everything else is one verb. */
export type Term =
  | string
  | number
  | { get: string }
  | { first: Term[] }
  | { sum: Term[] | { rows: string; column: string } }
  | { count: string }
  | { rows: string; column: string; where?: Record<string, Term> | undefined; part?: number | undefined }
  | { column: string; of?: string | undefined; by?: Term[] | undefined }
  | { part: number }
  | { address: 'polled' }
  | { records: string; tag: string; per?: number | undefined; octet?: { at: number; of: number } | undefined }
  | ({ text: Term } & Cuts)
  | { label: Term; in: string }
  | { label: Term; containing: string }
  | { join: Term[]; with: string }

/** A verb, or a constant. `z.lazy` because terms nest; the nesting is bounded by the size of a profile. */
export const termSchema: z.ZodType<Term> = z.lazy(() =>
  z.union([
    z.string().max(128),
    z.number(),
    z.strictObject({ get: objectSchema }),
    z.strictObject({ first: z.array(termSchema).min(1).max(16) }),
    z.strictObject({
      sum: z.union([z.array(termSchema).min(1).max(16), z.strictObject({ rows: nameSchema, column: nameSchema })]),
    }),
    z.strictObject({ count: nameSchema }),
    // Of the first row whose columns hold what `where` says: a text as it is, or what a term finds in the row at hand (a join by
    // code or label; case and blanks do not count then). With `part`, that arc of the row's index instead of the column's value.
    z.strictObject({
      rows: nameSchema,
      column: nameSchema,
      where: z.record(nameSchema, termSchema).optional(),
      part: z.int().min(1).max(8).optional(),
    }),
    z.strictObject({
      column: nameSchema,
      of: nameSchema.optional(),
      by: z.array(termSchema).min(1).max(4).optional(),
    }),
    z.strictObject({ part: z.int().min(1).max(8) }),
    z.strictObject({ address: z.literal('polled') }),
    z.strictObject({
      records: nameSchema,
      tag: tagSchema,
      per: z.int().min(1).max(10_000).optional(),
      octet: octetSchema.optional(),
    }),
    cutsSchema.extend({ text: termSchema }),
    z.strictObject({ label: termSchema, in: nameSchema }),
    z.strictObject({ label: termSchema, containing: nameSchema }),
    z.strictObject({ join: z.array(termSchema).min(2).max(4), with: z.string().max(4) }),
  ]),
)

/** The terms directly inside a term, for checks that must see every object a profile names. */
export function innerTerms(term: Term): readonly Term[] {
  if (typeof term !== 'object') return []
  if ('first' in term) return term.first
  if ('sum' in term) return Array.isArray(term.sum) ? term.sum : []
  if ('by' in term && term.by !== undefined) return term.by
  if ('where' in term && term.where !== undefined) return Object.values(term.where)
  if ('text' in term) return [term.text]
  if ('label' in term) return [term.label]
  if ('join' in term) return term.join
  return []
}
