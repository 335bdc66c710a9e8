/** The meters of a device, each named once, and the sums they should keep. */
import {
  type Check,
  type Colour,
  colours,
  compareMeters,
  type Meter,
  type MeterName,
  meterKey,
  type Sides,
  sides,
  type Unit,
  units,
  type Work,
  works,
} from '@platen/model'
import type { Fact, Facts } from './facts.ts'
import { countIn, type Find, type Found } from './finder.ts'
import type { Row } from './grid.ts'
import { recordOf } from './observation.ts'
import type { MeterPlan } from './plan.ts'
import { bounds } from './reach.ts'
import type { CheckSide, Selector } from './schema/profile.ts'

/** Meters in the order people read them, checks, and the answers both came from. */
interface Metered {
  readonly meters: readonly Meter[]
  readonly checks: readonly Check[]
  readonly observation: Readonly<Record<string, string>>
}

/** Longest name of a medium that makes a meter of its own. */
const MAX_SIZE_NAME = 32
/** More meters than any device has. */
const MAX_METERS = 1_024

/** Reads every meter and check a profile has rules for. */
export function readMeters(facts: Facts): Metered {
  const sheet = new Sheet(facts)
  for (const plan of facts.plan.meters) sheet.readRule(plan)
  sheet.missTheAbsent()
  const meters = facts.atMost([...sheet.meters.values()].sort(compareMeters), MAX_METERS, 'meters')
  const checks = facts.atMost([...sheet.checks, ...readChecks(facts, meters, sheet)], bounds.rows, 'checks')
  return { meters, checks, observation: sheet.observation() }
}

/** The sheet that fills as rules are applied, in the order the profile gives them. */
class Sheet {
  readonly meters = new Map<string, Meter>()
  readonly checks: Check[] = []
  readonly #facts: Facts
  readonly #absent = new Set<string>()
  readonly #used = new Set<string>()

  constructor(facts: Facts) {
    this.#facts = facts
  }

  readRule(plan: MeterPlan): void {
    const rows = this.#facts.rows(plan.rule.rows)
    if (rows.length === 0 && plan.rule.rows !== undefined) this.#absent.add(plan.rule.rows)
    for (const row of rows) this.#readOne(plan, row, rows.length)
  }

  #readOne(plan: MeterPlan, row: Row | undefined, rows: number): void {
    const found = this.#facts.find(plan.value, row, (one) => (countIn(one) ?? -1n) >= 0n)
    if (found !== undefined) this.use(found.objects)
    const name = this.#nameOf(plan, row, found !== undefined)
    if (name === null) return
    const key = meterKey(name.value)
    if (found === undefined) {
      // A column without this row is a gap of the table, a scalar without an answer is something the device does not tell.
      if (row === undefined) this.#absent.add(key)
      return
    }
    const value = this.#countOf(found, key)
    if (value === null) return
    const label = `${plan.rule.name ?? key}${row !== undefined && rows > 1 ? ` ${row.index}` : ''}`
    if (this.#isTaken(key, { label, value, objects: found.objects })) return
    const objects = [...found.objects, ...name.objects].slice(0, bounds.rows)
    const source = { objects, profile: this.#facts.plan.profile.profile, confidence: plan.rule.confidence }
    this.meters.set(key, { ...name.value, value, source })
    this.#facts.note(found.objects, () => `meter ${key} = ${value}`)
    this.#facts.note(name.objects, () => `names meter ${key}`)
  }

  /** Two sources for one meter: the first rule is the meter, the other stays visible as a check. */
  #isTaken(key: string, other: Fact<bigint> & { readonly label: string }): boolean {
    const known = this.meters.get(key)
    if (known === undefined) return false
    const { label, value, objects } = other
    this.checks.push({ name: label, left: known.value, right: value, holds: known.value === value })
    this.#facts.note(objects, () => `check '${label}' ${value}`)
    return true
  }

