import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Writer } from './ber.ts'
import { FakeClock } from './fakes.testing.ts'
import { Frame, PDU } from './frame.ts'
import { Authority, encodeRequest, Oid, type Received, type User } from './index.ts'
import { writeRequest } from './pdu.ts'
import { FLAG } from './secure-head.ts'
import { Keys, openScoped, randomSalts, scopedPdu, sealMessage } from './usm.ts'
import { KeyCache } from './usm-keys.ts'
import { reportIn } from './usm-reports.ts'
import { credentialsOf } from './usm-user.ts'
import { authorityOf, ENGINE_ID, KEEPER, SIGNER } from './v3.testing.ts'

const NAME = Oid.parse('1.3.6.1.2.1.1.5.0')
const salts = randomSalts()
const cache = new KeyCache()

interface Question {
  readonly user?: User
  readonly engineId?: Uint8Array
  readonly contextEngineId?: Uint8Array
  readonly boots?: number
  readonly time?: number
  readonly isReportable?: boolean
}

const keysOf = (user: User) => new Keys(cache, credentialsOf(user), ENGINE_ID)

/** A GET as a manager sends it that knows the engine (7 boots, 1,000 seconds), but for what is said. */
function question(parts: Question = {}): Uint8Array {
  const { user = KEEPER, engineId = ENGINE_ID, boots = 7, time = 1_000, isReportable = true } = parts
  const keys = keysOf(user)
  const { name, level } = keys.credentials
  const writer = new Writer()
  writeRequest(writer, { type: 'get', id: 77, oids: [NAME] })
  const scoped = scopedPdu(writer.take(), parts.contextEngineId ?? ENGINE_ID, new TextEncoder().encode('tray'))
  const flags = level | (isReportable ? FLAG.reportable : 0)
  return sealMessage({ messageId: 5, flags, engineId, boots, time, user: name, scoped }, keys, salts)
}

/** What a message sent back says: its level, and the name of its Report. */
function said(received: Received): unknown {
  if (received.ok || received.reply === undefined) return undefined
  const frame = new Frame()
  expect(frame.read(received.reply)).toBe('secured')
  const { level, messageId, isReportable } = frame.secure
  expect([messageId, isReportable]).toEqual([5, false])
  if (level > 0) expect(keysOf(KEEPER).proves(frame.secure)).toBe(true)
  expect(openScoped(frame, keysOf(KEEPER))).toBe('whole')
  return { level, report: reportIn(frame)?.name, id: frame.id }
}

describe('an engine that is asked', () => {
  const stranger = Buffer.from('8000000099999999', 'hex')

  it.each([
    ['wrongEngine', 0, 77, { user: { name: 'fleet' }, engineId: stranger }],
    ['wrongEngine', 0, 0, { engineId: stranger }],
    ['wrongUser', 0, 77, { user: { ...SIGNER, name: 'nobody' } }],
    ['wrongDigest', 0, 77, { user: { ...SIGNER, auth: { protocol: 'sha1', password: 'not maplesyrup' } } }],
    ['undecipherable', 0, 0, { user: { ...KEEPER, privacy: { protocol: 'aes128', password: 'not private' } } }],
    ['notInTimeWindow', 1, 0, { time: 1_151 }],
    ['notInTimeWindow', 1, 0, { time: 849 }],
    ['notInTimeWindow', 1, 0, { boots: 6 }],
    ['notInTimeWindow', 1, 0, { boots: 8 }],
    ['noHandler', 3, 77, { contextEngineId: stranger }],
  ] as const)('tells by a Report: %s, at level %i', (reason, level, id, parts) => {
    const received = authorityOf(new FakeClock()).receive(question(parts))
    expect(received).toMatchObject({ ok: false, reason })
    expect(said(received)).toEqual({ level, report: reason, id })
  })

  it('tells that it has no such level for the user', () => {
    const received = authorityOf(new FakeClock(), { users: [SIGNER] }).receive(question())
    expect(received).toMatchObject({ ok: false, reason: 'wrongLevel' })
  })

  it('gives no access below the user’s level: a Response says so', () => {
    const received = authorityOf(new FakeClock()).receive(question({ user: SIGNER }))
    expect(received).toMatchObject({ ok: false, reason: 'wrongLevel' })
    const frame = new Frame()
    frame.read((!received.ok && received.reply) || new Uint8Array(0))
    openScoped(frame, keysOf(KEEPER))
    expect([frame.pdu, frame.status, frame.count, frame.secure.level]).toEqual([PDU.response, 16, 1, 1])
  })

  it('tells nothing to who does not want Reports, and to nobody that is not v3', () => {
    const authority = authorityOf(new FakeClock())
    const quiet = authority.receive(question({ engineId: stranger, isReportable: false }))
    expect(quiet).toEqual({ ok: false, reason: 'wrongEngine', reply: undefined })
    const v2c = encodeRequest({ version: 'v2c', community: 'public', type: 'get', id: 1, oids: [NAME] })
    expect(authority.receive(v2c)).toEqual({ ok: false, reason: 'unsupported', reply: undefined })
    expect(authority.receive(authority.notify('fleet', { trap: NAME, upTime: 1, varbinds: [] }))).toMatchObject({
      ok: false,
      reason: 'notRequest',
    })
  })

  it('takes what is the user’s, and answers it so that only the user reads it', () => {
    const received = authorityOf(new FakeClock()).receive(question({ time: 1_150 }))
    if (!received.ok) throw new Error(received.reason)
    const { request } = received
    expect(request).toMatchObject({ user: 'fleet', level: 'authPriv', context: 'tray', maxSize: 65_507 })
    expect(request.pdu).toMatchObject({ type: 'get', id: 77 })
    const value = { type: 'octets', value: new TextEncoder().encode('a name') } as const
    const bytes = request.answer({ varbinds: [{ oid: NAME, value }] })
    expect(Buffer.from(bytes).includes('a name')).toBe(false)
    const frame = new Frame()
    frame.read(bytes)
    expect(keysOf(KEEPER).proves(frame.secure)).toBe(true)
    expect(openScoped(frame, keysOf(KEEPER))).toBe('whole')
    expect([frame.pdu, frame.id, frame.secure.messageId, frame.count]).toEqual([PDU.response, 77, 5, 1])
    expect(Buffer.from(frame.contextName).toString()).toBe('tray')
  })

  it('ends every datagram in a request or a refusal, whatever its octets', () => {
    const authority = authorityOf(new FakeClock())
    const right = question()
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
    const changed = fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
      const bytes = Uint8Array.from(right)
      for (const [at, octet] of changes) bytes[at % bytes.length] = octet
      return bytes
    })
    const cut = fc.nat(right.length).map((length) => right.subarray(0, length))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), changed, cut), (bytes) => {
        const received = authority.receive(bytes)
        const isSame = Buffer.compare(bytes, right) === 0
        expect(received.ok).toBe(isSame)
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['an engine id of four octets', { engineId: new Uint8Array(4) }],
    ['an engine id of 33 octets', { engineId: new Uint8Array(33) }],
    ['a latched number of boots', { boots: 2_147_483_647 }],
  ])('cannot have %s', (_what, options) => {
    expect(() => authorityOf(new FakeClock(), options)).toThrow(RangeError)
  })

  it('sends traps in the name of its own users only', () => {
    const authority = new Authority({ engineId: ENGINE_ID, boots: 1, users: [KEEPER], clock: new FakeClock() })
    expect(() => authority.notify('nobody', { trap: NAME, upTime: 1, varbinds: [] })).toThrow(RangeError)
  })
})
