/**
 * Which of two Onsites with one scope makes the rounds. They never talk to one another: Central says so in its answers, and tells one that it
 * is active only when it has told the other that it is not, or has not heard of it for so long that it may be dead.
 */
import { z } from 'zod'
import { placeCondition, type Scope, within } from '../access/scope.ts'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import { Parameters } from '../db/parameters.ts'

/** What an Onsite is told to be. */
export const duties = ['active', 'standby'] as const
export type Duty = (typeof duties)[number]

/** Contacts are a quarter of an hour apart, with up to a quarter of that as jitter; three of them missed are no accident. */
const contactMinutes = 15 * 1.25
const contactsMissed = 3

/** SQL for the settings of an Onsite as it gets them: what people set, with its duty, under a version that both move. `alias` is its table's. */
export function settingsSql(alias: string): string {
  return `${alias}.settings || jsonb_build_object('version', ${alias}.settings_version + ${alias}.duties, 'duty', ${alias}.duty, 'partner',
    (select p.name from onsite p where p.tenant_id = ${alias}.tenant_id and ${isPartner('p', alias)}))`
}

/** SQL for "is the other one of the pair". */
export function isPartner(other: string, alias: string): string {
  return `(${other}.onsite_id = ${alias}.standby_of or ${other}.standby_of = ${alias}.onsite_id)`
}

/** What Central knows of the other one when one of a pair calls. Times in milliseconds since 1970. */
export interface Partner {
  readonly isRevoked: boolean
  readonly duty: Duty
  readonly lastContact: number | null
  readonly intervalMinutes: number
  /** Whether it has said that it has its newest settings. */
  readonly hasHeard: boolean
}

/** Whether the one that calls, and is on standby, makes the rounds from now on, and why; `turn`: a person wants it to. */
export function takesOver(turn: boolean, partner: Partner, now: number): 'person' | 'silence' | null {
  if (turn && partner.duty === 'standby' && partner.hasHeard) return 'person'
  return partner.isRevoked || isLost(partner, now) ? 'silence' : null
}

function isLost({ lastContact, intervalMinutes }: Partner, now: number): boolean {
  const patience = Math.max(contactsMissed * contactMinutes, intervalMinutes) * 60_000
  return lastContact === null || now - lastContact > patience
}

const partnerRow = z.object({
  state: z.enum(['awaiting', 'enrolled', 'revoked']),
  duty: z.enum(duties),
  last_contact: z.date().nullable(),
  interval_minutes: z.int(),
  has_heard: z.boolean(),
})

/**
 * Hands over to an Onsite on standby that calls, if it is time: in the transaction of its delivery, which holds its row. True if it did.
 * The other's row is not waited for: who is calling at this very moment is not lost.
 */
export async function handOver(
  queries: Queries,
  caller: { readonly tenant: bigint; readonly id: string; readonly partner: string; readonly turn: boolean },
  now: number,
): Promise<boolean> {
  const sql = `select state, duty, last_contact, interval_minutes, coalesce(settings_taken >= settings_version + duties, false) as has_heard
    from onsite where tenant_id = $1 and onsite_id = $2 for update skip locked`
  const row = await queries.row(partnerRow, sql, [caller.tenant, caller.partner])
  if (row === null) return false
  const because = takesOver(
    caller.turn,
    {
      isRevoked: row.state === 'revoked',
      duty: row.duty,
      lastContact: row.last_contact?.getTime() ?? null,
      intervalMinutes: row.interval_minutes,
      hasHeard: row.has_heard,
    },
    now,
  )
  if (because === null) return false
  const say = (onsite: string, duty: Duty) =>
    queries.run(
      `update onsite set duty = $3, duties = duties + 1, duty_since = $4, duty_because = $5, turn = false
       where tenant_id = $1 and onsite_id = $2 and duty <> $3`,
      [caller.tenant, onsite, duty, new Date(now), because],
    )
  await say(caller.partner, 'standby')
  await say(caller.id, 'active')
  return true
}

/** What became of a person's wish. `notPossible`: another site, a pair already, itself, or revoked. */
export type DutyChange = { readonly ok: true } | { readonly ok: false; readonly reason: 'notFound' | 'notPossible' }

const pairRow = z.object({
  onsite_id: z.string(),
  site_id: z.bigint(),
  state: z.enum(['awaiting', 'enrolled', 'revoked']),
  is_paired: z.boolean(),
})

