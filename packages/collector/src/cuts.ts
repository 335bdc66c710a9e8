/** The verb `text`: cutting the wanted part out of what a device says, by plain comparison of characters. */
import type { Cuts } from './schema/term.ts'

/** Takes a vendor's character set mark off the front of octets. */
export function dropMark(octets: Uint8Array, marks: readonly string[]): Uint8Array {
  for (const mark of marks) {
    const length = mark.length / 2
    if (octets.length >= length && startsWithHex(octets, mark)) return octets.subarray(length)
  }
  return octets
}

/** The wanted part of a text, or null if it is not in there. */
export function cutText(text: string, cuts: Cuts): string | null {
  const plain = cuts.hex ? textOfHex(text) : text
  const keyed = cuts.key === undefined ? plain : valueOfKey(plain, cuts.key)
  if (keyed === null) return null
  const from = cuts.after === undefined ? keyed : textAfter(keyed, cuts.after)
  if (from === null) return null
  const part = cuts.before === undefined ? from : textBefore(from, cuts.before)
  return cuts.strip === undefined ? part : stripPrefixes(part, cuts.strip)
}

/** The text without the first of these words at its front, case ignored; a word ends where no letter or digit follows. */
export function stripPrefixes(text: string, words: readonly string[]): string {
  for (const word of words) if (beginsWithWord(text, word)) return text.slice(word.length).replace(/^[\s,;:_-]+/u, '')
  return text
}

/** Whether a text begins with this word or these words, case ignored, and not merely with their letters. */
export function beginsWithWord(text: string, word: string): boolean {
  if (text.length < word.length || text.slice(0, word.length).toLowerCase() !== word.toLowerCase()) return false
  return !/[\p{L}\p{N}_]/u.test(text.charAt(word.length)) || !/[\p{L}\p{N}_]$/u.test(word)
}

/** One value of an IEEE 1284 device id. A line break may stand for the semicolon (CUPS has seen it), blanks surround anything. */
export function valueOfKey(id: string, keys: readonly string[]): string | null {
  const pairs = new Map<string, string>()
  for (const pair of id.split(/[;\r\n]/u)) {
    const colon = pair.indexOf(':')
    if (colon > 0) pairs.set(pair.slice(0, colon).trim().toUpperCase(), pair.slice(colon + 1).trim())
  }
  for (const key of keys) {
    const value = pairs.get(key)
    if (value !== undefined && value !== '') return value
  }
  return null
}

function textAfter(text: string, marks: readonly string[]): string | null {
  for (const mark of marks) {
    const at = text.indexOf(mark)
    if (at >= 0) return text.slice(at + mark.length)
  }
  return null
}

function textBefore(text: string, marks: readonly string[]): string {
  const ends = marks.map((mark) => text.indexOf(mark)).filter((at) => at >= 0)
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends))
}

function startsWithHex(octets: Uint8Array, hex: string): boolean {
  for (let at = 0; at < hex.length / 2; at++) {
    if (octets[at] !== Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16)) return false
  }
  return true
}

function textOfHex(text: string): string {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]+$/u.test(text)) return text
  return Buffer.from(text, 'hex').toString('utf8')
}
