/**
 * How known objects are asked again in as few octets as it takes: single instances by GET, where a name goes out and comes back, and
 * neighbours in one column by GETBULK, where one name goes out for all of them. An answer under another name says that rows changed.
 */
import { z } from 'zod'
import { objectSchema } from './schema/term.ts'

export const runSchema = z.strictObject({
  /** The instance before the first cell, or the column. */
  after: objectSchema,
  /** Instances that follow one another in the device's order. */
  cells: z.array(objectSchema).max(512),
  /** The column that must be at its end behind the last cell. */
  ends: objectSchema.optional(),
})
/** Neighbours in one column. */
export type Run = z.infer<typeof runSchema>

/** One question: instances by GET, or runs side by side by GETBULK. */
export type Ask =
  | { readonly by: 'get'; readonly objects: readonly string[] }
  | { readonly by: 'bulk'; readonly runs: readonly Run[]; readonly repetitions: number }

/** What a device takes: objects in a GET, cells in an answer, and whether it serves GETBULK. */
export interface AskLimits {
  readonly batch: number
  readonly cells: number
  readonly bulk: boolean
}

/** Octets both ways, about: of a question without objects, of a name that goes out, of a cell that comes back. */
const QUESTION = 90
const NAME = 20
const CELL = 23
/** A question more than this many is worth so many octets of each kind: it costs a round trip. */
const FEW_QUESTIONS = 3
const ROUND_TRIP = 150
/** Longest stretch of a run that is asked in one go. */
const MOST_REPETITIONS = 16

/** Puts what is wanted into questions; what comes first of the single instances is asked first, so that a stranger is noticed at once. */
export function packAsks(singles: readonly string[], runs: readonly Run[], limits: AskLimits): readonly Ask[] {
  const most = limits.bulk ? MOST_REPETITIONS : 1
  let best: { readonly asks: readonly Ask[]; readonly octets: number } | null = null
  for (let repetitions = 0; repetitions <= most; repetitions++) {
    const packed = packWith(repetitions, { first: singles, runs, limits })
    if (packed !== null && (best === null || packed.octets < best.octets)) best = packed
  }
  return best?.asks ?? []
}

interface Wanted {
  readonly first: readonly string[]
  readonly runs: readonly Run[]
  readonly limits: AskLimits
}

/** All runs cut into stretches of one length, and what is left over as single instances; null if some end cannot be asked so. */
function packWith(
  repetitions: number,
  { first, runs, limits }: Wanted,
): { asks: readonly Ask[]; octets: number } | null {
  const singles = [...first]
  const stretches: Run[] = []
  for (const run of runs) {
    if (repetitions === 0 && run.ends !== undefined) return null
    cut(run, repetitions, { singles, stretches })
  }
  const asks: Ask[] = []
  for (let at = 0; at < singles.length; at += limits.batch)
    asks.push({ by: 'get', objects: singles.slice(at, at + limits.batch) })
  const side = Math.min(limits.batch, Math.max(1, Math.floor(limits.cells / Math.max(1, repetitions))))
  for (let at = 0; at < stretches.length; at += side)
    asks.push({ by: 'bulk', runs: stretches.slice(at, at + side), repetitions })
  const octets =
    asks.length * QUESTION +
    singles.length * (NAME + CELL) +
    stretches.length * (NAME + repetitions * CELL) +
    Math.max(0, asks.length - FEW_QUESTIONS) * ROUND_TRIP
  return { asks, octets }
}

/** Whole stretches, and the rest the cheaper way: one by one, or in a stretch that runs past what is wanted. */
function cut(run: Run, repetitions: number, to: { readonly singles: string[]; readonly stretches: Run[] }): void {
  const { cells, ends } = run
  let at = 0
  let { after } = run
  const stretch = (length: number): void => {
    const part = cells.slice(at, at + length)
    const isLast = ends !== undefined && at + part.length === cells.length && part.length < repetitions
    to.stretches.push({ after, cells: part, ...(isLast ? { ends } : {}) })
    at += part.length
    after = part.at(-1) ?? after
    if (ends !== undefined && at === cells.length && !isLast) to.stretches.push({ after, cells: [], ends })
  }
  while (repetitions > 1 && cells.length - at >= repetitions) stretch(repetitions)
  const rest = cells.length - at
  const isCheaper = rest <= repetitions && NAME + repetitions * CELL < rest * (NAME + CELL)
  if (rest > 0 && (isCheaper || (ends !== undefined && rest < repetitions))) stretch(rest)
  else if (rest > 0 || (cells.length === 0 && ends !== undefined)) {
    to.singles.push(...cells.slice(at))
    if (ends !== undefined) to.stretches.push({ after: cells.at(-1) ?? run.after, cells: [], ends })
  }
}
