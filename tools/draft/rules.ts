/** From a labelled table to rules of a profile: label tables for every axis, one rule over the rows, sums for what is told in parts, and questions. */
import { type MeterName, meterKey } from '@platen/model'
import { guessLabel, isMedium } from './labels.ts'
import type { CountColumn, LabelledTable } from './tables.ts'
import { flow, list, quoted } from './yaml.ts'

/** Pieces of a profile, as lines of YAML without indentation. */
export interface Rules {
  readonly tables: readonly string[]
  readonly labels: readonly string[]
  readonly meters: readonly string[]
  readonly questions: readonly string[]
  /** Columns and objects that are named. */
  readonly objects: readonly string[]
}

/** Most rows that a profile may read of one table. */
const MOST_ROWS = 512
/** Labels told in one question. */
const MOST_TOLD = 24
const AXES = ['work', 'colour', 'size', 'sides'] as const
const WHOLE: Readonly<Record<(typeof AXES)[number], string>> = {
  work: 'total',
  colour: 'all',
  size: 'all',
  sides: 'all',
}

/** Rules of one table; `name` is what the profile calls it. */
export function rulesOf(table: LabelledTable, name: string): Rules {
  return table.isBySize ? sizeRules(table, name) : labelRules(table, name)
}

interface Row {
  readonly label: string
  readonly index: string
  readonly count: bigint
  readonly name: MeterName
  readonly part: 'single' | 'two' | null
  readonly isLoose: boolean
}

function labelRules(table: LabelledTable, name: string): Rules {
  const [main, ...others] = table.counts
  if (main === undefined) return nothing
  const { rows, unclear } = understood(table, main)
  const { kept, sums, doubtful } = settled(rows)
  const questions = [
    `are the labels of table ${name} read right? Look at the device's own counter page.`,
    ...(others.length === 0
      ? []
      : [`table ${name} has further columns beside its labels: ${others.map(({ column }) => column).join(', ')}`]),
    ...told(
      'these labels of one meter show another number; which one is it?',
      doubtful.map(({ label, count }) => `${label} (${count})`),
    ),
    ...told('no meter was made of these labels', unclear),
  ]
  return {
    tables: [`${name}: { rows: ${rowsOf(table)}, columns: { label: ${table.labelColumn}, count: ${main.column} } }`],
    labels: kept.length === 0 ? [] : axisLabels(kept, name),
    meters: [...(kept.length === 0 ? [] : [rowRule(kept, name)]), ...sums.map((parts) => sumRule(parts, name))],
    questions,
    objects: [table.labelColumn, main.column],
  }
}

const nothing: Rules = { tables: [], labels: [], meters: [], questions: [], objects: [] }

function understood(
  table: LabelledTable,
  main: CountColumn,
): { readonly rows: readonly Row[]; readonly unclear: readonly string[] } {
  const rows: Row[] = []
  const unclear: string[] = []
  for (const [index, label] of table.labels) {
    const count = main.counts.get(index)
    const guess = guessLabel(label)
    if (count === undefined) continue
    if (guess.ok) rows.push({ label, index, count, name: guess.name, part: guess.part, isLoose: guess.isLoose })
    else unclear.push(label)
  }
  return { rows, unclear: [...new Set(unclear)] }
}

/** Several labels for one meter: the surest says the number, those that say another are in doubt; one and two colours add up. */
function settled(rows: readonly Row[]): {
  readonly kept: readonly Row[]
  readonly sums: readonly (readonly Row[])[]
  readonly doubtful: readonly Row[]
} {
  const kept: Row[] = []
  const sums: (readonly Row[])[] = []
  const doubtful: Row[] = []
  for (const same of groupedByMeter(rows)) {
    const whole = same.filter(({ part }) => part === null)
    const single = same.find(({ part }) => part === 'single')
    const two = same.find(({ part }) => part === 'two')
    if (whole.length === 0 && single !== undefined && two !== undefined) {
      sums.push([single, two])
      continue
    }
    const ranked =
      whole.length > 0 ? [...whole].sort((one, other) => Number(one.isLoose) - Number(other.isLoose)) : same
    const [best] = ranked
    for (const row of ranked) {
      // One label in two rows is one entry of a label table.
      const isSame = row.count === best?.count || row.label === best?.label
      if (isSame) kept.push(row)
      else doubtful.push(row)
    }
  }
  return { kept, sums, doubtful }
}

