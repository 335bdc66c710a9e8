/**
 * When a reading was made, as far as Central can know it. Nothing depends on the Onsite's clock being right: a moment that cannot be is
 * replaced by one counted back on the clock that only goes forward.
 */

/** No Platen read a printer before this; a clock that says so lost its battery. */
const earliest = Date.parse('2020-01-01T00:00:00.000Z')
/** Clocks that follow a time server differ by less; a reading a little in the future is left as it was said. */
const ahead = 5 * 60_000

/** What the Onsite said of one reading, and the newest monotonic moment of the delivery it came in. */
export interface Said {
  readonly at: number
  readonly monotonic: number
  readonly newestMonotonic: number
  readonly receivedAt: number
}

/** The moment to keep, in milliseconds since 1970. */
export function momentOf(said: Said): number {
  if (said.at >= earliest && said.at <= said.receivedAt + ahead) return said.at
  const since = said.newestMonotonic - said.monotonic
  return Math.round(said.receivedAt - Math.max(0, since))
}
