/** Credentials for ranges: what settings may say of them, and passwords that open for their owner and for nobody else. */
import { describe, expect, test } from 'vitest'
import { accessMost } from './access.ts'
import { generateSealingKey } from './keys.ts'
import { settingsSchema } from './messages.ts'
import { settings } from './samples.testing.ts'
import { openUserSecret, sealUserSecret } from './user-secret.ts'

const key = await generateSealingKey()
const owner = { onsite: 'onsite-1', name: 'meter', auth: 'sha256', privacy: 'aes128' } as const
const passwords = { auth: 'a long enough word', privacy: 'another long word' }
const sealed = await sealUserSecret(owner, passwords, key.publicKey)
const { onsite: _, ...named } = owner
const user = { ...named, context: '', sealed }
const entry = { ranges: ['192.0.2.0/24'], users: [user], communities: ['public'] }

describe('credentials in settings', () => {
  test('are refused where they could not be used, or could be used weaker than meant', () => {
    const wrong = [
      [{ ...entry, ranges: [] }],
      [{ ...entry, ranges: ['everywhere'] }],
      [{ ...entry, users: [], communities: [] }],
      [{ ...entry, users: [user, user] }],
      [{ ...entry, users: Array.from({ length: 9 }, (_, at) => ({ ...user, name: `user ${at}` })) }],
      [{ ...entry, users: [{ ...user, name: '' }] }],
      [{ ...entry, users: [{ ...user, name: 'ü'.repeat(17) }] }],
      [{ ...entry, users: [{ ...user, auth: null }] }],
      [{ ...entry, users: [{ ...user, auth: null, privacy: null }] }],
      [{ ...entry, users: [{ ...user, sealed: null }] }],
      [{ ...entry, users: [{ ...user, auth: 'rot13' }] }],
      [{ ...entry, users: [{ ...user, passwords }] }],
      Array.from({ length: accessMost + 1 }, () => ({ ...entry, users: [] })),
      Array.from({ length: 5 }, () => ({ ...entry, communities: Array.from({ length: 16 }, (_, at) => `c${at}`) })),
    ]
    for (const access of wrong)
      expect(settingsSchema.safeParse({ ...settings, access }).success, JSON.stringify(access).slice(0, 300)).toBe(
        false,
      )
  })

  test('are taken with users of every level', () => {
    const plain = { name: 'plain', context: 'tray', auth: null, privacy: null, sealed: null }
    const access = [{ ...entry, users: [user, { ...user, name: 'signer', privacy: null }, plain] }]
    expect(settingsSchema.parse({ ...settings, access }).access).toEqual(access)
  })
})

describe('sealed passwords', () => {
  test('open for nobody but the Onsite, the user and the protocols they were sealed for', async () => {
    const others = [
      { ...owner, onsite: 'onsite-2' },
      { ...owner, name: 'root' },
      { ...owner, auth: 'md5' as const },
      { ...owner, privacy: null },
    ]
    for (const other of others) expect(await openUserSecret(other, sealed, key)).toBe(null)
    expect(await openUserSecret(owner, sealed, await generateSealingKey())).toBe(null)
  })

  test('do not open changed, cut, or made of nonsense', async () => {
    const bytes = Buffer.from(sealed, 'base64url')
    const flipped = Array.from(bytes, (byte, at) => bytes.with(at, byte ^ (1 << (at % 8))))
    const cut = Array.from(bytes, (_, length) => bytes.subarray(0, length))
    for (const each of [...flipped, ...cut])
      expect(await openUserSecret(owner, Buffer.from(each).toString('base64url'), key)).toBe(null)
    for (const text of ['', '!', 'PC1', `${sealed}A`, `${sealed}=`])
      expect(await openUserSecret(owner, text, key)).toBe(null)
  })

  test('open to what was sealed, look different each time, and do not tell their length', async () => {
    expect(await openUserSecret(owner, sealed, key)).toEqual(passwords)
    const again = await sealUserSecret(owner, { auth: 'eight888', privacy: null }, key.publicKey)
    expect(again).not.toBe(sealed)
    expect(again.length).toBe(sealed.length)
    expect(await openUserSecret(owner, again, key)).toEqual({ auth: 'eight888', privacy: null })
    const longest = { auth: '"'.repeat(128), privacy: '\\'.repeat(128) }
    const long = await sealUserSecret(owner, longest, key.publicKey)
    expect(
      settingsSchema.safeParse({ ...settings, access: [{ ...entry, users: [{ ...user, sealed: long }] }] }).success,
    ).toBe(true)
    expect(await openUserSecret(owner, long, key)).toEqual(longest)
  })

  test('are never sealed where they are too short, too long or the same', async () => {
    for (const wrong of [
      { auth: 'seven77', privacy: null },
      { auth: 'a long enough word', privacy: 'a long enough word' },
      { auth: 'x'.repeat(129), privacy: null },
    ])
      await expect(sealUserSecret(owner, wrong, key.publicKey)).rejects.toThrow()
  })
})
