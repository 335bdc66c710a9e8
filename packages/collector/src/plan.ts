/** A profile made ready: objects parsed, terms turned into functions. Made once a profile and kept with it, so that a device costs only its own answers. */

import { type MeterName, meterKey } from '@platen/model'
import { Oid } from '@platen/snmp'
import { scalarsOf, wordsOf } from './check.ts'
import { readyTerm } from './finder.ts'
import type { Find } from './found.ts'
import { Layout } from './grid.ts'
import type { Profile } from './instructions.ts'
import { nameOfKey } from './meter-name.ts'
import { liesIn, outOfReach } from './reach.ts'
import {
  type CheckRule,
  type IdentityField,
  identityFields,
  type MeterRule,
  type SupplyRule,
  type TableRule,
} from './schema/profile.ts'
import type { Term } from './schema/term.ts'
import { type Entry, entriesOf } from './segments.ts'
import { sourcesOf } from './unheard.ts'

/** One table as it is asked: at most `rows` rows, about `cells` cells an answer. */
export interface TablePlan {
  readonly name: string
  readonly columns: readonly Oid[]
  /** The same columns as they are walked. */
  readonly entries: readonly Entry[]
  readonly rows: number
  readonly cells: number
}

/** A meter rule ready to run: each axis a constant or found in the device's answers. */
export interface MeterPlan {
  readonly rule: MeterRule
  readonly unit: string | Find
  readonly work: string | Find
  readonly colour: string | Find
  readonly size: string | Find
  readonly sides: string | Find
  readonly value: Find
  /** Rows it finds nothing in are not read; null where every row is. */
  readonly only: Find | null
  /** Finds the key that names the meter; null where the axes do. */
  readonly meter: Find | null
  readonly beside: Find | null
  /** Tables and objects the count comes from. */
  readonly sources: ReadonlySet<string>
  /** Whether the rule could give a meter of this name, whatever a device says. */
  readonly couldGive: (name: MeterName) => boolean
  /** What the device called each axis, for the miss that says a label is not known. */
  readonly labels: readonly Find[]
}

/** A rule whose fields are all terms: those it leaves out find nothing. */
export type FieldsPlan<Field extends string> = { readonly rows: string | undefined } & Readonly<Record<Field, Find>>

const supplyFields = [
  'index',
  'kind',
  'class',
  'colorant',
  'description',
  'partNumber',
  'serial',
  'unit',
  'level',
  'capacity',
] as const
const outputFields = ['name', 'unit', 'level', 'capacity'] as const
const coverFields = ['description', 'state'] as const
const firmwareFields = ['name', 'version'] as const
const inputFields = ['name', 'media', 'sizeUnit', 'feed', 'crossFeed', 'unit', 'level', 'capacity'] as const
const alertFields = ['severity', 'training', 'group', 'groupIndex', 'location', 'code', 'text'] as const

export type SupplyPlan = FieldsPlan<(typeof supplyFields)[number]> &
  Pick<SupplyRule, 'confidence' | 'join'> & {
    readonly only: Find | null
  }
export type OutputPlan = FieldsPlan<(typeof outputFields)[number]>
export type CoverPlan = FieldsPlan<(typeof coverFields)[number]>
export type FirmwarePlan = FieldsPlan<(typeof firmwareFields)[number]>
export type InputPlan = FieldsPlan<(typeof inputFields)[number]>
export type AlertPlan = FieldsPlan<(typeof alertFields)[number]>

/** A check's sides; null where a side adds up meters of the reading. */
interface CheckPlan {
  readonly rule: CheckRule
  readonly left: Find | null
  readonly right: Find | null
}

/** Everything about a profile that does not depend on the device. */
export interface Plan {
  readonly profile: Profile
  /** Single instances, asked first. */
  readonly scalars: readonly Oid[]
  /** Objects in one GET. */
  readonly batch: number
  /** Cells in one answer. */
  readonly cells: number
  readonly tables: readonly TablePlan[]
  readonly layout: Layout
  /** Characters kept of any text. */
  readonly textLimit: number
  /** The largest count that is believed: above it a counter is uninitialised memory, not pages. */
  readonly largestCount: bigint
  /** Finds the name of the character set the device declares. */
  readonly charset: Find | null
  readonly identity: ReadonlyMap<IdentityField, Find>
  readonly status: { readonly device: Find; readonly errors: Find } | null
  readonly meters: readonly MeterPlan[]
  readonly supplies: readonly SupplyPlan[]
  readonly inputs: readonly InputPlan[]
  readonly outputs: readonly OutputPlan[]
  readonly covers: readonly CoverPlan[]
  readonly firmware: readonly FirmwarePlan[]
  readonly alerts: readonly AlertPlan[]
  /** All columns of the tables that alerts come from. */
  readonly alertColumns: ReadonlySet<string>
  readonly checks: readonly CheckPlan[]
}

/** Used where a profile says nothing: RFC 3805's longest text, answers below 1,400 octets, Counter32 without its last value. */
export const DEFAULTS = { text: 255, batch: 22, cells: 42, counter: 4_294_967_294 } as const

/** Weak, so that instructions that were replaced can go. */
const plans = new WeakMap<Profile, Plan>()

/** The plan of a profile, made at its first use. */
export function planOf(profile: Profile): Plan {
  let plan = plans.get(profile)
  if (plan === undefined) {
    plan = makePlan(profile)
    plans.set(profile, plan)
  }
  return plan
}

