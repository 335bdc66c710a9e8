/** Serial numbers that nobody has, of the look of one that somebody has. */

const LETTERS = 'ABCDEFGHJKLNPQRSTUVWXYZ'
/** Letters and digits at the end that tell one masked number from another. */
const TELLING = 4

/**
 * A text of the same length: letters become M, digits 9, and the end tells which of the masked ones it is. Long ones are never made of
 * one character only, so that no reader takes them for a placeholder.
 */
export function serialLike(text: string, number: number): string {
  const characters = [...text].map((character) =>
    /\d/.test(character) ? '9' : /\p{Lu}/u.test(character) ? 'M' : /\p{L}/u.test(character) ? 'm' : character,
  )
  let rest = number
  let told = 0
  for (let at = characters.length - 1; at >= 0 && told < TELLING; at--) {
    const character = characters[at] ?? ''
    if (!/[9Mm]/.test(character)) continue
    const alphabet = character === '9' ? '0123456789' : character === 'M' ? LETTERS : LETTERS.toLowerCase()
    characters[at] = alphabet[rest % alphabet.length] ?? character
    rest = Math.floor(rest / alphabet.length)
    told++
  }
  return characters.join('')
}
