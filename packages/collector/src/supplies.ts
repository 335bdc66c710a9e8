/** Supplies and trays of a device, with levels that say only what it said. */
import { type Input, type Supply, type SupplyUnit, supplyClasses, supplyKinds, supplyUnits } from '@platen/model'
import { cleanText } from './charset.ts'
import type { Facts } from './facts.ts'
import type { Row } from './grid.ts'
import { type ReadLevel, readLevel } from './levels.ts'
import type { FieldsPlan, InputPlan, SupplyPlan } from './plan.ts'
import { bounds } from './reach.ts'
import { tenths } from './schema/units.ts'

/** Characters of a row's index: eight arcs of ten digits fit. */
const MAX_INDEX = 128

/**
 * Reads every supply. Rules for one supply fill what the tables left open: where the same kind and colour is there without
 * a measured level, its level is put in; where it is not there, it is added.
 */
export function readSupplies(facts: Facts): readonly Supply[] {
  const supplies: Supply[] = []
  for (const plan of facts.plan.supplies) {
    for (const row of facts.rows(plan.rows)) {
      const supply = readSupply(facts, plan, row)
      if (supply !== null) add(supplies, supply, row === undefined)
    }
  }
  return facts.atMost(supplies, bounds.rows, 'supplies')
}

function add(supplies: Supply[], supply: Supply, refines: boolean): void {
  const isSame = (other: Supply): boolean =>
    other.kind === supply.kind && other.class === supply.class && other.colorant === supply.colorant
  const same = refines ? supplies.filter(isSame) : []
  const [twin] = same
  if (twin === undefined) supplies.push(supply)
  // Of two alike none can be told to be the one that was measured.
  else if (same.length === 1 && twin.level.kind !== 'measured') {
    const objects = [...twin.source.objects, ...supply.source.objects]
    supplies[supplies.indexOf(twin)] = {
      ...twin,
      level: supply.level,
      unit: supply.unit,
      source: { ...supply.source, objects },
    }
  }
}

/** One row of the supply table, or one supply of its own. */
function readSupply(facts: Facts, plan: SupplyPlan, row: Row | undefined): Supply | null {
  const text = (field: 'description' | 'partNumber' | 'serial'): string | null =>
    facts.text(plan[field], row)?.value || null
  const index = cleanText(facts.word(plan.index, row), MAX_INDEX)
  const { unit, level, objects } = measure(facts, plan, row, `supply ${index}`)
  // A single supply that the device's records do not hold is a supply this model does not have.
  if (row === undefined && objects.length === 0) return null
  const colorant = facts.word(plan.colorant, row).toLowerCase()
  const description = facts.text(plan.description, row)
  const supply: Supply = {
    index,
    kind: supplyKinds.find((one) => one === facts.word(plan.kind, row)) ?? 'other',
    class: supplyClasses.find((one) => one === facts.word(plan.class, row)) ?? 'other',
    colorant: colorant === '' || colorant === 'none' ? null : colorant,
    description: description?.value ?? '',
    partNumber: text('partNumber'),
    serial: text('serial'),
    unit,
    level,
    source: {
      objects: objects.length > 0 ? objects : (description?.objects ?? []),
      profile: facts.plan.profile.profile,
      confidence: plan.confidence,
    },
  }
  facts.note(
    [...supply.source.objects, ...(description?.objects ?? [])],
    () => `supply ${index} '${supply.description}': ${supply.level.kind}`,
  )
  return supply
}

/** Reads every tray, sizes in micrometres. */
export function readInputs(facts: Facts): readonly Input[] {
  const inputs = facts.plan.inputs.flatMap((plan) => facts.rows(plan.rows).map((row) => readInput(facts, plan, row)))
  return facts.atMost(inputs, bounds.rows, 'inputs')
}

/** A tray is named by its index if it has no name. */
function readInput(facts: Facts, plan: InputPlan, row: Row | undefined): Input {
  const index = row?.index ?? ''
  const sizeUnit = facts.word(plan.sizeUnit, row)
  const { unit, level, objects } = measure(facts, plan, row, `input ${index}`)
  const name = facts.word(plan.name, row)
  const input: Input = {
    index,
    name: name === '' ? index : name,
    media: facts.word(plan.media, row) || null,
    feedMicrometres: micrometres(facts.number(plan.feed, row, `input ${index} feed`)?.value, sizeUnit),
    crossFeedMicrometres: micrometres(facts.number(plan.crossFeed, row, `input ${index} cross feed`)?.value, sizeUnit),
    level,
    unit,
  }
  facts.note(objects, () => `input ${index} '${input.name}': ${level.kind}`)
  return input
}

/** RFC 3805 PrtMediaUnitTC: ten-thousandths of an inch are 2.54 micrometres; negative sizes mean unknown or any. */
function micrometres(size: number | undefined, unit: string): number | null {
  if (size === undefined || size < 0) return null
  if (unit === 'micrometres') return size
  return unit === 'tenThousandthsOfInches' ? Math.round(size * 2.54) : null
}

/** A level that was read. */
interface Measured {
  readonly unit: SupplyUnit
  readonly level: ReadLevel['level']
  readonly objects: readonly string[]
}

/** The level in its unit, with the objects that told it. */
function measure(
  facts: Facts,
  plan: FieldsPlan<'unit' | 'level' | 'capacity'>,
  row: Row | undefined,
  subject: string,
): Measured {
  const label = facts.word(plan.unit, row)
  const { unit, per } = tenths[label] ?? {
    unit: supplyUnits.find((one) => one === label) ?? ('unknown' as const),
    per: 1,
  }
  const level = facts.number(plan.level, row, `${subject} level`)
  const capacity = facts.number(plan.capacity, row, `${subject} capacity`)
  const read = readLevel({
    level: level?.value ?? null,
    capacity: capacity?.value ?? null,
    isPercent: unit === 'percent',
    per,
  })
  if (read.trouble !== null) facts.miss(subject, read.trouble.reason, read.trouble.detail)
  return { unit, level: read.level, objects: level === null ? [] : [...level.objects, ...(capacity?.objects ?? [])] }
}
