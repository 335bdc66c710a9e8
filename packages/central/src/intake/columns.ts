/**
 * A reading as the columns Central keeps: numbers in arrays, in the order of layouts that say once what each number is and where it came
 * from. Levels without a number keep RFC 3805's own codes, so nothing is invented by storing.
 */
import { hash } from 'node:crypto'
import {
  compareMeters,
  type DeviceAlert,
  type Level,
  type Meter,
  meterKey,
  percentLeft,
  type Reading,
  type Supply,
} from '@platen/model'
import { doubtNumbers } from '../meters/doubts.ts'
import { type Section, type Standings, sections, standingsOf } from './sections.ts'

/** What the numbers of a meter array are, in order. Written out (`meters`) only for a layout that is new. */
export interface MeterLayout {
  readonly hash: string
  readonly keys: readonly string[]
  readonly meters: readonly Meter[]
  readonly profile: string
  readonly instructions: string
}

/** What the levels of a level array belong to, in order. */
export interface SupplyLayout {
  readonly hash: string
  readonly supplies: readonly Supply[]
}

/** One reading, column by column. */
export interface Columns {
  readonly meterLayout: MeterLayout
  readonly supplyLayout: SupplyLayout
  readonly meters: readonly bigint[]
  /** See `doubtNumbers`. */
  readonly doubts: readonly number[]
  /** `left` where measured, else -1 unlimited, -2 unknown, -3 some (RFC 3805 prtMarkerSuppliesLevel). */
  readonly levels: readonly number[]
  readonly status: string
  readonly errors: readonly string[]
  /** `alertCode` of each open alert, sorted, each once. */
  readonly alerts: readonly string[]
  readonly total: { readonly value: bigint; readonly unit: string } | null
  readonly lowest: { readonly percent: number; readonly kind: string; readonly colorant: string | null } | null
  readonly standings: Standings
  /** Sections of which not all was read. */
  readonly unread: readonly Section[]
}

/** PostgreSQL's int8 ends here. A lifetime counter that passes it is no counter (the fastest press would need 4 million years). */
export const meterMost = 2n ** 63n - 1n

/** The columns of one reading. Of meters with one key the first counts: the profile put it first. */
export function columnsOf(reading: Reading): Columns {
  const meters = new Map<string, Meter>()
  for (const meter of reading.meters) if (!meters.has(meterKey(meter))) meters.set(meterKey(meter), meter)
  const ordered = [...meters].sort(([, a], [, b]) => compareMeters(a, b))
  const standings = standingsOf(reading)
  return {
    meterLayout: meterLayoutOf(reading, ordered),
    supplyLayout: supplyLayoutOf(reading.supplies),
    meters: ordered.map(([, meter]) => meter.value),
    doubts: doubtNumbers(ordered, reading.checks),
    levels: reading.supplies.map((supply) => levelNumber(supply.level)),
    status: reading.status.device,
    errors: [...new Set<string>(reading.status.errors)].sort(),
    alerts: [...new Set(reading.status.alerts.map(alertCode))].sort(),
    total: totalOf(ordered.map(([, meter]) => meter)),
    lowest: lowestOf(reading.supplies),
    standings,
    unread: sections.filter((section) => standings[section] < 2),
  }
}

/** What makes an alert the same one in the next reading: rows of prtAlertTable are renumbered as they come and go (RFC 3805 section 2.2.13.4). */
export function alertCode(alert: DeviceAlert): string {
  return `${alert.group}.${alert.groupIndex}.${alert.code}.${alert.location}`
}

/** A level as one number: `left`, or RFC 3805's code where nothing was measured. */
export function levelNumber(level: Level): number {
  switch (level.kind) {
    case 'measured':
      return level.left
    case 'unlimited':
      return -1
    case 'unknown':
      return -2
    case 'some':
      return -3
  }
}

/** Nothing but the values may differ between readings of one layout. NUL stands in no text of a reading, so it tells parts apart. */
function meterLayoutOf(reading: Reading, ordered: readonly (readonly [string, Meter])[]): MeterLayout {
  const { profile, instructions } = reading
  const parts = ordered.flatMap(([key, { source }]) => [
    key,
    source.profile,
    source.confidence,
    source.objects.join(' '),
  ])
  return {
    hash: hashOf([...parts, profile, instructions]),
    keys: ordered.map(([key]) => key),
    meters: ordered.map(([, meter]) => meter),
    profile,
    instructions,
  }
}

function supplyLayoutOf(supplies: readonly Supply[]): SupplyLayout {
  const parts = supplies.flatMap((supply) => [
    supply.index,
    supply.kind,
    supply.class,
    supply.colorant ?? '\0',
    supply.description,
    supply.partNumber ?? '\0',
    supply.serial ?? '\0',
    supply.unit,
    `${capacityOf(supply)}`,
    supply.source.profile,
    supply.source.confidence,
    supply.source.objects.join(' '),
  ])
  return { hash: hashOf(parts), supplies }
}

function capacityOf({ level }: Supply): number | null {
  return level.kind === 'measured' ? level.capacity : null
}

/** The meters of a layout as they are kept: all but their values. */
export function meterLayoutText(layout: MeterLayout): string {
  return JSON.stringify(layout.meters.map(({ value: _, ...meter }, place) => ({ key: layout.keys[place], ...meter })))
}

/** The supplies of a layout as they are kept: all but how full they are. */
export function supplyLayoutText(layout: SupplyLayout): string {
  const kept = layout.supplies.map((supply) => {
    const { level: _, ...rest } = supply
    return { ...rest, capacity: capacityOf(supply) }
  })
  return JSON.stringify(kept)
}

/** 128 bits: two layouts never share them by chance. */
function hashOf(parts: readonly string[]): string {
  return hash('sha256', parts.join('\0'), 'hex').slice(0, 32)
}

/** The meter of everything, in impressions where the device has it in several units. */
function totalOf(meters: readonly Meter[]): Columns['total'] {
  const totals = meters.filter(
    (meter) => meter.work === 'total' && meter.colour === 'all' && meter.size === 'all' && meter.sides === 'all',
  )
  const best = totals.find((meter) => meter.unit === 'impressions') ?? totals[0]
  return best === undefined ? null : { value: best.value, unit: best.unit }
}

function lowestOf(supplies: readonly Supply[]): Columns['lowest'] {
  let lowest: Columns['lowest'] = null
  for (const { class: supplyClass, kind, colorant, level } of supplies) {
    const percent = supplyClass === 'consumed' ? percentLeft(level) : null
    if (percent !== null && (lowest === null || percent < lowest.percent)) lowest = { percent, kind, colorant }
  }
  return lowest
}
