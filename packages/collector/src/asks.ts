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

/** One question: instances by GET, or runs side by side by GETBULK, single instances before them. */
export type Ask =
  | { readonly by: 'get'; readonly objects: readonly string[] }
  | {
      readonly by: 'bulk'
      /** Asked by the name before theirs, answered once each. */
      readonly once: readonly string[]
      readonly runs: readonly Run[]
      readonly repetitions: number
    }

/** What a device takes: objects in a question, cells and octets in an answer, and how far it serves GETBULK. */
export interface AskLimits {
  readonly batch: number
  readonly cells: number
  readonly octets: number
  readonly bulk: boolean
  /** Whether single instances may stand in a GETBULK (non-repeaters); agents exist that take them for rows. */
  readonly once: boolean
}

/** Octets both ways, about: of a question without objects; around a name that goes out; around a name that comes back, with its value. */
const QUESTION = 90
const AROUND_NAME = 6
const AROUND_CELL = 10
/** A question more than the first is worth so many octets: it costs a round trip. */
const ROUND_TRIP = 150
/** Longest stretch of a run that is asked in one go. */
const MOST_REPETITIONS = 16

/** Octets of a name, about: most numbers in it have one or two digits, and one octet. */
const octetsOf = (name: string): number => name.length >> 1
const cellOctets = (name: string): number => octetsOf(name) + AROUND_CELL
const bothWays = (name: string): number => octetsOf(name) + AROUND_NAME + cellOctets(name)

/** Puts what is wanted into questions; what comes first of the single instances is asked first, so that a stranger is noticed at once. */
export function packAsks(singles: readonly string[], runs: readonly Run[], limits: AskLimits): readonly Ask[] {
  let best: Cut | null = null
  for (const repetitions of lengthsOf(runs, limits)) {
    const made = cutAll(runs, repetitions, limits)
    if (made !== null && (best === null || made.octets < best.octets)) best = made
  }
  if (best === null) return []
  const questions = new Questions(best.repetitions, limits)
  for (const object of singles) questions.addSingle(object)
  for (const stretch of best.stretches) questions.addStretch(stretch)
  for (const object of best.singles) questions.addSingle(object)
  return questions.asks()
}

/** Lengths that stretches may have: those of the runs, and halves and thirds of long ones; 0 asks for every cell by name. */
function lengthsOf(runs: readonly Run[], { bulk }: AskLimits): ReadonlySet<number> {
  const lengths = new Set([0, 1])
  if (!bulk) return lengths
  for (const { cells, ends } of runs) {
    const length = cells.length + (ends === undefined ? 0 : 1)
    for (const parts of length > 4 ? [1, 2, 3, 4] : [1]) {
      const part = Math.ceil(length / parts)
      if (part <= MOST_REPETITIONS) lengths.add(part)
    }
  }
  return lengths
}

/** All runs cut into stretches of one length, with what is left over as single instances, and what it costs in octets. */
interface Cut {
  readonly repetitions: number
  readonly singles: readonly string[]
  readonly stretches: readonly Run[]
  readonly octets: number
}

/** Null if some end cannot be asked so. */
function cutAll(runs: readonly Run[], repetitions: number, limits: AskLimits): Cut | null {
  const singles: string[] = []
  const stretches: Run[] = []
  for (const run of runs) {
    if (repetitions === 0 && run.ends !== undefined) return null
    cut(run, repetitions, { singles, stretches })
  }
  let names = 0
  let answers = 0
  for (const object of singles) {
    names += octetsOf(object) + AROUND_NAME
    answers += cellOctets(object)
  }
  for (const { after } of stretches) {
    names += octetsOf(after) + AROUND_NAME
    answers += repetitions * cellOctets(after)
  }
  const questions = Math.max(
    (singles.length + stretches.length) / limits.batch,
    (singles.length + stretches.length * repetitions) / limits.cells,
    answers / limits.octets,
  )
  const octets = names + answers + Math.ceil(questions) * (QUESTION + ROUND_TRIP)
  return { repetitions, singles, stretches, octets }
}

/** Questions that fill up, each into the first that has room. */
class Questions {
  readonly #open: { readonly singles: string[]; readonly runs: Run[]; octets: number }[] = []
  readonly #repetitions: number
  readonly #limits: AskLimits

  constructor(repetitions: number, limits: AskLimits) {
    this.#repetitions = repetitions
    this.#limits = limits
  }

  addSingle(object: string): void {
    const { batch, cells, octets: most, once } = this.#limits
    const octets = cellOctets(object)
    const found = this.#open.find((open) => {
      const { singles, runs } = open
      if (singles.length + runs.length >= batch || open.octets + octets > most) return false
      return runs.length === 0 || (once && singles.length + 1 + runs.length * this.#repetitions <= cells)
    })
    if (found === undefined) this.#open.push({ singles: [object], runs: [], octets })
    else {
      found.singles.push(object)
      found.octets += octets
    }
  }

  addStretch(run: Run): void {
    const { batch, cells, octets: most, once } = this.#limits
    const octets = this.#repetitions * cellOctets(run.after)
    const found = this.#open.find((open) => {
      const { singles, runs } = open
      if (singles.length + runs.length >= batch || open.octets + octets > most) return false
      return (once || singles.length === 0) && singles.length + (runs.length + 1) * this.#repetitions <= cells
    })
    if (found === undefined) this.#open.push({ singles: [], runs: [run], octets })
    else {
      found.runs.push(run)
      found.octets += octets
    }
  }

  asks(): readonly Ask[] {
    return this.#open.map(({ singles, runs }) =>
      runs.length === 0
        ? { by: 'get', objects: singles }
        : { by: 'bulk', once: singles, runs, repetitions: this.#repetitions },
    )
  }
}

/** The name before an instance's: whoever is asked for the next one answers the instance, if it is there. */
export function nameBefore(object: string): string {
  const dot = object.lastIndexOf('.')
  const last = Number(object.slice(dot + 1))
  return last === 0 ? object.slice(0, dot) : `${object.slice(0, dot)}.${last - 1}`
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
  const asStretch = octetsOf(after) + AROUND_NAME + repetitions * cellOctets(after)
  const isCheaper = rest <= repetitions && asStretch < rest * bothWays(after)
  if (rest > 0 && (isCheaper || (ends !== undefined && rest < repetitions))) stretch(rest)
  else if (rest > 0 || (cells.length === 0 && ends !== undefined)) {
    to.singles.push(...cells.slice(at))
    if (ends !== undefined) to.stretches.push({ after: cells.at(-1) ?? run.after, cells: [], ends })
  }
}
