/**
 * Every message that may cross the line, as schemas with a bound on everything. What is not here is not legal: this list is the
 * proof that traffic is one-way. Keys a newer program adds are dropped, except in settings, which are a closed list. Runs in a browser.
 */
import { z } from 'zod'
import { settingsSchema } from './settings.ts'
import { base64url, count, hex, moment, monotonic, name, text } from './text.ts'

export {
  type AccessUser,
  accessSchema,
  entrySchema,
  type UserPasswords,
  userPasswordsSchema,
  userShape,
} from './access.ts'
export { fromJson, lineMost, type ReadingJson, readingSchema, toJson } from './reading.ts'
export { type Settings, settingsSchema } from './settings.ts'

/** Envelopes of one delivery, and so receipts of one answer: some 20 MB of readings, an hour of the largest site. */
export const envelopesMost = 200
/** Readings of one envelope: at 2 KB each the inflation cap is reached earlier. */
export const readingsMost = 2000
/** Problems an Onsite may tell in one contact; the rest waits for the next. */
export const problemsMost = 50
/** Bytes of packed instructions: below what an Onsite reads of any answer. The first bundle has 15 KB. */
export const packedInstructionsMost = 768 * 1024

const version = name(64)
const onsite = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'not an Onsite name')
const epoch = hex(16)
const hash = hex(32)
const key = base64url(32)
const sealing = z.object({ id: hex(8), publicKey: key })

/**
 * What the inside of an envelope begins with. `life` names the start of the program: `monotonic` of header and readings can be compared
 * within one life and with no other. `previous` is the hash of the envelope before in this epoch, null for the first; `root` is the RFC 6962 tree head over the lines.
 */
export const envelopeHeaderSchema = z
  .object({
    onsite,
    epoch,
    seq: count,
    kind: z.enum(['readings', 'contact']),
    at: moment,
    life: hex(8),
    monotonic,
    previous: hash.nullable(),
    scope: hash,
    program: version,
    instructions: version,
    root: hash,
    count: count.max(readingsMost),
  })
  .meta({ id: 'EnvelopeHeader' })
export type EnvelopeHeader = z.infer<typeof envelopeHeaderSchema>

/** What an Onsite says of itself: how much waits to be delivered, how the last round went, what it could not do. */
export const contactSchema = z
  .object({
    outbox: z.object({ waiting: count, oldest: moment.nullable() }),
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
    settingsVersion: count,
    problems: z.array(text(500)).max(problemsMost),
  })
  .meta({ id: 'Contact' })
export type Contact = z.infer<typeof contactSchema>

/** What became of one envelope. Only after the commit: `kept` now, `known` before, `quarantined` for an operator to look at. */
export const receiptSchema = z
  .object({
    epoch,
    seq: count,
    hash,
    fate: z.enum(['kept', 'known', 'quarantined']),
    reason: text(200).optional(),
  })
  .meta({ id: 'Receipt' })
export type Receipt = z.infer<typeof receiptSchema>

/** The newest instructions that Central has: an Onsite that has older ones asks for the packed file by its `hash` (SHA-256) in the same visit. */
export const instructionsOfferSchema = z
  .object({ version: name(32), hash, size: count.max(packedInstructionsMost) })
  .meta({ id: 'InstructionsOffer' })
export type InstructionsOffer = z.infer<typeof instructionsOfferSchema>

/** All that Central may answer to a delivery. `request` is the SHA-256 of the delivery's bytes; `sealing` is the key to seal to from now on. */
export const answerSchema = z
  .object({
    request: hash,
    serverTime: moment,
    receipts: z.array(receiptSchema).max(envelopesMost),
    settings: settingsSchema.optional(),
    /** At most a week, so that no answer silences an Onsite for good. */
    nextContactSeconds: z
      .int()
      .min(1)
      .max(7 * 86_400)
      .optional(),
    sealing: sealing.optional(),
    instructions: instructionsOfferSchema.optional(),
  })
  .meta({ id: 'Answer' })
export type Answer = z.infer<typeof answerSchema>

/** What an Onsite asks to be let in with. `password` is the 10-byte secret of the enrolment password, not the text people type. */
export const enrolmentRequestSchema = z
  .object({
    email: z.email().max(254),
    password: base64url(10),
    signingKey: key,
    sealingKey: key,
    scopeHash: hash,
    nonce: base64url(16),
    program: version,
    hostName: name(255).optional(),
  })
  .meta({ id: 'EnrolmentRequest' })
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>

/** What an Onsite that was let in is told. `request` is the SHA-256 of the sealed request. */
export const enrolmentAnswerSchema = z
  .object({ request: hash, onsiteId: onsite, name: name(200), sealing, settings: settingsSchema, serverTime: moment })
  .meta({ id: 'EnrolmentAnswer' })
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswerSchema>

/** What `GET /onsite/keys` answers: the enrolment key, signed by the channel key whose fingerprint is in the password. */
export const keyListSchema = z
  .object({
    channelKey: key,
    enrolmentKey: key,
    signature: base64url(64),
    /** The key to seal envelopes to now and since when, for an Onsite that was away longer than the key it knows lived. */
    sealing: z.object({ publicKey: key, since: moment, signature: base64url(64) }).optional(),
  })
  .meta({ id: 'KeyList' })
export type KeyList = z.infer<typeof keyListSchema>

/** Why Central refuses. `other` is a reason that only a newer program knows. */
export const refusals = [
  'tooLarge',
  'notADelivery',
  'notAnEnvelope',
  'unknownSuite',
  'notSealedToUs',
  'cannotOpen',
  'badHeader',
  'unknownOnsite',
  'mixedOnsites',
  'badSignature',
  'badCompression',
  'badBody',
  'forked',
  'revoked',
  'notAnEnrolment',
  'wrongPassword',
  'expired',
  'tooManyTries',
  'unknownInstructions',
  'busy',
  'broken',
  'other',
] as const
export type Refusal = (typeof refusals)[number]

/** The JSON of a refusal, sent in the clear with a 4xx or 5xx status and the header `Platen: 1`: a hint to people, never proof of anything. */
export const refusalSchema = z
  .object({ refused: z.enum(refusals), retryAfterSeconds: z.int().min(0).max(86_400).optional() })
  .meta({ id: 'Refusal' })
export type RefusalMessage = z.infer<typeof refusalSchema>

/** What a refusal's parsed JSON says, `other` for names a newer Central may know; null when it is no refusal at all. */
export function readRefusal(json: unknown): RefusalMessage | null {
  const known = refusalSchema.safeParse(json)
  if (known.success) return known.data
  const newer = z.object({ refused: z.string() }).safeParse(json)
  return newer.success ? { refused: 'other' } : null
}
