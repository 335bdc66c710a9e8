/** How an enrolment secret is kept: under a slow hash whose salt needs a key that is not in the database. */
import { createHmac } from 'node:crypto'
import type { SlowHash } from '../access/slow-hash.ts'

/**
 * The salt for an e-mail's secrets. One salt for all secrets of an e-mail makes judging one slow hash and one look-up, whoever asks;
 * the secrets are random, so sharing a salt helps nobody.
 */
export function enrolmentSalt(pepper: Uint8Array, email: string): Uint8Array {
  return createHmac('sha256', pepper).update(`enrolment ${email.toLowerCase()}`).digest()
}

/** The hash kept for a secret, or null when too much is being hashed right now. */
export function hashSecret(
  slowHash: SlowHash,
  pepper: Uint8Array,
  invitation: { readonly email: string; readonly secret: Uint8Array },
): Promise<Uint8Array | null> {
  return slowHash.hash(invitation.secret, enrolmentSalt(pepper, invitation.email))
}
