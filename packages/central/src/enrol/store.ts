/** The moment an Onsite is let in, in one transaction: its secret is used up, its keys are kept, its account is open. */
import { type EnrolmentRequest, fromBase64url, type Settings, settingsSchema } from '@platen/wire'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import { settingsSql } from '../onsites/duty.ts'

/** What the Onsite is told, or why it was not let in. A used secret is a wrong one for everybody but who used it. */
export type Entered =
  | { readonly ok: true; readonly onsite: string; readonly name: string; readonly settings: Settings }
  | { readonly ok: false; readonly reason: 'wrongPassword' | 'expired' }

const invitationRow = z.object({ tenant_id: z.bigint(), onsite_id: z.string(), expires_at: z.date() })
const onsiteRow = z.object({ name: z.string(), settings: settingsSchema })

/** A secret, and who came with it. `secretHash` is the slow hash of what was sent. */
interface Entry {
  readonly email: string
  readonly secretHash: Uint8Array
  readonly request: EnrolmentRequest
  readonly now: number
}

/** Lets in whoever holds a secret that is open; who was let in with it and comes again with the same keys is told the same again. */
export async function letIn(database: Database, entry: Entry): Promise<Entered> {
  return await database.as({ role: 'door' }, async (queries): Promise<Entered> => {
    // The update takes the row: of two that come with one secret, one is let in.
    const invitation = await queries.row(
      invitationRow,
      `update enrolment set used_at = $3 where email = $1 and secret_hash = $2 and used_at is null
       returning tenant_id, onsite_id, expires_at`,
      [entry.email, entry.secretHash, new Date(entry.now)],
    )
    if (invitation === null) return await letInAgain(queries, entry)
    if (invitation.expires_at.getTime() <= entry.now) return { ok: false, reason: 'expired' }
    return await open(queries, invitation, entry)
  })
}

/** The answer to an enrolment can be lost on the way. The request is signed by the key it brings, so nobody else can ask for it again. */
async function letInAgain(queries: Queries, { email, secretHash, request, now }: Entry): Promise<Entered> {
  const known = await queries.row(
    invitationRow,
    `select e.tenant_id, e.onsite_id, e.expires_at from enrolment e
     join onsite_door o on o.onsite_id = e.onsite_id and o.state = 'enrolled' and o.signing_key = $3 and o.sealing_key = $4
     where e.email = $1 and e.secret_hash = $2`,
    [email, secretHash, fromBase64url(request.signingKey), fromBase64url(request.sealingKey)],
  )
  if (known === null) return { ok: false, reason: 'wrongPassword' }
  if (known.expires_at.getTime() <= now) return { ok: false, reason: 'expired' }
  await asTenant(queries, known.tenant_id)
  const account = await queries.row(
    onsiteRow,
    `select o.name, ${settingsSql('o')} as settings from onsite o where o.tenant_id = $1 and o.onsite_id = $2`,
    [known.tenant_id, known.onsite_id],
  )
  return account === null
    ? { ok: false, reason: 'wrongPassword' }
    : { ok: true, onsite: known.onsite_id, name: account.name, settings: account.settings }
}

async function open(queries: Queries, invitation: z.output<typeof invitationRow>, entry: Entry): Promise<Entered> {
  const { tenant_id: tenant, onsite_id: onsite } = invitation
  const { request, now } = entry
  await asTenant(queries, tenant)
  const account = await queries.row(
    onsiteRow,
    `update onsite o set state = 'enrolled', enrolled_at = $3, scope_hash = $4, host_name = $5, program = $6
     where tenant_id = $1 and onsite_id = $2 and state = 'awaiting' returning o.name, ${settingsSql('o')} as settings`,
    [tenant, onsite, new Date(now), request.scopeHash, request.hostName ?? null, request.program],
  )
  if (account === null) return { ok: false, reason: 'wrongPassword' }
  await queries.run(
    `update onsite_door set state = 'enrolled', signing_key = $2, sealing_key = $3 where onsite_id = $1`,
    [onsite, fromBase64url(request.signingKey), fromBase64url(request.sealingKey)],
  )
  return { ok: true, onsite, name: account.name, settings: account.settings }
}

async function asTenant(queries: Queries, tenant: bigint): Promise<void> {
  await queries.run(`select set_config('platen.tenant', $1, true)`, [tenant.toString()])
}
