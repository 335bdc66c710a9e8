/**
 * The sealed and signed box that every binary message on the line is: HPKE base mode (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM)
 * around an Ed25519 signature and what it signs. `magic (3) | suite (1) | sealing key id (8) | enc (32) | ciphertext`; inside
 * `signature (64) | content`. The signature covers `label | SHA-256(everything before the ciphertext) | content`: a signed content
 * cannot be sealed again to somebody else.
 */
import {
  AEAD_AES_256_GCM,
  CipherSuite,
  DecapError,
  KDF_HKDF_SHA256,
  KEM_DHKEM_X25519_HKDF_SHA256,
  OpenError,
} from 'hpke'
import { concat, sameBytes, sha256, utf8 } from './bytes.ts'
import { keyIdLength, keyLength, type Recipient, type SealingKey, sign, signatureLength, verify } from './keys.ts'

/** The one suite in use; its number is the AEAD's in RFC 9180 section 7.3 (AES-256-GCM). */
const suiteNumber = 2
const magicLength = 3
const keyIdAt = magicLength + 1
const encAt = keyIdAt + keyIdLength
const ciphertextAt = encAt + keyLength
const tagLength = 16
/** Bytes that every box has beyond its content. */
export const boxOverhead = ciphertextAt + signatureLength + tagLength

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)

/** What a message is: three letters it begins with, and the label its signature begins with. Each purpose has its own. */
export interface BoxKind {
  readonly magic: string
  readonly label: string
}

/** An opened box whose signature nobody has looked at yet: `signedBy` must say yes before the content is believed. */
export interface OpenedBox {
  readonly content: Uint8Array
  /** True when the holder of this raw Ed25519 key signed exactly this content for exactly this box. */
  signedBy(publicKey: Uint8Array): boolean
}

/** Why a box stays closed: no box of this kind, another suite, sealed to no key of ours, or changed on the way. */
export type BoxFailure = 'notABox' | 'unknownSuite' | 'notSealedToUs' | 'cannotOpen'

/** An opened box, or why not. */
export type BoxOutcome =
  | { readonly ok: true; readonly box: OpenedBox }
  | { readonly ok: false; readonly reason: BoxFailure }

/** Signs the content and seals it to the recipient. */
export async function sealBox(options: {
  readonly kind: BoxKind
  readonly content: Uint8Array
  readonly signingKey: { readonly privateKey: Uint8Array }
  readonly recipient: Recipient
}): Promise<Uint8Array> {
  const { kind, content, signingKey, recipient } = options
  const front = concat(utf8(kind.magic), Uint8Array.of(suiteNumber), recipient.id)
  const publicKey = await suite.DeserializePublicKey(recipient.publicKey)
  const { encapsulatedSecret, ctx } = await suite.SetupSender(publicKey, { info: infoOf(kind) })
  const outer = concat(front, encapsulatedSecret)
  const signature = sign(signingKey.privateKey, kind.label, sha256(outer), content)
  return concat(outer, await ctx.Seal(concat(signature, content), front))
}

/** Opens a box with the private key that `sealingKeyOf` finds by its 8-byte id. Total on any bytes; only a malformed key of ours throws. */
export async function openBox(
  bytes: Uint8Array,
  kind: BoxKind,
  sealingKeyOf: (id: Uint8Array) => Promise<SealingKey | null> | SealingKey | null,
): Promise<BoxOutcome> {
  if (!sameBytes(bytes.subarray(0, magicLength), utf8(kind.magic)) || bytes.length < boxOverhead)
    return { ok: false, reason: 'notABox' }
  if (bytes[magicLength] !== suiteNumber) return { ok: false, reason: 'unknownSuite' }
  const key = await sealingKeyOf(bytes.slice(keyIdAt, encAt))
  if (key === null) return { ok: false, reason: 'notSealedToUs' }
  const inside = await decrypt(bytes, kind, key)
  if (inside === null) return { ok: false, reason: 'cannotOpen' }
  return { ok: true, box: openedBox(inside, kind, sha256(bytes.subarray(0, ciphertextAt))) }
}

function openedBox(inside: Uint8Array, kind: BoxKind, outerHash: Uint8Array): OpenedBox {
  const signature = inside.slice(0, signatureLength)
  const content = inside.slice(signatureLength)
  return {
    content,
    signedBy: (publicKey) => verify({ publicKey, signature, label: kind.label, parts: [outerHash, content] }),
  }
}

async function decrypt(bytes: Uint8Array, kind: BoxKind, key: SealingKey): Promise<Uint8Array | null> {
  const pair = {
    privateKey: await suite.DeserializePrivateKey(key.privateKey, false),
    publicKey: await suite.DeserializePublicKey(key.publicKey),
  }
  try {
    const enc = bytes.slice(encAt, ciphertextAt)
    const options = { info: infoOf(kind), aad: bytes.slice(0, encAt) }
    return await suite.Open(pair, enc, bytes.slice(ciphertextAt), options)
  } catch (error) {
    // The two ways in which other people's bytes fail; anything else is a fault of ours.
    if (error instanceof OpenError || error instanceof DecapError) return null
    throw error
  }
}

function infoOf(kind: BoxKind): Uint8Array {
  return utf8(`platen/${kind.magic}`)
}
