/**
 * The cryptography of the User-based Security Model and nothing else of it: how a message is signed (RFC 3414 sections 6
 * and 7, RFC 7860) and how a ScopedPDU is enciphered (RFC 3414 section 8, RFC 3826, and AES with longer keys).
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'

/** HMAC with one of these hashes; the names are those of `node:crypto`. */
export type AuthProtocol = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/**
 * DES-CBC, or AES-CFB with keys of 128, 192 or 256 bits. No RFC says how a hash shorter than an AES key becomes one, and
 * devices do it in two ways: `b` is the way of draft-blumenthal-aes-usm-04, `r` that of draft-reeder-snmpv3-usm-3desede-00.
 * Where the hash is long enough they are the same.
 */
export type PrivacyProtocol = 'des' | 'aes128' | 'aes192b' | 'aes256b' | 'aes192r' | 'aes256r'

/** Octets of each hash, and of the digest that is cut from it and sent (RFC 3414 sections 6.3.1 and 7.3.1, RFC 7860 section 4.2). */
export const AUTH: Readonly<Record<AuthProtocol, { readonly hash: number; readonly digest: number }>> = {
  md5: { hash: 16, digest: 12 },
  sha1: { hash: 20, digest: 12 },
  sha224: { hash: 28, digest: 16 },
  sha256: { hash: 32, digest: 24 },
  sha384: { hash: 48, digest: 32 },
  sha512: { hash: 64, digest: 48 },
}

interface Privacy {
  readonly cipher: string
  /** Octets of key material; DES makes key and pre-IV of them. */
  readonly key: number
  /** How key material is made longer than the hash. */
  readonly extension: 'none' | 'blumenthal' | 'reeder'
}

export const PRIVACY: Readonly<Record<PrivacyProtocol, Privacy>> = {
  // OpenSSL 3 has put single DES aside; three times the same key makes triple DES the same.
  des: { cipher: 'des-ede3-cbc', key: 16, extension: 'none' },
  aes128: { cipher: 'aes-128-cfb', key: 16, extension: 'none' },
  aes192b: { cipher: 'aes-192-cfb', key: 24, extension: 'blumenthal' },
  aes256b: { cipher: 'aes-256-cfb', key: 32, extension: 'blumenthal' },
  aes192r: { cipher: 'aes-192-cfb', key: 24, extension: 'reeder' },
  aes256r: { cipher: 'aes-256-cfb', key: 32, extension: 'reeder' },
}

/** Octets of msgPrivacyParameters, with every protocol (RFC 3414 section 8.1.1.1, RFC 3826 section 3.1.2.1). */
export const SALT_OCTETS = 8

const DES_KEY = 8
const DES_BLOCK = 8

/** The digest of a message whose own digest, at this place, counts as zeros. */
export function digestOf(protocol: AuthProtocol, key: KeyObject, message: Uint8Array, digestAt: number): Uint8Array {
  const { digest } = AUTH[protocol]
  return createHmac(protocol, key)
    .update(message.subarray(0, digestAt))
    .update(new Uint8Array(digest))
    .update(message.subarray(digestAt + digest))
    .digest()
    .subarray(0, digest)
}

/**
 * Whether a message has the digest its key gives. The protocol says how long a digest is, never the sender (CVE-2008-0960),
 * and the comparison takes the same time wherever they differ.
 */
export function hasDigest(
  protocol: AuthProtocol,
  key: KeyObject,
  message: Uint8Array,
  place: { readonly digest: Uint8Array; readonly digestAt: number },
): boolean {
  if (place.digest.length !== AUTH[protocol].digest) return false
  return timingSafeEqual(place.digest, digestOf(protocol, key, message, place.digestAt))
}

/** A key made ready for its cipher. Node takes 17 microseconds more for each message if it is given octets. */
export interface CipherKey {
  readonly protocol: PrivacyProtocol
  readonly key: KeyObject
  /** DES: the octets that the salt is mixed with. */
  readonly preVector: Uint8Array
}

/** Makes key material ready; DES takes its first eight octets as the key and the last eight as pre-IV (RFC 3414 section 8.1.1.1). */
export function cipherKeyOf(protocol: PrivacyProtocol, material: Uint8Array): CipherKey {
  const single = material.subarray(0, DES_KEY)
  const octets = protocol === 'des' ? Buffer.concat([single, single, single]) : material
  return { protocol, key: createSecretKey(octets), preVector: material.subarray(DES_KEY, DES_KEY + DES_BLOCK) }
}

/** What the initialisation vector is made of: the authoritative engine's clock as in the message (AES only), and the salt. */
export interface Vector {
  readonly boots: number
  readonly time: number
  readonly salt: Uint8Array
}

/** Enciphers a ScopedPDU; DES pads it to whole blocks (RFC 3414 section 8.1.1.2). */
export function encipher(cipherKey: CipherKey, plain: Uint8Array, vector: Vector): Uint8Array {
  const { protocol, key } = cipherKey
  const stream = createCipheriv(PRIVACY[protocol].cipher, key, vectorOf(cipherKey, vector)).setAutoPadding(false)
  const padding = protocol === 'des' ? (DES_BLOCK - (plain.length % DES_BLOCK)) % DES_BLOCK : 0
  return Buffer.concat([stream.update(plain), stream.update(new Uint8Array(padding)), stream.final()])
}

/** Deciphers; nothing if salt or length are none that the protocol makes. A wrong key gives noise, which is no ScopedPDU. */
export function decipher(cipherKey: CipherKey, secret: Uint8Array, vector: Vector): Uint8Array | undefined {
  const { protocol, key } = cipherKey
  if (vector.salt.length !== SALT_OCTETS || secret.length === 0) return undefined
  if (protocol === 'des' && secret.length % DES_BLOCK !== 0) return undefined
  const stream = createDecipheriv(PRIVACY[protocol].cipher, key, vectorOf(cipherKey, vector)).setAutoPadding(false)
  return Buffer.concat([stream.update(secret), stream.final()])
}

/** RFC 3414 section 8.1.1.1: pre-IV and salt, mixed; RFC 3826 section 3.1.2.1: boots, time and salt, one behind the other. */
function vectorOf({ protocol, preVector }: CipherKey, { boots, time, salt }: Vector): Uint8Array {
  if (protocol === 'des') return preVector.map((octet, at) => octet ^ (salt[at] ?? 0))
  const vector = Buffer.alloc(16)
  vector.writeUInt32BE(boots, 0)
  vector.writeUInt32BE(time, 4)
  vector.set(salt, 8)
  return vector
}
