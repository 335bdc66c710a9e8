/** Onsites in the database, for people: the list with each one's health, new accounts, and taking one's rights away. */
import type { Settings } from '@platen/wire'
import { z } from 'zod'
import { placeCondition, type Scope, within } from '../access/scope.ts'
import { type Onsite, onsiteSchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { Parameters } from '../db/parameters.ts'
import { dissolvePair, duties, isPartner } from './duty.ts'
import { contactOf } from './rules.ts'

const onsiteRow = z.object({
  onsite_id: z.string(),
  name: z.string(),
  customer_id: z.bigint(),
  customer: z.string(),
  site_id: z.bigint(),
  site: z.string(),
  state: z.enum(['awaiting', 'enrolled', 'revoked']),
  last_contact: z.date().nullable(),
  interval_minutes: z.int(),
  program: z.string().nullable(),
  instructions: z.string().nullable(),
  devices: z.int(),
  waiting: z.int().nullable(),
  skew_ms: z.bigint().nullable(),
  round: onsiteSchema.shape.round,
  alarm: z.enum(['forked']).nullable(),
  quarantined: z.bigint(),
  missing: z.bigint(),
  problems: onsiteSchema.shape.problems,
  created_at: z.date(),
  duty: z.enum(duties),
  duty_since: z.date().nullable(),
  duty_because: z.enum(['person', 'silence']).nullable(),
  turn: z.boolean(),
  standby_of: z.string().nullable(),
  partner_id: z.string().nullable(),
  partner_name: z.string().nullable(),
})

/** The Onsites in the scope, by customer and name; one of them where `only` names it. */
export async function listOnsites(scope: Scope, database: Database, now: number, only?: string): Promise<Onsite[]> {
  const parameters = new Parameters()
  const tenant = parameters.add(scope.tenant)
  const place = placeCondition(scope, parameters, 'o.site_id')
  const one = only === undefined ? '' : `and o.onsite_id = ${parameters.add(only)}`
  const sql = `
    select o.onsite_id, o.name, o.customer_id, c.name as customer, o.site_id, s.name as site, o.state, o.last_contact,
      o.interval_minutes, o.program, o.instructions, o.waiting, o.skew_ms, o.round, o.alarm, o.quarantined, o.problems,
      o.created_at, o.duty, o.duty_since, o.duty_because, o.turn, o.standby_of, p.onsite_id as partner_id, p.name as partner_name,
      (select count(*) from device d where d.tenant_id = o.tenant_id and d.site_id = o.site_id and d.onsite_id = o.onsite_id)::int as devices,
      (select coalesce(sum(h.last - h.first + 1 - h.received), 0)::int8 from chain h
       where h.tenant_id = o.tenant_id and h.onsite_id = o.onsite_id) as missing
    from onsite o
    join place s on s.tenant_id = o.tenant_id and s.place_id = o.site_id
    join place c on c.tenant_id = o.tenant_id and c.place_id = o.customer_id
    left join onsite p on p.tenant_id = o.tenant_id and ${isPartner('p', 'o')}
    where o.tenant_id = ${tenant} and ${place} ${one}
    order by c.plain, o.name, o.onsite_id`
  const rows = await within(scope, database, (queries) => queries.rows(onsiteRow, sql, parameters.values))
  return rows.map((row) => present(row, now))
}

function present(row: z.output<typeof onsiteRow>, now: number): Onsite {
  return {
    id: row.onsite_id,
    name: row.name,
    customer: { id: row.customer_id.toString(), name: row.customer },
    site: { id: row.site_id.toString(), name: row.site },
    state: row.state,
    lastContact: row.last_contact?.toISOString() ?? null,
    contact: contactOf(row.last_contact?.getTime() ?? null, row.interval_minutes, now),
    program: row.program,
    instructions: row.instructions,
    devices: row.devices,
    waiting: row.waiting,
    clockSkewSeconds: row.skew_ms === null ? null : Number(row.skew_ms) / 1000,
    round: row.round,
    alarm: row.alarm,
    quarantined: Number(row.quarantined),
    missing: Number(row.missing),
    problems: row.problems,
    createdAt: row.created_at.toISOString(),
    pair: pairOf(row),
  }
}

function pairOf(row: z.output<typeof onsiteRow>): Onsite['pair'] {
  const { partner_id: id, partner_name: name, standby_of, duty, duty_since, duty_because, turn } = row
  if (id === null || name === null) return null
  return {
    with: { id, name },
    role: standby_of === null ? 'first' : 'standby',
    duty,
    since: duty_since?.toISOString() ?? null,
    because: duty_because,
    turn,
  }
}

/** An account to be made. `secretHash` is the slow hash of its enrolment secret. */
export interface NewOnsite {
  readonly id: string
  readonly name: string
  readonly site: bigint
  readonly email: string
  readonly secretHash: Uint8Array
  readonly settings: Settings
  readonly now: number
  readonly expiresAt: number
}

/** Makes an Onsite account at a site in the scope; false where there is no such site. */
export async function addOnsite(scope: Scope, database: Database, onsite: NewOnsite): Promise<boolean> {
  return await within(scope, database, async (queries) => {
    const site = await queries.row(
      z.object({ customer_id: z.bigint() }),
      `select customer_id from place where tenant_id = $1 and place_id = $2 and kind = 'site' and path like $3`,
      [scope.tenant, onsite.site, `${scope.path}%`],
    )
    if (site === null) return false
    await queries.run(
      `insert into onsite (tenant_id, onsite_id, site_id, customer_id, name, email, state, settings, settings_version,
         interval_minutes, created_at)
       values ($1, $2, $3, $4, $5, $6, 'awaiting', $7::jsonb, $8, $9, $10)`,
      [
        scope.tenant,
        onsite.id,
        onsite.site,
        site.customer_id,
        onsite.name,
        onsite.email,
        JSON.stringify(onsite.settings),
        onsite.settings.version,
        onsite.settings.intervalMinutes,
        new Date(onsite.now),
      ],
    )
    await queries.run(`insert into onsite_door (onsite_id, tenant_id, state) values ($1, $2, 'awaiting')`, [
      onsite.id,
      scope.tenant,
    ])
    await queries.run(
      'insert into enrolment (email, secret_hash, tenant_id, onsite_id, expires_at) values ($1, $2, $3, $4, $5)',
      [onsite.email.toLowerCase(), onsite.secretHash, scope.tenant, onsite.id, new Date(onsite.expiresAt)],
    )
    return true
  })
}

/** Takes an Onsite's rights away; false where the scope has no such Onsite. What it delivered stays; the other one of a pair makes the rounds. */
export async function revokeOnsite(scope: Scope, database: Database, id: string, now: number): Promise<boolean> {
  const parameters = new Parameters()
  const tenant = parameters.add(scope.tenant)
  const place = placeCondition(scope, parameters, 'site_id')
  const onsite = parameters.add(id)
  const sql = `update onsite set state = 'revoked', revoked_at = ${parameters.add(new Date(now))}
    where tenant_id = ${tenant} and onsite_id = ${onsite} and ${place} returning onsite_id`
  return await within(scope, database, async (queries) => {
    const row = await queries.row(z.object({ onsite_id: z.string() }), sql, parameters.values)
    if (row === null) return false
    await dissolvePair(queries, { tenant: scope.tenant, onsite: id, now })
    await queries.run(`update onsite_door set state = 'revoked' where onsite_id = $1 and tenant_id = $2`, [
      id,
      scope.tenant,
    ])
    return true
  })
}
