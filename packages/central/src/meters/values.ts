/** Meters out of a row: their values stand in the order of the row's layout. */

/** The value that stands for the meter at `place` of a layout. @throws where there is none: a zero would be an invention. */
export function valueAt(values: readonly bigint[], place: number): string {
  const value = values[place]
  if (value === undefined) throw new Error(`a row has ${values.length} values and its layout a meter at ${place}`)
  return value.toString()
}
