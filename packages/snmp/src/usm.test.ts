import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { badInputPath, capturedPayloads, hasBadInput } from './badinput.testing.ts'
import { Frame, PDU } from './frame.ts'
import { NO_ROWS, questionOf } from './question.ts'
import { FLAG } from './secure-head.ts'
import { Keys, openScoped, randomSalts, scopedPdu, sealMessage } from './usm.ts'
import { KeyCache } from './usm-keys.ts'
import { AUTH, type AuthProtocol, PRIVACY, type PrivacyProtocol } from './usm-protocols.ts'
import { credentialsOf } from './usm-user.ts'

if (!hasBadInput) console.log('skipped: the v3 messages of ../shared/badinput are not here')

const PROTOCOLS: Readonly<Record<string, readonly [AuthProtocol, PrivacyProtocol]>> = {
  pippo: ['md5', 'des'],
  pippo2: ['sha1', 'des'],
  pippo3: ['sha1', 'aes128'],
  pippo4: ['md5', 'aes128'],
}

interface RealMessage {
  readonly dir: 'request' | 'response'
  readonly user: string
  readonly flags: number
  readonly boots: number
  readonly time: number
  readonly hex: string
}

describe.skipIf(!hasBadInput)('v3 messages of a real network', () => {
  const cache = new KeyCache()
  const text = hasBadInput ? readFileSync(badInputPath('snmp/usm-real-vectors.json'), 'utf8') : '{"vectors":[]}'
  const { vectors }: { vectors: RealMessage[] } = JSON.parse(text)

  /** Reads one message and opens it with its user's passwords. */
  function open(message: RealMessage, bytes: Uint8Array = Buffer.from(message.hex, 'hex')) {
    const frame = new Frame()
    expect(frame.read(bytes)).toBe('secured')
    const [auth, privacy] = PROTOCOLS[message.user] ?? ['md5', 'des']
    const user = {
      name: message.user === '' ? 'nobody' : message.user,
      auth: { protocol: auth, password: 'pippoxxx' },
      privacy: { protocol: privacy, password: 'PIPPOxxx' },
    }
    const keys = new Keys(cache, credentialsOf(user), Uint8Array.from(frame.secure.engineId))
    return { frame, keys, isProven: keys.proves(frame.secure) }
  }

  it('decode, prove themselves and are deciphered, all 144', () => {
    const seen = { signed: 0, enciphered: 0, requests: 0, responses: 0, reports: 0 }
    for (const message of vectors) {
      const { frame, keys, isProven } = open(message)
      const { secure } = frame
      expect([secure.flags, secure.boots, secure.time]).toEqual([message.flags, message.boots, message.time])
      expect(isProven).toBe((secure.flags & FLAG.auth) !== 0)
      expect(openScoped(frame, keys)).toBe('whole')
      if (isProven) seen.signed++
      if ((secure.flags & FLAG.priv) !== 0) seen.enciphered++
      if (frame.pdu === PDU.report) seen.reports++
      else if (message.dir === 'request') seen.requests++
      else seen.responses++
    }
    expect(vectors).toHaveLength(144)
    expect(seen).toMatchObject({ signed: 128, enciphered: 64 })
    expect(seen.requests + seen.responses + seen.reports).toBe(144)
  })

  it('in captures of other networks decode to their heads, or are refused', () => {
    const looks = [...capturedPayloads()].flatMap(([, payloads]) => payloads.map((bytes) => new Frame().read(bytes)))
    expect(looks.filter((look) => look === 'secured').length).toBe(20)
  })

  it('prove nothing any more when any of their bits is another', () => {
    const signed = vectors.filter(({ flags }) => (flags & FLAG.auth) !== 0)
    const flip = fc.record({ message: fc.constantFrom(...signed), at: fc.nat(), bit: fc.nat(7) })
    fc.assert(
      fc.property(flip, ({ message, at, bit }) => {
        const bytes = Buffer.from(message.hex, 'hex')
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
        if (new Frame().read(bytes) === 'secured') expect(open(message, bytes).isProven).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

const auth = fc.constantFrom(...(Object.keys(AUTH) as AuthProtocol[])) // border: keys of our own table
const privacy = fc.constantFrom(...(Object.keys(PRIVACY) as PrivacyProtocol[])) // border: keys of our own table
const password = fc.constantFrom('maplesyrup', 'a password of spaces', 'пароль')
const octets = (most: number, least = 0) => fc.uint8Array({ minLength: least, maxLength: most })

describe('a message', () => {
  const cache = new KeyCache()
  const salts = randomSalts()
  const message = fc.record({
    messageId: fc.nat(),
    level: fc.constantFrom(0, 1, 3),
    engineId: octets(32, 5),
    boots: fc.nat(),
    time: fc.nat(),
    contextName: octets(60),
    auth,
    privacy,
    password,
  })

  it('opens to what was sealed, with every protocol and at every level, for who has the keys', () => {
    fc.assert(
      fc.property(message, (parts) => {
        const { level, engineId, contextName } = parts
        const user = {
          name: 'fleet',
          auth: { protocol: parts.auth, password: parts.password },
          privacy: { protocol: parts.privacy, password: 'another password' },
        }
        const keys = new Keys(cache, credentialsOf(user), engineId)
        const { pdu } = questionOf('get', [], NO_ROWS)
        const scoped = scopedPdu(pdu, engineId, contextName)
        const name = new TextEncoder().encode('fleet')
        const bytes = sealMessage({ ...parts, flags: level, user: name, scoped }, keys, salts)
        const frame = new Frame()
        expect(frame.read(bytes)).toBe('secured')
        const { secure } = frame
        expect([secure.messageId, secure.level, secure.boots, secure.time]).toEqual([
          parts.messageId,
          level,
          parts.boots,
          parts.time,
        ])
        expect(keys.proves(secure)).toBe(level > 0)
        if (level === 3) expect(Buffer.from(bytes).includes(Buffer.from(scoped))).toBe(false)
        expect(openScoped(frame, keys)).toBe('whole')
        expect([frame.pdu, frame.count]).toEqual([PDU.get, 0])
        expect(Buffer.from(frame.contextName)).toEqual(Buffer.from(contextName))
        expect(Buffer.from(frame.contextEngineId)).toEqual(Buffer.from(engineId))
      }),
      { numRuns: 200 },
    )
  })

  it('never opens with another privacy password', () => {
    const engineId = Buffer.from('8000000001020304', 'hex')
    const keysOf = (word: string, protocol: PrivacyProtocol) =>
      new Keys(
        cache,
        credentialsOf({
          name: 'fleet',
          auth: { protocol: 'sha256', password: 'maplesyrup' },
          privacy: { protocol, password: word },
        }),
        engineId,
      )
    // border: keys of our own table
    for (const protocol of Object.keys(PRIVACY) as PrivacyProtocol[]) {
      const scoped = scopedPdu(questionOf('get', [], NO_ROWS).pdu, engineId, new Uint8Array(0))
      const user = new TextEncoder().encode('fleet')
      const head = { messageId: 1, flags: 3, engineId, boots: 1, time: 1, user, scoped }
      for (let copy = 0; copy < 50; copy++) {
        const frame = new Frame()
        frame.read(sealMessage(head, keysOf('the right one', protocol), salts))
        expect(openScoped(frame, keysOf('a wrong one', protocol))).toBe('undecipherable')
      }
    }
  })

  it('is not made at all where there are no keys for its level', () => {
    const empty = new Uint8Array(0)
    const head = { messageId: 1, engineId: empty, boots: 0, time: 0, user: empty, scoped: empty }
    const engineId = Buffer.from('8000000001020304', 'hex')
    const signing = new Keys(
      cache,
      credentialsOf({ name: 'fleet', auth: { protocol: 'md5', password: 'maplesyrup' } }),
      engineId,
    )
    for (const flags of [1, 2, 3, 5, 7]) expect(() => sealMessage({ ...head, flags }, undefined, salts)).toThrow()
    for (const flags of [2, 3, 7]) expect(() => sealMessage({ ...head, flags }, signing, salts)).toThrow()
  })

  it('has a salt of its own each time', () => {
    const seen = new Set(Array.from({ length: 10_000 }, () => Buffer.from(salts()).toString('hex')))
    expect(seen.size).toBe(10_000)
  })
})

describe('a user', () => {
  it.each([
    ['no name', { name: '' }],
    ['a name of 33 octets', { name: 'n'.repeat(33) }],
    ['a password of seven octets', { name: 'fleet', auth: { protocol: 'sha1', password: '1234567' } }],
    ['privacy without authentication', { name: 'fleet', privacy: { protocol: 'aes128', password: '12345678' } }],
  ] as const)('is refused with %s', (_what, user) => {
    expect(() => credentialsOf(user)).toThrow(RangeError)
  })
})
