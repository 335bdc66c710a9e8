/**
 * Octets to text as the device declared them (RFC 3805 prtLocalizationCharacterSet), with an honest way out where it
 * declared nothing or wrote something else, and without what could hurt a terminal, a log line or a database.
 */
import { decodeRoman8 } from './roman8.ts'

type Decoder = InstanceType<typeof TextDecoder>

const ROMAN8 = 'roman8'
const decoders = new Map<string, Decoder>()

/** Whether texts in this character set can be decoded; names are those of the Encoding Standard, and `roman8`. */
export function knowsCharset(name: string): boolean {
  return name === ROMAN8 || decoderOf(name) !== null
}

/** Octets as text: a byte order mark first, then the declared set, else UTF-8; octets that are no UTF-8 are read in the fallback set. */
export function decodeOctets(octets: Uint8Array, declared: string | null, fallback: string): string {
  const marked = byteOrderOf(octets)
  if (marked !== null) return decodeIn(octets, marked)
  if (declared === null || declared === 'utf-8')
    return asciiOf(octets) ?? strictUtf8(octets) ?? decodeIn(octets, fallback)
  return decodeIn(octets, declared)
}

/** Control characters (with NUL, DEL and C1) and the marks that turn the direction of writing. */
const UNSAFE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu
const PLAIN = /^[\u0020-\u007e]*$/u

/** Text fit to be kept: unsafe characters gone (a line break or tab is a blank), ends trimmed, at most `most` characters. */
export function cleanText(text: string, most: number): string {
  const safe = PLAIN.test(text) ? text : text.replace(/[\t\r\n]+/gu, ' ').replace(UNSAFE, '')
  const trimmed = safe.trim()
  if (trimmed.length <= most) return trimmed
  // A surrogate pair is never halved: half a character is no Unicode and no database takes it.
  const end = /[\ud800-\udbff]/u.test(trimmed.charAt(most - 1)) ? most - 1 : most
  return trimmed.slice(0, end).trimEnd()
}

/** Most texts are plain: they need no decoder. */
function asciiOf(octets: Uint8Array): string | null {
  for (const octet of octets) if (octet >= 0x80) return null
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
}

/** Keeps nothing between texts; to make one costs more than a text does. */
const strict = new TextDecoder('utf-8', { fatal: true })

function strictUtf8(octets: Uint8Array): string | null {
  try {
    return strict.decode(octets)
  } catch {
    // Not UTF-8: the caller reads the octets in the fallback set.
    return null
  }
}

/** Devices that write UTF-16 declare something else, but mark it. */
function byteOrderOf(octets: Uint8Array): string | null {
  if (octets[0] === 0xff && octets[1] === 0xfe) return 'utf-16le'
  if (octets[0] === 0xfe && octets[1] === 0xff) return 'utf-16be'
  return null
}

function decodeIn(octets: Uint8Array, charset: string): string {
  if (charset === ROMAN8) return decodeRoman8(octets)
  return decoderOf(charset)?.decode(octets) ?? decodeRoman8(octets)
}

function decoderOf(name: string): Decoder | null {
  const known = decoders.get(name)
  if (known !== undefined) return known
  try {
    const decoder = new TextDecoder(name)
    decoders.set(name, decoder)
    return decoder
  } catch {
    // A set the platform does not know: `knowsCharset` says so when the profile is compiled.
    return null
  }
}
