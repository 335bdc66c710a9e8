/** How numbers, dates and lengths are written for people, in the language they chose. Meter values stay decimal strings: they may pass 2^53. */

/** Everything a page writes that depends on the language. */
export interface Format {
  readonly locale: string
  /** A decimal string such as a meter value, grouped. */
  decimal(text: string): string
  /** `a - b` of two decimal strings, grouped, with a sign. */
  difference(a: string, b: string): string
  number(value: number, digits?: number): string
  /** 0 to 100 with a per cent sign; under 10 one decimal, so that 0.4 % does not read as nothing. */
  percent(value: number): string
  date(iso: string): string
  moment(iso: string): string
  /** How long ago, in the largest unit that fits. */
  ago(iso: string, now: number): string
  /** A span in seconds as one or two units. */
  span(seconds: number): string
  /** Micrometres as millimetres. */
  millimetres(micrometres: number): string
}

/** The browser's own region for the chosen language, e.g. `de-AT`; without one the language's default region. */
export function localeFor(language: 'de' | 'en', preferred: readonly string[]): string {
  const fallback = language === 'de' ? 'de-DE' : 'en-GB'
  return preferred.find((tag) => tag.startsWith(`${language}-`)) ?? fallback
}

/** Makes the formatter of a locale. `zone` is an IANA time zone; without it, the browser's. */
export function createFormat(locale: string, zone?: string): Format {
  const integer = new Intl.NumberFormat(locale)
  const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' })
  const where = zone === undefined ? {} : { timeZone: zone }
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...where })
  // A calendar day such as 2026-03-29 has no time zone: it is parsed as UTC and must be written as UTC.
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...where })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)
  return {
    locale,
    decimal: (text) => integer.format(BigInt(text)),
    difference: (a, b) => signed.format(BigInt(a) - BigInt(b)),
    number,
    percent: (value) =>
      new Intl.NumberFormat(locale, {
        style: 'percent',
        maximumFractionDigits: value > 0 && value < 10 ? 1 : 0,
      }).format(value / 100),
    date: (iso) => (iso.length === 10 ? day : date).format(new Date(iso)),
    moment: (iso) => moment.format(new Date(iso)),
    ago: (iso, now) => agoText(relative, (Date.parse(iso) - now) / 1000),
    span: (seconds) => spanText(locale, seconds),
    millimetres: (micrometres) => `${number(micrometres / 1000, 1)} mm`,
  }
}

const spans = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

function agoText(relative: Intl.RelativeTimeFormat, seconds: number): string {
  const size = Math.abs(seconds)
  // Clocks of server and browser differ by seconds; "in 3 seconds" for the past would look broken.
  if (size < 45) return relative.format(0, 'second')
  const [unit, length] = spans.find(([, each]) => size >= each) ?? ['second', 1]
  if (unit === 'day' && size >= 60 * 86_400) return relative.format(Math.round(seconds / (30.44 * 86_400)), 'month')
  return relative.format(Math.round(seconds / length), unit)
}

function spanText(locale: string, seconds: number): string {
  const parts: string[] = []
  let rest = Math.round(Math.abs(seconds))
  for (const [unit, length] of spans) {
    const amount = Math.floor(rest / length)
    if (amount === 0 && !(unit === 'second' && parts.length === 0)) continue
    rest -= amount * length
    parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(amount))
    if (parts.length === 2) break
  }
  return parts.join(' ')
}
