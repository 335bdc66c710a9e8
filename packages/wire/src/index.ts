/** The face of wire: what crosses the line between Onsite and Central, and how it is sealed, signed, bounded and proved. */
export { authProtocols, privacyProtocols } from './access.ts'
export * from './answer.ts'
export { bodiesOf, bodyGoal, contactBody, contactOf, linesOf, type ReadingFate, readingsOf } from './body.ts'
export { fromBase64url, fromHex, parseJson, parseJsonText, toBase64url, toHex } from './bytes.ts'
export * from './delivery.ts'
export * from './enrolment.ts'
export {
  bodyMost,
  type EnvelopeFailure,
  type EnvelopeKeys,
  type EnvelopeOutcome,
  envelopeMost,
  type HeaderDraft,
  openEnvelope,
  ratioMost,
  readKept,
  type SealedEnvelope,
  type SignedEnvelope,
  sealEnvelope,
} from './envelope.ts'
export {
  compareVersions,
  isNumbered,
  makeInstructionKey,
  type OpenedInstructions,
  openInstructions,
  packInstructions,
  signBundle,
  trustFingerprint,
  unpackInstructions,
} from './instructions.ts'
export {
  fingerprint,
  generateSealingKey,
  generateSigningKey,
  isSmallOrder,
  type Recipient,
  recipientOf,
  type SealingKey,
  type SigningKey,
  sign,
  verify,
} from './keys.ts'
export { inclusionProof, merkleRoot, verifyInclusion } from './merkle.ts'
export * from './messages.ts'
export * from './password.ts'
export { checkLineProof, type LineProof, type ProofOutcome, proveLine } from './proof.ts'
export { openUserSecret, type SecretOwner, sealUserSecret } from './user-secret.ts'
