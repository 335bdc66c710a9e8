/**
 * How a kind of printer's counters move, as data: what a page can be, which objects count which pages, which objects show a supply.
 * A model is a small JSON file (packages/simulator/growth), found by sysObjectID, so that no maker's name is needed to choose it.
 */

/** What a page can be: for every trait the shares of its variants, e.g. `{ work: { print: 0.7, copy: 0.3 } }`. Shares of a trait add up to 1. */
export type Traits = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Pages that have one of the named variants of every named trait; `{}` is every page. */
export type Selection = Readonly<Record<string, readonly string[]>>

/** Where a number stands: in an object or every row of a column, perhaps only rows with a label, perhaps inside packed records. */
export interface Place {
  /** An object or a column; `{supply}` stands for the index of the standard supply it belongs to. */
  readonly at: string
  /** Only the rows whose like-indexed row in `column` reads one of these texts, capitals or not. */
  readonly labelled?: { readonly column: string; readonly as: readonly string[] }
  /** The number stands in the record with this tag (hex): records of one octet each of tag, type and length, then the number. */
  readonly record?: string
}

/** An object that counts pages. A page counts once for every selection it is in, so a page counted twice is listed twice. */
export interface MeterGrowth extends Place {
  readonly counts: readonly Selection[]
  /** Pages a step: 2 for a meter of sheets printed on both sides. */
  readonly per: number
}

/** Where a level is shown, and what a full supply reads there: a number, or the object that holds it. */
export interface LevelPlace extends Place {
  readonly full: number | string
}

/** A supply that falls as pages are printed and is replaced after its end. */
export interface SupplyGrowth {
  /** The standard supplies meant, by colorant (as prtMarkerColorantValue) and prtMarkerSuppliesType; without both, no standard row. */
  readonly colorant?: string
  readonly type?: number
  readonly counts: readonly Selection[]
  /** Pages from full to empty. */
  readonly yield: number
  readonly shown: readonly LevelPlace[]
}

/** A variant that only some devices have: without this object its share falls to the trait's first variant. */
export interface Need extends Pick<Place, 'at' | 'labelled'> {
  readonly trait: string
  readonly variant: string
}

/** All that is known of how one family of printers moves. */
export interface GrowthModel {
  /** Prefixes of sysObjectID, or names of recordings, that this model is for. */
  readonly match: readonly string[]
  /** Pages an hour, least and most; every device has its own pace between them. */
  readonly pagesPerHour: readonly [least: number, most: number]
  readonly traits: Traits
  readonly needs: readonly Need[]
  readonly meters: readonly MeterGrowth[]
  readonly supplies: readonly SupplyGrowth[]
  /** Objects that hold the serial number or the host name beside the standard ones. */
  readonly serials: readonly string[]
  readonly hostNames: readonly string[]
}

/** A growth file that was understood, or everything that is wrong with it. */
export type ParsedModel =
  | { readonly ok: true; readonly model: GrowthModel }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Collects what is wrong while a file is read, so that its author hears of all of it at once. */
class Check {
  readonly problems: string[] = []

  object(value: unknown, where: string): Readonly<Record<string, unknown>> {
    if (isRecord(value)) return value
    this.problems.push(`${where} is no object`)
    return {}
  }

  list(value: unknown, where: string): readonly unknown[] {
    if (value === undefined) return []
    if (Array.isArray(value)) return value
    this.problems.push(`${where} is no list`)
    return []
  }

  text(value: unknown, where: string): string {
    if (typeof value === 'string' && value !== '') return value
    this.problems.push(`${where} is no text`)
    return ''
  }

  texts(value: unknown, where: string): readonly string[] {
    return this.list(value, where).map((item, index) => this.text(item, `${where}[${index}]`))
  }

  number(value: unknown, where: string, least: number): number {
    if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value
    this.problems.push(`${where} is no number from ${least}`)
    return least
  }

