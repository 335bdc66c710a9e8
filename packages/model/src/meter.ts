/**
 * Meters: the lifetime counters a device is billed by, named so that every vendor's wording fits one grid.
 * A meter is unit x work x colour x size x sides (PWG 5106.1 vocabulary for work and sides).
 */

/** What one step of a meter is. From prtMarkerCounterUnit (RFC 3805) where the printer names it; `unknown` where it does not. */
export const units = ['impressions', 'sheets', 'feet', 'metres', 'hours', 'items', 'unknown'] as const
export type Unit = (typeof units)[number]

/** The kind of job that moved the meter (PWG 5106.1); `total` is all of them. */
export const works = ['total', 'print', 'copy', 'scan', 'fax', 'other'] as const
export type Work = (typeof works)[number]

/** Which colour mode is counted; `highlight` is one or two colours besides black, where the printer tells it apart. */
export const colours = ['all', 'mono', 'full', 'highlight'] as const
export type Colour = (typeof colours)[number]

/** `large` is ISO A3 / ledger and above, `small` the rest. */
export const sizes = ['all', 'small', 'large'] as const
/** A size class, or a media name as the printer gives it (`A4`, `Letter`). */
export type Size = (typeof sizes)[number] | (string & {})

/** One-sided, two-sided, or both together. */
export const sides = ['all', 'simplex', 'duplex'] as const
export type Sides = (typeof sides)[number]

/** How well an instruction is known to mean what it says: A proved by sums on real devices, B vendor text or three sources, C two, D one. */
export const confidences = ['A', 'B', 'C', 'D'] as const
export type Confidence = (typeof confidences)[number]

/** The five coordinates that name a meter. */
export interface MeterName {
  readonly unit: Unit
  readonly work: Work
  readonly colour: Colour
  readonly size: Size
  readonly sides: Sides
}

/** Where a value came from: the objects that said it, and the profile rule that read them. */
export interface Provenance {
  /** Object instances in dotted form, in the order they were used. */
  readonly objects: readonly string[]
  /** Profile that holds the rule, e.g. `standard`. */
  readonly profile: string
  readonly confidence: Confidence
}

/** One lifetime counter of one device at one moment. `value` never loses precision: Counter64 passes 2^53. */
export interface Meter extends MeterName {
  readonly value: bigint
  readonly source: Provenance
}

/** The one text form of a meter's name, `work.colour.size.sides/unit`, unique and stable; Central keys layouts by it. */
export function meterKey(name: MeterName): string {
  return `${name.work}.${name.colour}.${name.size}.${name.sides}/${name.unit}`
}

/** Orders meters for people: totals first, then by work, colour, size, sides, in the order of the lists above; media names last, by name. */
export function compareMeters(a: MeterName, b: MeterName): number {
  return (
    works.indexOf(a.work) - works.indexOf(b.work) ||
    colours.indexOf(a.colour) - colours.indexOf(b.colour) ||
    sizeRank(a.size) - sizeRank(b.size) ||
    // By their letters' codes: the order is part of what is signed, and must not change with a table of languages.
    (a.size === b.size ? 0 : a.size < b.size ? -1 : 1) ||
    sides.indexOf(a.sides) - sides.indexOf(b.sides) ||
    units.indexOf(a.unit) - units.indexOf(b.unit)
  )
}

const sizeRanks: ReadonlyMap<string, number> = new Map(sizes.map((size, rank) => [size, rank]))

function sizeRank(size: Size): number {
  return sizeRanks.get(size) ?? sizes.length
}
