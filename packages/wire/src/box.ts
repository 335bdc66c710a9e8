/**
 * The sealed and signed box that every binary message on the line is: HPKE base mode (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM)
 * around an Ed25519 signature and what it signs. `magic (3) | suite (1) | sealing key id (8) | enc (32) | ciphertext`; inside
 * `signature (64) | content`. The signature covers `label | SHA-256(everything before the ciphertext) | what the kind signs of the content`:
 * a signed content cannot be sealed again to somebody else. Unsealed, a box still proves who said what: the form to keep.
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
export const suiteNumber = 2
const magicLength = 3
const keyIdAt = magicLength + 1
const encAt = keyIdAt + keyIdLength
const ciphertextAt = encAt + keyLength
const tagLength = 16
/** Where the content of an unsealed box begins, and what is signed in a statement. */
const contentAt = ciphertextAt + signatureLength
/** Bytes that every box has beyond its content. */
export const boxOverhead = contentAt + tagLength

/** HPKE as everything on the line is sealed. */
export const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)

/** What a message is: three letters it begins with, and the label its signature begins with. Each purpose has its own. */
export interface BoxKind {
  readonly magic: string
  readonly label: string
  /** What of a content is signed, all of it if not given; it must determine the content. Total on any bytes. */
  readonly signs?: (content: Uint8Array) => Uint8Array
}

/** A sealed box, and its name: the SHA-256 of its statement. */
export interface SealedBox {
  readonly bytes: Uint8Array
  readonly name: Uint8Array
}

/** An opened box whose signature nobody has looked at yet: `signedBy` must say yes before the content is believed. */
export interface OpenedBox {
  readonly content: Uint8Array
  /** Everything but the sealing, `front (44) | signature (64) | content`: what `unsealedBox` takes, for ever and without a key of ours. */
  readonly unsealed: Uint8Array
  /** `front (44) | signature (64) | what is signed`: enough to prove who signed what, to be judged by `statedBy`. */
  readonly statement: Uint8Array
  /** SHA-256 of the statement: a receipt names the same bytes after every sealing key is gone. */
  readonly name: Uint8Array
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
}): Promise<SealedBox> {
  const { kind, content, signingKey, recipient } = options
  const head = concat(utf8(kind.magic), Uint8Array.of(suiteNumber), recipient.id)
  const publicKey = await suite.DeserializePublicKey(recipient.publicKey)
  const { encapsulatedSecret, ctx } = await suite.SetupSender(publicKey, { info: infoOf(kind) })
  const front = concat(head, encapsulatedSecret)
  const signed = kind.signs?.(content) ?? content
  const signature = sign(signingKey.privateKey, kind.label, sha256(front), signed)
  const bytes = concat(front, await ctx.Seal(concat(signature, content), head))
  return { bytes, name: sha256(front, signature, signed) }
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
  return { ok: true, box: boxOf(concat(bytes.subarray(0, ciphertextAt), inside), kind) }
}

/** A box that was opened before and kept unsealed; null for bytes that are none of this kind. Total on any bytes. */
export function unsealedBox(unsealed: Uint8Array, kind: BoxKind): OpenedBox | null {
  return isFrontOf(unsealed, kind) ? boxOf(unsealed, kind) : null
}

/** What a statement says was signed, or null where the holder of this raw Ed25519 key did not sign it in a box of this kind. Total on any bytes. */
export function statedBy(statement: Uint8Array, kind: BoxKind, publicKey: Uint8Array): Uint8Array | null {
  if (!isFrontOf(statement, kind)) return null
  const signature = statement.subarray(ciphertextAt, contentAt)
  const signed = statement.slice(contentAt)
  const parts = [sha256(statement.subarray(0, ciphertextAt)), signed]
  return verify({ publicKey, signature, label: kind.label, parts }) ? signed : null
}

function isFrontOf(bytes: Uint8Array, kind: BoxKind): boolean {
  const begins = sameBytes(bytes.subarray(0, magicLength), utf8(kind.magic)) && bytes[magicLength] === suiteNumber
  return begins && bytes.length >= contentAt
}

function boxOf(unsealed: Uint8Array, kind: BoxKind): OpenedBox {
  const content = unsealed.slice(contentAt)
  const statement = concat(unsealed.subarray(0, contentAt), kind.signs?.(content) ?? content)
  return {
    content,
    unsealed,
    statement,
    name: sha256(statement),
    signedBy: (publicKey) => statedBy(statement, kind, publicKey) !== null,
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
