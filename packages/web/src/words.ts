/** How the words of the model are said to people: meters, supplies and trays get their names here, once. */
import {
  checkNames,
  colours,
  compareMeters,
  type MeterName,
  type Miss,
  meterKey,
  missCodes,
  sides,
  units,
  works,
} from '@platen/model'
import type { TFunction } from 'i18next'
import en from './i18n/en.json'

type T = TFunction

/** What narrows a meter within its work: colour, size and sides, e.g. `Colour, A3 and larger`; `Total` where nothing does. */
export function meterDetail(t: T, name: MeterName): string {
  const detail = narrowed(t, name) ?? t('colour.all')
  return detail.charAt(0).toUpperCase() + detail.slice(1)
}

function narrowed(t: T, name: MeterName): string | null {
  const parts = name.colour === 'all' ? [] : [t(`colour.${name.colour}`)]
  if (name.size !== 'all') parts.push(sizeName(t, name.size))
  if (name.sides !== 'all') parts.push(t(`sides.${name.sides}`))
  return parts.length === 0 ? null : parts.join(', ')
}

/** Full name of a meter, e.g. `Print: Colour, A3 and larger`, or `Print` for all of it. The unit is said only where it is not impressions. */
export function meterTitle(t: T, name: MeterName): string {
  const detail = narrowed(t, name)
  const unit = name.unit === 'impressions' ? '' : ` (${t(`unit.${name.unit}`)})`
  return `${t(`work.${name.work}`)}${detail === null ? '' : `: ${detail}`}${unit}`
}

/** Back from `work.colour.size.sides/unit`; null where the text is not a meter key. A media name may hold dots, so the ends are taken first. */
export function parseMeterKey(key: string): MeterName | null {
  const match = /^([a-z]+)\.([a-z]+)\.(.+)\.([a-z]+)\/([a-z]+)$/.exec(key)
  if (match === null) return null
  const work = works.find((each) => each === match[1])
  const colour = colours.find((each) => each === match[2])
  const side = sides.find((each) => each === match[4])
  const unit = units.find((each) => each === match[5])
  const size = match[3]
  if (work === undefined || colour === undefined || side === undefined || unit === undefined || size === undefined)
    return null
  return { work, colour, size, sides: side, unit }
}

/** What a check compares, e.g. `Print + copy + fax + other = total`; the name of one that the list does not hold is shown as it came. */
export function checkTitle(t: T, name: string): string {
  const [, bare = name, row] = /^(\S+) (\S+)$/.exec(name) ?? []
  const code = checkNames.find((each) => each === bare)
  const meter = parseMeterKey(bare)
  if (code === undefined && meter === null) return name
  const check =
    code === undefined
      ? t('device.checkMeter', { meter: meter === null ? bare : meterTitle(t, meter) })
      : t(`check.${code}`)
  return row === undefined ? check : t('device.checkRow', { check, row })
}

/** What exactly was not got, in words; as the Onsite wrote it where it gave no code, or one that is not known here. */
export function missDetail(t: T, { code, params = {}, detail }: Pick<Miss, 'code' | 'params' | 'detail'>): string {
  const known = missCodes.find((each) => each === code)
  switch (known) {
    case undefined:
      return meterTitles(t, detail)
    case 'metersNotSaid':
      return meterTitles(t, params.meters ?? detail)
    case 'notThisTime':
      return t('missed.notThisTime', { other: checkTitle(t, params.other ?? ''), value: Number(params.count) })
    case 'notAnswered':
      return isFailure(params.why) ? t(`failure.${params.why}`) : detail
    default: {
      const { said = '', level = '', capacity = '', least = '', most = '' } = params
      return t(`missed.${known}`, { said, level, capacity, least, most })
    }
  }
}

/** A list of meter keys is said in words; anything else as it is. */
function meterTitles(t: T, text: string): string {
  const meters = text.split(', ').map(parseMeterKey)
  const names = meters.flatMap((meter) => (meter === null ? [] : [meterTitle(t, meter)]))
  return names.length === meters.length ? names.join(' · ') : text
}

function isFailure(why: string | undefined): why is keyof typeof en.failure {
  return why !== undefined && Object.hasOwn(en.failure, why)
}

/** Orders meter keys as people read them: totals first. Keys it cannot read come last, by name. */
export function compareMeterKeys(a: string, b: string): number {
  const left = parseMeterKey(a)
  const right = parseMeterKey(b)
  if (left === null || right === null) return Number(left === null) - Number(right === null) || a.localeCompare(b, 'en')
  return compareMeters(left, right) || meterKey(left).localeCompare(meterKey(right), 'en')
}

/** Colorant as said to people; one the dictionary does not hold is shown as the printer said it. */
export function colorantName(t: T, colorant: string): string {
  const key = colorant.toLowerCase().replaceAll(/[^a-z]/g, '')
  return isColorant(key) ? t(`colorant.${key}`) : colorant
}

function isColorant(key: string): key is keyof typeof en.colorant {
  return Object.hasOwn(en.colorant, key)
}

function sizeName(t: T, size: string): string {
  return size === 'small' || size === 'large' || size === 'all' ? t(`size.${size}`) : size
}
