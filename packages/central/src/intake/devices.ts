/** Finds the device of each reading by its evidence, and makes those that nobody has seen before. */
import { z } from 'zod'
import type { Queries } from '../db/engine.ts'
import { plain } from '../plain.ts'
import { addressOrder } from './address.ts'
import type { Placed } from './arrange.ts'
import { type Evidence, lasting, realMac, realSerial, recognise } from './evidence.ts'
import type { LockedOnsite } from './onsites.ts'
import { lockStates, type StateRow } from './states.ts'

const evidenceRow = z.object({
  kind: z.enum(['serial', 'mac', 'address']),
  value: z.string(),
  device_id: z.bigint(),
  serial: z.string().nullable(),
  mac: z.string().nullable(),
})

/** A device while its evidence is looked at. `first` is set for one that has to be made; `learnt` is evidence not kept before. */
interface Candidate {
  device: bigint
  serial: string | null
  mac: string | null
  at: number
  readonly first: Placed | null
  readonly before: StateRow | null
  readonly learnt: Map<string, Evidence>
}

/** A device of a delivery with its readings, and what it was before (null for a new one); its state's row is locked. */
export interface Recognised<P> {
  readonly device: bigint
  readonly before: StateRow | null
  readonly own: readonly P[]
}

const nameOf = ({ kind, value }: Evidence): string => `${kind} ${value}`

/** The devices of a delivery. Those that are new to the customer are made, at the Onsite's site. */
export async function findDevices<P extends Placed>(
  queries: Queries,
  onsite: LockedOnsite,
  placed: readonly P[],
): Promise<readonly Recognised<P>[]> {
  const strongest = placed.flatMap(({ evidence }) => evidence.slice(0, 1))
  const matched = match(await lookUp(queries, onsite, strongest), placed)
  const settled = matched.every(({ candidate }) => candidate.first === null && candidate.learnt.size === 0)
  return group(settled ? matched : await learn(queries, onsite, placed))
}

/** The long way, for devices that are new or show new evidence: all evidence is looked up, while no other Onsite of the customer learns. */
async function learn<P extends Placed>(
  queries: Queries,
  onsite: LockedOnsite,
  placed: readonly P[],
): Promise<readonly Matched<P>[]> {
  await queries.run('select pg_advisory_xact_lock($1, ($2 % 2147483647)::int)', [customerLock, onsite.customer])
  const index = await lookUp(
    queries,
    onsite,
    placed.flatMap(({ evidence }) => evidence),
  )
  const matched = match(index, placed)
  const candidates = new Set(matched.map(({ candidate }) => candidate))
  await makeDevices(queries, onsite, candidates)
  await keepEvidence(queries, onsite, candidates)
  return matched
}
const customerLock = 7_503_283

type Index = Map<string, Candidate>
interface Matched<P> {
  readonly candidate: Candidate
  readonly one: P
}

function group<P extends Placed>(matched: readonly Matched<P>[]): readonly Recognised<P>[] {
  const byDevice = new Map<Candidate, P[]>()
  for (const { candidate, one } of matched) {
    const own = byDevice.get(candidate)
    if (own === undefined) byDevice.set(candidate, [one])
    else own.push(one)
  }
  return [...byDevice].map(([{ device, before }, own]) => ({ device, before, own }))
}

/** Devices by evidence, with their states locked. */
async function lookUp(queries: Queries, onsite: LockedOnsite, evidence: readonly Evidence[]): Promise<Index> {
  const wanted = [...new Map(evidence.map((one) => [nameOf(one), one])).values()]
  // One look-up per piece of evidence and no other plan, whatever the statistics of a young database say.
  const sql = `select e.kind, e.value, e.device_id, d.serial, d.mac
    from unnest($3::text[], $4::text[]) as w(kind, value)
    cross join lateral (
      select kind, value, device_id from device_evidence
      where tenant_id = $1 and customer_id = $2 and kind = w.kind and value = w.value limit 1
    ) e
    cross join lateral (
      select serial, mac from device where tenant_id = $1 and device_id = e.device_id limit 1
    ) d`
  const rows = await queries.rows(evidenceRow, sql, [
    onsite.tenant,
    onsite.customer,
    wanted.map(({ kind }) => kind),
    wanted.map(({ value }) => value),
  ])
  const states = await lockStates(queries, onsite.tenant, new Set(rows.map((row) => row.device_id)))
  const devices = new Map<bigint, Candidate>()
  const index: Index = new Map()
  for (const row of rows) {
    const { device_id: device, serial, mac } = row
    const candidate = devices.get(device) ?? {
      device,
      serial,
      mac,
      at: 0,
      first: null,
      before: states.get(device) ?? null,
      learnt: new Map(),
    }
    devices.set(device, candidate)
    index.set(nameOf(row), candidate)
  }
  return index
}

