/**
 * The second half of intake: one transaction that stores everything a delivery brought, or nothing. The Onsite's row lock makes its
 * deliveries take turns; a delivery that comes again stores nothing and gets the same receipts.
 */
import type { Receipt, Settings } from '@platen/wire'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import type { Partitions } from '../db/partitions.ts'
import { storeAlerts } from './alerts.ts'
import type { Arranged, Placed } from './arrange.ts'
import { type MeterLayout, meterLayoutText, type SupplyLayout, supplyLayoutText } from './columns.ts'
import { findDevices, type Recognised } from './devices.ts'
import {
  EnvelopeNumbers,
  epochsBefore,
  keep,
  type Numbered,
  newestOf,
  number,
  putAside,
  receiptOf,
} from './envelopes.ts'
import { type Arrival, type Folded, fold, type Known, monthOf } from './fold.ts'
import { Layouts } from './layouts.ts'
import { moveDevices, updateDevices } from './look.ts'
import { insertEvents, judgeAgain } from './meter-events.ts'
import { momentsOf, type Sealed } from './moment.ts'
import { type LockedOnsite, lockOnsite, settingsToTell, updateOnsite } from './onsites.ts'
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

/** One Onsite's delivery, opened and sorted. */
interface Delivery {
  readonly tenant: bigint
  readonly onsite: string
  readonly arranged: readonly Arranged[]
  readonly receivedAt: number
}

/** Stores deliveries. Holds only a memory of layouts. */
export class Ingest {
  readonly #database: Database
  readonly #partitions: Partitions
  readonly #meterLayouts = new Layouts<MeterLayout>('meter_layout', insertMeterLayouts)
  readonly #numbers = new EnvelopeNumbers()
  readonly #supplyLayouts = new Layouts<SupplyLayout>('supply_layout', insertSupplyLayouts)

  constructor(database: Database, partitions: Partitions) {
    this.#database = database
    this.#partitions = partitions
  }

  /** Stores one Onsite's delivery. The partition of its envelopes is already there. */
  async store(delivery: Delivery): Promise<Ingested | { readonly ok: false; readonly reason: 'revoked' }> {
    for (;;) {
      const done = await this.#try(delivery)
      if (done.ok) return done
      if (done.months === null) return { ok: false, reason: 'revoked' }
      // When readings were made is known only under the Onsite's lock, and partitions are made by another transaction.
      await this.#partitions.ensure('reading', done.months)
    }
  }

  /** Null months: the Onsite is revoked. Months: partitions that have to be made first. */
  async #try(
    delivery: Delivery,
  ): Promise<Ingested | { readonly ok: false; readonly months: readonly string[] | null }> {
    const { tenant, arranged, receivedAt } = delivery
    const done = await this.#database.as({ role: 'intake', tenant }, async (queries) => {
      const onsite = await lockOnsite(queries, tenant, delivery.onsite)
      if (onsite.state !== 'enrolled') return { stored: false, months: null } as const
      const numbered = await number(queries, onsite, arranged, this.#numbers)
      const { placed, last } = await place(queries, onsite, { numbered, receivedAt })
      const months = this.#partitions.missing(
        'reading',
        placed.map(({ at }) => monthOf(at)),
      )
      if (months.length > 0) return { stored: false, months } as const
      const bad = await keep(queries, onsite, numbered, receivedAt)
      const { devices, lost } = await findDevices(queries, onsite, placed)
      await putAside(queries, onsite, lost.map(asideOf), new Date(receivedAt))
      const layouts = await this.#storeReadings(queries, onsite, devices)
      const aside = bad + lost.length
      const forked = numbered.some(({ standing }) => standing === 'forked' || standing === 'forkedBefore')
      const newest = newestOf(numbered.filter(({ standing }) => standing === 'new').map(({ parcel }) => parcel))
      const alongside = numbered.filter(({ parcel }) => parcel.kind !== 'contact').length
      const isNews = numbered.some(({ standing }) => standing === 'new' || standing === 'forked')
      await updateOnsite(queries, onsite, { ...newest, alongside, receivedAt, isNews, aside, forked, last })
      const settings = await settingsToTell(queries, onsite, receivedAt)
      const readings = placed.length - lost.length
      return { stored: true, settings, numbered, aside, layouts, forked, readings } as const
    })
    if (!done.stored) return { ok: false, months: done.months }
    if (done.layouts !== null) {
      this.#meterLayouts.remember(tenant, done.layouts.meters)
      this.#supplyLayouts.remember(tenant, done.layouts.supplies)
    }
    return {
      ok: true,
      settings: done.settings,
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

/** The new readings of a delivery with their moments, and the newest envelope of the Onsite's sequence after it. */
async function place(
  queries: Queries,
  onsite: LockedOnsite,
  delivery: { readonly numbered: readonly Numbered[]; readonly receivedAt: number },
): Promise<{ readonly placed: readonly NumberedReading[]; readonly last: Sealed | null }> {
  const envelopes = delivery.numbered
    .filter(({ standing }) => standing === 'new')
    .map(({ parcel: { header }, lines, envelope }) => ({
      ...header,
      at: Date.parse(header.at),
      readings: lines.map(({ reading }) => ({ at: Date.parse(reading.at), monotonic: reading.monotonic })),
      lines,
      envelope,
    }))
  const others = envelopes.map(({ epoch }) => epoch).filter((epoch) => epoch !== onsite.last?.epoch)
  const earlierEpochs = onsite.last === null ? new Set<string>() : await epochsBefore(queries, onsite, others)
  const { receivedAt } = delivery
  const { moments, last } = momentsOf(envelopes, { last: onsite.last, earlierEpochs, receivedAt })
  const placed = envelopes.flatMap((envelope) => {
    const made = moments.get(envelope)?.readings ?? []
    return envelope.lines.map((line, at) => ({ ...line, at: made[at] ?? receivedAt, envelope: envelope.envelope }))
  })
  return { placed, last }
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

/** Writes layouts of meters that are not there yet. */
export async function insertMeterLayouts(
  queries: Queries,
  tenant: bigint,
  layouts: readonly MeterLayout[],
): Promise<void> {
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
