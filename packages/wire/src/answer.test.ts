/** Answers: nothing but Central's own answer to this very request, for this very Onsite, is ever taken for one. */
import { describe, expect, test } from 'vitest'
import {
  type AnswerOutcome,
  answerBytesMost,
  hashRequest,
  openAnswer,
  openEnrolmentAnswer,
  sealAnswer,
  sealEnrolmentAnswer,
} from './answer.ts'
import { sealBox } from './box.ts'
import { concat, toHex, utf8 } from './bytes.ts'
import { generateSealingKey, generateSigningKey } from './keys.ts'
import { readRefusal, refusals, settingsSchema } from './messages.ts'
import { makeKeys, settings } from './samples.testing.ts'

const keys = await makeKeys()
const requestHash = hashRequest(utf8('the delivery'))
const opening = { channelPublicKey: keys.channel.publicKey, sealingKey: keys.inbox, requestHash }
const sealing = { requestHash, channelKey: keys.channel, recipient: keys.toOnsite }
const said = {
  serverTime: '2026-03-01T08:00:06.000Z',
  receipts: [
    { epoch: 'ab'.repeat(16), seq: 0, hash: 'cd'.repeat(32), fate: 'kept' as const },
    { epoch: 'ab'.repeat(16), seq: 1, hash: 'ce'.repeat(32), fate: 'quarantined' as const, reason: 'badBody' },
  ],
  settings,
  nextContactSeconds: 900,
}
const answer = await sealAnswer({ ...sealing, answer: said })

function reasonOf(outcome: AnswerOutcome): string {
  return outcome.ok ? 'opened' : outcome.reason
}

/** An answer with any content, as Central's key would sign it: a newer Central, or a broken one. */
async function signed(json: unknown): Promise<AnswerOutcome> {
  const kind = { magic: 'PA1', label: 'pa1/down' }
  const content = utf8(JSON.stringify(json))
  return openAnswer(
    (await sealBox({ kind, content, signingKey: keys.channel, recipient: keys.toOnsite })).bytes,
    opening,
  )
}

describe('what is not an answer', () => {
  test('web pages, proxy errors, JSON and nothing are notAnAnswer', async () => {
    const pages = [
      '<!DOCTYPE html><html><body>Please log in</body></html>',
      'HTTP/1.1 407',
      '{"refused":"busy"}',
      '',
      'PA1',
    ]
    for (const page of pages) expect(reasonOf(await openAnswer(utf8(page), opening)), page).toBe('notAnAnswer')
    expect(reasonOf(await openAnswer(new Uint8Array(answerBytesMost + 1), opening))).toBe('tooLarge')
  })

  test('every flipped byte and every cut is refused by name', async () => {
    const flipped = Array.from(answer, (byte, at) => answer.with(at, byte ^ (1 << (at % 8))))
    const cut = Array.from(answer, (_, length) => answer.slice(0, length))
    const outcomes = await Promise.all([...flipped, ...cut].map((bytes) => openAnswer(bytes, opening)))
    for (const outcome of outcomes) expect(['notAnAnswer', 'cannotOpen']).toContain(reasonOf(outcome))
    expect(reasonOf(await openAnswer(concat(answer, utf8('\r\n')), opening))).toBe('cannotOpen')
  })

  test('an answer by another Central, for another Onsite, or to another request is refused', async () => {
    const impostor = await generateSigningKey()
    expect(
      reasonOf(await openAnswer(await sealAnswer({ ...sealing, answer: said, channelKey: impostor }), opening)),
    ).toBe('badSignature')
    const stranger = await generateSealingKey()
    expect(reasonOf(await openAnswer(answer, { ...opening, sealingKey: stranger }))).toBe('cannotOpen')
    const otherRequest = { ...opening, requestHash: hashRequest(utf8('another delivery')) }
    expect(reasonOf(await openAnswer(answer, otherRequest))).toBe('otherRequest')
  })

  test('an answer to an enrolment is none to a delivery, nor the other way', async () => {
    const sealed = { id: toHex(keys.toCentral.id), publicKey: 'A'.repeat(43) }
    const welcome = { onsiteId: 'o1', name: 'Head office', sealing: sealed, settings, serverTime: said.serverTime }
    const bytes = await sealEnrolmentAnswer({ ...sealing, answer: welcome })
    expect(reasonOf(await openAnswer(bytes, opening))).toBe('notAnAnswer')
    expect(await openEnrolmentAnswer(answer, opening)).toMatchObject({ reason: 'notAnAnswer' })
    const relabelled = concat(utf8('PA1'), bytes.subarray(3))
    expect(reasonOf(await openAnswer(relabelled, opening))).toBe('cannotOpen')
  })

  test('an answer outside the grammar is refused, though Central signed it', async () => {
    const receipt = { ...said.receipts[0], fate: 'executed' }
    expect(reasonOf(await signed('run this'))).toBe('badBody')
    expect(reasonOf(await signed({ ...said, request: requestHash, receipts: [receipt] }))).toBe('badBody')
    expect(reasonOf(await signed({ ...said, request: requestHash, receipts: Array(201).fill(said.receipts[0]) }))).toBe(
      'badBody',
    )
    expect(reasonOf(await signed({ ...said, request: requestHash, nextContactSeconds: 7 * 86_400 + 1 }))).toBe(
      'badBody',
    )
  })
})

