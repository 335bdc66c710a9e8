/**
 * Which meters of a reading may be billed. What is known of a counter from one or two sources only (C, D) is read and shown, but money
 * follows it only where the device's own sums agree: then the device has proved what the sources say.
 */
import { type MeterName, meterKey } from './meter.ts'
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

/** Keys of the meters that may be billed: rated A or B, or a part or the whole of a sum of this reading that holds and is not zero. */
export function billable({ meters, checks }: Pick<Reading, 'meters' | 'checks'>): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const meter of meters)
    if (meter.source.confidence === 'A' || meter.source.confidence === 'B') keys.add(meterKey(meter))
  // Two zeros agree about nothing.
  for (const check of checks)
    if (check.holds && check.left > 0n) for (const key of provedBy(check, meters)) keys.add(key)
  return keys
}

/** The meters a sum proves: only if they are all of it, since a meter beside the sum is not in it. */
function provedBy({ name, left }: Check, meters: Reading['meters']): readonly string[] {
  const [bare = name] = name.split(' ')
  if (!isCheck(bare)) return meters.flatMap((meter) => (meterKey(meter) === bare ? [bare] : []))
  const added = meters.filter(parts[bare])
  const whole = meters.filter((meter) => wholes[bare](meter) && meter.value === left)
  const isAll = added.reduce((sum, { value }) => sum + value, 0n) === left
  return [...(isAll ? added : []), ...whole].map(meterKey)
}

function isCheck(name: string): name is CheckName {
  return Object.hasOwn(parts, name)
}
