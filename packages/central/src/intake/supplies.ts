/** One row per supply as a device's supply table was last read, written only where something changed: what runs low is then one index range. */
import { percentLeft, type Supply } from '@platen/model'
import type { Queries } from '../db/engine.ts'
import { levelNumber } from './columns.ts'
import type { Known } from './fold.ts'
import type { NewState } from './states.ts'

/** Writes the supplies that differ from what was known. */
export async function storeSupplies(
  queries: Queries,
  tenant: bigint,
  states: readonly NewState[],
  before: ReadonlyMap<bigint, Known>,
): Promise<void> {
  const replaced = states.filter(
    ({ device, state }) =>
      state.from.supplies !== null && before.get(device)?.supplyLayout !== state.known.supplyLayout,
  )
  if (replaced.some(({ device }) => before.has(device))) {
    const sql = 'delete from supply_state where tenant_id = $1 and device_id = any($2)'
    await queries.run(sql, [tenant, replaced.map(({ device }) => device)])
  }
  const rows = states.flatMap((one) => changedSupplies(one, before.get(one.device)))
  if (rows.length === 0) return
  await queries.run(
    `insert into supply_state (tenant_id, device_id, index, kind, colorant, level_kind, percent, place)
     select $1, s.device_id, s.index, s.kind, s.colorant, s.level_kind, s.percent, s.place
     from unnest($2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float4[], $8::int4[])
       as s(device_id, index, kind, colorant, level_kind, percent, place)
     on conflict (tenant_id, device_id, index) do update set kind = excluded.kind, colorant = excluded.colorant,
       level_kind = excluded.level_kind, percent = excluded.percent, place = excluded.place`,
    [
      tenant,
      rows.map(({ device }) => device),
      rows.map(({ supply }) => supply.index),
      rows.map(({ supply }) => supply.kind),
      rows.map(({ supply }) => supply.colorant),
      rows.map(({ supply }) => supply.level.kind),
      rows.map(({ supply }) => percentLeft(supply.level)),
      rows.map(({ place }) => place),
    ],
  )
}

/** Of supplies with one index the first counts: two rows of one key cannot be written by one statement. */
function changedSupplies(
  one: NewState,
  before: Known | undefined,
): readonly { device: bigint; supply: Supply; place: number }[] {
  const { device, state } = one
  if (state.from.supplies === null) return []
  const same = before?.supplyLayout === state.known.supplyLayout
  const seen = new Set<string>()
  return state.from.supplies.reading.supplies.flatMap((supply, place) => {
    if (seen.has(supply.index)) return []
    seen.add(supply.index)
    return same && before.levels[place] === levelNumber(supply.level) ? [] : [{ device, supply, place: place + 1 }]
  })
}