function makePlan(profile: Profile): Plan {
  const ready = (term: Term): Find => readyTerm(term, profile)
  const { limits, status, charset } = profile
  return {
    profile,
    scalars: scalarsOf(profile).map((object) => Oid.parse(object)),
    batch: limits.batch ?? DEFAULTS.batch,
    cells: limits.cells ?? DEFAULTS.cells,
    tables: Object.entries(profile.tables).map(([name, table]) => tablePlan(name, table, profile)),
    layout: new Layout(profile.tables),
    textLimit: limits.text ?? DEFAULTS.text,
    largestCount: BigInt(limits.counter ?? DEFAULTS.counter),
    charset: charset?.declared === undefined ? null : ready(charset.declared),
    identity: identityPlan(profile, ready),
    status: status === undefined ? null : { device: ready(status.device), errors: ready(status.errors) },
    meters: profile.meters.map((rule) => meterPlan(rule, profile, ready)),
    supplies: profile.supplies.map((rule) => ({
      ...fieldsPlan(supplyFields, rule, ready),
      confidence: rule.confidence,
      join: rule.join,
      only: rule.only === undefined ? null : ready(rule.only),
    })),
    inputs: profile.inputs.map((rule) => fieldsPlan(inputFields, rule, ready)),
    outputs: profile.outputs.map((rule) => fieldsPlan(outputFields, rule, ready)),
    covers: profile.covers.map((rule) => fieldsPlan(coverFields, rule, ready)),
    firmware: profile.firmware.map((rule) => fieldsPlan(firmwareFields, rule, ready)),
    alerts: profile.alerts.map((rule) => fieldsPlan(alertFields, rule, ready)),
    alertColumns: new Set(profile.alerts.flatMap(({ rows }) => Object.values(profile.tables[rows]?.columns ?? {}))),
    checks: profile.checks.map((rule) => ({
      rule,
      left: 'value' in rule.left ? ready(rule.left.value) : null,
      right: 'value' in rule.right ? ready(rule.right.value) : null,
    })),
  }
}

/** prtGeneralConfigChanges: counts what makes everything remembered of a device doubtful (RFC 3805, prtGeneralEntry 1). */
export const CONFIG_CHANGES = '1.3.6.1.2.1.43.5.1.1.1'
const GENERAL_ENTRY = '1.3.6.1.2.1.43.5.1.1'

/** Whoever is asked for a column of prtGeneralTable is asked for its changes too, unless the profile forbids itself that. */
function tablePlan(name: string, table: TableRule, { limits, reach }: Profile): TablePlan {
  const objects = Object.values(table.columns)
  const isGeneral = objects.some((object) => liesIn(object, GENERAL_ENTRY)) && !objects.includes(CONFIG_CHANGES)
  const all = isGeneral && outOfReach(CONFIG_CHANGES, reach) === null ? [...objects, CONFIG_CHANGES] : objects
  const columns = all.map((object) => Oid.parse(object))
  return { name, columns, entries: entriesOf(columns), rows: table.rows, cells: limits.cells ?? DEFAULTS.cells }
}

type MakeReady = (term: Term) => Find

function identityPlan(profile: Profile, ready: MakeReady): ReadonlyMap<IdentityField, Find> {
  const finds = new Map<IdentityField, Find>()
  for (const field of identityFields) {
    const term = profile.identity[field]
    if (term !== undefined) finds.set(field, ready(term))
  }
  return finds
}

function meterPlan(rule: MeterRule, profile: Profile, ready: MakeReady): MeterPlan {
  const { unit = 'unknown', work, colour, size, sides, value } = rule
  const axes = [rule.meter ?? unit, work, colour, size, sides]
  const orNull = (term: Term | undefined): Find | null => (term === undefined ? null : ready(term))
  const axis = (term: Term): string | Find => (typeof term === 'string' ? term : ready(term))
  return {
    rule,
    unit: axis(unit),
    work: axis(work),
    colour: axis(colour),
    size: axis(size),
    sides: axis(sides),
    value: ready(value),
    only: orNull(rule.only),
    meter: orNull(rule.meter),
    beside: orNull(rule.beside),
    sources: sourcesOf(rule, profile.records),
    couldGive: namesOf(rule, profile),
    labels: axes.flatMap(labelsIn).map(ready),
  }
}

/** The labels a term looks up, outermost alternatives included. */
function labelsIn(term: Term): readonly Term[] {
  if (typeof term !== 'object') return []
  if ('label' in term) return [term.label]
  return 'first' in term ? term.first.flatMap(labelsIn) : []
}

/** By the words each axis can lead to; an axis that could say anything fits every name. */
function namesOf(rule: MeterRule, profile: Profile): MeterPlan['couldGive'] {
  if (rule.meter !== undefined) {
    const keys = new Set(
      (wordsOf(rule.meter, profile) ?? []).map(nameOfKey).flatMap((name) => (name === null ? [] : [meterKey(name)])),
    )
    return (name) => keys.has(meterKey(name))
  }
  const { unit = 'unknown', work, colour, size, sides } = rule
  const words = { unit, work, colour, size, sides }
  const axes = meterAxes.map((axis) => ({ axis, known: wordsOf(words[axis], profile) }))
  return (name) => axes.every(({ axis, known }) => known === null || known.includes(name[axis]))
}

const meterAxes = ['unit', 'work', 'colour', 'size', 'sides'] as const

const findNothing: Find = () => undefined

function fieldsPlan<Field extends string>(
  fields: readonly Field[],
  rule: { readonly rows?: string | undefined } & Readonly<Partial<Record<Field, Term | undefined>>>,
  ready: MakeReady,
): FieldsPlan<Field> {
  const entries = fields.map((field) => {
    const term = rule[field]
    return [field, term === undefined ? findNothing : ready(term)] as const
  })
  // Border of the type system: fromEntries forgets which keys it was given.
  const finds = Object.fromEntries(entries) as Record<Field, Find>
  return { rows: rule.rows, ...finds }
}
