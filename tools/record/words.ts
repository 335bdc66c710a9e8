/** Octets that a device sent, as a person would read them: for finding names, never for keeping. */

/** Text of octets without what cannot be printed at either end: some devices put a mark before and NULs after it. */
export function cleanedText(octets: Uint8Array): string {
  const utf8 = Buffer.from(octets).toString('utf8')
  const text = utf8.includes('\ufffd') ? Buffer.from(octets).toString('latin1') : utf8
  return text.replaceAll(/^[\p{Cc}\s]+|[\p{Cc}\s]+$/gu, '')
}

/** Whether a text says that nothing is said: empty, one character over and over, a word for it, or a mark that somebody set. */
export function isPlaceholder(text: string): boolean {
  return (
    new Set(text.replaceAll(/\s/g, '')).size < 2 ||
    /^(n\/a|none|unknown|null|undefined|not set|default|<[^<>]*>)$/i.test(text)
  )
}
