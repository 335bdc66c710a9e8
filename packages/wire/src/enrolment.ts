/**
 * Enrolment: how a new Onsite finds the right Central and asks to be let in. The password names the channel key, the channel key signs
 * the enrolment key, and the request is sealed to that, signed by the key it brings, so that nobody enrols a key they do not hold.
 */
import { type BoxKind, openBox, sealBox } from './box.ts'
import { fromBase64url, parseJson, toBase64url, utf8 } from './bytes.ts'
import { recipientOf, type SealingKey, type SigningKey, sign, verify } from './keys.ts'
import { type EnrolmentRequest, enrolmentRequestSchema, type KeyList, keyListSchema } from './messages.ts'
import { namesChannelKey } from './password.ts'
import { problemsOf } from './problems.ts'

/** Bytes of a sealed enrolment: all its fields at their longest have 1.4 KB. */
export const enrolmentMost = 16 * 1024

const kind: BoxKind = { magic: 'PE1', label: 'pe1/enrol' }
const keysLabel = 'platen/keys'
const sealingLabel = 'platen/sealing'

/**
 * The key to seal envelopes to and the moment since when, in ISO 8601. A key list can be replayed: whoever knows a later signed moment of
 * Central's must not go back to this key.
 */
export interface ListedSealing {
  readonly publicKey: Uint8Array
  readonly since: string
}

/** The raw keys of a key list that the password (or an earlier enrolment) vouches for, or why not; `sealing` is null where none is listed. */
export type KeyListOutcome =
  | {
      readonly ok: true
      readonly channelKey: Uint8Array
      readonly enrolmentKey: Uint8Array
      readonly sealing: ListedSealing | null
    }
  | {
      readonly ok: false
      readonly reason: 'notAKeyList' | 'wrongFingerprint' | 'badSignature'
      readonly detail: string
    }

/** An enrolment request signed by the key it brings, or why not. The password in it is still to be judged. */
export type EnrolmentOutcome =
  | { readonly ok: true; readonly request: EnrolmentRequest }
  | {
      readonly ok: false
      readonly reason: 'tooLarge' | 'notAnEnrolment' | 'notSealedToUs' | 'cannotOpen' | 'badBody' | 'badSignature'
      readonly detail: string
    }

/** The key list that `GET /onsite/keys` answers. */
export function makeKeyList(channelKey: SigningKey, enrolmentPublicKey: Uint8Array, sealing: ListedSealing): KeyList {
  return {
    channelKey: toBase64url(channelKey.publicKey),
    enrolmentKey: toBase64url(enrolmentPublicKey),
    signature: toBase64url(sign(channelKey.privateKey, keysLabel, enrolmentPublicKey)),
    sealing: {
      publicKey: toBase64url(sealing.publicKey),
      since: sealing.since,
      signature: toBase64url(sign(channelKey.privateKey, sealingLabel, sealing.publicKey, utf8(sealing.since))),
    },
  }
}

/** Checks a key list's parsed JSON against the fingerprint from the password. */
export function checkKeyList(json: unknown, fingerprint: string): KeyListOutcome {
  const parsed = keyListSchema.safeParse(json)
  if (!parsed.success) return { ok: false, reason: 'notAKeyList', detail: problemsOf(parsed.error) }
  const channelKey = fromBase64url(parsed.data.channelKey)
  const enrolmentKey = fromBase64url(parsed.data.enrolmentKey)
  if (!namesChannelKey(fingerprint, channelKey))
    return { ok: false, reason: 'wrongFingerprint', detail: 'this is not the Central that the password is for' }
  const signature = fromBase64url(parsed.data.signature)
  if (!verify({ publicKey: channelKey, signature, label: keysLabel, parts: [enrolmentKey] }))
    return { ok: false, reason: 'badSignature', detail: 'the enrolment key is not signed by the channel key' }
  const { sealing } = parsed.data
  if (sealing === undefined) return { ok: true, channelKey, enrolmentKey, sealing: null }
  const listed = { publicKey: fromBase64url(sealing.publicKey), since: sealing.since }
  const parts = [listed.publicKey, utf8(listed.since)]
  const sealingSignature = fromBase64url(sealing.signature)
  if (!verify({ publicKey: channelKey, signature: sealingSignature, label: sealingLabel, parts }))
    return { ok: false, reason: 'badSignature', detail: 'the sealing key is not signed by the channel key' }
  return { ok: true, channelKey, enrolmentKey, sealing: listed }
}

/** Signs the request with the key it brings and seals it to Central's raw enrolment key. @throws ZodError for a request outside its schema. */
export async function sealEnrolment(options: {
  readonly request: Omit<EnrolmentRequest, 'signingKey'>
  readonly signingKey: SigningKey
  readonly enrolmentKey: Uint8Array
}): Promise<Uint8Array> {
  const { signingKey, enrolmentKey } = options
  const request = enrolmentRequestSchema.parse({ ...options.request, signingKey: toBase64url(signingKey.publicKey) })
  const content = utf8(JSON.stringify(request))
  const { bytes } = await sealBox({ kind, content, signingKey, recipient: recipientOf(enrolmentKey) })
  return bytes
}

/** Opens a sealed enrolment with Central's enrolment key. Total on any bytes. */
export async function openEnrolment(bytes: Uint8Array, enrolmentKey: SealingKey): Promise<EnrolmentOutcome> {
  if (bytes.length > enrolmentMost) return { ok: false, reason: 'tooLarge', detail: `${bytes.length} bytes` }
  const ours = toBase64url(recipientOf(enrolmentKey.publicKey).id)
  const opened = await openBox(bytes, kind, (id) => (toBase64url(id) === ours ? enrolmentKey : null))
  if (!opened.ok) {
    const known = opened.reason === 'notSealedToUs' || opened.reason === 'cannotOpen'
    return { ok: false, reason: known ? opened.reason : 'notAnEnrolment', detail: `${bytes.length} bytes` }
  }
  const parsed = enrolmentRequestSchema.safeParse(parseJson(opened.box.content))
  if (!parsed.success) return { ok: false, reason: 'badBody', detail: problemsOf(parsed.error) }
  if (!opened.box.signedBy(fromBase64url(parsed.data.signingKey)))
    return { ok: false, reason: 'badSignature', detail: 'not signed by the key it brings' }
  return { ok: true, request: parsed.data }
}
