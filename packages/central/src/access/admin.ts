/** How a Central gets its first person: a tenant with its provider at the top and one administrator, whose password is generated and shown once. */
import { toBase64url } from '@platen/wire'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import { plain } from '../plain.ts'
import type { Clock, Dice } from '../world.ts'
import type { SlowHash } from './slow-hash.ts'

/** 120 bits in 20 letters: nobody chooses it, nobody guesses it. */
const passwordBytes = 15
const saltBytes = 16

/** What is needed to make the first administrator. */
export interface NewAdmin {
  readonly email: string
  readonly name: string
  readonly provider: string
  readonly language: 'de' | 'en'
}

/** The administrator made, or that the e-mail is already taken. */
export type SeededAdmin =
  | { readonly ok: true; readonly email: string; readonly password: string }
  | { readonly ok: false; readonly reason: 'exists'; readonly detail: string }

/** Makes a tenant, its provider and its administrator in one transaction. */
export async function seedAdmin(
  parts: {
    readonly database: Database
    readonly clock: Clock
    readonly dice: Dice
    readonly slowHash: SlowHash
  },
  admin: NewAdmin,
): Promise<SeededAdmin> {
  const email = admin.email.toLowerCase()
  const password = toBase64url(parts.dice.bytes(passwordBytes))
  const salt = parts.dice.bytes(saltBytes)
  const hash = await parts.slowHash.hash(password, salt)
  if (hash === null) throw new Error('nothing else hashes while the first administrator is made')
  return await parts.database.as({ role: 'migrate' }, async (queries) => {
    const taken = await queries.row(z.object({ email: z.string() }), 'select email from login where email = $1', [
      email,
    ])
    if (taken !== null) return { ok: false, reason: 'exists', detail: `${email} already has an account` } as const
    const now = new Date(parts.clock.now())
    const id = z.object({ id: z.bigint() })
    const insert = async (sql: string, values: readonly (string | bigint | Date)[]): Promise<bigint> => {
      const row = await queries.row(id, sql, values)
      if (row === null) throw new Error('an insert answers its row')
      return row.id
    }
    const tenant = await insert('insert into tenant (name, created_at) values ($1, $2) returning tenant_id as id', [
      admin.provider,
      now,
    ])
    const place = await insert(
      `insert into place (tenant_id, kind, name, plain, path, created_at) values ($1, 'provider', $2, $3, '', $4)
       returning place_id as id`,
      [tenant, admin.provider, plain(admin.provider), now],
    )
    await queries.run('update place set path = $3 where tenant_id = $1 and place_id = $2', [
      tenant,
      place,
      `/${place}/`,
    ])
    const person = await insert(
      `insert into person (tenant_id, place_id, email, name, role, language, created_at)
       values ($1, $2, $3, $4, 'providerAdmin', $5, $6) returning person_id as id`,
      [tenant, place, email, admin.name, admin.language, now],
    )
    await queries.run(
      'insert into login (email, tenant_id, person_id, password_salt, password_hash) values ($1, $2, $3, $4, $5)',
      [email, tenant, person, salt, hash],
    )
    return { ok: true, email, password } as const
  })
}
