/**
 * When to do what next: pure decisions over a clock reading and a throw of the dice. Thousands of Onsites share one Central, so nothing
 * here ever happens at the same second everywhere, and an error never makes anybody call sooner than success would have.
 */
import type { RecallJob } from '@platen/collector'

/** After a start the first contact is spread over two minutes: after a power cut a whole town starts at once. */
const FIRST_CONTACT_MS = 120_000
/** Between contacts when Central names no delay. */
export const CONTACT_MS = 15 * 60_000
/** Failures wait longer and longer up to this; jitter comes on top, so that a cap does not line everybody up. */
export const BACKOFF_CAP_MS = 15 * 60_000
/** Rounds begin up to this part of the interval late, and never more than five minutes. */
const ROUND_JITTER = 0.05
const ROUND_JITTER_CAP_MS = 5 * 60_000

/** Why printers are asked: everybody in scope, all that moves of known ones, parts of that, or the meters at the end of a period. */
export type LookKind = 'inventory' | 'round' | 'supplies' | 'status' | 'closing'

/** What each kind asks of a known printer, whether a silent one is asked in other ways too, and whether it is told as a round. */
export const KINDS: Readonly<
  Record<LookKind, { readonly kind: RecallJob['kind']; readonly insists: boolean; readonly isRound: boolean }>
> = {
  inventory: { kind: 'steady', insists: true, isRound: true },
  round: { kind: 'steady', insists: true, isRound: true },
  supplies: { kind: 'supplies', insists: false, isRound: false },
  status: { kind: 'status', insists: false, isRound: false },
  closing: { kind: 'meters', insists: false, isRound: false },
}

/** Milliseconds until the first contact after a start; `dice` is from 0 up to 1. */
export function firstContactDelay(dice: number): number {
  return dice * FIRST_CONTACT_MS
}

/** When the next round begins: the next place of a fixed grid, a little late. Rounds missed while one ran long are left out, not made up. */
export function nextRoundAt(grid: { anchor: number; now: number; intervalMinutes: number; dice: number }): number {
  const interval = grid.intervalMinutes * 60_000
  const place = Math.floor((grid.now - grid.anchor) / interval) + 1
  return grid.anchor + place * interval + grid.dice * Math.min(interval * ROUND_JITTER, ROUND_JITTER_CAP_MS)
}

/** Milliseconds until the next contact after one that worked: what Central asked for, exactly; else the usual with a quarter of jitter. */
export function nextContactDelay(asked: { serverSeconds: number | null; dice: number }): number {
  if (asked.serverSeconds !== null) return asked.serverSeconds * 1000
  return CONTACT_MS * (1 + asked.dice / 4)
}

/**
 * Milliseconds until the next try after so many failures in a row: doubling from the delay that success would have had, capped first, then
 * 0-100 % of jitter. A delay that Central gave wins if it is longer.
 */
export function retryDelay(failed: {
  normalMs: number
  failures: number
  serverSeconds: number | null
  dice: number
}): number {
  const doubled = failed.normalMs * 2 ** Math.min(failed.failures, 20)
  const capped = Math.max(failed.normalMs, Math.min(BACKOFF_CAP_MS, doubled))
  return Math.max((failed.serverSeconds ?? 0) * 1000, capped * (1 + failed.dice))
}
