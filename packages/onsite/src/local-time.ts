/**
 * Hours and closings of the settings, on the wall clock of the place they are meant for. Days with a clock change have 23 or 25 hours: a
 * time that does not exist comes with the change, one that comes twice counts the first time.
 */
import type { Settings } from '@platen/wire'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** A calendar day and the minute of it; `weekday` by ISO 8601, 1 is Monday. */
interface Local {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly minute: number
  readonly weekday: number
}

/** A time zone by its IANA name. */
export class Zone {
  /** Null for UTC, where settings begin: the tables of all zones and languages would keep 8 MB of the process for nothing. */
  readonly #format: Intl.DateTimeFormat | null

  /** @throws RangeError where this machine knows no such zone; see `zoneOf`. */
  constructor(name: string) {
    if (name === 'UTC') {
      this.#format = null
      return
    }
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  }

  /** What the clock there shows at a moment, in milliseconds since 1970. */
  local(at: number): Local {
    const shown = this.#format === null ? new Date(at) : shownBy(this.#format, at)
    return {
      year: shown.getUTCFullYear(),
      month: shown.getUTCMonth() + 1,
      day: shown.getUTCDate(),
      minute: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
      weekday: ((shown.getUTCDay() + 6) % 7) + 1,
    }
  }

  /** The first moment at which the clock there shows this minute of this day, or has gone past it. */
  moment(year: number, month: number, day: number, minute: number): number {
    const wanted = Date.UTC(year, month - 1, day) + minute * MINUTE_MS
    // Half a day before and after hold the offsets on both sides of a change.
    const offsets = [wanted - DAY_MS / 2, wanted + DAY_MS / 2].map((at) => this.#offset(at))
    const shown = offsets.map((offset) => wanted - offset).filter((at) => at + this.#offset(at) === wanted)
    return shown.length > 0 ? Math.min(...shown) : wanted - Math.min(...offsets)
  }

  #offset(at: number): number {
    const { year, month, day, minute } = this.local(at)
    return Date.UTC(year, month - 1, day) + minute * MINUTE_MS - Math.floor(at / MINUTE_MS) * MINUTE_MS
  }
}

/** What a clock shows, as if it were UTC. */
function shownBy(format: Intl.DateTimeFormat, at: number): Date {
  const said = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const of = (type: Intl.DateTimeFormatPartTypes) => said.get(type) ?? 0
  return new Date(Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute')))
}

/** The zone of this name, or null where this machine knows none. */
export function zoneOf(name: string): Zone | null {
  try {
    return new Zone(name)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Whether printers may be asked at a moment; a stretch over midnight belongs to the day on which it begins. */
export function isOpen(hours: Settings['hours'], zone: Zone, at: number): boolean {
  if (hours === null) return true
  const { weekday, minute } = zone.local(at)
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)]
  const isDay = (day: number) => hours.days.includes(((day + 6) % 7) + 1)
  if (from < to) return isDay(weekday) && from <= minute && minute < to
  return (isDay(weekday) && minute >= from) || (isDay(weekday - 1) && minute < to)
}

/** The next moment from `at` on at which printers may be asked: `at` itself where they may. */
export function opensAt(hours: Settings['hours'], zone: Zone, at: number): number {
  if (hours === null || isOpen(hours, zone, at)) return at
  const { year, month, day } = zone.local(at)
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const start = zone.moment(year, month, day + ahead, minuteOf(hours.from))
    if (start >= at && isOpen(hours, zone, start)) return start
  }
  // Hours that no day of a week has cannot be: the settings' schema asks for a day. A start lost to a clock change is a day away.
  return at + DAY_MS
}

/** The newest closing at a moment or before it, and the first one after it; null where there are none. */
export function closingsAround(
  closing: Settings['closing'],
  zone: Zone,
  at: number,
): { readonly last: number; readonly next: number } | null {
  if (closing === null) return null
  const { year, month } = zone.local(at)
  const all = [-1, 0, 1].map((ahead) => closingOf(closing, zone, year, month + ahead))
  const last = Math.max(...all.filter((each) => each <= at))
  return { last, next: Math.min(...all.filter((each) => each > at)) }
}

function closingOf({ day, at }: NonNullable<Settings['closing']>, zone: Zone, year: number, month: number): number {
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return zone.moment(year, month, Math.min(day, days), minuteOf(at))
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
