/**
 * Makes a recording live: from a growth model and the recorded rows, a plan of which objects move; from the plan and a seed, one
 * device whose counters rise and supplies fall as pages pass. Sums stay true because every meter is a sum over the same cells of pages.
 */
import type { Oid, Value, Varbind } from '@platen/snmp'
import { type Dice, diceOf } from './dice.ts'
import type { GrowthModel, LevelPlace, Place, Selection, SupplyGrowth, Traits } from './growth-model.ts'
import { numberIn, withNumber } from './numbers.ts'
import { RowIndex } from './row-index.ts'
import { ordinaryYield, STANDARD, STANDARD_MODEL } from './standard-growth.ts'

/** A device at a moment: how many pages of every cell it has made since it was recorded, and how long it has been on. */
export interface Progress {
  readonly pages: readonly number[]
  /** Milliseconds since the device's clock was as recorded, or since it was restarted. */
  readonly upFor: number
  /** A fault: the pages made when all meters fell to zero. */
  readonly restartedAt?: readonly number[]
  /** A fault: what every meter is off by. */
  readonly shift?: number
  /** How far past its end a supply is used before somebody replaces it, as a share of its yield. */
  readonly lateness: number
}

/** What an object reads at a moment, from what it read when recorded. */
export type Rule = (progress: Progress, recorded: Value) => Value

/** The moving objects of one recording; shared by all devices made of it. */
export interface GrowthPlan {
  readonly model: GrowthModel
  readonly cells: readonly Cell[]
  readonly rules: ReadonlyMap<Oid, Rule>
}

/** One kind of page, e.g. a colour copy on A3, and its share of all pages. */
interface Cell {
  readonly variants: Readonly<Record<string, string>>
  readonly share: number
}

/** A number that shows a supply's level, and what it was when recorded. */
interface Gauge {
  readonly row: Varbind
  readonly place: LevelPlace
  readonly start: number
  readonly full: number
}

const TICKS_32 = 4_294_967_296

/** Finds out which rows of a recording move, and how; a model's objects that the recording does not have are passed over. */
export function planGrowth(rows: readonly Varbind[], model: GrowthModel = STANDARD_MODEL): GrowthPlan {
  const index = new RowIndex(rows)
  const cells = cellsOf(traitsOf(model, index))
  const planner = new Planner(index, cells)
  planner.upTimes()
  planner.meter({ at: STANDARD.prtMarkerLifeCount }, printed(model), 1)
  planner.meter({ at: STANDARD.prtMarkerPowerOnCount }, printed(model), 1)
  planner.standardSupplies(model)
  planner.trays(printed(model))
  // A model's own meters come last: where it names a standard object, it knows better.
  for (const supply of model.supplies) planner.supply(supply, supply.shown, '')
  for (const meter of model.meters) planner.meter(meter, meter.counts, meter.per)
  return { model, cells, rules: planner.rules }
}

/** Pages that a marker made: all but those whose `work` is scanning. */
function printed(model: GrowthModel): readonly Selection[] {
  const work = model.traits.work
  return [work === undefined ? {} : { work: Object.keys(work).filter((variant) => !variant.startsWith('scan')) }]
}

/** The model's traits as this device has them. */
function traitsOf(model: GrowthModel, rows: RowIndex): Traits {
  const traits: Record<string, Record<string, number>> = Object.fromEntries(
    Object.entries(model.traits).map(([trait, shares]) => [trait, { ...shares }]),
  )
  for (const need of model.needs) {
    const trait = traits[need.trait]
    const [first] = Object.keys(trait ?? {})
    const hasIt = rows.at(need.at).some((row) => rows.isLabelled(row, need))
    if (hasIt || trait === undefined || first === undefined) continue
    trait[first] = (trait[first] ?? 0) + (trait[need.variant] ?? 0)
    trait[need.variant] = 0
  }
  return traits
}

/** Every combination of variants that occurs, with the product of their shares. */
function cellsOf(traits: Traits): readonly Cell[] {
  let cells: readonly Cell[] = [{ variants: {}, share: 1 }]
  for (const [trait, shares] of Object.entries(traits)) {
    cells = cells.flatMap((cell) =>
      Object.entries(shares)
        .filter(([, share]) => share > 0)
        .map(([variant, share]) => ({
          variants: { ...cell.variants, [trait]: variant },
          share: cell.share * share,
        })),
    )
  }
  return cells
}

