/** Marks supplies by the rows of the supply table, and by the percentages other programs read from packed records. */
import type { Level, Reading, Supply, SupplyKind } from '@platen/model'
import { supplyOf } from '../knowledge/facts.ts'
import { asList, asRecord } from '../knowledge/json.ts'
import type { Known } from './folder.ts'
import { type Mark, markOf } from './marks.ts'
import type { Rows } from './rows.ts'

/** PrtMarkerSuppliesTypeTC in the order of its codes from 3 on (IANA-PRINTER-MIB): written down again here, so that knowledge is not its own witness. */
const KINDS: readonly SupplyKind[] = [
  ...([
    'toner',
    'waste',
    'ink',
    'ink',
    'ribbon',
    'waste',
    'drum',
    'developer',
    'fuser',
    'wax',
    'wax',
    'waste',
  ] as const),
  ...(['fuser', 'maintenanceKit', 'fuser', 'maintenanceKit', 'fuser', 'transfer', 'toner', 'fuser'] as const),
  ...(['other', 'waste', 'other', 'waste', 'other', 'other', 'staples', 'other', 'other', 'staples'] as const),
  ...(['other', 'other', 'toner', 'ink'] as const),
]
const FIRST_CODE = 3
/** Above twice the capacity a level is garbage, and no fact. */
const OVERFULL = 2
const PLAIN_COLOURS = ['black', 'cyan', 'magenta', 'yellow'] as const

/** Marks every supply the facts know, and every one they do not. */
export function markSupplies(reading: Reading, known: Known, rows: Rows): readonly Mark[] {
  const colorants = asRecord(known.facts.colorants)
  const told = asList(known.facts.supplies).flatMap((row) => {
    const supply = reading.supplies.find(({ index }) => index === String(row.index))
    return [
      ...markLevel(row, supply),
      ...markCapacity(row, supply),
      ...markType(row, supply),
      ...markColour(row, supply, colorants),
    ]
  })
  return [...told, ...markPacked(reading, known), ...inventions(reading, rows)]
}

type Row = Readonly<Record<string, unknown>>

function markLevel(row: Row, supply: Supply | undefined): readonly Mark[] {
  const { index, level } = supplyOf(row)
  if (typeof row.level !== 'number' || isGarbage(row)) return []
  const got = supply?.level
  const want = `${index}: ${shown(level)}`
  if (got === undefined) return [markOf('supplyLevel', want, null, false)]
  // A maker's own object may tell what the table leaves open.
  const isMore = level.kind !== 'measured' && level.kind !== 'unlimited' && got.kind === 'measured'
  const isRight = isMore || shown(got) === shown(level)
  return [markOf('supplyLevel', want, !isRight && got.kind === 'unknown' ? null : shown(got), isRight)]
}

function markCapacity(row: Row, supply: Supply | undefined): readonly Mark[] {
  const { index, level } = supplyOf(row)
  if (level.kind !== 'measured' || isGarbage(row)) return []
  const got = supply?.level.kind === 'measured' ? supply.level.capacity : null
  const text = got === null ? null : String(got)
  return [markOf('supplyCapacity', `${index}: ${level.capacity}`, text, got === level.capacity)]
}

function markType(row: Row, supply: Supply | undefined): readonly Mark[] {
  const want = typeof row.type === 'number' ? KINDS[row.type - FIRST_CODE] : undefined
  if (want === undefined) return []
  return [markOf('supplyType', `${row.index}: ${want}`, supply?.kind ?? null, supply?.kind === want)]
}

/** By the colorant table, else by the one plain colour in the description. */
function markColour(row: Row, supply: Supply | undefined, colorants: Row): readonly Mark[] {
  const said = String(colorants[`${row.marker ?? 1}.${row.colorant}`] ?? '')
  const byTable = said.replaceAll('\0', '').trim().toLowerCase()
  const description = String(row.description ?? '').toLowerCase()
  const named = PLAIN_COLOURS.filter((colour) => description.includes(colour))
  const want =
    PLAIN_COLOURS.find((colour) => colour === byTable) ?? (byTable === '' && named.length === 1 ? named[0] : undefined)
  if (want === undefined) return []
  const got = supply?.colorant ?? null
  // A finer word for the same ink is what is printed on it.
  const isRight = got === want || (got?.endsWith(` ${want}`) === true && description.includes(got))
  return [markOf('supplyColour', `${row.index}: ${want}`, got, isRight)]
}

/** `black_toner_remaining: 77`: the supply of that kind and colour is at so many whole per cent. */
function markPacked(reading: Reading, known: Known): readonly Mark[] {
  return asList(known.expected.supplies).flatMap((row) =>
    Object.entries(row).flatMap(([key, value]) => {
      const parts = /^(?:(black|cyan|magenta|yellow)_)?(toner|ink|drum)_remaining(?:_life)?$/.exec(key)
      if (parts === null || typeof value !== 'number') return []
      const [, colour, kind] = parts
      const supply = reading.supplies.find(
        (one) => one.kind === kind && (colour === undefined || one.colorant === colour || one.colorant === null),
      )
      const { level } = supply ?? {}
      const got = level?.kind === 'measured' ? String(Math.floor((level.left / level.capacity) * 100 + 1e-9)) : null
      return [markOf('supplyLevel', `${key} ${value}`, got, got === String(value))]
    }),
  )
}

function inventions(reading: Reading, rows: Rows): readonly Mark[] {
  return reading.supplies
    .filter(({ source }) => source.objects.length === 0 || !source.objects.every((object) => rows.has(object)))
    .map(({ index, description }) => ({
      attribute: 'supplyLevel',
      fate: 'invented',
      detail: `${index} ${description}`,
    }))
}

/** A number without meaning, or one far above the capacity: a reading owes it nothing but a miss. */
function isGarbage({ level, capacity }: Row): boolean {
  if (typeof level !== 'number' || typeof capacity !== 'number') return false
  return level < -3 || (capacity > 0 && level > OVERFULL * capacity)
}

function shown(level: Level): string {
  return level.kind === 'measured' ? `${level.left} of ${level.capacity}` : level.kind
}
