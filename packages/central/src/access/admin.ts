/**
 * How people get in at all: the first administrator of a new provider, and more people at any place. Passwords are generated and shown
 * once; nobody chooses one that others use too.
 */
import { toBase64url } from '@platen/wire'
import { z } from 'zod'
import type { Me } from '../api.ts'
import type { Database } from '../db/database.ts'
import type { Queries } from '../db/engine.ts'
import { plain } from '../plain.ts'
import type { Clock, Dice } from '../world.ts'
import type { SlowHash } from './slow-hash.ts'

/** 120 bits in 20 letters. */
const passwordBytes = 15
const saltBytes = 16

/** The first administrator of a provider, who is a tenant of this Central. */
export interface NewAdmin {
  readonly email: string
  readonly name: string
  readonly provider: string
  readonly language: 'de' | 'en'
}

/** A person at a place, who sees it and what is below it. */
export interface NewPerson {
  readonly email: string
  readonly name: string
  readonly role: Me['role']
  readonly place: bigint
  readonly language: 'de' | 'en'
}

/** The person made, with the password that is shown once; or why not. */
export type MadePerson =
  | { readonly ok: true; readonly email: string; readonly password: string }
  | { readonly ok: false; readonly reason: 'exists' | 'noSuchPlace' | 'wrongRole'; readonly detail: string }

/** What making people needs. */
export interface AdminParts {
  readonly database: Database
  readonly clock: Clock
  readonly dice: Dice
  readonly slowHash: SlowHash
}

const idRow = z.object({ id: z.bigint() })

/** Makes a tenant, its provider and its administrator in one transaction. */
export async function seedAdmin(parts: AdminParts, admin: NewAdmin): Promise<MadePerson> {
  const credentials = await newCredentials(parts)
  const now = new Date(parts.clock.now())
  return await parts.database.as({ role: 'migrate' }, async (queries): Promise<MadePerson> => {
    const taken = await isTaken(queries, admin.email)
    if (taken !== null) return taken
    const tenant = await insert(
      queries,
      'insert into tenant (name, created_at) values ($1, $2) returning tenant_id as id',
      [admin.provider, now],
    )
    const place = await insert(
      queries,
      `with next as (select nextval(pg_get_serial_sequence('platen.place', 'place_id')) as id)
       insert into place (tenant_id, place_id, kind, name, plain, path, created_at)
       select $1, id, 'provider', $2, $3, '/' || id || '/', $4 from next returning place_id as id`,
      [tenant, admin.provider, plain(admin.provider), now],
    )
    return await insertPerson(queries, { ...admin, role: 'providerAdmin', tenant, place, now }, credentials)
  })
}

/** Which roles belong where: a role sees its place and all below it. */
const rolesAt: Readonly<Record<string, readonly string[]>> = {
  provider: ['providerAdmin'],
  dealer: ['dealerAdmin', 'dealerUser'],
  customer: ['customerAdmin', 'customerUser'],
  site: ['customerUser'],
}

/** Makes a person at a place that is already there. */
export async function addPerson(parts: AdminParts, person: NewPerson): Promise<MadePerson> {
  const credentials = await newCredentials(parts)
  const now = new Date(parts.clock.now())
  return await parts.database.as({ role: 'migrate' }, async (queries): Promise<MadePerson> => {
    const taken = await isTaken(queries, person.email)
    if (taken !== null) return taken
    const placeRow = z.object({ tenant_id: z.bigint(), kind: z.string() })
    const place = await queries.row(placeRow, 'select tenant_id, kind from place where place_id = $1', [person.place])
    if (place === null) return { ok: false, reason: 'noSuchPlace', detail: `there is no place ${person.place}` }
    if (rolesAt[place.kind]?.includes(person.role) !== true) {
      return { ok: false, reason: 'wrongRole', detail: `a ${place.kind} has no ${person.role}` }
    }
    return await insertPerson(queries, { ...person, tenant: place.tenant_id, now }, credentials)
  })
}

interface Credentials {
  readonly password: string
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

async function newCredentials({ dice, slowHash }: AdminParts): Promise<Credentials> {
  const password = toBase64url(dice.bytes(passwordBytes))
  const salt = dice.bytes(saltBytes)
  const hash = await slowHash.hash(password, salt)
  if (hash === null) throw new Error('too many sign in right now to make a person; try again')
  return { password, salt, hash }
}

async function isTaken(queries: Queries, email: string): Promise<MadePerson | null> {
  const sql = 'select email from login where email = $1'
  const taken = await queries.row(z.object({ email: z.string() }), sql, [email.toLowerCase()])
  return taken === null ? null : { ok: false, reason: 'exists', detail: `${taken.email} already has an account` }
}

async function insertPerson(
  queries: Queries,
  person: NewPerson & { readonly tenant: bigint; readonly now: Date },
  { password, salt, hash }: Credentials,
): Promise<MadePerson> {
  const email = person.email.toLowerCase()
  const id = await insert(
    queries,
    `insert into person (tenant_id, place_id, email, name, role, language, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning person_id as id`,
    [person.tenant, person.place, email, person.name, person.role, person.language, person.now],
  )
  await queries.run(
    'insert into login (email, tenant_id, person_id, password_salt, password_hash) values ($1, $2, $3, $4, $5)',
    [email, person.tenant, id, salt, hash],
  )
  return { ok: true, email, password }
}

async function insert(queries: Queries, sql: string, values: readonly (string | bigint | Date)[]): Promise<bigint> {
  const row = await queries.row(idRow, sql, values)
  if (row === null) throw new Error('an insert answers its row')
  return row.id
}
