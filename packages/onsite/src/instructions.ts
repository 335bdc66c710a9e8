/**
 * Signed instructions: what to ask which printer comes from outside the program, so it is believed only under the signature of a key that
 * Central does not hold. The file is `{ bundle, signature }`, where `bundle` is the exact JSON text that was signed.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { type Instructions, parseInstructions } from '@platen/collector'
import { z } from 'zod'

/** Bytes of a signed file. Some hundred profiles of 10 KB. */
const INSTRUCTIONS_MOST = 8 * 1024 * 1024

const LABEL = 'platen/instructions/1\n'

const fileSchema = z.strictObject({
  bundle: z.string().max(INSTRUCTIONS_MOST),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
})

/** Instructions that may be executed, or why these may not. */
export type LoadedInstructions =
  | { readonly ok: true; readonly instructions: Instructions }
  | {
      readonly ok: false
      readonly reason: 'missing' | 'noTrust' | 'badTrust' | 'notSigned' | 'badSignature' | 'badInstructions'
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
  const signature = sign(null, Buffer.from(LABEL + bundle, 'utf8'), key).toString('base64url')
  return `${JSON.stringify({ bundle, signature })}\n`
}

/** Instructions from the text of a signed file under a pinned public key. Nothing of the bundle is looked at before the signature is right. */
export function verifyBundle(text: string, trustPem: string): LoadedInstructions {
  const key = readTrust(trustPem)
  if (key === null) return { ok: false, reason: 'badTrust', detail: 'not an Ed25519 public key in PEM' }
  const file = fileSchema.safeParse(text.length > INSTRUCTIONS_MOST * 2 ? null : jsonOf(text))
  if (!file.success) return { ok: false, reason: 'notSigned', detail: 'not { bundle, signature }' }
  const { bundle, signature } = file.data
  if (!verify(null, Buffer.from(LABEL + bundle, 'utf8'), key, Buffer.from(signature, 'base64url'))) {
    return { ok: false, reason: 'badSignature', detail: 'not signed by the trusted key' }
  }
  const parsed = parseInstructions(jsonOf(bundle))
  return parsed.ok ? parsed : { ok: false, reason: 'badInstructions', detail: parsed.problems.slice(0, 3).join('; ') }
}

function readTrust(pem: string): KeyObject | null {
  try {
    // A private key would be accepted and quietly turned into its public part: it must not lie about on an Onsite.
    if (pem.includes('PRIVATE')) return null
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
