/** The latest state of devices in the database: how its row is read before readings are folded, and written where the fold made a part of it newer. */
import { z } from 'zod'
import type { Param, Queries } from '../db/engine.ts'
import { type Known, parts, type Source, type State } from './fold.ts'
import type { Described } from './layouts.ts'
import type { LockedOnsite } from './onsites.ts'
import type { LayoutNumbers } from './readings.ts'
import { type Section, sections } from './sections.ts'
import { columnCount, partsGiven, stateValues, updateParts, upsertWhole } from './state-columns.ts'

const words = z.array(z.string()).nullable()

/** Sections of a state, and its misses, that are not its newest reading's or were not read whole, with the reading each is of. */
export const olderSchema = z.partialRecord(
  z.enum([...sections, 'misses']),
  z.object({ at: z.iso.datetime(), id: z.string(), standing: z.literal([0, 1, 2]) }),
)

const stateRow = z.object({
  device_id: z.bigint(),
  at: z.date(),
  reading_id: z.string(),
  older: olderSchema.nullable(),
  stored_at: z.date(),
  layout_id: z.bigint(),
  supply_layout_id: z.bigint(),
  meters: z.array(z.bigint()),
  levels: z.array(z.number()),
  status: z.string(),
  errors: words,
  alerts: words,
  board_mac: z.string().nullable(),
  look: z.string(),
  detail_mark: z.string(),
})
/** A device's state as its row says it. */
export type StateRow = z.output<typeof stateRow>

/** The states of devices, locked in the order of devices, so that two Onsites that see the same printers never wait in a ring. */
export async function lockStates(
  queries: Queries,
  tenant: bigint,
  devices: ReadonlySet<bigint>,
): Promise<ReadonlyMap<bigint, StateRow>> {
  if (devices.size === 0) return new Map()
  const sql = `
    select device_id, at, reading_id, older, stored_at, layout_id, supply_layout_id, meters, levels, status, errors, alerts,
      mac as board_mac, look, detail_mark
    from device_state where tenant_id = $1 and device_id = any($2) order by device_id for update`
  const rows = await queries.rows(stateRow, sql, [tenant, [...devices]])
  return new Map(rows.map((row) => [row.device_id, row]))
}

/** What is known of a device by its state's row and the layouts that row names. */
export function knownOf(row: StateRow, meterLayout: Described, supplyLayout: Described): Known {
  return {
    at: row.at.getTime(),
    id: row.reading_id,
    sources: sourcesOf(row),
    whole: sourceOf(row, 'misses'),
    storedAt: row.stored_at.getTime(),
    meterLayout: meterLayout.hash,
    supplyLayout: supplyLayout.hash,
    keys: meterLayout.keys,
    meters: row.meters,
    levels: row.levels,
    status: row.status,
    errors: row.errors ?? [],
    alerts: row.alerts ?? [],
    mac: row.board_mac,
  }
}

function sourcesOf(row: StateRow): Known['sources'] {
  const of = (section: Section): Source => sourceOf(row, section)
  return {
    identity: of('identity'),
    meters: of('meters'),
    supplies: of('supplies'),
    inputs: of('inputs'),
    status: of('status'),
    alerts: of('alerts'),
  }
}

function sourceOf(row: StateRow, part: Section | 'misses'): Source {
  const older = row.older?.[part]
  if (older !== undefined) return { ...older, at: Date.parse(older.at) }
  return { at: row.at.getTime(), id: row.reading_id, standing: 2 }
}

/** A new state and its device. `before` is the state it replaces, null for a new device. */
export interface NewState {
  readonly device: bigint
  readonly state: State
  readonly before: StateRow | null
}

/** Writes states; the rows of those that were there are locked. */
export async function writeStates(
  queries: Queries,
  onsite: LockedOnsite,
  states: readonly NewState[],
  numbers: LayoutNumbers,
): Promise<void> {
  const isWhole = ({ state }: NewState): boolean => parts.every((part) => state.from[part] !== null)
  const whole = states.filter(isWhole).map((one) => stateValues(one, numbers))
  if (whole.length > 0) await queries.run(upsertWhole, [onsite.tenant, onsite.id, ...turned(whole, columnCount.whole)])
  const some = states
    .filter((one) => !isWhole(one))
    .map((one) => [...stateValues(one, numbers), ...partsGiven(one.state)])
  if (some.length > 0) await queries.run(updateParts, [onsite.tenant, onsite.id, ...turned(some, columnCount.parts)])
}

type Value = Exclude<Param, readonly unknown[]>

/** Rows as columns, which is how unnest takes them. */
function turned(rows: readonly (readonly Value[])[], columns: number): readonly (readonly Value[])[] {
  return Array.from({ length: columns }, (_, place) => rows.map((row) => row[place] ?? null))
}
