/**
 * The keys both sides hold: Ed25519 to sign (RFC 8032), X25519 to be sealed to (RFC 7748), as raw 32-byte arrays that files
 * and databases can keep; and the fingerprint people compare.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import { base32, grouped } from './base32.ts'
import { concat, fromBase64url, fromHex, sha256, utf8 } from './bytes.ts'

/** Bytes of every raw key here, public and private. */
export const keyLength = 32
/** Bytes of an Ed25519 signature. */
export const signatureLength = 64
/** Bytes of a sealing key's name. */
export const keyIdLength = 8
/** 80 bits: finding a second key with the same fingerprint costs 2^80 key generations, and people can still read 16 letters aloud. */
export const fingerprintLength = 10

/** An Ed25519 key pair: raw public key and raw seed. */
export interface SigningKey {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

/** An X25519 key pair: raw public key and raw scalar. */
export interface SealingKey {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

/** The public half of a sealing key with its 8-byte name, as a sender needs it. */
export interface Recipient {
  readonly id: Uint8Array
  readonly publicKey: Uint8Array
}

/** A new Ed25519 key pair from the operating system's dice. */
export async function generateSigningKey(): Promise<SigningKey> {
  return rawPair(generateKeyPairSync('ed25519').privateKey)
}

/** A new X25519 key pair from the operating system's dice. */
export async function generateSealingKey(): Promise<SealingKey> {
  return rawPair(generateKeyPairSync('x25519').privateKey)
}

/** A sealing key's name on the line: the first 8 bytes of SHA-256 of the raw public key. */
function sealingKeyId(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).slice(0, keyIdLength)
}

/** The recipient that a sealing public key is. */
export function recipientOf(publicKey: Uint8Array): Recipient {
  return { id: sealingKeyId(publicKey), publicKey }
}

/** The first 80 bits of SHA-256 of the raw channel key, in Crockford base32 as `XXXX-XXXX-XXXX-XXXX`. */
export function fingerprint(channelPublicKey: Uint8Array): string {
  return grouped(base32(fingerprintBytes(channelPublicKey)))
}

/** The 10 bytes that `fingerprint` writes as text. */
export function fingerprintBytes(channelPublicKey: Uint8Array): Uint8Array {
  return sha256(channelPublicKey).slice(0, fingerprintLength)
}

/** Ed25519 over `label` and the parts in order; the label names the purpose, so that no signature serves two. */
export function sign(privateKey: Uint8Array, label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const key = createPrivateKey({ key: Buffer.from(concat(signingPrefix, privateKey)), format: 'der', type: 'pkcs8' })
  return Uint8Array.from(signBytes(null, concat(utf8(label), ...parts), key))
}

/** True when `signature` is that of `sign` with the same label and parts by the holder of this key; small-order keys are never. */
export function verify(options: {
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
  readonly label: string
  readonly parts: readonly Uint8Array[]
}): boolean {
  const { publicKey, signature, label, parts } = options
  if (publicKey.length !== keyLength || isSmallOrder(publicKey)) return false
  const key = createPublicKey({ key: Buffer.from(concat(verifyingPrefix, publicKey)), format: 'der', type: 'spki' })
  return verifyBytes(null, concat(utf8(label), ...parts), key, signature)
}

// The fixed DER in front of a raw key (RFC 8410 section 10); the raw key is all that varies.
const signingPrefix = fromHex('302e020100300506032b657004220420')
const verifyingPrefix = fromHex('302a300506032b6570032100')

// Under a key of small order one signature fits many messages (RFC 8032 section 8.9 and "Taming the many EdDSAs", 2020): whoever
// enrolled with it could later deny what was delivered. The sign bit is ignored, and non-canonical forms are listed.
const smallOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map(fromHex)

/** True for the points of small order in every spelling. OpenSSL 3.5 refuses them itself, 3.0 (Node 20) verifies anything under them. */
export function isSmallOrder(publicKey: Uint8Array): boolean {
  const last = keyLength - 1
  return smallOrder.some((point) =>
    point.every((byte, index) => byte === (index === last ? (publicKey[index] ?? 0) & 0x7f : publicKey[index])),
  )
}

function rawPair(key: KeyObject): { publicKey: Uint8Array; privateKey: Uint8Array } {
  const { x, d } = key.export({ format: 'jwk' })
  if (x === undefined || d === undefined) throw new Error('an octet key pair always has x and d (RFC 8037)')
  return { publicKey: fromBase64url(x), privateKey: fromBase64url(d) }
}
