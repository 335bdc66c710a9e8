/** Sets of whole numbers as sorted runs: what the scope is computed with, so that "may be asked" and "is asked" are one and the same set. */

/** All numbers from the first to the last. */
export interface Run {
  readonly from: bigint
  readonly to: bigint
}

/** The same numbers as sorted runs that neither touch nor overlap: what every other function here takes and gives. */
export function merge(runs: readonly Run[]): readonly Run[] {
  const merged: Run[] = []
  for (const { from, to } of [...runs].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = merged.at(-1)
    if (last === undefined || from > last.to + 1n) merged.push({ from, to })
    else if (to > last.to) merged[merged.length - 1] = { from: last.from, to }
  }
  return merged
}

/** The numbers that are in both. */
export function intersect(some: readonly Run[], others: readonly Run[]): readonly Run[] {
  const both: Run[] = []
  for (let one = 0, other = 0; ; ) {
    const [a, b] = [some[one], others[other]]
    if (a === undefined || b === undefined) return both
    const from = a.from > b.from ? a.from : b.from
    const to = a.to < b.to ? a.to : b.to
    if (from <= to) both.push({ from, to })
    if (a.to < b.to) one += 1
    else other += 1
  }
}

/** The numbers of the first that are not in the second. */
export function subtract(all: readonly Run[], gone: readonly Run[]): readonly Run[] {
  const left: Run[] = []
  let next = 0
  for (const { from, to } of all) {
    let at = from
    for (; ; next += 1) {
      const hole = gone[next]
      if (hole === undefined || hole.from > to) break
      if (hole.from > at) left.push({ from: at, to: hole.from - 1n })
      if (hole.to >= at) at = hole.to + 1n
      // A hole that goes on may reach into the next run.
      if (hole.to > to) break
    }
    if (at <= to) left.push({ from: at, to })
  }
  return left
}

/** Whether the number is in one of them. */
export function contains(runs: readonly Run[], value: bigint): boolean {
  let low = 0
  let high = runs.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const run = runs[middle]
    if (run === undefined) return false
    if (value < run.from) high = middle - 1
    else if (value > run.to) low = middle + 1
    else return true
  }
  return false
}

/** How many numbers there are. */
export function count(runs: readonly Run[]): bigint {
  return runs.reduce((sum, { from, to }) => sum + to - from + 1n, 0n)
}
