/** Enrolment: the password leads to the right Central only, and nobody enrols a key they do not hold. */
import { describe, expect, test } from 'vitest'
import { hashRequest, openEnrolmentAnswer, sealEnrolmentAnswer } from './answer.ts'
import { sealBox } from './box.ts'
import { toBase64url, toHex, utf8 } from './bytes.ts'
import { checkKeyList, enrolmentMost, makeKeyList, openEnrolment, sealEnrolment } from './enrolment.ts'
import { generateSealingKey, generateSigningKey, recipientOf } from './keys.ts'
import { makePassword, parsePassword } from './password.ts'
import { makeKeys, settings } from './samples.testing.ts'

const keys = await makeKeys()
const enrolmentKey = await generateSealingKey()
const secret = Uint8Array.from([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
const password = parsePassword(makePassword({ secret, channelKey: keys.channel.publicKey }))
const print = password.ok ? password.fingerprint : ''
const sealing = { publicKey: keys.epoch.publicKey, since: '2026-03-01T08:00:00.000Z' }
const list = makeKeyList(keys.channel, enrolmentKey.publicKey, sealing)
const request = {
  email: 'site@example.org',
  password: toBase64url(secret),
  sealingKey: toBase64url(keys.inbox.publicKey),
  scopeHash: 'cd'.repeat(32),
  nonce: toBase64url(new Uint8Array(16)),
  program: '0.1.0',
  hostName: 'printserver',
}
const sealed = await sealEnrolment({ request, signingKey: keys.onsite, enrolmentKey: enrolmentKey.publicKey })

describe('the key list', () => {
  test('of another Central, with another enrolment key, or not a key list at all is refused by name', async () => {
    const impostor = await generateSigningKey()
    expect(checkKeyList(makeKeyList(impostor, enrolmentKey.publicKey, sealing), print)).toMatchObject({
      reason: 'wrongFingerprint',
    })
    const swapped = { ...list, enrolmentKey: toBase64url(keys.inbox.publicKey) }
    expect(checkKeyList(swapped, print)).toMatchObject({ reason: 'badSignature' })
    for (const change of [{ publicKey: list.enrolmentKey }, { since: '2026-03-02T08:00:00.000Z' }]) {
      const other = { ...list, sealing: { ...list.sealing, ...change } }
      expect(checkKeyList(other, print)).toMatchObject({ reason: 'badSignature' })
    }
    const nonsense = [
      undefined,
      '<html>',
      {},
      { ...list, channelKey: `${list.channelKey}A` },
      { ...list, channelKey: 1 },
    ]
    for (const json of nonsense) expect(checkKeyList(json, print)).toMatchObject({ ok: false, reason: 'notAKeyList' })
  })

  test('of the right Central gives the raw keys; an older one lists no sealing key', () => {
    expect(checkKeyList(JSON.parse(JSON.stringify(list)), print)).toEqual({
      ok: true,
      channelKey: keys.channel.publicKey,
      enrolmentKey: enrolmentKey.publicKey,
      sealing,
    })
    const { sealing: _, ...older } = list
    expect(checkKeyList(older, print)).toMatchObject({ ok: true, sealing: null })
  })
})

describe('an enrolment', () => {
  test('with any byte flipped or cut is refused by name', async () => {
    const flipped = Array.from(sealed, (byte, at) => sealed.with(at, byte ^ (1 << (at % 8))))
    const cut = Array.from(sealed, (_, length) => sealed.slice(0, length))
    const outcomes = await Promise.all([...flipped, ...cut].map((bytes) => openEnrolment(bytes, enrolmentKey)))
    for (const outcome of outcomes)
      expect(['notAnEnrolment', 'notSealedToUs', 'cannotOpen']).toContain(outcome.ok ? 'opened' : outcome.reason)
    const huge = new Uint8Array(enrolmentMost + 1)
    expect(await openEnrolment(huge, enrolmentKey)).toMatchObject({ reason: 'tooLarge' })
    expect(await openEnrolment(sealed, keys.epoch)).toMatchObject({ reason: 'notSealedToUs' })
  })

  test('with a key that the sender does not hold, or outside its schema, is refused', async () => {
    const kind = { magic: 'PE1', label: 'pe1/enrol' }
    const recipient = recipientOf(enrolmentKey.publicKey)
    const send = async (json: unknown) =>
      openEnrolment(
        (await sealBox({ kind, content: utf8(JSON.stringify(json)), signingKey: keys.channel, recipient })).bytes,
        enrolmentKey,
      )
    const borrowed = { ...request, signingKey: toBase64url(keys.onsite.publicKey) }
    expect(await send(borrowed)).toMatchObject({ reason: 'badSignature' })
    expect(await send({ ...borrowed, email: 'x' })).toMatchObject({ reason: 'badBody' })
    expect(await send({ ...borrowed, password: 'short' })).toMatchObject({ reason: 'badBody' })
    expect(await send(null)).toMatchObject({ reason: 'badBody' })
  })

  test('hides e-mail and secret, and opens to the request', async () => {
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('example.org')
    expect(Buffer.from(sealed).indexOf(secret)).toBe(-1)
    const signingKey = toBase64url(keys.onsite.publicKey)
    expect(await openEnrolment(sealed, enrolmentKey)).toEqual({ ok: true, request: { ...request, signingKey } })
  })

  test('is answered to this Onsite and this request only', async () => {
    const requestHash = hashRequest(sealed)
    const sealing = { id: toHex(keys.toCentral.id), publicKey: toBase64url(keys.toCentral.publicKey) }
    const answer = { onsiteId: 'o1', name: 'Head office', sealing, settings, serverTime: '2026-03-01T08:00:06.000Z' }
    const bytes = await sealEnrolmentAnswer({ answer, requestHash, channelKey: keys.channel, recipient: keys.toOnsite })
    const opening = { channelPublicKey: keys.channel.publicKey, sealingKey: keys.inbox, requestHash }
    expect(await openEnrolmentAnswer(bytes, opening)).toEqual({ ok: true, answer: { ...answer, request: requestHash } })
    const other = { ...opening, requestHash: hashRequest(utf8('other')) }
    expect(await openEnrolmentAnswer(bytes, other)).toMatchObject({ reason: 'otherRequest' })
    const impostor = { ...opening, channelPublicKey: keys.onsite.publicKey }
    expect(await openEnrolmentAnswer(bytes, impostor)).toMatchObject({ reason: 'badSignature' })
  })
})
