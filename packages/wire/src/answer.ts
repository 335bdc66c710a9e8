/**
 * Answers: all that Central may say to a delivery, signed by the channel key, sealed to the Onsite, and bound to the one request.
 * A proxy's login page, an answer to another request and an answer for another Onsite all have a name here.
 */
import { z } from 'zod'
import { type BoxKind, openBox, sealBox } from './box.ts'
import { parseJson, sha256, toHex, utf8 } from './bytes.ts'
import type { Recipient, SealingKey, SigningKey } from './keys.ts'
import { type Answer, answerSchema, type EnrolmentAnswer, enrolmentAnswerSchema } from './messages.ts'
import { problemsOf } from './problems.ts'
import { readSettings } from './settings.ts'

/** Bytes of a sealed answer: 200 receipts and the largest settings have some 160 KB. */
export const answerBytesMost = 512 * 1024

const answerKind: BoxKind = { magic: 'PA1', label: 'pa1/down' }
const enrolmentKind: BoxKind = { magic: 'PB1', label: 'pb1/enrolled' }

/** Why bytes are no answer to us: not ours at all, too large, sealed to another or changed, not by our Central, outside the grammar, to another request. */
export type AnswerFailure = 'tooLarge' | 'notAnAnswer' | 'cannotOpen' | 'badSignature' | 'badBody' | 'otherRequest'

type Refused = { readonly ok: false; readonly reason: AnswerFailure; readonly detail: string }

/** An answer; `refusedSettings` says why settings in it were left out, else null; `ignoredSettings` are those that only a newer program knows. */
export type AnswerOutcome =
  | {
      readonly ok: true
      readonly answer: Answer
      readonly refusedSettings: string | null
      readonly ignoredSettings: readonly string[]
    }
  | Refused

/** The answer to an enrolment. */
export type EnrolmentAnswerOutcome = { readonly ok: true; readonly answer: EnrolmentAnswer } | Refused

/** What an Onsite opens answers with: Central's raw channel key, its own sealing key, and `hashRequest` of what it sent. */
export interface AnswerKeys {
  readonly channelPublicKey: Uint8Array
  readonly sealingKey: SealingKey
  readonly requestHash: string
}

/** What Central seals answers with. */
export interface AnswerSeal {
  readonly requestHash: string
  readonly channelKey: SigningKey
  readonly recipient: Recipient
}

/** The name of a request: SHA-256 of the HTTP body's bytes, in hex. */
export function hashRequest(body: Uint8Array): string {
  return toHex(sha256(body))
}

/** Signs and seals an answer; its `request` is set to the hash given. @throws ZodError for an answer outside the grammar. */
export async function sealAnswer(
  options: AnswerSeal & { readonly answer: Omit<Answer, 'request'> },
): Promise<Uint8Array> {
  const answer = answerSchema.parse({ ...options.answer, request: options.requestHash })
  return seal(answerKind, answer, options)
}

/** Opens an answer to a delivery. Total on any bytes: HTML is `notAnAnswer`. */
export async function openAnswer(bytes: Uint8Array, keys: AnswerKeys): Promise<AnswerOutcome> {
  const opened = await open(answerKind, bytes, keys)
  if (!opened.ok) return opened
  const parsed = looseAnswer.safeParse(opened.json)
  if (!parsed.success) return { ok: false, reason: 'badBody', detail: problemsOf(parsed.error) }
  if (parsed.data.request !== keys.requestHash) return otherRequest
  const { settings: said, ...rest } = parsed.data
  if (said === undefined) return { ok: true, answer: rest, refusedSettings: null, ignoredSettings: [] }
  // Receipts must not be lost because a newer Central sets something this program does not know.
  const read = readSettings(said)
  return read.ok
    ? { ok: true, answer: { ...rest, settings: read.settings }, refusedSettings: null, ignoredSettings: read.ignored }
    : { ok: true, answer: rest, refusedSettings: read.detail, ignoredSettings: [] }
}

/** Signs and seals the answer to an enrolment; its `request` is set to the hash given. @throws ZodError for an answer outside the grammar. */
export async function sealEnrolmentAnswer(
  options: AnswerSeal & { readonly answer: Omit<EnrolmentAnswer, 'request'> },
): Promise<Uint8Array> {
  const answer = enrolmentAnswerSchema.parse({ ...options.answer, request: options.requestHash })
  return seal(enrolmentKind, answer, options)
}

/** Opens the answer to an enrolment. Total on any bytes. */
export async function openEnrolmentAnswer(bytes: Uint8Array, keys: AnswerKeys): Promise<EnrolmentAnswerOutcome> {
  const opened = await open(enrolmentKind, bytes, keys)
  if (!opened.ok) return opened
  const parsed = looseEnrolmentAnswer.safeParse(opened.json)
  if (!parsed.success) return { ok: false, reason: 'badBody', detail: problemsOf(parsed.error) }
  if (parsed.data.request !== keys.requestHash) return otherRequest
  // What a newer Central sets besides is told when it comes again, with the first answer.
  const read = readSettings(parsed.data.settings)
  return read.ok
    ? { ok: true, answer: { ...parsed.data, settings: read.settings } }
    : { ok: false, reason: 'badBody', detail: read.detail }
}

const looseEnrolmentAnswer = enrolmentAnswerSchema.omit({ settings: true }).extend({ settings: z.unknown() })
const looseAnswer = answerSchema.omit({ settings: true }).extend({ settings: z.unknown().optional() })

const otherRequest: Refused = { ok: false, reason: 'otherRequest', detail: 'it answers another request' }

async function seal(kind: BoxKind, answer: object, options: AnswerSeal): Promise<Uint8Array> {
  const { channelKey, recipient } = options
  const { bytes } = await sealBox({ kind, content: utf8(JSON.stringify(answer)), signingKey: channelKey, recipient })
  if (bytes.length > answerBytesMost) throw new RangeError(`an answer of ${bytes.length} bytes`)
  return bytes
}

async function open(kind: BoxKind, bytes: Uint8Array, keys: AnswerKeys) {
  const refuse = (reason: AnswerFailure, detail: string) => ({ ok: false, reason, detail }) as const
  if (bytes.length > answerBytesMost) return refuse('tooLarge', `${bytes.length} bytes`)
  const opened = await openBox(bytes, kind, () => keys.sealingKey)
  if (!opened.ok) return refuse(opened.reason === 'cannotOpen' ? 'cannotOpen' : 'notAnAnswer', `${bytes.length} bytes`)
  if (!opened.box.signedBy(keys.channelPublicKey)) return refuse('badSignature', 'not signed by the channel key')
  return { ok: true, json: parseJson(opened.box.content) } as const
}
