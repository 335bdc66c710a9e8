/** Envelopes in the database: which came before, what receipt each gets, what is kept as proof, and what is kept aside. */
import { fromHex, type Receipt, toHex } from '@platen/wire'
import { z } from 'zod'
import type { Queries } from '../db/engine.ts'
import type { Arranged, Aside } from './arrange.ts'
import type { LockedOnsite } from './onsites.ts'
import type { Parcel } from './open.ts'

/** Where a parcel stands in its Onsite's sequence. A fork: its place is taken by another envelope, so a disk was cloned. */
export type Standing = 'new' | 'known' | 'forked' | 'forkedBefore'

/** A parcel with its standing and, where it is to be kept, its number. */
export interface Numbered extends Arranged {
  readonly standing: Standing
  readonly envelope: bigint
}

const bytes = z.instanceof(Uint8Array)
const receiptRow = z.object({ epoch: bytes, seq: z.bigint(), hash: bytes })

/** Compares parcels with the receipts given before, and with one another, and numbers them. */
export async function number(
  queries: Queries,
  onsite: LockedOnsite,
  arranged: readonly Arranged[],
  numbers: EnvelopeNumbers,
): Promise<readonly Numbered[]> {
  const places = arranged.map(({ parcel }) => parcel.header)
  const sql = `select r.epoch, r.seq, r.hash from unnest($3::bytea[], $4::int8[]) as w(epoch, seq)
    join receipt r on r.tenant_id = $1 and r.onsite_id = $2 and r.epoch = w.epoch and r.seq = w.seq`
  const rows = await queries.rows(receiptRow, sql, [
    onsite.tenant,
    onsite.id,
    places.map(({ epoch }) => fromHex(epoch)),
    places.map(({ seq }) => seq),
  ])
  const taken = new Map(rows.map((row) => [`${toHex(row.epoch)} ${row.seq}`, toHex(row.hash)]))
  const standings: Standing[] = []
  for (const { parcel } of arranged) {
    const place = `${parcel.header.epoch} ${parcel.header.seq}`
    const hash = taken.get(place)
    standings.push(hash === undefined ? 'new' : hash === parcel.hash ? 'known' : 'forked')
    if (hash === undefined) taken.set(place, parcel.hash)
  }
  const forks = await forksBefore(queries, onsite, arranged, standings)
  const fresh = standings.filter((standing) => standing === 'new' || standing === 'forked').length
  const given = await numbers.take(queries, fresh)
  return arranged.map((one, place) => {
    const forkedBefore = standings[place] === 'forked' && forks.has(one.parcel.hash)
    const standing = forkedBefore ? 'forkedBefore' : (standings[place] ?? 'known')
    const kept = standing === 'new' || standing === 'forked'
    return { ...one, standing, envelope: kept ? (given.shift() ?? 0n) : 0n }
  })
}

/** Hashes of forked envelopes that were put aside before: replaying a fork stores nothing either. */
async function forksBefore(
  queries: Queries,
  onsite: LockedOnsite,
  arranged: readonly Arranged[],
  standings: readonly Standing[],
): Promise<ReadonlySet<string>> {
  const hashes = arranged.filter((_, place) => standings[place] === 'forked').map(({ parcel }) => parcel.hash)
  if (hashes.length === 0) return new Set()
  const sql = `select detail from quarantine where tenant_id = $1 and onsite_id = $2 and reason = 'forked' and detail = any($3)`
  const rows = await queries.rows(z.object({ detail: z.string() }), sql, [onsite.tenant, onsite.id, hashes])
  return new Set(rows.map(({ detail }) => detail))
}

/** Those of these epochs of which envelopes were received before. */
export async function epochsBefore(
  queries: Queries,
  onsite: LockedOnsite,
  epochs: readonly string[],
): Promise<ReadonlySet<string>> {
  if (epochs.length === 0) return new Set()
  const sql = `select w.epoch from unnest($3::bytea[]) as w(epoch)
    where exists (select from receipt r where r.tenant_id = $1 and r.onsite_id = $2 and r.epoch = w.epoch)`
  const wanted = [...new Set(epochs)].map(fromHex)
  const rows = await queries.rows(z.object({ epoch: bytes }), sql, [onsite.tenant, onsite.id, wanted])
  return new Set(rows.map(({ epoch }) => toHex(epoch)))
}

/** Numbers for envelopes, fetched many at a time. What a crash loses is a gap, which means nothing. */
export class EnvelopeNumbers {
  readonly #free: bigint[] = []

  async take(queries: Queries, count: number): Promise<bigint[]> {
    while (this.#free.length < count) {
      const sql = `select nextval('envelope_number') as number from generate_series(1, ${numbersAtOnce})`
      const rows = await queries.rows(z.object({ number: z.bigint() }), sql)
      this.#free.push(...rows.map((row) => row.number))
    }
    return this.#free.splice(0, count)
  }
}
const numbersAtOnce = 500

