/**
 * Proof of one line: what an outsider (a customer, an auditor, a court) needs to see that an Onsite signed this very reading, without
 * being shown the other readings of the envelope and without any secret of ours. It is JSON, to be kept beside an invoice.
 */
import { z } from 'zod'
import { linesOf } from './body.ts'
import { statedBy } from './box.ts'
import { fromBase64url, fromHex, fromUtf8, sha256, toBase64url, toHex, utf8 } from './bytes.ts'
import { type EnvelopeKeys, envelopeKind, headerIn, readKept } from './envelope.ts'
import { inclusionProof, verifyInclusion } from './merkle.ts'
import { type EnvelopeHeader, readingsMost } from './messages.ts'
import { lineMost } from './reading.ts'
import { count, hex } from './text.ts'

/** Siblings from a leaf to the root of `readingsMost` lines. */
const pathMost = Math.ceil(Math.log2(readingsMost))
/** Letters of a statement: front, signature, a header of 4 KiB at most and a hash, in base64url. */
const statementMost = 6 * 1024

/** A line with its statement (`OpenedBox`) and the way from its leaf to the root in the signed header. */
export const lineProofSchema = z
  .object({
    statement: z
      .string()
      .max(statementMost)
      .regex(/^[A-Za-z0-9_-]+$/, 'not base64url'),
    index: count.max(readingsMost),
    line: z.string().max(lineMost),
    path: z.array(hex(32)).max(pathMost),
  })
  .meta({ id: 'LineProof' })
export type LineProof = z.infer<typeof lineProofSchema>

/** What a proof proves, or why it proves nothing. `hash` is the envelope's name in receipts, and in the header of the envelope after it. */
export type ProofOutcome =
  | { readonly ok: true; readonly header: EnvelopeHeader; readonly hash: string; readonly line: string }
  | { readonly ok: false; readonly reason: 'notAProof' | 'badSignature' | 'badHeader' | 'otherLine' }

/** The proof of line `index` of a kept envelope; null where the envelope does not hold, has no such line, or the line is no text. */
export async function proveLine(
  kept: Uint8Array,
  index: number,
  keys: Pick<EnvelopeKeys, 'signingKeyOf'>,
): Promise<LineProof | null> {
  const read = await readKept(kept, keys)
  const lines = read.ok ? (linesOf(read.body) ?? []) : []
  const bytes = lines[index]
  const line = bytes === undefined ? null : fromUtf8(bytes)
  if (!read.ok || line === null) return null
  const path = inclusionProof(lines, index).map(toHex)
  return { statement: toBase64url(read.signed.statement), index, line, path }
}

/** Judges a proof's parsed JSON by the raw Ed25519 key of the Onsite that is said to have signed it. Total on any JSON. */
export function checkLineProof(json: unknown, signingKey: Uint8Array): ProofOutcome {
  const parsed = lineProofSchema.safeParse(json)
  const statement = parsed.success ? bytesOf(parsed.data.statement) : null
  if (!parsed.success || statement === null) return { ok: false, reason: 'notAProof' }
  const { index, line, path } = parsed.data
  const signed = statedBy(statement, envelopeKind, signingKey)
  if (signed === null) return { ok: false, reason: 'badSignature' }
  const header = headerIn(signed)
  if (header === null) return { ok: false, reason: 'badHeader' }
  const claim = { leaf: utf8(line), index, size: header.count, proof: path.map(fromHex), root: fromHex(header.root) }
  const hash = toHex(sha256(statement))
  return verifyInclusion(claim) ? { ok: true, header, hash, line } : { ok: false, reason: 'otherLine' }
}

/** Null for the few texts of the right letters that are no canonical base64url. */
function bytesOf(text: string): Uint8Array | null {
  try {
    return fromBase64url(text)
  } catch {
    return null
  }
}
