/** The columns of a device's state, each belonging to the part of a reading it comes from: what a part did not give is not written. */
import type { Reading } from '@platen/model'
import type { Param } from '../db/engine.ts'
import { realMac } from './evidence.ts'
import type { Arrival, Part, State } from './fold.ts'
import { lookOf, markOf } from './look.ts'
import { arrayText, type LayoutNumbers, numberOf, someText, wordsText } from './readings.ts'
import { sections } from './sections.ts'
import type { NewState } from './states.ts'

/** A column's name, the type its values are sent as, and what they are cast to where arrays of arrays would be flattened. */
type Column = readonly [name: string, type: string, cast?: string]
type Value = Exclude<Param, readonly unknown[]>

interface PartColumns {
  readonly part: Part
  readonly columns: readonly Column[]
  values(arrival: Arrival, numbers: LayoutNumbers): readonly Value[]
}

const partColumns: readonly PartColumns[] = [
  {
    part: 'newest',
    columns: [
      ['at', 'timestamptz'],
      ['monotonic', 'float8'],
      ['reading_id', 'text'],
    ],
    values: ({ reading, at }) => [new Date(at), reading.monotonic, reading.id],
  },
  { part: 'identity', columns: [['look', 'text']], values: ({ reading }) => [lookOf(reading)] },
  {
    part: 'meters',
    columns: [
      ['envelope_id', 'int8'],
      ['item', 'int4'],
      ['layout_id', 'int8'],
      ['meters', 'text', 'int8[]'],
      ['doubts', 'text', 'int2[]'],
      ['total', 'int8'],
      ['total_unit', 'text'],
      ['mac', 'text'],
      ['checks', 'text', 'jsonb'],
    ],
    values: ({ reading, columns, envelope, item }, numbers) => [
      envelope,
      item,
      numberOf(numbers.meters, columns.meterLayout.hash),
      arrayText(columns.meters),
      someText(columns.doubts),
      columns.total?.value ?? null,
      columns.total?.unit ?? null,
      realMac(reading.identity.mac),
      checksText(reading),
    ],
  },
  {
    part: 'supplies',
    columns: [
      ['supply_layout_id', 'int8'],
      ['levels', 'text', 'float8[]'],
      ['lowest_percent', 'float4'],
      ['lowest_kind', 'text'],
      ['lowest_colorant', 'text'],
    ],
    values: ({ columns }, numbers) => [
      numberOf(numbers.supplies, columns.supplyLayout.hash),
      arrayText(columns.levels),
      columns.lowest?.percent ?? null,
      columns.lowest?.kind ?? null,
      columns.lowest?.colorant ?? null,
    ],
  },
  {
    part: 'status',
    columns: [
      ['status', 'text'],
      ['errors', 'text', 'text[]'],
      // Asked whenever the status is, and in no other visit.
      ['up_time', 'int8'],
    ],
    values: ({ columns, reading }) => [columns.status, wordsText(columns.errors), reading.upTime],
  },
  {
    part: 'alerts',
    columns: [
      ['alerts', 'text', 'text[]'],
      ['alert_count', 'int4'],
    ],
    values: ({ columns }) => [wordsText(columns.alerts), columns.alerts.length],
  },
]
const always: readonly Column[] = [
  ['device_id', 'int8'],
  ['stored_at', 'timestamptz'],
  ['older', 'text', 'jsonb'],
  ['detail_mark', 'text'],
  ['detail', 'text', 'jsonb'],
]
const all = [...always, ...partColumns.flatMap(({ columns }) => columns)]
const names = all.map(([name]) => name)
const types = all.map(([, type], place) => `$${place + 3}::${type}[]`).join(', ')
const cast = ([name, , to]: Column): string => (to === undefined ? `s.${name}` : `s.${name}::${to}`)

