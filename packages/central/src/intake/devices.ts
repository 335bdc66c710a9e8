/** Finds the device of each reading by its evidence, and makes those that nobody has seen before. */
import { z } from 'zod'
import type { Queries } from '../db/engine.ts'
import { plain } from '../plain.ts'
import type { Placed } from './arrange.ts'
import { type Evidence, lasting, realMac, realSerial, recognise } from './evidence.ts'
import type { LockedOnsite } from './onsites.ts'

const evidenceRow = z.object({
  kind: z.enum(['serial', 'mac', 'address']),
  value: z.string(),
  device_id: z.bigint(),
  serial: z.string().nullable(),
  mac: z.string().nullable(),
})

/** A device while its evidence is looked at; `number` is null until it is made. */
interface Candidate {
  device: bigint
  serial: string | null
  mac: string | null
  first: Placed | null
  readonly evidence: Map<string, Evidence>
  at: number
}

const nameOf = ({ kind, value }: Evidence): string => `${kind} ${value}`

/** The readings of a delivery by device. Devices that are new to the customer are made, at the Onsite's site. */
export async function findDevices<P extends Placed>(
  queries: Queries,
  onsite: LockedOnsite,
  placed: readonly P[],
): Promise<ReadonlyMap<bigint, readonly P[]>> {
  let matched = match(await lookUp(queries, onsite, placed), placed)
  if (matched.some(({ candidate }) => candidate.first !== null)) {
    // Another Onsite of this customer may be making the same device right now.
    await queries.run('select pg_advisory_xact_lock($1, ($2 % 2147483647)::int)', [customerLock, onsite.customer])
    matched = match(await lookUp(queries, onsite, placed), placed)
  }
  await makeDevices(queries, onsite, new Set(matched.map(({ candidate }) => candidate)))
  await keepEvidence(queries, onsite, new Set(matched.map(({ candidate }) => candidate)))
  const byDevice = new Map<bigint, P[]>()
  for (const { candidate, one } of matched) {
    const own = byDevice.get(candidate.device)
    if (own === undefined) byDevice.set(candidate.device, [one])
    else own.push(one)
  }
  return byDevice
}
const customerLock = 7_503_283

type Index = Map<string, Candidate>

async function lookUp(queries: Queries, onsite: LockedOnsite, placed: readonly Placed[]): Promise<Index> {
  const wanted = new Map(placed.flatMap(({ evidence }) => evidence.map((one) => [nameOf(one), one] as const)))
  const sql = `select e.kind, e.value, e.device_id, d.serial, d.mac
    from unnest($3::text[], $4::text[]) as w(kind, value)
    join device_evidence e on e.tenant_id = $1 and e.customer_id = $2 and e.kind = w.kind and e.value = w.value
    join device d on d.tenant_id = $1 and d.device_id = e.device_id`
  const rows = await queries.rows(evidenceRow, sql, [
    onsite.tenant,
    onsite.customer,
    [...wanted.values()].map(({ kind }) => kind),
    [...wanted.values()].map(({ value }) => value),
  ])
  const devices = new Map<bigint, Candidate>()
  const index: Index = new Map()
  for (const row of rows) {
    const { device_id: device, serial, mac } = row
    const candidate = devices.get(device) ?? { device, serial, mac, first: null, evidence: new Map(), at: 0 }
    devices.set(device, candidate)
    candidate.evidence.set(nameOf(row), { kind: row.kind, value: row.value })
    index.set(nameOf(row), candidate)
  }
  return index
}

/** Readings are looked at in the order of their moments, so that the order of lines never decides which device is which. */
function match<P extends Placed>(index: Index, placed: readonly P[]): readonly { candidate: Candidate; one: P }[] {
  return [...placed]
    .sort((a, b) => a.at - b.at)
    .map((one) => {
      const known = recognise(one.evidence, (evidence) => index.get(nameOf(evidence)))
      const candidate = known ?? newCandidate(one)
      candidate.serial ??= realSerial(one.reading.identity.serial)
      candidate.mac ??= realMac(one.reading.identity.mac)
      candidate.at = Math.max(candidate.at, one.at)
      for (const evidence of lasting(one.evidence)) {
        if (candidate.evidence.has(nameOf(evidence))) continue
        candidate.evidence.set(nameOf(evidence), evidence)
        index.set(nameOf(evidence), candidate)
      }
      return { candidate, one }
    })
}

function newCandidate(first: Placed): Candidate {
  return { device: 0n, serial: null, mac: null, first, evidence: new Map(), at: first.at }
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
    for (const [name, evidence] of candidate.evidence) owner.set(name, { evidence, candidate })
  }
  const rows = [...owner.values()]
  await queries.run(
    `insert into device_evidence (tenant_id, customer_id, kind, value, device_id, seen_at)
     select $1, $2, e.kind, e.value, e.device_id, e.seen_at
     from unnest($3::text[], $4::text[], $5::int8[], $6::timestamptz[]) as e(kind, value, device_id, seen_at)
     on conflict (tenant_id, customer_id, kind, value) do update
       set device_id = excluded.device_id, seen_at = excluded.seen_at
       where device_evidence.device_id <> excluded.device_id and device_evidence.seen_at <= excluded.seen_at`,
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

/** An address as text that sorts as addresses do: each part with leading zeros. */
export function addressOrder(address: string): string {
  return address.replace(/\d+/g, (digits) => digits.padStart(3, '0'))
}