function groupedByMeter(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = meterKey(row.name)
    const group = groups.get(key) ?? []
    group.push(row)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** One label table an axis; the unit's holds every label, so that a label nobody knows makes no meter. */
function axisLabels(rows: readonly Row[], name: string): readonly string[] {
  const units = labelTable(
    `${name}Units`,
    rows.map(({ label, name: meter }) => [meter.unit, label]),
  )
  const others = AXES.flatMap((axis) => {
    const told = rows.filter(({ name: meter }) => meter[axis] !== WHOLE[axis])
    return told.length === 0
      ? []
      : [
          labelTable(
            tableOf(name, axis),
            told.map(({ label, name: meter }) => [meter[axis], label]),
          ),
        ]
  })
  return [units, ...others]
}

function labelTable(name: string, pairs: readonly (readonly [string, string])[]): string {
  const targets = new Map<string, Set<string>>()
  for (const [target, label] of pairs) targets.set(target, (targets.get(target) ?? new Set()).add(label))
  const members = [...targets].map(([target, labels]) => [target, list([...labels])] as const)
  return `${name}: ${flow(members)}`
}

const tableOf = (name: string, axis: (typeof AXES)[number]): string =>
  `${name}${{ work: 'Works', colour: 'Colours', size: 'Sizes', sides: 'Sides' }[axis]}`

function rowRule(rows: readonly Row[], name: string): string {
  const axes = AXES.filter((axis) => rows.some(({ name: meter }) => meter[axis] !== WHOLE[axis])).map(
    (axis) => [axis, `{ first: [{ label: { column: label }, in: ${tableOf(name, axis)} }, ${WHOLE[axis]}] }`] as const,
  )
  return `- ${flow([
    ['rows', name],
    ['unit', `{ label: { column: label }, in: ${name}Units }`],
    ...axes,
    ['value', '{ column: count }'],
    ['confidence', 'D'],
  ])}`
}

/** A meter that is told in two rows, each found by what the device calls it. */
function sumRule(parts: readonly Row[], table: string): string {
  const cells = parts.map(({ label, index }) => {
    const by = index
      .split('.')
      .map((_, at) => `{ rows: ${table}, column: label, where: { label: ${quoted(label)} }, part: ${at + 1} }`)
    return `{ column: count, of: ${table}, by: [${by.join(', ')}] }`
  })
  const [first] = parts
  return first === undefined ? '' : meterRule(first.name, `{ sum: [${cells.join(', ')}] }`)
}

/** A rule of one meter. */
export function meterRule(name: MeterName, value: string): string {
  const axes = AXES.filter((axis) => name[axis] !== WHOLE[axis]).map((axis) => [axis, name[axis]] as const)
  return `- ${flow([['unit', name.unit], ...axes, ['value', value], ['confidence', 'D']])}`
}

/** Tables by medium: the columns have no labels of their own, so which one is which is told by how they add up. */
function sizeRules(table: LabelledTable, name: string): Rules {
  const [all, ...others] = table.counts
  if (all === undefined) return nothing
  const parts = partsOf(all, others)
  const columns = [
    ['label', table.labelColumn],
    ['all', all.column],
    ...parts.map(({ colour, column }) => [colour, column]),
  ]
  const rest = others.filter(({ column }) => !parts.some((part) => part.column === column))
  const rule = (colour: string | null, column: string): string =>
    `- ${flow([
      ['rows', name],
      ['unit', 'impressions'],
      ...(colour === null ? [] : [['colour', colour] as const]),
      ['size', '{ column: label }'],
      ['value', `{ column: ${column} }`],
      ['confidence', 'D'],
    ])}`
  const sum = (colour: string | null, column: string): string =>
    `- ${flow([
      ['unit', 'impressions'],
      ...(colour === null ? [] : [['colour', colour] as const]),
      ['value', `{ sum: { rows: ${name}, column: ${column} } }`],
      ['confidence', 'D'],
    ])}`
  return {
    tables: [
      `${name}: ${flow([
        ['rows', String(rowsOf(table))],
        ['columns', flow(columns.map(([key = '', value = '']) => [key, value]))],
      ])}`,
    ],
    labels: [],
    meters: [
      rule(null, 'all'),
      ...parts.map(({ colour }) => rule(colour, colour)),
      sum(null, 'all'),
      ...parts.map(({ colour }) => sum(colour, colour)),
    ],
    questions: [
      `table ${name} counts by medium; does column ${all.column} hold all impressions?`,
      ...(parts.length === 0
        ? []
        : [
            `in table ${name}, is ${parts.map(({ colour, column }) => `${column} ${colour}`).join(', ')}? They add up; which is which is a guess.`,
          ]),
      ...(rest.length === 0
        ? []
        : [
            `what do these columns of table ${name} count? ${rest
              .map(({ column }) => column)
              .slice(0, 8)
              .join(', ')}`,
          ]),
    ],
    objects: [table.labelColumn, all.column, ...parts.map(({ column }) => column)],
  }
}

/** Columns that make the whole in every row: by custom black first, then colour, then single colour. */
function partsOf(
  all: CountColumn,
  others: readonly CountColumn[],
): readonly { readonly colour: string; readonly column: string }[] {
  const fitting = [...others].filter(({ counts }) =>
    [...counts].every(([index, count]) => count <= (all.counts.get(index) ?? 0n)),
  )
  fitting.sort((one, other) => lastArc(one.column) - lastArc(other.column))
  const same = fitting.find(({ counts }) => addUp([counts], all))
  if (same !== undefined) return [{ colour: 'mono', column: same.column }]
  for (const [at, first] of fitting.entries())
    for (const second of fitting.slice(at + 1))
      if (addUp([first.counts, second.counts], all)) return named([first, second])
  for (const [at, first] of fitting.entries())
    for (const [next, second] of fitting.slice(at + 1).entries())
      for (const third of fitting.slice(at + next + 2))
        if (addUp([first.counts, second.counts, third.counts], all)) return named([first, second, third])
  return []
}

const named = (columns: readonly CountColumn[]) =>
  columns.map(({ column }, at) => ({ colour: ['mono', 'full', 'highlight'][at] ?? 'mono', column }))

const lastArc = (object: string): number => Number(object.slice(object.lastIndexOf('.') + 1))

function addUp(parts: readonly ReadonlyMap<string, bigint>[], all: CountColumn): boolean {
  return [...all.counts].every(
    ([index, count]) => parts.reduce((sum, part) => sum + (part.get(index) ?? 0n), 0n) === count,
  )
}

/** Room for a model with half as many rows again. */
const rowsOf = ({ labels }: LabelledTable): number => Math.min(MOST_ROWS, Math.max(16, Math.ceil(labels.size * 1.5)))

function told(question: string, texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return []
  const more = texts.length > MOST_TOLD ? ` and ${texts.length - MOST_TOLD} more` : ''
  return [`${question}: ${texts.slice(0, MOST_TOLD).map(quoted).join(', ')}${more}`]
}

/** Whether a table holds anything a rule can be made of. */
export function isUseful(table: LabelledTable): boolean {
  const texts = [...table.labels.values()]
  return table.isBySize ? texts.some(isMedium) : texts.some((text) => guessLabel(text).ok)
}
