/**
 * How far instructions may reach: the branches of the object tree a profile may name, and the bounds of what is asked of
 * one device. Checked when a profile is compiled and once more wherever instructions arrive, so that no bundle, however
 * well signed, makes an Onsite read jobs, users, address tables or panel text.
 */

/** Branches every profile may read: identity, MAC of the polled interface, printer devices, Printer-MIB, PWG port monitor MIB. */
const STANDARD_ALLOWED: readonly string[] = [
  '1.3.6.1.2.1.1',
  '1.3.6.1.2.1.2.2.1.6',
  '1.3.6.1.2.1.4.20.1.2',
  '1.3.6.1.2.1.25.3',
  '1.3.6.1.2.1.43',
  '1.3.6.1.4.1.2699.1.2',
]

/** Never read, even below an allowed branch: operator and service person (RFC 3805 prtGeneral 4 and 5), panel text and lights. */
const ALWAYS_DENIED: readonly string[] = [
  '1.3.6.1.2.1.43.5.1.1.4',
  '1.3.6.1.2.1.43.5.1.1.5',
  '1.3.6.1.2.1.43.16',
  '1.3.6.1.2.1.43.17',
]

const ENTERPRISES = '1.3.6.1.4.1'

/** What one device may be asked at most. A full read of the largest device measured is 80 objects in 14 tables. */
export const bounds = { objects: 400, tables: 16, rows: 512, answers: 4_096 } as const

/** Branches under 1.3.6.1.4.1 that a profile names for itself, and the parts of them it forbids itself. */
interface Reach {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

/** Why an object or column may not be asked, or null if it may. */
export function outOfReach(object: string, reach: Reach): string | null {
  const denied = [...ALWAYS_DENIED, ...reach.deny].find((branch) => overlaps(object, branch))
  if (denied !== undefined) return `${object} touches the denied branch ${denied}`
  const allowed = [...STANDARD_ALLOWED, ...reach.allow].some((branch) => liesIn(object, branch))
  return allowed ? null : `${object} lies outside the allowed branches`
}

/** Why a branch may not be added to a profile's reach, or null: only parts of one enterprise, never an enterprise as a whole. */
export function badBranch(branch: string): string | null {
  const depth = branch.split('.').length - ENTERPRISES.split('.').length
  if (liesIn(branch, ENTERPRISES) && depth >= 2) return null
  return `${branch} is not a part of one enterprise's branch`
}

/** Whether a dotted object is the branch or lies below it. */
export function liesIn(object: string, branch: string): boolean {
  return object === branch || object.startsWith(`${branch}.`)
}

function overlaps(one: string, other: string): boolean {
  return liesIn(one, other) || liesIn(other, one)
}
