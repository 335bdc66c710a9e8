/** The moment an Onsite is let in, in one transaction: its secret is used up, its keys are kept, its account is open. */
import { type EnrolmentRequest, fromBase64url, type Settings, settingsSchema } from '@platen/wire'
import { z } from 'zod'
import type { Database } from '../db/database.ts'

/** What the Onsite is told, or why it was not let in. A used secret is a wrong one. */
export type Entered =
  | { readonly ok: true; readonly onsite: string; readonly name: string; readonly settings: Settings }
  | { readonly ok: false; readonly reason: 'wrongPassword' | 'expired' }

const invitationRow = z.object({ tenant_id: z.bigint(), onsite_id: z.string(), expires_at: z.date() })
const onsiteRow = z.object({ name: z.string(), settings: settingsSchema })

/** Lets in whoever holds a secret that is open. `secretHash` is the slow hash of what was sent. */
export async function letIn(
  database: Database,
  entry: {
    readonly email: string
    readonly secretHash: Uint8Array
    readonly request: EnrolmentRequest
    readonly now: number
  },
): Promise<Entered> {
  const { email, secretHash, request } = entry
  const now = new Date(entry.now)
  return await database.as({ role: 'door' }, async (queries): Promise<Entered> => {
    // The update takes the row: of two that come with one secret, one is let in.
    const invitation = await queries.row(
      invitationRow,
      `update enrolment set used_at = $3 where email = $1 and secret_hash = $2 and used_at is null
       returning tenant_id, onsite_id, expires_at`,
      [email, secretHash, now],
    )
    if (invitation === null) return { ok: false, reason: 'wrongPassword' }
    if (invitation.expires_at <= now) return { ok: false, reason: 'expired' }
    const { tenant_id: tenant, onsite_id: onsite } = invitation
    await queries.run(`select set_config('platen.tenant', $1, true)`, [tenant.toString()])
    const account = await queries.row(
      onsiteRow,
      `update onsite set state = 'enrolled', enrolled_at = $3, scope_hash = $4, host_name = $5, program = $6
       where tenant_id = $1 and onsite_id = $2 and state = 'awaiting' returning name, settings`,
      [tenant, onsite, now, request.scopeHash, request.hostName ?? null, request.program],
    )
    if (account === null) return { ok: false, reason: 'wrongPassword' }
    await queries.run(
      `update onsite_door set state = 'enrolled', signing_key = $2, sealing_key = $3 where onsite_id = $1`,
      [onsite, fromBase64url(request.signingKey), fromBase64url(request.sealingKey)],
    )
    return { ok: true, onsite, name: account.name, settings: account.settings }
  })
}