  known(object: Readonly<Record<string, unknown>>, where: string, names: readonly string[]): void {
    for (const name of Object.keys(object))
      if (!names.includes(name)) this.problems.push(`${where}.${name} is not known`)
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const MODEL_FIELDS = ['about', 'match', 'pagesPerHour', 'traits', 'needs', 'meters', 'supplies', 'serials', 'hostNames']
const PLACE_FIELDS = ['at', 'labelled', 'record']

/** Reads a growth file's JSON strictly: unknown names, shares that do not add up and selections of nothing are problems. */
export function parseGrowthModel(json: unknown): ParsedModel {
  const check = new Check()
  const file = check.object(json, 'file')
  check.known(file, 'file', MODEL_FIELDS)
  const traits = readTraits(check, file.traits)
  const pace = check.list(file.pagesPerHour, 'pagesPerHour')
  const model: GrowthModel = {
    match: check.texts(file.match, 'match'),
    pagesPerHour: [check.number(pace[0], 'pagesPerHour[0]', 0), check.number(pace[1], 'pagesPerHour[1]', 0)],
    traits,
    needs: check.list(file.needs, 'needs').map((item, i) => readNeed(check, item, `needs[${i}]`, traits)),
    meters: check.list(file.meters, 'meters').map((item, i) => readMeter(check, item, `meters[${i}]`, traits)),
    supplies: check.list(file.supplies, 'supplies').map((item, i) => readSupply(check, item, `supplies[${i}]`, traits)),
    serials: check.texts(file.serials, 'serials'),
    hostNames: check.texts(file.hostNames, 'hostNames'),
  }
  return check.problems.length === 0 ? { ok: true, model } : { ok: false, problems: check.problems }
}

function readTraits(check: Check, value: unknown): Traits {
  const traits: Record<string, Record<string, number>> = {}
  for (const [trait, variants] of Object.entries(check.object(value, 'traits'))) {
    const shares: Record<string, number> = {}
    for (const [variant, share] of Object.entries(check.object(variants, `traits.${trait}`))) {
      shares[variant] = check.number(share, `traits.${trait}.${variant}`, 0)
    }
    const sum = Object.values(shares).reduce((total, share) => total + share, 0)
    if (Math.abs(sum - 1) > 1e-6) check.problems.push(`traits.${trait} adds up to ${sum}, not to 1`)
    traits[trait] = shares
  }
  return traits
}

function readMeter(check: Check, value: unknown, where: string, traits: Traits): MeterGrowth {
  const item = check.object(value, where)
  check.known(item, where, [...PLACE_FIELDS, 'counts', 'per'])
  return {
    ...readPlace(check, item, where),
    counts: readCounts(check, item.counts, `${where}.counts`, traits),
    per: item.per === undefined ? 1 : check.number(item.per, `${where}.per`, 1),
  }
}

function readSupply(check: Check, value: unknown, where: string, traits: Traits): SupplyGrowth {
  const item = check.object(value, where)
  check.known(item, where, ['colorant', 'type', 'counts', 'yield', 'shown'])
  return {
    ...(item.colorant === undefined ? {} : { colorant: check.text(item.colorant, `${where}.colorant`) }),
    ...(item.type === undefined ? {} : { type: check.number(item.type, `${where}.type`, 1) }),
    counts: readCounts(check, item.counts, `${where}.counts`, traits),
    yield: check.number(item.yield, `${where}.yield`, 1),
    shown: check.list(item.shown, `${where}.shown`).map((shown, i) => readLevel(check, shown, `${where}.shown[${i}]`)),
  }
}

function readLevel(check: Check, value: unknown, where: string): LevelPlace {
  const item = check.object(value, where)
  check.known(item, where, [...PLACE_FIELDS, 'full'])
  const full = item.full
  return {
    ...readPlace(check, item, where),
    full: typeof full === 'string' ? full : check.number(full, `${where}.full`, 1),
  }
}

function readPlace(check: Check, item: Readonly<Record<string, unknown>>, where: string): Place {
  const at = check.text(item.at, `${where}.at`)
  const labelled = item.labelled === undefined ? undefined : check.object(item.labelled, `${where}.labelled`)
  return {
    at,
    ...(labelled === undefined
      ? {}
      : {
          labelled: {
            column: check.text(labelled.column, `${where}.labelled.column`),
            as: check.texts(labelled.as, `${where}.labelled.as`),
          },
        }),
    ...(item.record === undefined ? {} : { record: check.text(item.record, `${where}.record`).toLowerCase() }),
  }
}

function readNeed(check: Check, value: unknown, where: string, traits: Traits): Need {
  const item = check.object(value, where)
  check.known(item, where, ['trait', 'variant', 'at', 'labelled'])
  const trait = check.text(item.trait, `${where}.trait`)
  const variant = check.text(item.variant, `${where}.variant`)
  if (traits[trait]?.[variant] === undefined) check.problems.push(`${where}: traits.${trait}.${variant} does not exist`)
  return { ...readPlace(check, item, where), trait, variant }
}

function readCounts(check: Check, value: unknown, where: string, traits: Traits): readonly Selection[] {
  return check.list(value, where).map((item, index) => {
    const selection: Record<string, readonly string[]> = {}
    for (const [trait, variants] of Object.entries(check.object(item, `${where}[${index}]`))) {
      const chosen = check.texts(variants, `${where}[${index}].${trait}`)
      const stranger = chosen.find((variant) => traits[trait]?.[variant] === undefined)
      if (stranger !== undefined) check.problems.push(`${where}[${index}]: traits.${trait}.${stranger} does not exist`)
      selection[trait] = chosen
    }
    return selection
  })
}
