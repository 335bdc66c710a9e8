/** Names of rows as they stand in addresses and queries. */

/** The number an id stands for, or null for any other text: an id we did not give is an id we do not have. */
export function parseId(text: string): bigint | null {
  return /^[1-9]\d{0,17}$/.test(text) ? BigInt(text) : null
}
