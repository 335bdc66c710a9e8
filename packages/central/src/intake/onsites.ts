/** The Onsites as intake knows them: by the name they were given at enrolment, before anything they say is believed. */
import { type Contact, type EnvelopeHeader, type Settings, settingsSchema } from '@platen/wire'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import { handOver, isPartner, settingsSql } from '../onsites/duty.ts'
import type { Sealed } from './moment.ts'

/** What the door knows of an Onsite that enrolled: whose it is, and its raw public keys. */
export interface DoorOnsite {
  readonly id: string
  readonly tenant: bigint
  readonly state: 'awaiting' | 'enrolled' | 'revoked'
  readonly signingKey: Uint8Array
  readonly sealingKey: Uint8Array
}

const doorRow = z.object({
  onsite_id: z.string(),
  tenant_id: z.bigint(),
  state: z.enum(['awaiting', 'enrolled', 'revoked']),
  signing_key: z.instanceof(Uint8Array),
  sealing_key: z.instanceof(Uint8Array),
})

/** The Onsite of that name, or null where there is none or it never enrolled. */
async function findOnsite(database: Database, id: string): Promise<DoorOnsite | null> {
  const sql = `select onsite_id, tenant_id, state, signing_key, sealing_key from onsite_door
    where onsite_id = $1 and signing_key is not null and sealing_key is not null`
  const row = await database.as({ role: 'door' }, (queries) => queries.row(doorRow, sql, [id]))
  if (row === null) return null
  return {
    id: row.onsite_id,
    tenant: row.tenant_id,
    state: row.state,
    signingKey: new Uint8Array(row.signing_key),
    sealingKey: new Uint8Array(row.sealing_key),
  }
}

/** Onsites remembered: their keys never change, and that one was revoked is seen again in its delivery's transaction. */
const rememberedMost = 20_000

/** Finds Onsites by name, and remembers those that are enrolled. */
export class OnsiteDoor {
  readonly #database: Database
  readonly #known = new Map<string, DoorOnsite>()

  constructor(database: Database) {
    this.#database = database
  }

  async find(id: string): Promise<DoorOnsite | null> {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const onsite = await findOnsite(this.#database, id)
    if (onsite?.state !== 'enrolled') return onsite
    if (this.#known.size >= rememberedMost) this.#known.clear()
    this.#known.set(id, onsite)
    return onsite
  }
}

const onsiteRow = z.object({
  state: z.enum(['awaiting', 'enrolled', 'revoked']),
  site_id: z.bigint(),
  customer_id: z.bigint(),
  settings: settingsSchema,
  turn: z.boolean(),
  partner: z.string().nullable(),
  last: z
    .object({ epoch: z.string(), seq: z.number(), life: z.string(), monotonic: z.number(), at: z.number() })
    .nullable(),
})

/** An Onsite inside its delivery's transaction. */
export interface LockedOnsite {
  readonly id: string
  readonly tenant: bigint
  readonly state: 'awaiting' | 'enrolled' | 'revoked'
  readonly site: bigint
  readonly customer: bigint
  readonly settings: Settings
  /** Whether a person wants it to make the rounds in place of its partner, the other one of a pair. */
  readonly turn: boolean
  readonly partner: string | null
  /** The newest envelope of its sequence, its moment as Central placed it. */
  readonly last: Sealed | null
}

/** Locks the Onsite's row: its deliveries take turns, so that receipts and sequence never race. */
export async function lockOnsite(queries: Queries, tenant: bigint, id: string): Promise<LockedOnsite> {
  const sql = `select o.state, o.site_id, o.customer_id, o.last, o.turn, ${settingsSql('o')} as settings,
      (select p.onsite_id from onsite p where p.tenant_id = o.tenant_id and ${isPartner('p', 'o')}) as partner
    from onsite o where o.tenant_id = $1 and o.onsite_id = $2 for update of o`
  const row = await queries.row(onsiteRow, sql, [tenant, id])
  if (row === null) throw new Error(`Onsite ${id} is at the door but not in its tenant`)
  const { state, site_id: site, customer_id: customer, settings, turn, partner, last } = row
  return { id, tenant, state, site, customer, settings, turn, partner, last }
}

/** The settings to answer with: of two Onsites with one scope, the one on standby may get the rounds with them. After the contact was noted. */
export async function settingsToTell(queries: Queries, onsite: LockedOnsite, now: number): Promise<Settings> {
  const { id, tenant, partner, turn, settings } = onsite
  if (settings.duty === 'active' || partner === null) return settings
  if (!(await handOver(queries, { tenant, id, partner, turn }, now))) return settings
  const sql = `select ${settingsSql('o')} as settings from onsite o where o.tenant_id = $1 and o.onsite_id = $2`
  return (await queries.row(z.object({ settings: settingsSchema }), sql, [tenant, id]))?.settings ?? settings
}

/** What a delivery tells of its Onsite. Only a contact is written the moment it is sent, so only it tells how wrong the clock is. */
export async function updateOnsite(
  queries: Queries,
  onsite: LockedOnsite,
  told: {
    readonly parcel: { readonly header: EnvelopeHeader } | null
    readonly contact: { readonly header: EnvelopeHeader; readonly contact: Contact } | null
    /** Envelopes that came with the contact: it was written while they still waited. */
    readonly alongside: number
    readonly receivedAt: number
    /** False where all of it was known before: whoever sends a delivery again is not the Onsite. */
    readonly isNews: boolean
    readonly aside: number
    readonly forked: boolean
    readonly last: Sealed | null
  },
): Promise<void> {
  const { header } = told.parcel ?? { header: null }
  const contact = told.contact?.contact ?? null
  const waiting = contact === null ? null : Math.max(0, contact.outbox.waiting - told.alongside)
  const skew = told.contact === null ? null : Math.round(Date.parse(told.contact.header.at) - told.receivedAt)
  await queries.run(
    `update onsite set last_contact = coalesce($3, last_contact), program = coalesce($4, program), instructions = coalesce($5, instructions),
       waiting = coalesce($6, waiting), oldest_waiting = case when $6::int is null then oldest_waiting else $7::timestamptz end,
       skew_ms = coalesce($8, skew_ms), round = coalesce($9::jsonb, round), problems = coalesce($10::jsonb, problems),
       quarantined = quarantined + $11, alarm = case when $12 then 'forked' else alarm end, last = $13::jsonb, settings_taken = coalesce($14, settings_taken)
     where tenant_id = $1 and onsite_id = $2`,
    [
      onsite.tenant,
      onsite.id,
      told.isNews ? new Date(told.receivedAt) : null,
      header?.program ?? null,
      header?.instructions ?? null,
      waiting,
      waiting === 0 ? null : (contact?.outbox.oldest ?? null),
      skew,
      contact?.round ? JSON.stringify(contact.round) : null,
      contact === null ? null : JSON.stringify(contact.problems),
      told.aside,
      told.forked,
      told.last === null ? null : JSON.stringify(told.last),
      contact?.settingsVersion ?? null,
    ],
  )
}
