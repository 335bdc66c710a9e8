import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { badInputPath, hasBadInput } from './badinput.testing.ts'
import { KeyCache, keyOfPassword, localizedKey, privacyKey } from './usm-keys.ts'
import { AUTH, type AuthProtocol, type PrivacyProtocol } from './usm-protocols.ts'

const octets = (text: string) => new TextEncoder().encode(text)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const ENGINE = Buffer.from('000000000000000000000002', 'hex')

interface KeyVector {
  readonly hash: AuthProtocol
  readonly password: string
  readonly engineID: string
  readonly Ku: string
  readonly Kul: string
}

describe('a password', () => {
  it.each([
    ['md5', '9faf3283884e92834ebc9847d8edd963', '526f5eed9fcce26f8964c2930787d82b'],
    ['sha1', '9fb5cc0381497b3793528939ff788d5d79145211', '6695febc9288e36282235fc7151f128497b38f3f'],
  ] as const)('becomes the %s keys of RFC 3414 section A.3', (protocol, key, localized) => {
    const ku = keyOfPassword(protocol, octets('maplesyrup'))
    expect(hex(ku)).toBe(key)
    expect(hex(localizedKey(protocol, ku, ENGINE))).toBe(localized)
  })

  it.skipIf(!hasBadInput)('becomes the keys that others compute, with every hash', () => {
    const vectors: KeyVector[] = JSON.parse(readFileSync(badInputPath('snmp/rfc3414-usm-key-vectors.json'), 'utf8'))
    expect(vectors.map(({ hash }) => hash)).toEqual(Object.keys(AUTH))
    for (const { hash, password, engineID, Ku, Kul } of vectors) {
      const ku = keyOfPassword(hash, octets(password))
      expect(hex(ku)).toBe(Ku)
      expect(hex(localizedKey(hash, ku, Buffer.from(engineID, 'hex')))).toBe(Kul)
    }
  })
})

describe('a privacy key', () => {
  const kul = localizedKey('sha1', keyOfPassword('sha1', octets('maplesyrup')), ENGINE)
  const made = (protocol: PrivacyProtocol, auth: AuthProtocol = 'sha1', localized = kul) =>
    hex(privacyKey(auth, protocol, localized, ENGINE))

  it('is the beginning of the localised key where that is long enough', () => {
    expect([made('des'), made('aes128')]).toEqual([hex(kul).slice(0, 32), hex(kul).slice(0, 32)])
    const long = localizedKey('sha512', keyOfPassword('sha512', octets('maplesyrup')), ENGINE)
    for (const protocol of ['aes192b', 'aes192r', 'aes256b', 'aes256r'] as const) {
      expect(hex(long).startsWith(made(protocol, 'sha512', long))).toBe(true)
    }
  })

  it('is made longer in two ways, which differ', () => {
    // draft-reeder-snmpv3-usm-3desede-00 section 4.2 has these 32 octets for this password and engine, with MD5.
    const md5 = localizedKey('md5', keyOfPassword('md5', octets('maplesyrup')), ENGINE)
    expect(made('aes256r', 'md5', md5)).toBe('526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12')
    expect(made('aes256b')).toHaveLength(64)
    expect(made('aes256b').slice(0, 48)).toBe(made('aes192b'))
    expect(made('aes256b')).not.toBe(made('aes256r'))
    expect(made('aes256b').slice(0, 40)).toBe(made('aes256r').slice(0, 40))
  })
})

describe('the cache of keys', () => {
  const password = { protocol: 'sha256', octets: octets('maplesyrup') } as const

  it('makes a key once for each password, protocol and engine', () => {
    const cache = new KeyCache()
    const first = cache.auth(password, ENGINE)
    expect(cache.auth({ ...password, octets: octets('maplesyrup') }, Buffer.from(ENGINE))).toBe(first)
    expect(cache.auth({ ...password, protocol: 'sha1' }, ENGINE)).not.toEqual(first)
    expect(cache.auth({ ...password, octets: octets('maplesyrup2') }, ENGINE)).not.toEqual(first)
    expect(cache.auth(password, Buffer.from('8000000001020304', 'hex'))).not.toEqual(first)
  })

  it('stays within its limit, however many engines are met', () => {
    const cache = new KeyCache()
    for (let engine = 0; engine < 40_000; engine++) {
      const id = Buffer.alloc(8)
      id.writeUInt32BE(engine, 4)
      cache.auth(password, id)
    }
    expect(cache.size).toBeLessThan(33_100)
  })
})
