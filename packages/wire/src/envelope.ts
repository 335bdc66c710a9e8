/**
 * Envelopes: how readings travel from Onsite to Central, sealed to Central's epoch key and signed by the Onsite. Opening follows one
 * order, cheap and safe first: size cap, open, find the Onsite, verify, inflate under a cap, check the tree head.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import { linesOf } from './body.ts'
import { type BoxKind, boxOverhead, type OpenedBox, openBox, sealBox, unsealedBox } from './box.ts'
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

/** The kind of box an envelope is. What is signed ends in the packed body's hash: who is shown one reading need not be shown the others. */
export const envelopeKind: BoxKind = { magic: 'PF1', label: 'pf1/up', signs: signedOf }
const headerMost = 4096
const lengthBytes = 4
const hashLength = 32

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
 * What is known of an envelope whose signature was right. `hash` is its name in receipts and chains; `kept` is all of it but the sealing,
 * which `readKept` reads and verifies when the sealing key is long destroyed.
 */
export interface SignedEnvelope {
  readonly header: EnvelopeHeader
  readonly hash: string
  readonly kept: Uint8Array
  /** What proves the header and the packed body's hash; `proveLine` builds on it. */
  readonly statement: Uint8Array
}

/**
 * An opened envelope, or why not. A failure carries `signed` only where the signature was right and the body was not: then it can be
 * receipted as quarantined, and the Onsite need not send it for ever.
 */
export type EnvelopeOutcome =
  | { readonly ok: true; readonly signed: SignedEnvelope; readonly body: Uint8Array }
  | {
      readonly ok: false
      readonly reason: EnvelopeFailure
      readonly detail: string
      readonly signed: SignedEnvelope | null
    }

/** Finds our private key by its 8-byte id, and an Onsite's raw public signing key by its name. */
export interface EnvelopeKeys {
  readonly sealingKeys: (id: Uint8Array) => Promise<SealingKey | null> | SealingKey | null
  readonly signingKeyOf: (onsite: string) => Promise<Uint8Array | null> | Uint8Array | null
}

/** A sealed envelope and its name, in hex. */
export interface SealedEnvelope {
  readonly bytes: Uint8Array
  readonly hash: string
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
}): Promise<SealedEnvelope> {
  const { body, signingKey, recipient } = options
  const lines = linesOf(body)
  if (lines === null || body.length > bodyMost) throw new RangeError('a body is ended lines within the caps')
  const root = toHex(merkleRoot(lines))
  const header = utf8(JSON.stringify(envelopeHeaderSchema.parse({ ...options.header, root, count: lines.length })))
  const content = concat(uint32(header.length), header, compress(body))
  if (content.length + boxOverhead > envelopeMost) throw new RangeError('the envelope is over the cap')
  const { bytes, name } = await sealBox({ kind: envelopeKind, content, signingKey, recipient })
  return { bytes, hash: toHex(name) }
}

/** Opens and verifies an envelope. Total on any bytes; nothing is inflated or believed before the signature is right. */
export async function openEnvelope(bytes: Uint8Array, keys: EnvelopeKeys): Promise<EnvelopeOutcome> {
  if (bytes.length > envelopeMost) return fail('tooLarge', `${bytes.length} bytes`)
  const opened = await openBox(bytes, envelopeKind, keys.sealingKeys)
  if (!opened.ok)
    return fail(opened.reason === 'notABox' ? 'notAnEnvelope' : opened.reason, `${bytes.length} bytes did not open`)
  return read(opened.box, keys)
}

/** Reads and verifies what was kept of an envelope; no sealing key is needed. Total on any bytes. */
export async function readKept(kept: Uint8Array, keys: Pick<EnvelopeKeys, 'signingKeyOf'>): Promise<EnvelopeOutcome> {
  if (kept.length > envelopeMost) return fail('tooLarge', `${kept.length} bytes`)
  const box = unsealedBox(kept, envelopeKind)
  return box === null ? fail('notAnEnvelope', `${kept.length} bytes`) : read(box, keys)
}

async function read(box: OpenedBox, keys: Pick<EnvelopeKeys, 'signingKeyOf'>): Promise<EnvelopeOutcome> {
  const inside = splitContent(box.content)
  if (!inside.ok) return fail('badHeader', inside.detail)
  const { header } = inside
  const signingKey = await keys.signingKeyOf(header.onsite)
  if (signingKey === null) return fail('unknownOnsite', header.onsite)
  if (!box.signedBy(signingKey)) return fail('badSignature', header.onsite)
  const signed: SignedEnvelope = { header, hash: toHex(box.name), kept: box.unsealed, statement: box.statement }
  const body = inflate(inside.compressed)
  if (!body.ok) return { ...fail('badCompression', body.detail), signed }
  const wrong = bodyProblem(body.bytes, header)
  if (wrong !== null) return { ...fail('badBody', wrong), signed }
  return { ok: true, signed, body: body.bytes }
}

function fail(reason: EnvelopeFailure, detail: string) {
  return { ok: false, reason, detail, signed: null } as const
}

/** Of a content: the header's length, the header, and SHA-256 of the packed body. All of it where it has no header, which is refused later. */
function signedOf(content: Uint8Array): Uint8Array {
  const end = headerEnd(content)
  return end === null ? content : concat(content.subarray(0, end), sha256(content.subarray(end)))
}

/** The header in what was signed of an envelope, or null. Total on any bytes. */
export function headerIn(signed: Uint8Array): EnvelopeHeader | null {
  const end = headerEnd(signed)
  if (end === null || signed.length !== end + hashLength) return null
  const read = readHeader(signed.subarray(lengthBytes, end))
  return read.ok ? read.header : null
}

function headerEnd(content: Uint8Array): number | null {
  const length = content.length < lengthBytes ? 0 : readUint32(content, 0)
  const end = lengthBytes + length
  return length === 0 || length > headerMost || end > content.length ? null : end
}

function splitContent(content: Uint8Array) {
  const end = headerEnd(content)
  if (end === null) return { ok: false, detail: 'a header longer than the cap or the content' } as const
  const header = readHeader(content.subarray(lengthBytes, end))
  return header.ok ? ({ ...header, compressed: content.subarray(end) } as const) : header
}

function readHeader(json: Uint8Array) {
  const parsed = envelopeHeaderSchema.safeParse(parseJson(json))
  return parsed.success
    ? ({ ok: true, header: parsed.data } as const)
    : ({ ok: false, detail: problemsOf(parsed.error) } as const)
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
