/** What `npm run record` tells the person who waits for it. */
import type { Capture, Step } from './capture.ts'

/** One line of progress, short enough for a terminal. */
export function progressLine(
  capture: Capture,
  { requests, octets, seconds }: { readonly requests: number; readonly octets: number; readonly seconds: number },
  next: string,
): string {
  const cost = `${requests} requests, ${Math.ceil(octets / 1_000)} kB, ${Math.floor(seconds)} s`
  return `${cost}, ${capture.rows.length} objects${next === '' ? '' : `: ${next}`}`.slice(0, 110)
}

/** What is to be known at the end. */
export interface Ending {
  readonly out: string
  readonly cost: { readonly requests: number; readonly octets: number; readonly seconds: number }
  readonly masked: string
  readonly cutTexts: number
}

/** The last words: what was read, what was not and why, what was masked, and what to do next. */
export function endingLines(capture: Capture, { out, cost, masked, cutTexts }: Ending): readonly string[] {
  const { requests, octets, seconds } = cost
  const isStandard = capture.profile.profile === 'standard'
  const short = capture.steps.filter(({ end }) => end !== 'whole')
  return [
    `${out}: ${capture.rows.length} objects, ${requests} requests, ${octets} octets, ${seconds.toFixed(1)} s`,
    `masked: ${masked}. Look through the file for names of people and places that no rule knows; --mask TEXT masks them too.`,
    ...(cutTexts === 0 ? [] : [`${cutTexts} texts are longer than is kept and were cut`]),
    ...capture.passed.map((branch) => `left out ${branch}: it holds jobs, people or passwords`),
    ...short.map(shortLine),
    ...(capture.isWhole ? [] : [`not all of it was read; go on with the same words and --resume`]),
    isStandard
      ? `no profile knows this device. Next: npm run draft -- ${out}`
      : `the profile ${capture.profile.profile} knows this device. Next: npm run explain -- ${out}`,
  ]
}

/** Why a branch is not whole, in words. */
function shortLine({ branch, end, kept, detail, most }: Step): string {
  switch (end) {
    case 'bound':
      return `${branch}: cut after ${kept} objects; it has more than ${most}`
    case 'disordered':
      return `${branch}: the device repeats itself or goes back; ${kept} objects were kept (${detail})`
    case 'failed':
      return `${branch}: ${kept} objects, then an error (${detail})`
    case 'silent':
      return `${branch}: ${kept} objects, then no answer`
    case 'budget':
      return `${branch}: ${kept} objects, then stopped: ${SPENT[detail] ?? detail}`
    case 'whole':
      return `${branch}: ${kept} objects`
  }
}

const SPENT: Readonly<Record<string, string>> = {
  requests: 'as many requests as --requests allows',
  octets: 'as many octets as --octets allows',
  time: 'as long as --seconds allows',
  stopped: 'by you',
}