describe('an answer', () => {
  test('opens to what Central said', async () => {
    const expected = { ...said, request: requestHash }
    expect(await openAnswer(answer, opening)).toEqual({
      ok: true,
      answer: expected,
      refusedSettings: null,
      ignoredSettings: [],
    })
  })

  test('with anything wrong in settings this program knows keeps its receipts, refuses all settings, and says so', async () => {
    const wrong = [
      { ...settings, intervalMinutes: 0 },
      { ...settings, masks: { ...settings.masks, script: true } },
      { ...settings, script: 'rm -rf /', packetsPerSecond: 1_000_000 },
      'reboot',
      null,
    ]
    for (const said_ of wrong) {
      const outcome = await signed({ ...said, request: requestHash, settings: said_ })
      expect(outcome).toMatchObject({ ok: true, answer: { receipts: said.receipts }, ignoredSettings: [] })
      expect(outcome.ok && outcome.answer).not.toHaveProperty('settings')
      expect(outcome.ok && outcome.refusedSettings).toMatch(/./)
    }
  })

  test('leaves out settings that only a newer Central knows, names them, and takes the rest', async () => {
    const outcome = await signed({
      ...said,
      request: requestHash,
      settings: { ...settings, script: 'rm -rf /', 'zeit\nplan': {} },
    })
    expect(outcome).toMatchObject({ ok: true, answer: { settings }, refusedSettings: null })
    expect(outcome.ok && outcome.ignoredSettings).toEqual(['script', 'zeit?plan'])
    expect(outcome.ok && outcome.answer.settings).not.toHaveProperty('script')
    const sealed = { id: toHex(keys.toCentral.id), publicKey: 'A'.repeat(43) }
    const welcome = { onsiteId: 'o1', name: 'Head office', sealing: sealed, serverTime: said.serverTime }
    const content = utf8(JSON.stringify({ ...welcome, request: requestHash, settings: { ...settings, script: 'x' } }))
    const kind = { magic: 'PB1', label: 'pb1/enrolled' }
    const box = await sealBox({ kind, content, signingKey: keys.channel, recipient: keys.toOnsite })
    expect(await openEnrolmentAnswer(box.bytes, opening)).toMatchObject({ ok: true, answer: { settings } })
  })

  test('drops what a newer Central adds elsewhere', async () => {
    const outcome = await signed({ ...said, request: requestHash, command: 'x' })
    expect(outcome.ok && outcome.answer).toEqual({ ...said, request: requestHash })
  })
})

describe('settings', () => {
  test('are a closed list with bounds', () => {
    const wrong = [
      { ...settings, extra: 1 },
      { ...settings, masks: { ...settings.masks, extra: true } },
      { ...settings, intervalMinutes: 4 },
      { ...settings, intervalMinutes: 1441 },
      { ...settings, tries: 0 },
      { ...settings, timeoutMs: 99 },
      { ...settings, communities: [] },
      { ...settings, communities: Array(17).fill('public') },
      { ...settings, ranges: Array(1001).fill('192.0.2.1') },
      { ...settings, ranges: ['printers.example; reboot'] },
      { ...settings, looks: { ...settings.looks, statusMinutes: 0 } },
      { ...settings, hours: { days: [1, 1], from: '07:00', to: '19:30' } },
      { ...settings, hours: { days: [], from: '07:00', to: '19:30' } },
      { ...settings, hours: { days: [8], from: '07:00', to: '19:30' } },
      { ...settings, closing: { day: 31, at: '24:00' } },
      { ...settings, closing: { day: 0, at: '23:45' } },
      { ...settings, zone: '$(reboot)' },
      { ...settings, packetsPerSecond: 5001 },
      { ...settings, duty: 'boss' },
    ]
    for (const each of wrong)
      expect(settingsSchema.safeParse(each).success, JSON.stringify(each).slice(0, 80)).toBe(false)
    expect(settingsSchema.parse(settings)).toEqual(settings)
    const full = {
      ...settings,
      looks: { statusMinutes: 5, suppliesMinutes: 30, inventoryMinutes: 1440 },
      hours: { days: [1, 2, 3, 4, 5], from: '07:00', to: '19:30' },
      closing: { day: 31, at: '23:45' },
      zone: 'Europe/Vienna',
      packetsPerSecond: 200,
    }
    expect(settingsSchema.parse(full)).toEqual(full)
  })
})

describe('a refusal', () => {
  test('is read by its name, as other where only a newer Central knows it, and as none where it is a web page', () => {
    for (const refused of refusals) expect(readRefusal({ refused })).toEqual({ refused })
    expect(readRefusal({ refused: 'outOfPaper' })).toEqual({ refused: 'other' })
    expect(readRefusal({ refused: 'busy', retryAfterSeconds: 60 })).toEqual({ refused: 'busy', retryAfterSeconds: 60 })
    for (const none of [undefined, null, 'busy', {}, { error: 'x' }]) expect(readRefusal(none)).toBeNull()
  })
})
