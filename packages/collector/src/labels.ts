/** Label tables made ready: what a device calls a thing, and the word it stands for. */

type Labels = Readonly<Record<string, readonly string[]>>

/** Finds the word a label stands for. */
export type Look = (label: string) => string | undefined

/** Labels are compared without regard to case and to how many blanks stand between words. */
export function labelKey(text: string): string {
  const known = keys.get(text)
  if (known !== undefined) return known
  const key = text
    .replace(/[\s\0]+/gu, ' ')
    .trim()
    .toLowerCase()
  if (keys.size < MOST_KEYS && text.length <= LONGEST_KEPT) keys.set(text, key)
  return key
}

/** Devices of one kind say the same words over and over; one that makes up new ones fills no memory. */
const keys = new Map<string, string>()
const MOST_KEYS = 4_096
const LONGEST_KEPT = 64

/** Hash lookup: label tables are asked for every row. */
export function exactly(labels: Labels | undefined): Look {
  const targets = new Map<string, string>()
  for (const [target, texts] of Object.entries(labels ?? {}))
    for (const text of texts) targets.set(labelKey(text), target)
  return (text) => targets.get(labelKey(text))
}

/** In the order the profile gives, so that `waste toner` can come before `toner`. */
export function containing(labels: Labels | undefined): Look {
  const words = Object.entries(labels ?? {}).map(([target, texts]) => ({ target, texts: texts.map(labelKey) }))
  return (text) => {
    const key = labelKey(text)
    return words.find(({ texts }) => texts.some((word) => key.includes(word)))?.target
  }
}