/** Gathers the rules of one recording. */
class Planner {
  readonly rules = new Map<Oid, Rule>()
  readonly #rows: RowIndex
  readonly #cells: readonly Cell[]

  constructor(rows: RowIndex, cells: readonly Cell[]) {
    this.#rows = rows
    this.#cells = cells
  }

  upTimes(): void {
    for (const object of [STANDARD.sysUpTime, STANDARD.hrSystemUptime]) {
      for (const row of this.#rows.at(object)) this.rules.set(row.oid, upTimeRule)
    }
  }

  meter(place: Place, counts: readonly Selection[], per: number): void {
    const weights = this.#weights(counts)
    for (const row of this.#rows.at(place.at)) {
      if (!this.#rows.isLabelled(row, place)) continue
      this.#chain(row, place, (progress, recorded) => {
        const start = numberIn(recorded, place.record)
        if (start === undefined) return recorded
        const grown = Math.floor(weighed(progress.pages, weights) / per)
        const lost =
          progress.restartedAt === undefined ? 0 : start + Math.floor(weighed(progress.restartedAt, weights) / per)
        return withNumber(recorded, Math.max(0, start + grown - lost + (progress.shift ?? 0)), place.record)
      })
    }
  }

  /** The measured rows of prtMarkerSuppliesTable, each with the private objects that a model says show the same supply. */
  standardSupplies(model: GrowthModel): void {
    for (const row of this.#rows.at(STANDARD.prtMarkerSuppliesLevel)) {
      const index = this.#rows.indexIn(row, STANDARD.prtMarkerSuppliesLevel)
      const [device, supply] = index.split('.')
      const type = this.#rows.number(`${STANDARD.prtMarkerSuppliesType}.${index}`) ?? 1
      const colorantIndex = this.#rows.number(`${STANDARD.prtMarkerSuppliesColorantIndex}.${index}`) ?? 0
      const colorant = this.#rows.text(`${STANDARD.prtMarkerColorantValue}.${device}.${colorantIndex}`)?.toLowerCase()
      const known = model.supplies.find((each) => isMeant(each, type, colorant))
      const growth = known ?? { counts: ordinaryCounts(model, colorant), yield: ordinaryYield(type), shown: [] }
      const own: LevelPlace = { at: row.oid.text, full: `${STANDARD.prtMarkerSuppliesMaxCapacity}.${index}` }
      this.supply(growth, [own, ...growth.shown], supply ?? '')
    }
  }

  /** Paper falls with the pages and is filled up when it is gone. */
  trays(counts: readonly Selection[]): void {
    for (const row of this.#rows.at(STANDARD.prtInputCurrentLevel)) {
      const index = this.#rows.indexIn(row, STANDARD.prtInputCurrentLevel)
      const full = this.#rows.number(`${STANDARD.prtInputMaxCapacity}.${index}`) ?? 0
      const growth = { counts, yield: Math.max(full, 1) }
      this.supply(growth, [{ at: row.oid.text, full }], '')
    }
  }

