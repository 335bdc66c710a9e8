/**
 * The enrolment password a provider hands out: 80 bits of secret, the fingerprint of Central's channel key, and a checksum,
 * in nine groups of four letters. Typing it is all that ties a new Onsite to the right Central.
 */
import { asMeant, base32, fromBase32, grouped } from './base32.ts'
import { concat, sha256, utf8 } from './bytes.ts'
import { fingerprint, fingerprintBytes, fingerprintLength } from './keys.ts'

/** 80 bits: single use, 72 hours and a slow hash make guessing hopeless long before. */
export const secretLength = 10

/** 20 bits, four letters: one typing error in a million passes, and Central refuses that one anyway. */
const checkLetters = 4
const payloadLetters = ((secretLength + fingerprintLength) * 8) / 5
const letters = payloadLetters + checkLetters

/** What a password says: `secret` proves the invitation, `fingerprint` (as `fingerprint()` writes it) names the channel key. */
export type ParsedPassword =
  | { readonly ok: true; readonly secret: Uint8Array; readonly fingerprint: string }
  | { readonly ok: false; readonly reason: 'wrongLength' | 'wrongLetter' | 'mistyped'; readonly detail: string }

/** Writes the password for a 10-byte secret and the raw channel public key. @throws RangeError for a secret of another length. */
export function makePassword(parts: { readonly secret: Uint8Array; readonly channelKey: Uint8Array }): string {
  if (parts.secret.length !== secretLength) throw new RangeError(`a secret has ${secretLength} bytes`)
  const payload = concat(parts.secret, fingerprintBytes(parts.channelKey))
  return grouped(base32(payload) + checkOf(payload))
}

/** Reads a password as typed: case, hyphens and white space do not matter, O is 0, I and L are 1. */
export function parsePassword(text: string): ParsedPassword {
  // Far more than the groups need, so that a pasted file is not worked through letter by letter.
  const typed = asMeant(text.slice(0, 4 * letters))
  if (typed.length !== letters)
    return { ok: false, reason: 'wrongLength', detail: `${letters} letters expected, ${typed.length} typed` }
  const payload = fromBase32(typed)?.slice(0, secretLength + fingerprintLength)
  if (payload === undefined) return { ok: false, reason: 'wrongLetter', detail: 'only letters and digits, without U' }
  if (typed.slice(payloadLetters) !== checkOf(payload))
    return { ok: false, reason: 'mistyped', detail: 'the last group does not fit the others' }
  const print = grouped(base32(payload.slice(secretLength)))
  return { ok: true, secret: payload.slice(0, secretLength), fingerprint: print }
}

/** True when a raw channel key is the one that a password's fingerprint names. */
export function namesChannelKey(print: string, channelPublicKey: Uint8Array): boolean {
  return fingerprint(channelPublicKey) === print
}

function checkOf(payload: Uint8Array): string {
  return base32(sha256(utf8('platen/password'), payload)).slice(0, checkLetters)
}
