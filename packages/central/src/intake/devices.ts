/** Finds the device of each reading by its evidence, and makes those that nobody has seen before. */
import { isIP } from 'node:net'
import { z } from 'zod'
import type { Queries } from '../db/engine.ts'
import { plain } from '../plain.ts'
import { addressOrder } from './address.ts'
import type { Placed } from './arrange.ts'
import { type Evidence, lasting, realMac, realSerial, recognise } from './evidence.ts'
import type { LockedOnsite } from './onsites.ts'
import { lockStates, type StateRow } from './states.ts'

const deviceRow = z.object({ device_id: z.bigint(), serial: z.string().nullable(), mac: z.string().nullable() })
const evidenceRow = deviceRow.extend({ kind: z.enum(['serial', 'mac', 'address']), value: z.string() })
const addressRow = deviceRow.extend({ address: z.string() })

/** A device while its evidence is looked at. `first` is set for one that has to be made; `learnt` is evidence not kept before. */
interface Candidate {
  device: bigint
  serial: string | null
  mac: string | null
  /** Where this Onsite last saw it, as far as that was asked for. */
  address: string | null
  at: number
  readonly first: Placed | null
  readonly learnt: Map<string, Evidence>
}

/** A device of a delivery with its readings, and what it was before (null for a new one); its state's row is locked. */
export interface Recognised<P> {
  readonly device: bigint
  readonly before: StateRow | null
  readonly own: readonly P[]
}

const nameOf = ({ kind, value }: Evidence): string => `${kind} ${value}`

/**
 * The devices of a delivery; those that are new to the customer are made, at the Onsite's site. `lost` are readings that do not say of
 * which device they are. No state is locked before the customer's lock is taken, where it must be: two Onsites would wait in a ring.
 */
export async function findDevices<P extends Placed>(
  queries: Queries,
  onsite: LockedOnsite,
  placed: readonly P[],
): Promise<{ readonly devices: readonly Recognised<P>[]; readonly lost: readonly P[] }> {
  if (placed.length === 0) return { devices: [], lost: [] }
  const strongest = placed.flatMap(({ evidence }) => evidence.slice(0, 1))
  const quick = match(await lookUp(queries, onsite, { placed, evidence: strongest }), placed)
  const settled = quick.matched.every(({ candidate }) => candidate.first === null && candidate.learnt.size === 0)
  const { matched, lost } = settled ? quick : await learn(queries, onsite, placed)
  const known = matched.filter(({ candidate }) => candidate.first === null).map(({ candidate }) => candidate.device)
  const states = await lockStates(queries, onsite.tenant, new Set(known))
  return { devices: group(matched, states), lost }
}

/** The long way, for devices that are new or show new evidence: all evidence is looked up, while no other Onsite of the customer learns. */
async function learn<P extends Placed>(
  queries: Queries,
  onsite: LockedOnsite,
  placed: readonly P[],
): Promise<Matches<P>> {
  await queries.run('select pg_advisory_xact_lock($1, ($2 % 2147483647)::int)', [customerLock, onsite.customer])
  const evidence = placed.flatMap((one) => one.evidence)
  const matches = match(await lookUp(queries, onsite, { placed, evidence }), placed)
  const candidates = new Set(matches.matched.map(({ candidate }) => candidate))
  await makeDevices(queries, onsite, candidates)
  await keepEvidence(queries, onsite, candidates)
  return matches
}
const customerLock = 7_503_283

interface Matches<P> {
  readonly matched: readonly { readonly candidate: Candidate; readonly one: P }[]
  readonly lost: readonly P[]
}

function group<P extends Placed>(
  matched: Matches<P>['matched'],
  states: ReadonlyMap<bigint, StateRow>,
): readonly Recognised<P>[] {
  const byDevice = new Map<bigint, P[]>()
  for (const { candidate, one } of matched) {
    const own = byDevice.get(candidate.device)
    if (own === undefined) byDevice.set(candidate.device, [one])
    else own.push(one)
  }
  return [...byDevice].map(([device, own]) => ({ device, before: states.get(device) ?? null, own }))
}

/** What is known of the devices that a delivery may be about. */
class Index {
  readonly #byEvidence = new Map<string, Candidate>()
  readonly #byDevice = new Map<bigint, Candidate>()
  readonly #all = new Set<Candidate>()

