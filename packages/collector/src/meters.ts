/** The meters of a device, each named once, and the sums they should keep. */
import { type Check, compareMeters, type Meter, type MeterName, type MissReason, meterKey } from '@platen/model'
import type { Fact, Facts } from './facts.ts'
import { countIn, type Find, type Found } from './found.ts'
import type { Row } from './grid.ts'
import { nameFrom, nameOfKey } from './meter-name.ts'
import { recordOf } from './observation.ts'
import type { MeterPlan } from './plan.ts'
import { bounds } from './reach.ts'
import type { CheckSide, Selector } from './schema/profile.ts'

/** Meters in the order people read them, checks, and the answers both came from. */
export interface Metered {
  readonly meters: readonly Meter[]
  readonly checks: readonly Check[]
  readonly observation: Readonly<Record<string, string>>
}

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

/** A meter as one rule or row tells it, before it is known whether it is the first to do so. */
interface Told extends Fact<bigint> {
  readonly plan: MeterPlan
  readonly name: MeterName
  /** What the check is called if another rule has told the meter already. */
  readonly label: string
  /** All objects, with those that named the meter. */
  readonly whole: readonly string[]
}

/** The sheet that fills as rules are applied, in the order the profile gives them. */
class Sheet {
  readonly meters = new Map<string, Meter>()
  readonly checks: Check[] = []
  readonly #facts: Facts
  readonly #absent = new Set<string>()
  readonly #used = new Set<string>()
  /** Rules whose counter could be on this device although nothing was found: a later rule's is another counter. */
  readonly #open: { readonly plan: MeterPlan; readonly reason: MissReason }[] = []
  /** Meters whose own counter was told and could not be believed. */
  readonly #unbelieved = new Set<string>()

  constructor(facts: Facts) {
    this.#facts = facts
  }

