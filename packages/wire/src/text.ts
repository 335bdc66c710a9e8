/** The small schemas that every message is made of: text that a database can keep, decimals, moments, and bytes in text form. Runs in a browser. */
import { z } from 'zod'

/** Text of at most `most` UTF-16 units, without NUL (PostgreSQL refuses it) and without half surrogates (not UTF-8). */
export function text(most: number) {
  return z
    .string()
    .max(most)
    .regex(/^[^\0\p{Cs}]*$/u, 'holds NUL or half a surrogate pair')
}

/** As `text`, and not empty. */
export function name(most: number) {
  return text(most).min(1)
}

/** Bytes as lower-case hex. */
export function hex(bytes: number) {
  return z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `not ${bytes} bytes in lower-case hex`)
}

// What the last letter may be, by how many bits of it no byte uses (0, 2 or 4): the one spelling, so that equal keys are equal texts.
const lastLetters = ['[A-Za-z0-9_-]', '[AEIMQUYcgkosw048]', '[AQgw]']

/** Bytes as base64url without padding (RFC 4648 section 5), in the one canonical spelling. */
export function base64url(bytes: number) {
  const letters = Math.ceil((bytes * 8) / 6)
  const spare = (letters * 6 - bytes * 8) / 2
  const pattern = new RegExp(`^[A-Za-z0-9_-]{${letters - 1}}${lastLetters[spare]}$`)
  return z.string().regex(pattern, `not ${bytes} bytes in base64url`)
}

/** ISO 8601 in UTC, as `Date.toISOString` writes it. */
export const moment = z.iso.datetime({ precision: 3 })

/** Milliseconds of a clock that only goes forward. */
export const monotonic = z.number().min(0)

/** How many of something; exact in a JSON number. */
export const count = z.int().min(0)

const unsigned64Most = 2n ** 64n - 1n

/** A whole number from 0 to 2^64 - 1 (Counter64) as decimal text in its one spelling; a JSON number would lose digits above 2^53. */
export const decimal = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/, 'not a decimal from 0 to 2^64 - 1')
  .refine((digits) => !/^\d{20}$/.test(digits) || BigInt(digits) <= unsigned64Most, 'more than 2^64 - 1')

/** A whole number of either sign, up to 24 digits: the sums of checks may pass 64 bits. */
export const signedDecimal = z.string().regex(/^(0|-?[1-9]\d{0,23})$/, 'not a whole number of at most 24 digits')