/** Makes one Onsite the standby of another of its site; null makes it an Onsite of its own again. */
export async function setStandby(
  scope: Scope,
  database: Database,
  wish: { readonly onsite: string; readonly of: string | null; readonly now: number },
): Promise<DutyChange> {
  return await within(scope, database, async (queries): Promise<DutyChange> => {
    const [own, first] = await ofScope(queries, scope, [wish.onsite, wish.of])
    if (own === undefined) return { ok: false, reason: 'notFound' }
    if (wish.of === null) {
      await dissolvePair(queries, { tenant: scope.tenant, onsite: wish.onsite, now: wish.now })
      return { ok: true }
    }
    if (first === undefined) return { ok: false, reason: 'notFound' }
    const isFree = !own.is_paired && !first.is_paired && own.onsite_id !== first.onsite_id
    if (!isFree || own.site_id !== first.site_id || own.state === 'revoked' || first.state === 'revoked')
      return { ok: false, reason: 'notPossible' }
    await queries.run(
      `update onsite set standby_of = $3, duty = 'standby', duties = duties + 1, duty_since = $4, duty_because = 'person', turn = false
       where tenant_id = $1 and onsite_id = $2`,
      [scope.tenant, wish.onsite, wish.of, new Date(wish.now)],
    )
    return { ok: true }
  })
}

/** A person wants this one of a pair to make the rounds: the other is told first, this one when the other has heard it. */
export async function wantDuty(
  scope: Scope,
  database: Database,
  wish: { readonly onsite: string; readonly now: number },
): Promise<DutyChange> {
  return await within(scope, database, async (queries): Promise<DutyChange> => {
    const [own] = await ofScope(queries, scope, [wish.onsite])
    if (own === undefined) return { ok: false, reason: 'notFound' }
    if (!own.is_paired || own.state === 'revoked') return { ok: false, reason: 'notPossible' }
    await queries.run(
      `update onsite o set turn = o.onsite_id = $2 and o.duty = 'standby',
         duty = case when o.onsite_id = $2 then o.duty else 'standby' end,
         duties = o.duties + case when o.onsite_id <> $2 and o.duty = 'active' then 1 else 0 end,
         duty_since = $3, duty_because = 'person'
       where o.tenant_id = $1 and exists (select from onsite x where x.tenant_id = $1 and x.onsite_id = $2 and x.duty = 'standby'
         and (o.onsite_id = x.onsite_id or ${isPartner('o', 'x')}))`,
      [scope.tenant, wish.onsite, new Date(wish.now)],
    )
    return { ok: true }
  })
}

/** Two Onsites of their own again, each of them active. */
export async function dissolvePair(
  queries: Queries,
  pair: { readonly tenant: bigint; readonly onsite: string; readonly now: number },
): Promise<void> {
  await queries.run(
    `update onsite o set standby_of = null, duty = 'active', duties = o.duties + case when o.duty = 'standby' then 1 else 0 end,
       duty_since = $3, duty_because = 'person', turn = false
     where o.tenant_id = $1 and exists (select from onsite x where x.tenant_id = $1 and x.onsite_id = $2
       and (${isPartner('o', 'x')} or (o.onsite_id = $2 and exists (select from onsite y where y.tenant_id = $1 and ${isPartner('y', 'o')}))))`,
    [pair.tenant, pair.onsite, new Date(pair.now)],
  )
}

/** The Onsites of these names in the scope, in the order of the names, undefined where there is none; their rows are locked. */
async function ofScope(queries: Queries, scope: Scope, names: readonly (string | null)[]) {
  const parameters = new Parameters()
  const tenant = parameters.add(scope.tenant)
  const place = placeCondition(scope, parameters, 'o.site_id')
  const sql = `select o.onsite_id, o.site_id, o.state,
      exists (select from onsite p where p.tenant_id = o.tenant_id and ${isPartner('p', 'o')}) as is_paired
    from onsite o where o.tenant_id = ${tenant} and ${place} and o.onsite_id = any(${parameters.add(names.filter((name) => name !== null))})
    order by o.onsite_id for update of o`
  const rows = await queries.rows(pairRow, sql, parameters.values)
  return names.map((name) => rows.find(({ onsite_id }) => onsite_id === name))
}
