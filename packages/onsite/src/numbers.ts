/**
 * Numbers as a person of either language reads them. Not by the tables of all languages that Node brings: the first use of them keeps 8 MB of
 * the process for good, for a comma.
 */

/** Separators of thousands and of decimals, by the two languages (the same as CLDR's, which a test holds them against). */
const separators = { de: ['.', ','], en: [',', '.'] } as const

/** A number with at most so many decimals, three as both languages do, none at the end that is zero. */
export function numberText(locale: keyof typeof separators, value: number | bigint, decimals = 3): string {
  const plain = typeof value === 'bigint' ? value.toString() : value.toFixed(decimals)
  const [whole = '', part = ''] = plain.split('.')
  const [thousands, decimal] = separators[locale]
  const rest = part.replace(/0+$/u, '')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/gu, thousands)
  return rest === '' ? grouped : `${grouped}${decimal}${rest}`
}
