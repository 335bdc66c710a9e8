/**
 * From passwords to keys (RFC 3414 sections 2.6 and A.2): slow on purpose, about two milliseconds for each password, so what
 * was made is remembered.
 */
import { createHash } from 'node:crypto'
import { Recent } from './recent.ts'
import { AUTH, type AuthProtocol, PRIVACY, type PrivacyProtocol } from './usm-protocols.ts'

/** A password is hashed as if repeated to this many octets (RFC 3414 section A.2). */
const EXPANSION = 1_048_576

/** The key of a password, the same on every engine: Ku. */
export function keyOfPassword(protocol: AuthProtocol, password: Uint8Array): Uint8Array {
  return createHash(protocol).update(Buffer.alloc(EXPANSION, password)).digest()
}

/** The key on one engine: Kul. Who learns it can impersonate the user there and nowhere else. */
export function localizedKey(protocol: AuthProtocol, key: Uint8Array, engineId: Uint8Array): Uint8Array {
  return createHash(protocol).update(key).update(engineId).update(key).digest()
}

/** The key that enciphers on one engine, made of the privacy password's Kul and as long as the cipher needs. */
export function privacyKey(
  auth: AuthProtocol,
  privacy: PrivacyProtocol,
  localized: Uint8Array,
  engineId: Uint8Array,
): Uint8Array {
  const { key: length, extension } = PRIVACY[privacy]
  let key = localized
  while (key.length < length) key = Buffer.concat([key, extended(auth, extension, key, engineId)])
  return key.subarray(0, length)
}

function extended(
  auth: AuthProtocol,
  extension: 'none' | 'blumenthal' | 'reeder',
  key: Uint8Array,
  engineId: Uint8Array,
): Uint8Array {
  // draft-blumenthal-aes-usm-04 section 3.1.2.1 hashes all there is so far; a key of no extension is never too short.
  if (extension !== 'reeder') return createHash(auth).update(key).digest()
  // draft-reeder-snmpv3-usm-3desede-00 section 2.1 takes the last piece as a password.
  return localizedKey(auth, keyOfPassword(auth, key.subarray(-AUTH[auth].hash)), engineId)
}

/** Passwords remembered; a fleet uses a few. */
const PASSWORDS = 256

/** Localised keys remembered: two for each device of a large fleet, some 10 MB at the most. */
const LOCALIZED = 32_768

/** A password and the protocol that hashes it. */
export interface Password {
  readonly protocol: AuthProtocol
  readonly octets: Uint8Array
}

/** Makes keys, and remembers those used last. */
export class KeyCache {
  readonly #passwords = new Recent<string, Uint8Array>(PASSWORDS)
  readonly #localized = new Recent<string, Uint8Array>(LOCALIZED)

  /** How many keys are remembered. */
  get size(): number {
    return this.#passwords.size + this.#localized.size
  }

  /** The key that signs on this engine. */
  auth(password: Password, engineId: Uint8Array): Uint8Array {
    const { protocol } = password
    return this.#localized.get(`${nameOf(password)} ${hex(engineId)}`, () =>
      localizedKey(protocol, this.#keyOf(password), engineId),
    )
  }

  /** The key that enciphers on this engine. */
  privacy(password: Password, privacy: PrivacyProtocol, engineId: Uint8Array): Uint8Array {
    return this.#localized.get(`${nameOf(password)} ${hex(engineId)} ${privacy}`, () =>
      privacyKey(password.protocol, privacy, this.auth(password, engineId), engineId),
    )
  }

  #keyOf(password: Password): Uint8Array {
    return this.#passwords.get(nameOf(password), () => keyOfPassword(password.protocol, password.octets))
  }
}

/** A password's name in the cache: its hash, so that it lies in memory once only. */
function nameOf({ protocol, octets }: Password): string {
  return `${protocol} ${createHash('sha256').update(octets).digest('base64')}`
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}
