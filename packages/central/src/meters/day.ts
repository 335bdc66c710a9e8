/** Calendar days in a time zone: a meter "as of the 30th" means the end of that day where the customer is. */

/** The day in `zone` at a moment, `YYYY-MM-DD`; null where there is no such zone. */
export function dayIn(zone: string, at: number): string | null {
  try {
    return new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }).format(at)
  } catch {
    // RangeError: a zone this platform's tables do not have.
    return null
  }
}

/** The first moment after a day in `zone`, in milliseconds; null where there is no such zone. Days with a clock change have 23 or 25 hours. */
export function endOfDay(zone: string, day: string): number | null {
  const next = Date.parse(`${day}T00:00:00Z`) + 86_400_000
  const guess = offsetAt(zone, next)
  if (guess === null) return null
  const at = next - guess
  // The offset at the guess may differ from that at the answer, when the clock changes between them.
  return next - (offsetAt(zone, at) ?? guess)
}

/** Milliseconds that `zone` is ahead of UTC at a moment. */
function offsetAt(zone: string, at: number): number | null {
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at)
    const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
    return (
      Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) -
      Math.floor(at / 1000) * 1000
    )
  } catch {
    return null
  }
}
