/**
 * Envelopes: how readings travel from Onsite to Central, sealed to Central's epoch key and signed by the Onsite. Opening follows one
 * order, cheap and safe first: size cap, open, find the Onsite, verify, inflate under a cap, check the tree head.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import { linesOf } from './body.ts'
import { type BoxKind, boxOverhead, openBox, sealBox } from './box.ts'
import { concat, parseJson, readUint32, sha256, toHex, uint32, utf8 } from './bytes.ts'
import type { Recipient, SealingKey, SigningKey } from './keys.ts'
import { merkleRoot } from './merkle.ts'
import { type EnvelopeHeader, envelopeHeaderSchema } from './messages.ts'
import { problemsOf } from './problems.ts'

/** Bytes of one envelope. A full body of 512 KiB, stored, fits with room. */
export const envelopeMost = 1024 * 1024
/** Bytes of a body after inflation. */
export const bodyMost = 8 * 1024 * 1024
/** How far a body may inflate. Readings measure 5 to 40, fifty of equal devices 81; a bomb reaches 1,032. */
export const ratioMost = 100

const kind: BoxKind = { magic: 'PF1', label: 'pf1/up' }
const headerMost = 4096
const lengthBytes = 4

/** The header as the sender knows it; the tree head and the count are taken from the body. */
export type HeaderDraft = Omit<EnvelopeHeader, 'root' | 'count'>

/** Why an envelope was not opened. */
export type EnvelopeFailure =
  | 'tooLarge'
  | 'notAnEnvelope'
  | 'unknownSuite'
  | 'notSealedToUs'
  | 'cannotOpen'
  | 'badHeader'
  | 'unknownOnsite'
  | 'badSignature'
  | 'badCompression'
  | 'badBody'

/**
 * An opened envelope (`hash` is the SHA-256 of its bytes in hex), or why not. A failure carries `header` only where the signature was
 * right and the body was not: then it can be receipted as quarantined, and the Onsite need not send it for ever.
 */
export type EnvelopeOutcome =
  | { readonly ok: true; readonly header: EnvelopeHeader; readonly body: Uint8Array; readonly hash: string }
  | {
      readonly ok: false
      readonly reason: EnvelopeFailure
      readonly detail: string
      readonly hash: string
      readonly header?: EnvelopeHeader
    }

/** Finds our private key by its 8-byte id, and an Onsite's raw public signing key by its name. */
export interface EnvelopeKeys {
  readonly sealingKeys: (id: Uint8Array) => Promise<SealingKey | null> | SealingKey | null
  readonly signingKeyOf: (onsite: string) => Promise<Uint8Array | null> | Uint8Array | null
}

/**
 * Compresses, signs and seals a body of JSON lines (`bodiesOf`, `contactBody`).
 * @throws RangeError for a body that is not lines or is over a cap; ZodError for a header outside its schema. Both are bugs of the caller.
 */
export async function sealEnvelope(options: {
  readonly header: HeaderDraft
  readonly body: Uint8Array
  readonly signingKey: SigningKey
  readonly recipient: Recipient
}): Promise<Uint8Array> {
  const { body, signingKey, recipient } = options
  const lines = linesOf(body)
  if (lines === null || body.length > bodyMost) throw new RangeError('a body is ended lines within the caps')
  const root = toHex(merkleRoot(lines))
  const header = utf8(JSON.stringify(envelopeHeaderSchema.parse({ ...options.header, root, count: lines.length })))
  const content = concat(uint32(header.length), header, compress(body))
  if (content.length + boxOverhead > envelopeMost) throw new RangeError('the envelope is over the cap')
  return sealBox({ kind, content, signingKey, recipient })
}

/** Opens and verifies an envelope. Total on any bytes; nothing is inflated or believed before the signature is right. */
export async function openEnvelope(bytes: Uint8Array, keys: EnvelopeKeys): Promise<EnvelopeOutcome> {
  const hash = hashEnvelope(bytes)
  const fail = (reason: EnvelopeFailure, detail: string) => ({ ok: false, reason, detail, hash }) as const
  if (bytes.length > envelopeMost) return fail('tooLarge', `${bytes.length} bytes`)
  const opened = await openBox(bytes, kind, keys.sealingKeys)
  if (!opened.ok)
    return fail(opened.reason === 'notABox' ? 'notAnEnvelope' : opened.reason, `${bytes.length} bytes did not open`)
  const inside = splitContent(opened.box.content)
  if (!inside.ok) return fail('badHeader', inside.detail)
  const { header } = inside
  const signingKey = await keys.signingKeyOf(header.onsite)
  if (signingKey === null) return fail('unknownOnsite', header.onsite)
  if (!opened.box.signedBy(signingKey)) return fail('badSignature', header.onsite)
  const body = inflate(inside.compressed)
  if (!body.ok) return { ...fail('badCompression', body.detail), header }
  const wrong = bodyProblem(body.bytes, header)
  if (wrong !== null) return { ...fail('badBody', wrong), header }
  return { ok: true, header, body: body.bytes, hash }
}

/** The envelope's name: SHA-256 of all its bytes, in hex. */
export function hashEnvelope(bytes: Uint8Array): string {
  return toHex(sha256(bytes))
}

function splitContent(content: Uint8Array) {
  const length = content.length < lengthBytes ? 0 : readUint32(content, 0)
  const end = lengthBytes + length
  if (length === 0 || length > headerMost || end > content.length)
    return { ok: false, detail: `header of ${length} bytes` } as const
  const parsed = envelopeHeaderSchema.safeParse(parseJson(content.subarray(lengthBytes, end)))
  if (!parsed.success) return { ok: false, detail: problemsOf(parsed.error) } as const
  return { ok: true, header: parsed.data, compressed: content.subarray(end) } as const
}

function compress(body: Uint8Array): Uint8Array {
  const packed = gzipSync(body)
  // Readings of hundreds of equal devices can pass the ratio cap; stored they never do.
  return body.length > packed.length * ratioMost ? gzipSync(body, { level: 0 }) : packed
}

function inflate(compressed: Uint8Array) {
  try {
    const most = Math.min(bodyMost, compressed.length * ratioMost)
    const inflated = gunzipSync(compressed, { maxOutputLength: Math.max(1, most) })
    return { ok: true, bytes: new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.length) } as const
  } catch (error) {
    // zlib throws for broken streams and for the cap alike; both are the sender's bytes.
    return { ok: false, detail: error instanceof Error ? error.message : 'gzip' } as const
  }
}

function bodyProblem(body: Uint8Array, header: EnvelopeHeader): string | null {
  const lines = linesOf(body)
  if (lines === null) return 'the last line is not ended, or there are too many'
  if (lines.length !== header.count) return `${lines.length} lines, the header says ${header.count}`
  return toHex(merkleRoot(lines)) === header.root ? null : 'the tree head is not that of the lines'
}
