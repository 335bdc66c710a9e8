/** Supplies and trays of a device, with levels that say only what it said. */
import {
  type Cover,
  coverStates,
  type Input,
  type Output,
  type Supply,
  type SupplyUnit,
  supplyClasses,
  supplyKinds,
  supplyUnits,
} from '@platen/model'
import { cleanText } from './charset.ts'
import type { Facts } from './facts.ts'
import type { Row } from './grid.ts'
import { placeholdersOf } from './identity.ts'
import { labelKey } from './labels.ts'
import { type ReadLevel, readLevel } from './levels.ts'
import type { CoverPlan, FieldsPlan, InputPlan, OutputPlan, SupplyPlan } from './plan.ts'
import { bounds } from './reach.ts'
import type { Join } from './schema/profile.ts'
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
      if (plan.only !== null && facts.find(plan.only, row) === undefined) continue
      const supply = readSupply(facts, plan, row)
      if (supply === null) continue
      if (row !== undefined && plan.join === undefined) supplies.push(supply)
      else fill(supplies, supply, { join: plan.join ?? 'colour', adds: row === undefined })
    }
  }
  return withoutShared(facts.atMost(supplies, bounds.rows, 'supplies'))
}

/** No two cartridges have one serial number: what several say (met: the maker's name, four times) is none. */
function withoutShared(supplies: readonly Supply[]): readonly Supply[] {
  const seen = new Map<string, number>()
  for (const { serial } of supplies) if (serial !== null) seen.set(serial, (seen.get(serial) ?? 0) + 1)
  return supplies.map((supply) => ((seen.get(supply.serial ?? '') ?? 0) > 1 ? { ...supply, serial: null } : supply))
}

function fill(supplies: Supply[], supply: Supply, how: { readonly join: Join; readonly adds: boolean }): void {
  const same = supplies.filter((other) => isSame(other, supply, how.join))
  const [twin] = same
  if (twin === undefined && how.adds) supplies.push(supply)
  // Of two alike none can be told to be the one that was meant.
  if (twin !== undefined && same.length === 1) supplies[supplies.indexOf(twin)] = filled(twin, supply)
}

function isSame(one: Supply, other: Supply, join: Join): boolean {
  switch (join) {
    case 'index':
      return one.index === other.index
    case 'label':
      return one.description !== '' && labelKey(one.description) === labelKey(other.description)
    case 'colour':
      return one.kind === other.kind && one.class === other.class && one.colorant === other.colorant
  }
}

/** What the table left open, from the maker: a level that was not measured, a part number, a serial number. What was told stays. */
function filled(twin: Supply, supply: Supply): Supply {
  const takesLevel = twin.level.kind !== 'measured' && supply.level.kind === 'measured'
  const partNumber = twin.partNumber ?? supply.partNumber
  const serial = twin.serial ?? supply.serial
  if (!takesLevel && partNumber === twin.partNumber && serial === twin.serial) return twin
  const objects = [...new Set([...twin.source.objects, ...supply.source.objects])].slice(0, bounds.rows)
  const { level, unit, source } = takesLevel ? supply : twin
  return { ...twin, level, unit, partNumber, serial, source: { ...source, objects } }
}

/** One row of the supply table, or one supply of its own. */
function readSupply(facts: Facts, plan: SupplyPlan, row: Row | undefined): Supply | null {
  const isPlaceholder = placeholdersOf(facts, 'serial')
  const text = (field: 'partNumber' | 'serial'): string | null => {
    const said = facts.text(plan[field], row)?.value ?? ''
    return said === '' || isPlaceholder(said) ? null : said
  }
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

/** Reads every tray that paper goes to. */
export function readOutputs(facts: Facts): readonly Output[] {
  const outputs = facts.plan.outputs.flatMap((plan) =>
    facts.rows(plan.rows).flatMap((row) => readOutput(facts, plan, row) ?? []),
  )
  return facts.atMost(outputs, bounds.rows, 'outputs')
}

/** A row that tells neither a name nor a level belongs to something else that shares its indexes. */
function readOutput(facts: Facts, plan: OutputPlan, row: Row | undefined): Output | null {
  const index = row?.index ?? ''
  const { unit, level, objects } = measure(facts, plan, row, `output ${index}`)
  if (objects.length === 0 && facts.word(plan.name, row) === '') return null
  const output: Output = { index, name: facts.word(plan.name, row) || index, level, unit }
  facts.note(objects, () => `output ${index} '${output.name}': ${level.kind}`)
  return output
}

/** Reads every cover, by its words or its index. */
export function readCovers(facts: Facts): readonly Cover[] {
  const covers = facts.plan.covers.flatMap((plan) =>
    facts.rows(plan.rows).flatMap((row) => readCover(facts, plan, row) ?? []),
  )
  return facts.atMost(covers, bounds.rows, 'covers')
}

function readCover(facts: Facts, plan: CoverPlan, row: Row | undefined): Cover | null {
  const index = row?.index ?? ''
  const said = facts.text(plan.state, row)
  const description = facts.text(plan.description, row)
  // A row of neither belongs to something else that shares its indexes.
  if ((said === null || said.objects.length === 0) && description === null) return null
  const state = coverStates.find((one) => one === said?.value) ?? 'unknown'
  facts.note(said?.objects ?? [], () => `cover ${index} ${state}`)
  return { index, description: description?.value || index, state }
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
  if (read.trouble !== null) facts.miss(subject, read.trouble.reason, read.trouble.missed)
  return { unit, level: read.level, objects: level === null ? [] : [...level.objects, ...(capacity?.objects ?? [])] }
}