  /** The finest place that shows the supply says how much of it is used; all places then tell the same story. */
  supply(growth: Pick<SupplyGrowth, 'counts' | 'yield'>, shown: readonly LevelPlace[], index: string): void {
    const weights = this.#weights(growth.counts)
    const gauges = shown.flatMap((place) => this.#gauges(place, index))
    const finest = gauges.reduce((best, gauge) => (gauge.full > best.full ? gauge : best), { start: 0, full: 0 })
    const before = 1 - Math.min(finest.start, finest.full) / finest.full
    for (const { row, place, full } of gauges) {
      this.#chain(row, place, (progress, recorded) => {
        const used = weighed(progress.pages, weights)
        if (used === 0) return recorded
        return withNumber(recorded, levelAt(full, before + used / growth.yield, progress.lateness), place.record)
      })
    }
  }

  /** The rows of a place that measure something: -1, -2 and -3 are words, not levels (RFC 3805), and never move. */
  #gauges(place: LevelPlace, index: string): readonly Gauge[] {
    // A private place that names its supply can only be reached from that supply's standard row.
    if (place.at.includes('{supply}') && index === '') return []
    const full = this.#full(place, index)
    return this.#rows.at(place.at.replaceAll('{supply}', index)).flatMap((row) => {
      const start = numberIn(row.value, place.record)
      const isMeasured = full > 0 && start !== undefined && start >= 0 && this.#rows.isLabelled(row, place)
      return isMeasured ? [{ row, place, start, full }] : []
    })
  }

  #full(place: LevelPlace, index: string): number {
    return typeof place.full === 'number'
      ? place.full
      : (this.#rows.number(place.full.replaceAll('{supply}', index)) ?? 0)
  }

  /** Packed records hold many numbers in one object: rules for its parts follow one another; a second rule for a whole object replaces the first. */
  #chain(row: Varbind, place: Place, rule: Rule): void {
    const before = place.record === undefined ? undefined : this.rules.get(row.oid)
    this.rules.set(
      row.oid,
      before === undefined ? rule : (progress, recorded) => rule(progress, before(progress, recorded)),
    )
  }

  /** How many times each cell counts. */
  #weights(counts: readonly Selection[]): readonly number[] {
    return this.#cells.map((cell) => counts.filter((selection) => isIn(cell, selection)).length)
  }
}

const upTimeRule: Rule = (progress, recorded) =>
  recorded.type === 'timeTicks'
    ? { type: 'timeTicks', value: (recorded.value + Math.floor(progress.upFor / 10)) % TICKS_32 }
    : recorded

const isIn = (cell: Cell, selection: Selection): boolean =>
  Object.entries(selection).every(([trait, variants]) => variants.includes(cell.variants[trait] ?? ''))

const isMeant = (supply: SupplyGrowth, type: number, colorant: string | undefined): boolean =>
  (supply.colorant !== undefined || supply.type !== undefined) &&
  (supply.colorant === undefined || supply.colorant === colorant) &&
  (supply.type === undefined || supply.type === type)

/** Cyan, magenta and yellow are used by colour pages only, where the model tells them apart. */
function ordinaryCounts(model: GrowthModel, colorant: string | undefined): readonly Selection[] {
  const isColoured = colorant !== undefined && ['cyan', 'magenta', 'yellow'].includes(colorant)
  const colours = Object.keys(model.traits.colour ?? {}).filter((variant) => variant !== 'mono')
  return printed(model).map((selection) =>
    isColoured && colours.length > 0 ? { ...selection, colour: colours } : selection,
  )
}

const weighed = (pages: readonly number[], weights: readonly number[]): number =>
  pages.reduce((sum, count, cell) => sum + count * (weights[cell] ?? 0), 0)

/** The level at an age, 1 being a whole life: down to nothing, empty until somebody comes, then a new one. */
function levelAt(full: number, age: number, lateness: number): number {
  const left = full * (1 - (age % (1 + lateness)))
  // Binary fractions: 28.000000000004 is 28.
  return Math.max(0, Math.ceil(left - 1e-6))
}

/** One device's pace through a plan: seeded, so that the same device at the same age reads the same. */
export class Growth {
  readonly #plan: GrowthPlan
  readonly #phases: readonly number[]
  readonly #lateness: number
  /** Pages an hour, of all cells together. */
  readonly pace: number

  constructor(plan: GrowthPlan, ...seeds: readonly (string | number)[]) {
    const dice: Dice = diceOf('growth', ...seeds)
    const [least, most] = plan.model.pagesPerHour
    this.#plan = plan
    this.pace = least + dice() * (most - least)
    this.#lateness = dice() * 0.03
    this.#phases = plan.cells.map(() => dice())
  }

  /** Where the device is after a number of pages; whole pages of every cell, never falling as `activity` rises, none at 0. */
  progress(activity: number, upFor: number): Progress {
    const pages = this.#plan.cells.map((cell, index) => Math.floor(activity * cell.share + (this.#phases[index] ?? 0)))
    return { pages, upFor, lateness: this.#lateness }
  }
}
