/** Which meters stand in the list's columns. Pure. */
import type { MeterRow } from '@platen/central/api'
import { compareMeterKeys, parseMeterKey } from '../words.ts'

/** Meter keys of the rows in reading order. `main` keeps those billing usually asks for: totals, totals by colour and by A3, and each work's total. */
export function meterColumns(rows: readonly MeterRow[], choice: 'main' | 'all'): readonly string[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row.meters)))].toSorted(compareMeterKeys)
  return choice === 'all' ? keys : keys.filter(isMain)
}

function isMain(key: string): boolean {
  const name = parseMeterKey(key)
  if (name === null || name.sides !== 'all') return false
  // Large formats are billed at a factor; some makers count them as a class, others by the media's name.
  const large = name.size === 'large' || name.size === 'A3'
  if (name.work === 'total') return name.size === 'all' || (large && name.colour !== 'highlight')
  return name.size === 'all' && name.colour === 'all' && name.work !== 'other'
}

/** First day of the month of `day` (YYYY-MM-DD), less one day: the usual end of a billing period. */
export function lastMonthEnd(day: string): string {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  return new Date(first.getTime() - 86_400_000).toISOString().slice(0, 10)
}

/** The calendar day of a moment in a time zone, as YYYY-MM-DD. */
export function dayIn(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .formatToParts(new Date(at))
    .map(({ type, value }) => [type, value])
  const part: Record<string, string> = Object.fromEntries(parts)
  return `${part.year}-${part.month}-${part.day}`
}