  readRule(plan: MeterPlan): void {
    const rows = this.#facts.rows(plan.rule.rows)
    if (rows.length === 0 && plan.rule.rows !== undefined) this.#absent.add(plan.rule.rows)
    const told = rows.flatMap((row) => this.#readOne(plan, row, rows.length) ?? [])
    for (const one of plan.rule.add === undefined ? told : this.#addUp(plan, told)) this.#put(one)
    this.#leaveOpen(plan, told.length > 0)
  }

  #readOne(plan: MeterPlan, row: Row | undefined, rows: number): Told | null {
    if (!this.#isRead(plan, row)) return null
    const found = this.#facts.find(plan.value, row, (one) => (countIn(one) ?? -1n) >= 0n)
    if (found !== undefined) this.use(found.objects)
    const name = this.#nameOf(plan, row, found !== undefined)
    if (name === null) return null
    const key = meterKey(name.value)
    if (found === undefined) {
      // A column without this row is a gap of the table, a scalar without an answer is something the device does not tell.
      if (row === undefined || plan.rule.add !== undefined) this.#absent.add(key)
      // Of a sum it is a part that nobody knows.
      if (plan.rule.add !== undefined) this.#unbelieved.add(key)
      return null
    }
    const value = this.#countOf(found, key)
    if (value === null) {
      this.#unbelieved.add(key)
      return null
    }
    const label = `${plan.rule.name ?? key}${row !== undefined && rows > 1 && plan.rule.add === undefined ? ` ${row.index}` : ''}`
    return { plan, name: name.value, label, value, objects: found.objects, whole: [...found.objects, ...name.objects] }
  }

  /** What tells whether a row is read stays with the reading, as what it says does. */
  #isRead({ only }: MeterPlan, row: Row | undefined): boolean {
    if (only === null) return true
    const found = this.#facts.find(only, row)
    if (found !== undefined) this.use(found.objects)
    return found !== undefined
  }

  /** One meter of all rows of its name. A part that could not be believed, or a table cut short, makes no sum: it would look right and be too small. */
  #addUp(plan: MeterPlan, told: readonly Told[]): readonly Told[] {
    const { rows } = plan.rule
    if (rows !== undefined && this.#facts.scene.unheard.has(rows)) return []
    const sums = new Map<string, Told>()
    for (const one of told) {
      const key = meterKey(one.name)
      if (this.#unbelieved.has(key)) continue
      const sum = sums.get(key)
      sums.set(
        key,
        sum === undefined
          ? one
          : {
              ...sum,
              value: sum.value + one.value,
              objects: [...sum.objects, ...one.objects],
              whole: [...sum.whole, ...one.whole],
            },
      )
    }
    return [...sums.values()]
  }

  /** Two sources for one meter: the first rule is the meter, the other stays visible as a check. */
  #put({ plan, name, label, value, objects, whole }: Told): void {
    const key = meterKey(name)
    const known = this.meters.get(key)
    if (known !== undefined) {
      this.checks.push({ name: label, left: known.value, right: value, holds: known.value === value })
      this.#facts.note(objects, () => `check '${label}' ${value}`)
      return
    }
    const missed = this.#missedBefore(plan, name)
    if (missed !== null) {
      this.#facts.note(objects, () => `not meter ${key}, whose own counter was missed`)
      // Its own miss says already why it could not be believed.
      if (!this.#unbelieved.has(key))
        this.#facts.miss(key, missed, { code: 'notThisTime', other: label, count: String(value) })
      this.#unbelieved.add(key)
      return
    }
    const source = {
      objects: whole.length === 1 ? whole : [...new Set(whole)].slice(0, bounds.rows),
      profile: this.#facts.plan.profile.profile,
      confidence: plan.rule.confidence,
    }
    this.meters.set(key, { ...name, value, source })
    if (!this.#facts.isNoting) return
    this.#facts.note(objects, () => `meter ${key} = ${value}`)
    const names = whole.filter((object) => !objects.includes(object))
    this.#facts.note(names, () => `names meter ${key}`)
  }

  /** Why an earlier rule's own counter for this meter is missing although the device may have it; null where it has none, or this is it. */
  #missedBefore(plan: MeterPlan, name: MeterName): MissReason | null {
    const { missedBefore } = this.#facts
    // Of most devices nothing was missed, and this is asked for every meter.
    if (this.#open.length + this.#unbelieved.size + missedBefore.size === 0) return null
    const key = meterKey(name)
    if (this.#unbelieved.has(key)) return 'implausible'
    const { meters } = this.#facts.plan
    const earlier = meters.slice(0, meters.indexOf(plan)).filter((other) => other.couldGive(name))
    if (earlier.length === 0) return null
    const open = this.#open.find((one) => one.plan.couldGive(name))
    if (open !== undefined) return open.reason
    return missedBefore.has(key) ? 'silent' : null
  }

  /** A rule that found nothing may still have a counter: where its question was not wholly answered, or what stands beside it was. */
  #leaveOpen(plan: MeterPlan, hasTold: boolean): void {
    const [reason] = [...plan.sources].flatMap((source) => this.#facts.scene.unheard.get(source) ?? [])
    if (reason !== undefined) this.#open.push({ plan, reason })
    if (reason !== undefined || hasTold || plan.beside === null) return
    const beside = this.#facts.find(plan.beside, undefined)
    if (beside === undefined) return
    this.use(beside.objects)
    this.#open.push({ plan, reason: 'absent' })
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
    const name =
      plan.meter === null
        ? nameFrom({
            unit: word(plan.unit),
            work: word(plan.work),
            colour: word(plan.colour),
            size: word(plan.size),
            sides: word(plan.sides),
          })
        : nameOfKey(word(plan.meter))
    this.use(objects)
    if (name !== null) return { value: name, objects }
    if (hasValue) this.#missName(plan, row)
    return null
  }

  #missName(plan: MeterPlan, row: Row | undefined): void {
    const labels = plan.labels.map((label) => this.#facts.text(label, row))
    this.use(labels.flatMap((label) => label?.objects ?? []))
    const said = [...new Set(labels.map((label) => `'${label?.value ?? ''}'`))].join(', ')
    this.#facts.miss(`${plan.rule.rows ?? 'meter'} ${row?.index ?? ''}`.trim(), 'malformed', {
      code: 'unknownLabel',
      said,
    })
  }

  /** The count, or null and the reason why it is none. */
  #countOf(found: Found, key: string): bigint | null {
    const count = countIn(found)
    const { largestCount } = this.#facts.plan
    if (count === null) this.#facts.miss(key, 'malformed', { code: 'noCount', said: this.#facts.shown(found) })
    else if (count < 0n || count > largestCount)
      this.#facts.miss(key, 'implausible', { code: 'noCount', said: String(count) })
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
    if (absent.length > 0) this.#facts.miss('meters', 'absent', { code: 'metersNotSaid', meters: absent.join(', ') })
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
