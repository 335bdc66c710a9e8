/** Which meters of a device are shown at once, and which only on demand. Pure. */
import { type MeterName, sizes } from '@platen/model'

/** Single media sizes from which on they are folded: fewer cost less room than the button that would show them. */
const many = 4

/** Splits meters into those of all sizes or of a size class, and those of one medium each (`A4`, `Letter`): some makers count thirty. */
export function foldMeters<Meter extends MeterName>(
  meters: readonly Meter[],
): { readonly shown: readonly Meter[]; readonly folded: readonly Meter[] } {
  const classes: readonly string[] = sizes
  const folded = meters.filter(({ size }) => !classes.includes(size))
  if (folded.length < many) return { shown: meters, folded: [] }
  return { shown: meters.filter(({ size }) => classes.includes(size)), folded }
}
