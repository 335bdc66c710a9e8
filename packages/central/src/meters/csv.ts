/** Meters as CSV that spreadsheets open rightly: a mark for UTF-8, the separator of the language, and no cell that is a formula. */
import { colours, compareMeters, type Doubt, type MeterName, sides, units, works } from '@platen/model'
import type { MeterRow } from '../api.ts'

const headings = {
  de: {
    fixed: [
      'Kunde',
      'Standort',
      'Hersteller',
      'Modell',
      'Seriennummer',
      'Adresse',
      'Stand vom',
      'Herkunft',
      'Nicht abrechnen',
      'Strittig',
    ],
    ways: { exact: 'genau', before: 'davor gelesen', none: 'keine Ablesung' },
    reread: 'neu ausgewertet',
    separator: ';',
  },
  en: {
    fixed: [
      'Customer',
      'Site',
      'Vendor',
      'Model',
      'Serial number',
      'Address',
      'Read at',
      'How',
      'Not for billing',
      'Disputed',
    ],
    ways: { exact: 'exact', before: 'read before', none: 'no reading' },
    reread: 'interpreted again',
    separator: ',',
  },
} as const

/** The whole file. Columns are the meters that any of the devices has, in the order people expect. */
export function metersCsv(rows: readonly MeterRow[], language: 'de' | 'en'): string {
  const { fixed, ways, reread, separator } = headings[language]
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row.meters)))].sort(byMeter)
  const lines = rows.map(({ device, way, readAt, rereadAt, meters, doubts = {} }) => [
    device.customer.name,
    device.site.name,
    device.vendor ?? '',
    device.model ?? '',
    device.serial ?? '',
    device.address,
    readAt ?? '',
    rereadAt === undefined ? ways[way] : `${ways[way]} (${reread} ${rereadAt})`,
    doubted(doubts, 'unproved'),
    doubted(doubts, 'disputed'),
    ...keys.map((key) => meters[key] ?? ''),
  ])
  const text = [[...fixed, ...keys], ...lines].map((line) => line.map((cell) => quote(cell, separator)).join(separator))
  return `\u{feff}${text.join('\r\n')}\r\n`
}

/** Names of the meters in this doubt, in the order of the columns. */
function doubted(doubts: NonNullable<MeterRow['doubts']>, doubt: Doubt): string {
  const keys = Object.keys(doubts).filter((key) => doubts[key] === doubt)
  return keys.sort(byMeter).join(' ')
}

/** What a spreadsheet would run as a formula gets an apostrophe, which it shows as text (OWASP "CSV injection"). */
function quote(cell: string, separator: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) && !/^-?\d+$/.test(cell) ? `'${cell}` : cell
  return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function byMeter(a: string, b: string): number {
  return compareMeters(nameOf(a), nameOf(b)) || (a < b ? -1 : 1)
}

/** The coordinates in a meter's key, `work.colour.size.sides/unit`. A word that is none of the known sorts last. */
function nameOf(key: string): MeterName {
  const [coordinates = '', unit = ''] = key.split(/\/(?=[^/]*$)/)
  const parts = coordinates.split('.')
  const [work, colour] = parts
  return {
    work: works.find((one) => one === work) ?? 'other',
    colour: colours.find((one) => one === colour) ?? 'highlight',
    size: parts.slice(2, -1).join('.'),
    sides: sides.find((one) => one === parts.at(-1)) ?? 'duplex',
    unit: units.find((one) => one === unit) ?? 'unknown',
  }
}