/** Writes whole states: $1 is the tenant, $2 the Onsite, then a column's values each. Identity, trays and misses seldom change: null keeps them. */
export const upsertWhole = `
  insert into device_state (tenant_id, onsite_id, ${names.join(', ')})
  select $1, $2, ${all.map(cast).join(', ')} from unnest(${types}) as s(${names.join(', ')})
  on conflict (tenant_id, device_id) do update set onsite_id = excluded.onsite_id,
    ${names
      .slice(1)
      .map(
        (name) =>
          `${name} = ${name === 'detail' ? 'coalesce(excluded.detail, device_state.detail)' : `excluded.${name}`}`,
      )
      .join(', ')}`

/** Writes those parts of states that a reading gave; after the values of all columns come, a part each, whether it did. */
export const updateParts = `
  update device_state t set stored_at = s.stored_at, older = s.older::jsonb, detail_mark = s.detail_mark,
    detail = coalesce(t.detail || s.detail::jsonb, t.detail),
    onsite_id = case when s.has_newest then $2 else t.onsite_id end,
    ${partColumns
      .flatMap(({ part, columns }) =>
        columns.map((one) => `${one[0]} = case when s.has_${part} then ${cast(one)} else t.${one[0]} end`),
      )
      .join(', ')}
  from unnest(${types}, ${partColumns.map((_, place) => `$${names.length + place + 3}::bool[]`).join(', ')})
    as s(${[...names, ...partColumns.map(({ part }) => `has_${part}`)].join(', ')})
  where t.tenant_id = $1 and t.device_id = s.device_id`

/** A state's values for `upsertWhole`, and for `updateParts` with what it gives appended. */
export function stateValues({ device, state, before }: NewState, numbers: LayoutNumbers): readonly Value[] {
  const detail = detailText(state)
  const mark = markOf(detail)
  return [
    device,
    new Date(state.known.storedAt),
    olderText(state),
    mark,
    mark === before?.detail_mark ? null : detail,
    ...partColumns.flatMap(({ part, columns, values }) => {
      const arrival = state.from[part]
      return arrival === null ? columns.map(() => null) : values(arrival, numbers)
    }),
  ]
}

/** Which parts of a state changed, in the order of `updateParts`. */
export function partsGiven({ from }: State): readonly boolean[] {
  return partColumns.map(({ part }) => from[part] !== null)
}

/** How many columns each statement takes values for. */
export const columnCount = { whole: names.length, parts: names.length + partColumns.length } as const

/** What the device's page shows besides meters and supplies, as far as it changed. The raw answers stay in the envelope. */
function detailText({ from: { identity, inputs, status, misses } }: State): string {
  return JSON.stringify({
    // What a visit did not ask for is not there at all, and stays as it was.
    ...(identity === null
      ? {}
      : { identity: identity.reading.identity, firmwareParts: identity.reading.firmwareParts }),
    ...(inputs === null ? {} : { inputs: inputs.reading.inputs, outputs: inputs.reading.outputs }),
    ...(status === null ? {} : { covers: status.reading.covers }),
    ...(misses === null ? {} : { misses: misses.reading.misses }),
  })
}

/** Sections that are not the newest reading's, or were not read whole, and what was missed by another; null where there are none, as nearly always. */
function olderText({ known }: State): string | null {
  const older = sections.filter((section) => {
    const { at, id, standing } = known.sources[section]
    return standing < 2 || at !== known.at || id !== known.id
  })
  const { whole } = known
  const isWholeOlder = whole.at !== known.at || whole.id !== known.id
  if (older.length === 0 && !isWholeOlder) return null
  const entries = older.map((section) => {
    const { at, id, standing } = known.sources[section]
    return [section, { at: new Date(at).toISOString(), id, standing }]
  })
  const misses = { at: new Date(whole.at).toISOString(), id: whole.id, standing: 2 }
  return JSON.stringify({ ...Object.fromEntries(entries), ...(isWholeOlder ? { misses } : {}) })
}

/** The checks of a reading as a state keeps them: sides as decimal text. */
export function checksText(reading: Reading): string {
  return JSON.stringify(reading.checks.map((check) => ({ ...check, left: `${check.left}`, right: `${check.right}` })))
}
