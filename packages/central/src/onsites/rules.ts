/** When an Onsite or a device counts as heard of. The same limits as SQL and as numbers: lists are counted in the database. */

/** Contact later than this beyond the interval is late: a round takes minutes, and deliveries are spread by jitter of up to an interval. */
const graceMinutes = 10
const silentAfter = 24 * 3_600_000
/** A device not heard of for this long is missing. */
const missingAfter = 7 * 86_400_000

/** How an Onsite's last contact stands, both in milliseconds since 1970. */
export function contactOf(
  lastContact: number | null,
  intervalMinutes: number,
  now: number,
): 'onTime' | 'late' | 'silent' | 'never' {
  if (lastContact === null) return 'never'
  const silence = now - lastContact
  if (silence <= patience(intervalMinutes)) return 'onTime'
  return silence < silentAfter ? 'late' : 'silent'
}

/** How long after its last reading a device is still live: two intervals and a round. */
function patience(intervalMinutes: number): number {
  return (2 * intervalMinutes + graceMinutes) * 60_000
}

/** SQL for a device's presence: `seen` its last reading, `minutes` its Onsite's interval, `now` a timestamptz. */
export function presenceSql(seen: string, minutes: string, now: string): string {
  return `case when ${seen} >= ${now}::timestamptz - make_interval(mins => 2 * ${minutes} + ${graceMinutes}) then 'live'
    when ${seen} >= ${now}::timestamptz - make_interval(days => ${missingAfter / 86_400_000}) then 'late' else 'missing' end`
}