/** Keeps what proves what is new, writes its receipts, notes how far its chain has come, and puts aside what could not be read. Answers how many lines were put aside. */
export async function keep(
  queries: Queries,
  onsite: LockedOnsite,
  numbered: readonly Numbered[],
  receivedAt: number,
): Promise<number> {
  const at = new Date(receivedAt)
  const kept = numbered.filter(({ standing }) => standing === 'new' || standing === 'forked')
  if (kept.length === 0) return 0
  const fresh = kept.filter(({ standing }) => standing === 'new')
  await queries.run(
    `with proof as (
       insert into envelope (tenant_id, onsite_id, received_at, envelope_id, kind, kept)
       select $1, $2, $3, e.envelope_id, e.kind, e.kept
       from unnest($4::int8[], $5::text[], $6::bytea[]) as e(envelope_id, kind, kept)
     ), chained as (
       insert into chain (tenant_id, onsite_id, epoch, first, last, received)
       select $1, $2, c.epoch, min(c.seq), max(c.seq), count(*) from unnest($7::bytea[], $8::int8[]) as c(epoch, seq)
       group by c.epoch order by c.epoch
       on conflict (tenant_id, onsite_id, epoch) do update set first = least(chain.first, excluded.first),
         last = greatest(chain.last, excluded.last), received = chain.received + excluded.received
     )
     insert into receipt (tenant_id, onsite_id, received_at, epoch, seq, hash, fate, reason, envelope_id)
     select $1, $2, $3, r.epoch, r.seq, r.hash, r.fate, r.reason, r.envelope_id
     from unnest($7::bytea[], $8::int8[], $9::bytea[], $10::text[], $11::text[], $12::int8[])
       as r(epoch, seq, hash, fate, reason, envelope_id)`,
    [
      onsite.tenant,
      onsite.id,
      at,
      kept.map(({ envelope }) => envelope),
      kept.map(({ parcel }) => parcel.header.kind),
      kept.map(({ parcel }) => parcel.kept),
      fresh.map(({ parcel }) => fromHex(parcel.header.epoch)),
      fresh.map(({ parcel }) => parcel.header.seq),
      fresh.map(({ parcel }) => fromHex(parcel.hash)),
      fresh.map(({ parcel }) => (parcel.kind === 'bad' ? 'quarantined' : 'kept')),
      fresh.map(({ parcel }) => (parcel.kind === 'bad' ? parcel.reason : null)),
      fresh.map(({ envelope }) => envelope),
    ],
  )
  const aside = kept.flatMap((one) => asideOf(one).map((line) => ({ ...line, envelope: one.envelope })))
  await putAside(queries, onsite, aside, at)
  return aside.length
}

/** A fork is put aside whole, whatever is in it: which of two disks is the true one is for people to say. */
function asideOf({ parcel, standing, aside }: Numbered): readonly Aside[] {
  if (standing === 'new') return aside
  return [{ item: null, reason: 'forked', detail: parcel.hash, content: null }]
}

/** Puts lines aside for people to look at. */
export async function putAside(
  queries: Queries,
  onsite: LockedOnsite,
  aside: readonly (Aside & { readonly envelope: bigint })[],
  at: Date,
): Promise<void> {
  if (aside.length === 0) return
  await queries.run(
    `insert into quarantine (tenant_id, onsite_id, at, envelope_id, item, reason, detail, content)
     select $1, $2, $3, q.envelope_id, q.item, q.reason, q.detail, q.content
     from unnest($4::int8[], $5::int4[], $6::text[], $7::text[], $8::bytea[]) as q(envelope_id, item, reason, detail, content)`,
    [
      onsite.tenant,
      onsite.id,
      at,
      aside.map(({ envelope }) => envelope),
      aside.map(({ item }) => item),
      aside.map(({ reason }) => reason),
      aside.map(({ detail }) => detail.replaceAll('\0', '').slice(0, detailMost)),
      aside.map(({ content }) => content?.subarray(0, contentMost) ?? null),
    ],
  )
}
const detailMost = 500
/** What an operator is shown of a line; the whole of it is in the envelope. */
const contentMost = 16 * 1024

/** The receipt of a parcel, to be given only after the commit. */
export function receiptOf({ parcel, standing }: Numbered): Receipt {
  const { epoch, seq } = parcel.header
  const receipt = { epoch, seq, hash: parcel.hash }
  if (standing === 'forked' || standing === 'forkedBefore') return { ...receipt, fate: 'quarantined', reason: 'forked' }
  if (standing === 'known') return { ...receipt, fate: 'known' }
  return parcel.kind === 'bad'
    ? { ...receipt, fate: 'quarantined', reason: parcel.reason }
    : { ...receipt, fate: 'kept' }
}

/** The newest contact and header of a delivery, by the Onsite's clock that only goes forward. */
export function newestOf(parcels: readonly Parcel[]): {
  readonly parcel: Parcel | null
  readonly contact: (Parcel & { readonly kind: 'contact' }) | null
} {
  const ordered = [...parcels].sort((a, b) => a.header.seq - b.header.seq)
  const contacts = ordered.filter((parcel) => parcel.kind === 'contact')
  return { parcel: ordered.at(-1) ?? null, contact: contacts.at(-1) ?? null }
}
