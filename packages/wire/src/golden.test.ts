/** Messages of every released version, kept as they were made: Onsites in the field are older than the Central they speak to. */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { hashRequest, openAnswer, openEnrolmentAnswer } from './answer.ts'
import { contactOf, readingsOf } from './body.ts'
import { fromBase64url } from './bytes.ts'
import { unpackDelivery } from './delivery.ts'
import { checkKeyList, openEnrolment } from './enrolment.ts'
import { openEnvelope } from './envelope.ts'
import { parsePassword } from './password.ts'
import { header, knowing, reading, settings } from './samples.testing.ts'

const bytes = z.string().transform(fromBase64url)
const pair = z.object({ publicKey: bytes, privateKey: bytes })
const goldenSchema = z.object({
  keys: z.object({ onsite: pair, channel: pair, inbox: pair, epoch: pair, enrolment: pair }),
  password: z.string(),
  keyList: z.unknown(),
  delivery: bytes,
  answer: bytes,
  enrolment: bytes,
  enrolmentAnswer: bytes,
})

const folder = resolve(import.meta.dirname, '../golden')
const versions = readdirSync(folder)

test('there is a golden file for each released version', () => {
  expect(versions).toEqual(['0.1.0.json'])
})

test.each(versions)('all messages of %s still open and say what they said', async (file) => {
  const golden = goldenSchema.parse(JSON.parse(readFileSync(resolve(folder, file), 'utf8')))
  const { keys } = golden
  const password = parsePassword(golden.password)
  expect(password.ok && checkKeyList(golden.keyList, password.fingerprint)).toMatchObject({ ok: true })
  expect(await openEnrolment(golden.enrolment, keys.enrolment)).toMatchObject({
    request: { email: 'site@example.org' },
  })

  const opening = { channelPublicKey: keys.channel.publicKey, sealingKey: keys.inbox }
  const welcome = await openEnrolmentAnswer(golden.enrolmentAnswer, {
    ...opening,
    requestHash: hashRequest(golden.enrolment),
  })
  expect(welcome).toMatchObject({ ok: true, answer: { onsiteId: 'onsite-1', settings } })

  const delivery = unpackDelivery(golden.delivery)
  if (!delivery.ok) throw new Error(delivery.detail)
  const known = knowing(keys.epoch, keys.onsite.publicKey)
  const [readings, contact] = await Promise.all(delivery.envelopes.map((envelope) => openEnvelope(envelope, known)))
  expect(readings).toMatchObject({ ok: true, signed: { header } })
  expect(readings?.ok && readingsOf(readings.body)).toMatchObject([{ ok: true, reading }])
  expect(contact).toMatchObject({
    ok: true,
    signed: { header: { kind: 'contact', previous: readings?.signed?.hash } },
  })
  expect(contact?.ok && contactOf(contact.body)).toMatchObject({ ok: true, contact: { settingsVersion: 3 } })

  const answer = await openAnswer(golden.answer, { ...opening, requestHash: hashRequest(golden.delivery) })
  expect(answer).toMatchObject({ ok: true, answer: { receipts: [{ fate: 'kept' }], settings }, refusedSettings: null })
})
