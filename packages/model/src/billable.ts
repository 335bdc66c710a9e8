/**
 * Which meters of a reading may be billed. What is known of a counter from one or two sources only (C, D) is read and shown, but money
 * follows it only where the device's own sums agree: then the device has proved what the sources say. What is known well is billed, but not
 * without a word where the device contradicts itself.
 */
import { type Confidence, type MeterName, meterKey } from './meter.ts'
import type { Check, CheckName, Reading } from './reading.ts'

type Fits = (name: MeterName) => boolean

const isPlain =
  (...axes: readonly ('colour' | 'size' | 'sides')[]): Fits =>
  (name) =>
    name.unit === 'impressions' && axes.every((axis) => name[axis] === 'all')
const total: Fits = (name) => name.work === 'total'
const scans: Fits = (name) => name.unit === 'items' && name.work === 'scan' && isWhole(name)

function isWhole({ colour, size, sides }: MeterName): boolean {
  return colour === 'all' && size === 'all' && sides === 'all'
}

/** The parts that each check adds up, by what it compares (see `checkNames`); none where it adds nothing up. */
const parts: Readonly<Record<CheckName, Fits>> = {
  lifeCount: () => false,
  worksTotal: (name) => isPlain('colour', 'size', 'sides')(name) && !total(name),
  coloursTotal: (name) => isPlain('size', 'sides')(name) && total(name) && name.colour !== 'all',
  sizesTotal: (name) => isPlain('colour', 'sides')(name) && total(name) && name.size !== 'all',
  sidesTotal: (name) => isPlain('colour', 'size')(name) && total(name) && name.sides !== 'all',
  printColours: (name) => isPlain('size', 'sides')(name) && name.work === 'print' && name.colour !== 'all',
  copyColours: (name) => isPlain('size', 'sides')(name) && name.work === 'copy' && name.colour !== 'all',
  duplexColours: (name) => isPlain('size')(name) && total(name) && name.sides === 'duplex' && name.colour !== 'all',
  scanPurposes: () => false,
}

/** The whole that each check holds its parts, or another source, against. */
const wholes: Readonly<Record<CheckName, Fits>> = {
  lifeCount: (name) => total(name) && isWhole(name),
  worksTotal: (name) => isPlain('colour', 'size', 'sides')(name) && total(name),
  coloursTotal: (name) => isPlain('colour', 'size', 'sides')(name) && total(name),
  sizesTotal: (name) => isPlain('colour', 'size', 'sides')(name) && total(name),
  sidesTotal: (name) => isPlain('colour', 'size', 'sides')(name) && total(name),
  printColours: (name) => isPlain('colour', 'size', 'sides')(name) && name.work === 'print',
  copyColours: (name) => isPlain('colour', 'size', 'sides')(name) && name.work === 'copy',
  duplexColours: (name) => isPlain('colour', 'size')(name) && total(name) && name.sides === 'duplex',
  scanPurposes: scans,
}

/**
 * Why a meter is not simply billed: too few sources tell of it and no sum of the device holds with it; or enough do, and a sum of this very
 * reading that it is part or whole of does not hold.
 */
export const doubts = ['unproved', 'disputed'] as const
export type Doubt = (typeof doubts)[number]

/** The meters of a reading that are in doubt, by key; all others may be billed. A sum that holds proves what another leaves in doubt. */
export function doubtsOf({ meters, checks }: Pick<Reading, 'meters' | 'checks'>): ReadonlyMap<string, Doubt> {
  // Two zeros agree about nothing.
  const proved = new Set(checks.flatMap((check) => (check.holds && check.left > 0n ? provedBy(check, meters) : [])))
  const disputed = new Set(checks.flatMap((check) => (check.holds ? [] : touchedBy(check, meters))))
  const found = new Map<string, Doubt>()
  for (const meter of meters) {
    const key = meterKey(meter)
    if (proved.has(key)) continue
    const doubt = isKnownByFew(meter.source.confidence) ? 'unproved' : disputed.has(key) ? 'disputed' : null
    if (doubt !== null) found.set(key, doubt)
  }
  return found
}

/** Whether a rating alone does not let a meter be billed (C, D). */
export function isKnownByFew(confidence: Confidence): boolean {
  return confidence === 'C' || confidence === 'D'
}

/** The meters that a sum which does not hold leaves in doubt: every part of it and the whole. */
function touchedBy({ name }: Check, meters: Reading['meters']): readonly string[] {
  const bare = bareName(name)
  if (!isCheck(bare)) return [bare]
  return meters.filter((meter) => parts[bare](meter) || wholes[bare](meter)).map(meterKey)
}

/** The meters a sum proves: only if they are all of it, since a meter beside the sum is not in it. */
function provedBy({ name, left }: Check, meters: Reading['meters']): readonly string[] {
  const bare = bareName(name)
  if (!isCheck(bare)) return meters.flatMap((meter) => (meterKey(meter) === bare ? [bare] : []))
  const added = meters.filter(parts[bare])
  const whole = meters.filter((meter) => wholes[bare](meter) && meter.value === left)
  const isAll = added.reduce((sum, { value }) => sum + value, 0n) === left
  return [...(isAll ? added : []), ...whole].map(meterKey)
}

/** A check's name without the row it is of. */
function bareName(name: string): string {
  return name.split(' ', 1)[0] ?? name
}

function isCheck(name: string): name is CheckName {
  return Object.hasOwn(parts, name)
}
