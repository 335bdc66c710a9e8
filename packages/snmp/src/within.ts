/** Numbers that callers give: nothing here may run for ever, or be asked of nobody, because a number was wrong. */

/** The number itself. @throws RangeError if it is no whole number within these bounds. */
export function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new RangeError(`${name} is ${value}, not a whole number from ${least} to ${most}`)
}
