/** Doubts about meters as Central keeps them: one small number for each meter that may not simply be billed, none for all others. */
import { type Doubt, doubtsOf, type Meter, type Reading } from '@platen/model'

/** Twice the place of each meter in doubt, plus 1 where it is disputed; in the order of the layout. */
export function doubtNumbers(
  ordered: readonly (readonly [key: string, meter: Meter])[],
  checks: Reading['checks'],
): readonly number[] {
  const found = doubtsOf({ meters: ordered.map(([, meter]) => meter), checks })
  return ordered.flatMap(([key], place) => {
    const doubt = found.get(key)
    return doubt === undefined ? [] : [2 * place + (doubt === 'disputed' ? 1 : 0)]
  })
}

/** The doubts about a row's meters by their places in its layout. */
export function doubtsAt(numbers: readonly number[] | null): ReadonlyMap<number, Doubt> {
  return new Map((numbers ?? []).map((number) => [number >> 1, number % 2 === 1 ? 'disputed' : 'unproved']))
}
