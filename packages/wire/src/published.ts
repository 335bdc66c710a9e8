/** The messages as JSON Schema (draft 2020-12), for whoever writes a program that speaks to an Onsite or a Central without reading TypeScript. */
import { z } from 'zod'
import {
  answerSchema,
  contactSchema,
  enrolmentAnswerSchema,
  enrolmentRequestSchema,
  envelopeHeaderSchema,
  keyListSchema,
  readingSchema,
  refusalSchema,
  settingsSchema,
} from './messages.ts'
import { lineProofSchema } from './proof.ts'

const published = {
  reading: readingSchema,
  'envelope-header': envelopeHeaderSchema,
  contact: contactSchema,
  answer: answerSchema,
  settings: settingsSchema,
  'enrolment-request': enrolmentRequestSchema,
  'enrolment-answer': enrolmentAnswerSchema,
  'key-list': keyListSchema,
  refusal: refusalSchema,
  'line-proof': lineProofSchema,
} as const

/** File name to file text, for every message; what `schemas/` must hold. */
export function publishedSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(published).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`,
    ]),
  )
}