/** Readings are looked at in the order of their moments, so that the order of lines never decides which device is which. */
function match<P extends Placed>(index: Index, placed: readonly P[]): readonly Matched<P>[] {
  return [...placed]
    .sort((a, b) => a.at - b.at)
    .map((one) => {
      const known = recognise(one.evidence, (evidence) => index.get(nameOf(evidence)))
      const candidate = known ?? newCandidate(one)
      candidate.at = Math.max(candidate.at, one.at)
      for (const evidence of lasting(one.evidence)) {
        if (index.get(nameOf(evidence)) === candidate || isKept(evidence, candidate)) continue
        candidate.learnt.set(nameOf(evidence), evidence)
        index.set(nameOf(evidence), candidate)
      }
      candidate.serial ??= realSerial(one.reading.identity.serial)
      candidate.mac ??= realMac(one.reading.identity.mac)
      return { candidate, one }
    })
}

/** The MAC a device was last seen with has been kept with it: it need not be looked up to be known. */
function isKept(evidence: Evidence, candidate: Candidate): boolean {
  return evidence.kind === 'mac' && candidate.before !== null && evidence.value === candidate.mac
}

function newCandidate(first: Placed): Candidate {
  return { device: 0n, serial: null, mac: null, at: first.at, first, before: null, learnt: new Map() }
}

async function makeDevices(queries: Queries, onsite: LockedOnsite, candidates: ReadonlySet<Candidate>): Promise<void> {
  const fresh = [...candidates].filter((candidate) => candidate.first !== null)
  if (fresh.length === 0) return
  const numbers = await queries.rows(
    z.object({ id: z.bigint() }),
    `select nextval(pg_get_serial_sequence('platen.device', 'device_id')) as id from generate_series(1, $1::int)`,
    [fresh.length],
  )
  for (const [place, candidate] of fresh.entries()) candidate.device = numbers[place]?.id ?? 0n
  const rows = fresh.flatMap(({ device, first }) => (first === null ? [] : [{ device, first }]))
  await queries.run(
    `insert into device (tenant_id, customer_id, site_id, onsite_id, device_id, address, address_order, plain, first_seen)
     select $1, $2, $3, $4, d.device_id, d.address, d.address_order, d.plain, d.first_seen
     from unnest($5::int8[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
       as d(device_id, address, address_order, plain, first_seen)`,
    [
      onsite.tenant,
      onsite.customer,
      onsite.site,
      onsite.id,
      rows.map(({ device }) => device),
      rows.map(({ first }) => first.reading.address),
      rows.map(({ first }) => addressOrder(first.reading.address)),
      rows.map(({ first }) => plain(first.reading.address)),
      rows.map(({ first }) => new Date(first.at)),
    ],
  )
}

/** New evidence is added; evidence that now speaks for another device (a network card that moved) follows it. */
async function keepEvidence(queries: Queries, onsite: LockedOnsite, candidates: ReadonlySet<Candidate>): Promise<void> {
  const owner = new Map<string, { readonly evidence: Evidence; readonly candidate: Candidate }>()
  for (const candidate of [...candidates].sort((a, b) => a.at - b.at)) {
    for (const [name, evidence] of candidate.learnt) owner.set(name, { evidence, candidate })
  }
  const rows = [...owner.values()]
  if (rows.length === 0) return
  await queries.run(
    `insert into device_evidence (tenant_id, customer_id, kind, value, device_id, seen_at)
     select $1, $2, e.kind, e.value, e.device_id, e.seen_at
     from unnest($3::text[], $4::text[], $5::int8[], $6::timestamptz[]) as e(kind, value, device_id, seen_at)
     on conflict (tenant_id, customer_id, kind, value) do update
       set device_id = excluded.device_id, seen_at = excluded.seen_at
       where device_evidence.seen_at <= excluded.seen_at`,
    [
      onsite.tenant,
      onsite.customer,
      rows.map(({ evidence }) => evidence.kind),
      rows.map(({ evidence }) => evidence.value),
      rows.map(({ candidate }) => candidate.device),
      rows.map(({ candidate }) => new Date(candidate.at)),
    ],
  )
}
