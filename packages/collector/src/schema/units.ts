/** Unit labels a profile may use besides the model's own words: printers count in steps that people do not. */
import { type SupplyUnit, supplyUnits } from '@platen/model'

/** Label -> the unit it becomes, and how many of the printer's steps make one (RFC 3805 PrtMarkerSuppliesSupplyUnitTC 13 and 15). */
export const tenths: Readonly<Record<string, { readonly unit: SupplyUnit; readonly per: number }>> = {
  tenthsOfGrams: { unit: 'grams', per: 10 },
  tenthsOfMillilitres: { unit: 'millilitres', per: 10 },
}

/** Every label a supply's or tray's unit may carry. */
export const unitLabels: readonly string[] = [...supplyUnits, ...Object.keys(tenths)]

/** The units of a medium's size (RFC 3805 PrtMediaUnitTC). */
export const sizeUnits = ['tenThousandthsOfInches', 'micrometres', 'unknown'] as const
