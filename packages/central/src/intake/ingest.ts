/**
 * The second half of intake: one transaction that stores everything a delivery brought, or nothing. The Onsite's row lock makes its
 * deliveries take turns; a delivery that comes again stores nothing and gets the same receipts.
 */
import type { Receipt, Settings } from '@platen/wire'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import { storeAlerts } from './alerts.ts'
import type { Arranged, Placed } from './arrange.ts'
import { type MeterLayout, meterLayoutText, type SupplyLayout, supplyLayoutText } from './columns.ts'
import { findDevices, type Recognised } from './devices.ts'
import { EnvelopeNumbers, keep, type Numbered, newestOf, number, putAside, receiptOf } from './envelopes.ts'
import { type Arrival, type Folded, fold, type Known } from './fold.ts'
import { Layouts } from './layouts.ts'
import { moveDevices, updateDevices } from './look.ts'
import { insertEvents, judgeAgain } from './meter-events.ts'
import { type LockedOnsite, lockOnsite, updateOnsite } from './onsites.ts'
import { insertReadings, type LayoutNumbers } from './readings.ts'
import { knownOf, type NewState, writeStates } from './states.ts'
import { storeSupplies } from './supplies.ts'

/** What became of a delivery, known only after its commit. `forked` says that an envelope's place was already taken by another. */
export interface Ingested {
  readonly ok: true
  readonly settings: Settings
  readonly receipts: readonly Receipt[]
  readonly forked: boolean
  readonly aside: number
  readonly readings: number
}

/** A printer moves to the site of another Onsite only when its own has not seen it for this long: both may reach it. */
const movedAfter = 7 * 86_400_000

/** Stores deliveries. Holds only a memory of layouts. */
export class Ingest {
  readonly #database: Database
  readonly #meterLayouts = new Layouts<MeterLayout>('meter_layout', insertMeterLayouts)
  readonly #numbers = new EnvelopeNumbers()
  readonly #supplyLayouts = new Layouts<SupplyLayout>('supply_layout', insertSupplyLayouts)

  constructor(database: Database) {
    this.#database = database
  }

  /** Stores one Onsite's delivery. Partitions of its months are already there. */
  async store(delivery: {
    readonly tenant: bigint
    readonly onsite: string
    readonly arranged: readonly Arranged[]
    readonly receivedAt: number
  }): Promise<Ingested | { readonly ok: false; readonly reason: 'revoked' }> {
    const { tenant, arranged, receivedAt } = delivery
    const done = await this.#database.as({ role: 'intake', tenant }, async (queries) => {
      const onsite = await lockOnsite(queries, tenant, delivery.onsite)
      if (onsite.state !== 'enrolled') return null
      const numbered = await number(queries, onsite, arranged, this.#numbers)
      const bad = await keep(queries, onsite, numbered, receivedAt)
      const { devices, lost } = await findDevices(queries, onsite, newReadings(numbered))
      await putAside(queries, onsite, lost.map(asideOf), new Date(receivedAt))
      const layouts = await this.#storeReadings(queries, onsite, devices)
      const aside = bad + lost.length
      const forked = numbered.some(({ standing }) => standing === 'forked' || standing === 'forkedBefore')
      const newest = newestOf(numbered.filter(({ standing }) => standing === 'new').map(({ parcel }) => parcel))
      const alongside = numbered.filter(({ parcel }) => parcel.kind !== 'contact').length
      await updateOnsite(queries, onsite, { ...newest, alongside, receivedAt, aside, forked })
      return { onsite, numbered, aside, layouts, forked, readings: devices.flatMap(({ own }) => own).length }
    })
    if (done === null) return { ok: false, reason: 'revoked' }
    if (done.layouts !== null) {
      this.#meterLayouts.remember(tenant, done.layouts.meters)
      this.#supplyLayouts.remember(tenant, done.layouts.supplies)
    }
    return {
      ok: true,
      settings: done.onsite.settings,
      receipts: done.numbered.map(receiptOf),
      forked: done.forked,
      aside: done.aside,
      readings: done.readings,
    }
  }

  async #storeReadings(
    queries: Queries,
    onsite: LockedOnsite,
    devices: readonly Recognised<NumberedReading>[],
  ): Promise<LayoutNumbers | null> {
    if (devices.length === 0) return null
    const known = await this.#knownOf(queries, onsite.tenant, devices)
    const folded = devices.map(({ device, before, own }) => ({
      device,
      before,
      folded: fold(known.get(device) ?? null, own.map(arrivalOf)),
    }))
    const rows = folded.flatMap(({ device, folded: { rows: own } }) => own.map((row) => ({ device, row })))
    const states = folded.flatMap(({ device, before, folded: { state } }) =>
      state === null ? [] : [{ device, state, before }],
    )
    const numbers = await this.#numberLayouts(queries, onsite.tenant, folded)
    await insertReadings(queries, onsite.tenant, rows, numbers)
    await writeStates(queries, onsite, states, numbers)
    await updateDevices(queries, onsite.tenant, states)
    await moveDevices(queries, onsite, moved(states, known))
    await storeSupplies(queries, onsite.tenant, states, known)
    await storeAlerts(queries, onsite.tenant, states, known)
    await storeEvents(queries, onsite.tenant, folded)
    return numbers
  }

  async #knownOf(
    queries: Queries,
    tenant: bigint,
    devices: readonly Recognised<Placed>[],
  ): Promise<ReadonlyMap<bigint, Known>> {
    const rows = devices.flatMap(({ device, before }) => (before === null ? [] : [{ device, before }]))
    const layoutIds = rows.map(({ before }) => before.layout_id)
    const supplyLayoutIds = rows.map(({ before }) => before.supply_layout_id)
    const meters = await this.#meterLayouts.describe(queries, tenant, layoutIds)
    const supplies = await this.#supplyLayouts.describe(queries, tenant, supplyLayoutIds)
    return new Map(
      rows.map(({ device, before }) => [
        device,
        knownOf(before, meters(before.layout_id), supplies(before.supply_layout_id)),
      ]),
    )
  }

  async #numberLayouts(
    queries: Queries,
    tenant: bigint,
    folded: readonly { readonly folded: Folded }[],
  ): Promise<LayoutNumbers> {
    const columns = folded.flatMap(({ folded: { rows, state } }) => [
      ...rows.map((row) => row.arrival.columns),
      ...(state === null ? [] : [state.from.meters, state.from.supplies]).flatMap((from) => from?.columns ?? []),
    ])
    const meterLayouts = columns.map((one) => one.meterLayout)
    const supplyLayouts = columns.map((one) => one.supplyLayout)
    return {
      meters: await this.#meterLayouts.numbers(queries, tenant, meterLayouts),
      supplies: await this.#supplyLayouts.numbers(queries, tenant, supplyLayouts),
    }
  }
}

