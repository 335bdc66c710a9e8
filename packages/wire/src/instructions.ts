/**
 * Signed instructions on their way: the file `{ bundle, signature }` that was signed offline, the packed form in which Central keeps it and
 * hands it out, and the order of versions. Central only passes it on: no key here can make one but that of whoever signs.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { fromUtf8, parseJsonText, sha256, toHex, utf8 } from './bytes.ts'
import { fingerprint } from './keys.ts'
import { packedInstructionsMost } from './messages.ts'

/** Bytes of a signed file. Some hundred profiles of 10 KB. */
const instructionsMost = 8 * 1024 * 1024
/** How far a file may inflate: bundles measure 18. */
const ratioMost = 100

const label = 'platen/instructions/1\n'

const fileSchema = z.strictObject({
  bundle: z.string().max(instructionsMost),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
})

/** The exact text that was signed, or why it is not believed. */
export type OpenedInstructions =
  | { readonly ok: true; readonly bundle: string }
  | {
      readonly ok: false
      readonly reason: 'tooLarge' | 'badTrust' | 'notSigned' | 'badSignature'
      readonly detail: string
    }

/** A key pair to sign instructions with, in PEM. The private part belongs offline, never on Central and never on an Onsite. */
export function makeInstructionKey(): { readonly publicPem: string; readonly privatePem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** The text of a signed file for this exact bundle text. @throws Error if the PEM holds no Ed25519 key. */
export function signBundle(bundle: string, privatePem: string): string {
  const key = createPrivateKey(privatePem)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('instructions are signed by an Ed25519 key')
  const signature = sign(null, Buffer.from(label + bundle, 'utf8'), key).toString('base64url')
  return `${JSON.stringify({ bundle, signature })}\n`
}

/** The bundle in the text of a signed file under a pinned public key (PEM). Nothing of it is looked at before the signature is right. */
export function openInstructions(text: string, trustPem: string): OpenedInstructions {
  const key = readTrust(trustPem)
  if (key === null) return { ok: false, reason: 'badTrust', detail: 'not an Ed25519 public key in PEM' }
  if (text.length > instructionsMost) {
    return { ok: false, reason: 'tooLarge', detail: `${text.length} characters, more than ${instructionsMost}` }
  }
  const file = fileSchema.safeParse(parseJsonText(text))
  if (!file.success) return { ok: false, reason: 'notSigned', detail: 'not { bundle, signature }' }
  const { bundle, signature } = file.data
  if (!verify(null, Buffer.from(label + bundle, 'utf8'), key, Buffer.from(signature, 'base64url'))) {
    return { ok: false, reason: 'badSignature', detail: 'not signed by the trusted key' }
  }
  return { ok: true, bundle }
}

/** The fingerprint of a public key in PEM, for people to compare; null where it is no Ed25519 public key. */
export function trustFingerprint(trustPem: string): string | null {
  const x = readTrust(trustPem)?.export({ format: 'jwk' }).x
  return x === undefined ? null : fingerprint(new Uint8Array(Buffer.from(x, 'base64url')))
}

/** A signed file as it travels, and the SHA-256 of those bytes in hex, by which it is asked for. */
export function packInstructions(text: string): { readonly packed: Uint8Array; readonly hash: string } {
  const packed = new Uint8Array(gzipSync(utf8(text), { level: 9 }))
  return { packed, hash: toHex(sha256(packed)) }
}

/** The text of a packed file with this name, or why not: `cut` are other bytes than were announced, which are never inflated. Total on any bytes. */
export function unpackInstructions(
  packed: Uint8Array,
  hash: string,
):
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'tooLarge' | 'cut' | 'badPacking'; readonly detail: string } {
  if (packed.length > packedInstructionsMost) return { ok: false, reason: 'tooLarge', detail: `${packed.length} bytes` }
  if (toHex(sha256(packed)) !== hash)
    return { ok: false, reason: 'cut', detail: `${packed.length} bytes of another name` }
  try {
    const most = Math.min(instructionsMost, packed.length * ratioMost)
    const text = fromUtf8(gunzipSync(packed, { maxOutputLength: most }))
    return text === null ? { ok: false, reason: 'badPacking', detail: 'not UTF-8' } : { ok: true, text }
  } catch (error) {
    const isLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    const detail = error instanceof Error ? error.message : 'gzip'
    return { ok: false, reason: isLarge ? 'tooLarge' : 'badPacking', detail }
  }
}

/** A version that has an order: one to four numbers with dots. */
const numbered = /^\d{1,9}(\.\d{1,9}){0,3}$/

/** True for a version that can be compared with others, and so be served. */
export function isNumbered(version: string): boolean {
  return numbered.test(version)
}

/** Number by number, a missing one being 0: negative where `left` is older, 0 where they are the same; null where one has no order. */
export function compareVersions(left: string, right: string): number | null {
  if (!isNumbered(left) || !isNumbered(right)) return null
  const [one, other] = [left, right].map((version) => version.split('.').map(Number))
  for (let place = 0; place < 4; place += 1) {
    const difference = (one?.[place] ?? 0) - (other?.[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function readTrust(pem: string): KeyObject | null {
  try {
    // A private key would be accepted and quietly turned into its public part: it must not lie about where it is not needed.
    if (pem.includes('PRIVATE')) return null
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}
