/** Keys and passwords: what people type and compare, and signatures that serve one purpose only. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base32, fromBase32 } from './base32.ts'
import { fromBase64url, fromHex, toBase64url } from './bytes.ts'
import { fingerprint, generateSealingKey, generateSigningKey, isSmallOrder, recipientOf, sign, verify } from './keys.ts'
import { makePassword, namesChannelKey, parsePassword } from './password.ts'

const ten = fc.uint8Array({ minLength: 10, maxLength: 10 })
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('signatures', () => {
  test('a signature for one purpose is none for another', async () => {
    const { privateKey, publicKey } = await generateSigningKey()
    const parts = [Uint8Array.of(1, 2, 3)]
    const signature = sign(privateKey, 'one', ...parts)
    expect(verify({ publicKey, signature, label: 'one', parts })).toBe(true)
    expect(verify({ publicKey, signature, label: 'two', parts })).toBe(false)
  })

  test('keys and signatures of a wrong length are refused, never thrown at', () => {
    const signature = new Uint8Array(64)
    for (const length of [0, 31, 33, 64])
      expect(verify({ publicKey: new Uint8Array(length), signature, label: '', parts: [] })).toBe(false)
    expect(verify({ publicKey: new Uint8Array(32).fill(9), signature: new Uint8Array(63), label: '', parts: [] })).toBe(
      false,
    )
  })

  test('a key of small order never verifies, though its all-message signature would', () => {
    // y = 1, the neutral point: R = neutral and S = 0 satisfy the equation for every message.
    for (const sign of ['00', '80']) {
      const publicKey = fromHex(`01${'00'.repeat(30)}${sign}`)
      const signature = fromHex(`01${'00'.repeat(63)}`)
      expect(verify({ publicKey, signature, label: 'any', parts: [] })).toBe(false)
      expect(isSmallOrder(publicKey)).toBe(true)
    }
  })

  test('every spelling of the points of small order is known, and honest keys are not among them', async () => {
    const y = ['00', '01', 'ec', 'ed', 'ee'].map((low) => (low > 'e' ? [low, 'ff', '7f'] : [low, '00', '00']))
    const points = y.map(([low, middle, high]) => `${low}${middle?.repeat(30)}${high}`)
    points.push('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
    points.push('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
    for (const point of points.map(fromHex)) {
      expect(isSmallOrder(point)).toBe(true)
      expect(isSmallOrder(point.with(31, (point[31] ?? 0) | 0x80))).toBe(true)
      expect(isSmallOrder(point.with(15, 0x55))).toBe(false)
    }
    expect(isSmallOrder((await generateSigningKey()).publicKey)).toBe(false)
  })

  test('two keys are never the same, and a key is 32 raw bytes', async () => {
    const made = await Promise.all([
      generateSigningKey(),
      generateSigningKey(),
      generateSealingKey(),
      generateSealingKey(),
    ])
    const texts = new Set(made.flatMap((pair) => [toBase64url(pair.privateKey), toBase64url(pair.publicKey)]))
    expect(texts.size).toBe(8)
    for (const pair of made) expect([pair.privateKey.length, pair.publicKey.length]).toEqual([32, 32])
    expect(recipientOf(made[2].publicKey).id).toHaveLength(8)
  })
})

describe('text forms', () => {
  test('base64url has one spelling: another that gives the same bytes is refused', () => {
    expect(() => fromBase64url('AB')).toThrow(RangeError)
    expect(() => fromBase64url('AA==')).toThrow(RangeError)
    expect(() => fromHex('abc')).toThrow(RangeError)
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes)
      }),
    )
  })

  test('base32 gives back the bytes it was given', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase32(base32(bytes))).toEqual(bytes)
      }),
    )
  })
})

describe('the enrolment password', () => {
  const secret = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  const channelKey = new Uint8Array(32).fill(7)
  const password = makePassword({ secret, channelKey })

  test('a wrong letter anywhere is noticed before anything is sent', () => {
    for (let at = 0; at < password.length; at++) {
      if (password[at] === '-') continue
      const other = password[at] === 'A' ? 'B' : 'A'
      expect(parsePassword(password.slice(0, at) + other + password.slice(at + 1))).toMatchObject({
        reason: 'mistyped',
      })
    }
  })

  test('missing letters, strange letters and whole files have their own names', () => {
    expect(parsePassword('')).toMatchObject({ ok: false, reason: 'wrongLength' })
    expect(parsePassword(password.slice(0, -1))).toMatchObject({ ok: false, reason: 'wrongLength' })
    expect(parsePassword(`${password}0`)).toMatchObject({ ok: false, reason: 'wrongLength' })
    expect(parsePassword(`U${password.slice(1)}`)).toMatchObject({ ok: false, reason: 'wrongLetter' })
    expect(parsePassword('x'.repeat(1_000_000))).toMatchObject({ ok: false, reason: 'wrongLength' })
    expect(() => makePassword({ secret: new Uint8Array(9), channelKey })).toThrow(RangeError)
  })

  test('it is nine groups of four, and names the channel key', () => {
    expect(password).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/)
    const parsed = parsePassword(password)
    expect(parsed).toEqual({ ok: true, secret, fingerprint: fingerprint(channelKey) })
    expect(fingerprint(channelKey)).toMatch(/^(.{4}-){3}.{4}$/)
    expect(parsed.ok && namesChannelKey(parsed.fingerprint, new Uint8Array(32))).toBe(false)
  })

  test('it reads as people type it: lower case, O for 0, I and L for 1, spaces for hyphens', () => {
    fc.assert(
      fc.property(ten, key, (secret, channelKey) => {
        const typed = makePassword({ secret, channelKey })
          .replaceAll('0', 'o')
          .replaceAll('1', 'l')
          .replaceAll('-', '  ')
        expect(parsePassword(` ${typed.toLowerCase()}\n`)).toEqual({
          ok: true,
          secret,
          fingerprint: fingerprint(channelKey),
        })
      }),
    )
  })
})