  add({ device_id: device, serial, mac }: z.output<typeof deviceRow>): Candidate {
    const known = this.#byDevice.get(device)
    if (known !== undefined) return known
    const candidate: Candidate = { device, serial, mac, address: null, at: 0, first: null, learnt: new Map() }
    this.#byDevice.set(device, candidate)
    this.#all.add(candidate)
    return candidate
  }

  make(first: Placed): Candidate {
    const candidate: Candidate = {
      device: 0n,
      serial: null,
      mac: null,
      address: null,
      at: first.at,
      first,
      learnt: new Map(),
    }
    this.#all.add(candidate)
    return candidate
  }

  find(evidence: Evidence): Candidate | undefined {
    return this.#byEvidence.get(nameOf(evidence))
  }

  leads(evidence: Evidence, candidate: Candidate): void {
    this.#byEvidence.set(nameOf(evidence), candidate)
  }

  /** The one device last seen at an address, or null where there are none or several. */
  onlyOneAt(address: string): Candidate | null {
    const there = [...this.#all].filter((candidate) => candidate.address === address)
    const [only] = there
    return only !== undefined && there.length === 1 ? only : null
  }
}

/** Devices by evidence, and by address where a reading does not say who it is of. Locks nothing. */
async function lookUp(
  queries: Queries,
  onsite: LockedOnsite,
  wanted: { readonly placed: readonly Placed[]; readonly evidence: readonly Evidence[] },
): Promise<Index> {
  const evidence = [...new Map(wanted.evidence.map((one) => [nameOf(one), one])).values()]
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
    evidence.map(({ kind }) => kind),
    evidence.map(({ value }) => value),
  ])
  const index = new Index()
  for (const row of rows) index.leads(row, index.add(row))
  const unsaid = wanted.placed.filter(isUnsaid).map(({ reading }) => reading.address)
  if (unsaid.length > 0) {
    for (const row of await lastSeenAt(queries, onsite, unsaid)) index.add(row).address = row.address
  }
  return index
}

function lastSeenAt(
  queries: Queries,
  onsite: LockedOnsite,
  addresses: readonly string[],
): Promise<z.output<typeof addressRow>[]> {
  const sql = `select d.device_id, d.serial, d.mac, d.address from device d
    join device_state t on t.tenant_id = d.tenant_id and t.device_id = d.device_id and t.onsite_id = $3
    where d.tenant_id = $1 and d.customer_id = $2 and d.address_order = any($4)`
  return queries.rows(addressRow, sql, [onsite.tenant, onsite.customer, onsite.id, addresses.map(addressOrder)])
}

/** True for a reading that does not say who it is of because the printer was cut short, which is no reason to think of a new device. */
function isUnsaid({ columns, evidence }: Placed): boolean {
  return columns.standings.identity < 2 && !evidence.some(({ kind }) => kind === 'serial')
}

/** Readings are looked at in the order of their moments, so that the order of lines never decides which device is which. */
function match<P extends Placed>(index: Index, placed: readonly P[]): Matches<P> {
  const matched: { candidate: Candidate; one: P }[] = []
  const lost: P[] = []
  for (const one of [...placed].sort((a, b) => a.at - b.at)) {
    const candidate = isUnsaid(one) ? knownAs(index, one) : recogniseOrMake(index, one)
    if (candidate === null) {
      lost.push(one)
      continue
    }
    candidate.at = Math.max(candidate.at, one.at)
    matched.push({ candidate, one })
  }
  return { matched, lost }
}

/** It teaches nothing: what it says of itself is too little. */
function knownAs(index: Index, { evidence, reading }: Placed): Candidate | null {
  const known = recognise(evidence, (one) => index.find(one))
  return known ?? (isIP(reading.address) === 0 ? null : index.onlyOneAt(reading.address))
}

function recogniseOrMake(index: Index, one: Placed): Candidate {
  const candidate = recognise(one.evidence, (evidence) => index.find(evidence)) ?? index.make(one)
  for (const evidence of lasting(one.evidence)) {
    if (index.find(evidence) === candidate || isKept(evidence, candidate)) continue
    candidate.learnt.set(nameOf(evidence), evidence)
    index.leads(evidence, candidate)
  }
  candidate.serial ??= realSerial(one.reading.identity.serial)
  candidate.mac ??= realMac(one.reading.identity.mac)
  candidate.address = one.reading.address
  return candidate
}

/** The MAC a device was last seen with has been kept with it: it need not be looked up to be known. */
function isKept(evidence: Evidence, candidate: Candidate): boolean {
  return evidence.kind === 'mac' && candidate.first === null && evidence.value === candidate.mac
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