  /** The meter's five coordinates, or null (and a miss, if there was a count) where one of them is no word of the model. */
  #nameOf(plan: MeterPlan, row: Row | undefined, hasValue: boolean): Fact<MeterName> | null {
    const objects: string[] = []
    const word = (axis: string | Find): string => {
      if (typeof axis === 'string') return axis
      const said = this.#facts.text(axis, row)
      if (said !== null) objects.push(...said.objects)
      return said?.value ?? ''
    }
    const name = nameFrom({
      unit: word(plan.unit),
      work: word(plan.work),
      colour: word(plan.colour),
      size: word(plan.size),
      sides: word(plan.sides),
    })
    this.use(objects)
    if (name !== null) return { value: name, objects }
    if (hasValue) this.#missName(plan, row)
    return null
  }

  #missName(plan: MeterPlan, row: Row | undefined): void {
    const labels = plan.labels.map((label) => this.#facts.text(label, row))
    this.use(labels.flatMap((label) => label?.objects ?? []))
    const said = labels.map((label) => `'${label?.value ?? ''}'`).join(', ')
    this.#facts.miss(
      `${plan.rule.rows ?? 'meter'} ${row?.index ?? ''}`.trim(),
      'malformed',
      `no meter is known by ${said}`,
    )
  }

  /** The count, or null and the reason why it is none. */
  #countOf(found: Found, key: string): bigint | null {
    const count = countIn(found)
    const { largestCount } = this.#facts.plan
    if (count === null) this.#facts.miss(key, 'malformed', `'${this.#facts.shown(found)}' is no count`)
    else if (count < 0n || count > largestCount) this.#facts.miss(key, 'implausible', `${count} is no count`)
    else return count
    return null
  }

  /** Answers that fed a meter or check, or would have: they travel with the reading, so that a better profile can read them again. */
  use(objects: readonly string[]): void {
    for (const object of objects) this.#used.add(object)
  }

  /** What no rule could give, in one miss: models differ in what they count, and a list is read where twenty misses are not. */
  missTheAbsent(): void {
    const missed = new Set(this.#facts.misses.map(({ subject }) => subject))
    const absent = [...this.#absent].filter((subject) => !this.meters.has(subject) && !missed.has(subject))
    if (absent.length > 0) this.#facts.miss('meters', 'absent', absent.join(', '))
  }

  observation(): Readonly<Record<string, string>> {
    const record: Record<string, string> = {}
    for (const object of this.#used) {
      const value = this.#facts.scene.answers.get(object)
      const text = value === undefined ? null : recordOf(value)
      if (text !== null) record[object] = text
    }
    return record
  }
}

type NameTexts = Readonly<Record<keyof MeterName, string>>

function nameFrom(texts: NameTexts): MeterName | null {
  const unit: Unit | undefined = units.find((one) => one === texts.unit)
  const work: Work | undefined = works.find((one) => one === texts.work)
  const colour: Colour | undefined = colours.find((one) => one === texts.colour)
  const side: Sides | undefined = sides.find((one) => one === texts.sides)
  const { size } = texts
  if (unit === undefined || work === undefined || colour === undefined || side === undefined) return null
  return size === '' || size.length > MAX_SIZE_NAME ? null : { unit, work, colour, size, sides: side }
}

/** The sums a profile says must hold, over the meters just read or over answers that are no meters. */
function readChecks(facts: Facts, meters: readonly Meter[], sheet: Sheet): Check[] {
  const checks: Check[] = []
  for (const { rule, left, right } of facts.plan.checks) {
    const sideOf = (side: CheckSide, find: typeof left): bigint | null => {
      if ('meters' in side) return sumOf(meters, side.meters)
      const found = find === null ? undefined : facts.find(find, undefined)
      if (found === undefined) return null
      sheet.use(found.objects)
      return countIn(found)
    }
    const sums = { left: sideOf(rule.left, left), right: sideOf(rule.right, right) }
    // A check with one side missing says nothing about the device's arithmetic.
    if (sums.left === null || sums.right === null) continue
    checks.push({ name: rule.name, left: sums.left, right: sums.right, holds: sums.left === sums.right })
  }
  return checks
}

/** Null where no meter is selected: nothing is not zero. */
function sumOf(meters: readonly Meter[], selector: Selector): bigint | null {
  const chosen = meters.filter((meter) => isChosen(meter, selector))
  return chosen.length === 0 ? null : chosen.reduce((sum, meter) => sum + meter.value, 0n)
}

function isChosen(meter: Meter, selector: Selector): boolean {
  return (
    meter.unit === selector.unit &&
    fits(meter.work, selector.work, 'total') &&
    fits(meter.colour, selector.colour, 'all') &&
    fits(meter.size, selector.size, 'all') &&
    fits(meter.sides, selector.sides, 'all')
  )
}

/** `each` is every part but the whole, so that parts can be held against it. */
function fits(value: string, wanted: string | readonly string[], whole: string): boolean {
  if (wanted === 'each') return value !== whole
  return typeof wanted === 'string' ? value === wanted : wanted.includes(value)
}
