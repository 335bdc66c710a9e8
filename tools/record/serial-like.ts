/** Serial numbers that nobody has, of the look of one that somebody has. */

/**
 * A text of the same length: letters become M, digits 9, and the end tells which of the masked ones it is. Never made of one character
 * only and never a row of digits, so that no reader takes it for a placeholder.
 */
export function serialLike(text: string, number: number): string {
  const characters = [...text].map((character) =>
    /\d/.test(character) ? '9' : /\p{Lu}/u.test(character) ? 'M' : /\p{L}/u.test(character) ? 'm' : character,
  )
  let rest = number
  for (let at = characters.length - 1; at >= 0 && rest > 0; at--) {
    const character = characters[at]
    if (character === '9') {
      characters[at] = String(rest % 10)
      rest = Math.floor(rest / 10)
    } else if (character === 'M' || character === 'm') {
      const letter = LETTERS[rest % LETTERS.length] ?? 'A'
      characters[at] = character === 'M' ? letter : letter.toLowerCase()
      rest = Math.floor(rest / LETTERS.length)
    }
  }
  return characters.join('')
}

const LETTERS = 'ABCDEFGHJKLNPQRSTUVWXYZ'
