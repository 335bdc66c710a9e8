/**
 * Supplies and trays: what a device consumes or fills, with a level that says only what the printer said.
 */
import type { Provenance } from './meter.ts'

/** How full a supply is, as far as the printer says. RFC 3805 gives -1, -2 and -3 meanings; they are kept, never turned into numbers. */
export type Level =
  /** `left` of `capacity`, both in the supply's own unit. For a receptacle `left` is the space left (RFC 3805 prtMarkerSuppliesLevel). */
  | { readonly kind: 'measured'; readonly left: number; readonly capacity: number }
  /** -3: there is some, the printer cannot say how much. */
  | { readonly kind: 'some' }
  /** -1: the printer places no limit. */
  | { readonly kind: 'unlimited' }
  /** -2, no answer, or a number without a capacity to measure it by. */
  | { readonly kind: 'unknown' }

/** prtMarkerSuppliesClass: consumed goes down, a receptacle fills up. */
export const supplyClasses = ['consumed', 'receptacle', 'other'] as const
export type SupplyClass = (typeof supplyClasses)[number]

/** Groups of PrtMarkerSuppliesTypeTC that a service person tells apart; `maintenanceKit` covers fuser, transfer, rollers and cleaners. */
export const supplyKinds = [
  'toner',
  'ink',
  'drum',
  'developer',
  'fuser',
  'transfer',
  'maintenanceKit',
  'waste',
  'staples',
  'ribbon',
  'wax',
  'other',
] as const
export type SupplyKind = (typeof supplyKinds)[number]

/** What a supply's numbers count (PrtMarkerSuppliesSupplyUnitTC, the ones met in the field). */
export const supplyUnits = [
  'impressions',
  'sheets',
  'percent',
  'grams',
  'millilitres',
  'metres',
  'hours',
  'items',
  'other',
  'unknown',
] as const
export type SupplyUnit = (typeof supplyUnits)[number]

/** One consumable or receptacle of a device. */
export interface Supply {
  /** prtMarkerSuppliesIndex, or the code of the record it was read from: unique within the reading, not stable across firmware. */
  readonly index: string
  readonly kind: SupplyKind
  readonly class: SupplyClass
  /** RFC 3805 colorant value in lower case (`black`, `cyan`, ...), or null when it has none. */
  readonly colorant: string | null
  readonly description: string
  readonly partNumber: string | null
  readonly serial: string | null
  readonly unit: SupplyUnit
  readonly level: Level
  readonly source: Provenance
}

/** A paper tray (prtInputTable). Sizes in micrometres, or null where the printer does not say. */
export interface Input {
  readonly index: string
  readonly name: string
  readonly media: string | null
  readonly feedMicrometres: number | null
  readonly crossFeedMicrometres: number | null
  readonly level: Level
  readonly unit: SupplyUnit
}

/** A tray that paper goes to (prtOutputTable): its level is the space left, as of a receptacle. */
export interface Output {
  readonly index: string
  readonly name: string
  readonly level: Level
  readonly unit: SupplyUnit
}

/** What is left in per cent, 0 to 100, or null where the printer did not measure. Never stored: it is a way of showing. */
export function percentLeft(level: Level): number | null {
  if (level.kind !== 'measured' || level.capacity <= 0) return null
  return Math.min(100, Math.max(0, (level.left / level.capacity) * 100))
}
