/**
 * People, their passwords and their sessions in the database. Looking up who is knocking is the door's business and happens before any
 * scope exists; everything after it is the web role's, inside one tenant.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Me } from '../api.ts'
import type { Database } from '../db/database.ts'
import type { Scope } from './scope.ts'

/** A session ends after this long without use, and at the latest a week after signing in. */
const idleMost = 12 * 3_600_000
const ageMost = 7 * 86_400_000
/** How stale `used_at` may be: one write a minute per browser is enough. */
const usedStep = 60_000

const bytes = z.instanceof(Uint8Array)
const loginRow = z.object({
  tenant_id: z.bigint(),
  person_id: z.bigint(),
  password_salt: bytes,
  password_hash: bytes,
})
/** What is kept of a password. */
export type Login = z.output<typeof loginRow>

/** The login of an e-mail (already in small letters), or null. */
export async function findLogin(database: Database, email: string): Promise<Login | null> {
  const sql = 'select tenant_id, person_id, password_salt, password_hash from login where email = $1'
  return await database.as({ role: 'door' }, (queries) => queries.row(loginRow, sql, [email]))
}

/** Keeps a session under the hash of its token, and forgets those that are over. */
export async function addSession(
  database: Database,
  session: { readonly token: string; readonly tenant: bigint; readonly person: bigint; readonly now: number },
): Promise<void> {
  const now = new Date(session.now)
  await database.as({ role: 'door' }, async (queries) => {
    await queries.run('delete from session where created_at < $1', [new Date(session.now - ageMost)])
    await queries.run(
      'insert into session (token_hash, tenant_id, person_id, created_at, used_at) values ($1, $2, $3, $4, $4)',
      [hashToken(session.token), session.tenant, session.person, now],
    )
  })
}

/** Who a session token belongs to, or null when it is unknown or over. */
export async function findSession(
  database: Database,
  token: string,
  now: number,
): Promise<{ readonly tenant: bigint; readonly person: bigint } | null> {
  const row = z.object({ tenant_id: z.bigint(), person_id: z.bigint(), used_at: z.date() })
  const sql =
    'select tenant_id, person_id, used_at from session where token_hash = $1 and used_at > $2 and created_at > $3'
  return await database.as({ role: 'door' }, async (queries) => {
    const found = await queries.row(row, sql, [hashToken(token), new Date(now - idleMost), new Date(now - ageMost)])
    if (found === null) return null
    if (found.used_at.getTime() < now - usedStep) {
      await queries.run('update session set used_at = $2 where token_hash = $1', [hashToken(token), new Date(now)])
    }
    return { tenant: found.tenant_id, person: found.person_id }
  })
}

/** Ends a session. */
export async function endSession(database: Database, token: string): Promise<void> {
  await database.as({ role: 'door' }, (queries) =>
    queries.run('delete from session where token_hash = $1', [hashToken(token)]),
  )
}

const personRow = z.object({
  email: z.string(),
  name: z.string(),
  role: z.enum(['providerAdmin', 'dealerAdmin', 'dealerUser', 'customerAdmin', 'customerUser']),
  language: z.enum(['de', 'en']),
  tenant: z.string(),
  place_id: z.bigint(),
  place: z.string(),
  kind: z.enum(['provider', 'dealer', 'customer', 'site']),
  path: z.string(),
})

/** A person with what they may see, or null when they are gone. */
export async function findPerson(
  database: Database,
  tenant: bigint,
  person: bigint,
): Promise<{ readonly me: Me; readonly scope: Scope } | null> {
  const sql = `
    select p.email, p.name, p.role, p.language, t.name as tenant, n.place_id, n.name as place, n.kind, n.path
    from person p
    join tenant t on t.tenant_id = p.tenant_id
    join place n on n.tenant_id = p.tenant_id and n.place_id = p.place_id
    where p.tenant_id = $1 and p.person_id = $2`
  const row = await database.as({ role: 'web', tenant }, (queries) => queries.row(personRow, sql, [tenant, person]))
  if (row === null) return null
  const mayEdit = row.role === 'providerAdmin' || row.role === 'dealerAdmin'
  return {
    scope: { tenant, person, node: row.place_id, path: row.path, mayEdit },
    me: {
      id: person.toString(),
      email: row.email,
      name: row.name,
      role: row.role,
      tenant: { id: tenant.toString(), name: row.tenant },
      node: { id: row.place_id.toString(), name: row.place, kind: row.kind },
      mayEdit,
      language: row.language,
    },
  }
}

/** Tokens are random: a fast hash is enough to make a stolen table useless. */
function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}
