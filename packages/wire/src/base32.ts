/** Crockford's base32: the alphabet of everything a person may have to read aloud or type (fingerprints, enrolment passwords). */

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Base32 of bytes, most significant bits first, the last letter filled up with zero bits. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(held >> bits) & 31]
      held &= (1 << bits) - 1
    }
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text
}

/** The letters a person meant: hyphens and white space dropped, upper case, O as 0, I and L as 1. */
export function asMeant(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')
}

/** Whole bytes of base32 letters, left-over bits dropped, or null for a letter outside the alphabet. */
export function fromBase32(letters: string): Uint8Array | null {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const letter of letters) {
    const value = alphabet.indexOf(letter)
    if (value === -1) return null
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push(held >> bits)
      held &= (1 << bits) - 1
    }
  }
  return Uint8Array.from(bytes)
}

/** Letters in groups of four with hyphens between. */
export function grouped(letters: string): string {
  return letters.match(/.{1,4}/g)?.join('-') ?? ''
}