type NumberedReading = Placed & { readonly envelope: bigint }

function newReadings(numbered: readonly Numbered[]): readonly NumberedReading[] {
  return numbered
    .filter(({ standing }) => standing === 'new')
    .flatMap(({ placed, envelope }) => placed.map((one) => ({ ...one, envelope })))
}

/** A printer that did not say who it is, at an address where there is not exactly one it can be. */
function asideOf({ item, raw, envelope }: NumberedReading) {
  const detail = 'the printer fell silent before it said who it is, and its address does not tell'
  return { item, reason: 'identityMissed', detail, content: raw, envelope }
}

function arrivalOf({ reading, columns, at, item, envelope }: NumberedReading): Arrival {
  return { reading, columns, at, item, envelope }
}

function moved(states: readonly NewState[], known: ReadonlyMap<bigint, Known>): readonly bigint[] {
  return states
    .filter(({ device, state }) => {
      const before = known.get(device)
      return before !== undefined && state.known.at - before.at > movedAfter
    })
    .map(({ device }) => device)
}

async function storeEvents(
  queries: Queries,
  tenant: bigint,
  all: readonly { readonly device: bigint; readonly folded: Folded }[],
): Promise<void> {
  const events = all.flatMap(({ device, folded }) => folded.events.map((event) => ({ ...event, device })))
  await insertEvents(queries, tenant, events)
  for (const { device, folded } of all) {
    if (folded.late.length > 0) await judgeAgain(queries, tenant, device, folded.late)
  }
}

async function insertMeterLayouts(queries: Queries, tenant: bigint, layouts: readonly MeterLayout[]): Promise<void> {
  await queries.run(
    `insert into meter_layout (tenant_id, hash, keys, meters, profile, instructions)
     select $1, l.hash, l.keys::text[], l.meters::jsonb, l.profile, l.instructions
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as l(hash, keys, meters, profile, instructions)
     on conflict do nothing`,
    [
      tenant,
      layouts.map(({ hash }) => hash),
      layouts.map(({ keys }) => quotedText(keys)),
      layouts.map(meterLayoutText),
      layouts.map(({ profile }) => profile),
      layouts.map(({ instructions }) => instructions),
    ],
  )
}

async function insertSupplyLayouts(queries: Queries, tenant: bigint, layouts: readonly SupplyLayout[]): Promise<void> {
  await queries.run(
    `insert into supply_layout (tenant_id, hash, supplies)
     select $1, l.hash, l.supplies::jsonb from unnest($2::text[], $3::text[]) as l(hash, supplies) on conflict do nothing`,
    [tenant, layouts.map(({ hash }) => hash), layouts.map(supplyLayoutText)],
  )
}

/** Texts as an array's text. Media names come from printers and may hold anything. */
function quotedText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
}
