/** Names for searching and sorting, the same on every database engine: their collations and case rules differ, this does not. */

/** Small letters without accents, spaces collapsed: `Müller & Söhne` is `muller & sohne`, `Straße` is `strasse`. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss').replace(/\s+/g, ' ').trim()
}

/** The words of a search, plain, as LIKE patterns that match anywhere; at most eight, since each costs a pass. */
export function searchPatterns(search: string | undefined): readonly string[] {
  return plain(search ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, wordsMost)
    .map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
}
const wordsMost = 8
