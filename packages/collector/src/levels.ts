/** Levels as RFC 3805 means them: -1, -2 and -3 are words, not numbers, and a number counts only against a capacity. */
import type { Level, MissReason } from '@platen/model'
import type { Missed } from './misses.ts'

/** A level, and what was wrong with the numbers if something was. */
export interface ReadLevel {
  readonly level: Level
  readonly trouble: { readonly reason: MissReason; readonly missed: Missed } | null
}

/** A new cartridge may hold more than its rated amount; above twice as much the number is garbage (measured: 143065 of 100). */
const OVERFULL = 2

/**
 * Makes a level of the two numbers; null where the device did not say one. Percent needs no capacity (RFC 3805
 * PrtMarkerSuppliesSupplyUnitTC 19), and `per` are the device's steps in one unit.
 */
export function readLevel(said: {
  level: number | null
  capacity: number | null
  isPercent: boolean
  per: number
}): ReadLevel {
  const { level, capacity, isPercent, per } = said
  if (level === null || level === -2) return plain('unknown')
  if (level === -3) return plain('some')
  if (level === -1) return plain('unlimited')
  if (level < 0) return unknown('implausible', { code: 'noLevel', level })
  const full = isPercent ? 100 : capacity
  if (full === null || full <= 0) return unknown('absent', { code: 'noCapacity', level })
  if (level > full * OVERFULL) return unknown('implausible', { code: 'overfull', level, capacity: full })
  return { level: { kind: 'measured', left: level / per, capacity: full / per }, trouble: null }
}

function plain(kind: 'unknown' | 'some' | 'unlimited'): ReadLevel {
  return { level: { kind }, trouble: null }
}

function unknown(reason: MissReason, missed: Missed): ReadLevel {
  return { level: { kind: 'unknown' }, trouble: { reason, missed } }
}
