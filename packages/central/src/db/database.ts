/**
 * One way to ask the database, whichever engine is below: the embedded PostgreSQL or a server. Everything runs in a transaction, as a
 * role that may do only its own work, and for one tenant, whom row-level security holds it to.
 */

/** A row as it comes from the database: to be parsed by the store that asked. int8 is bigint, timestamptz an ISO string in UTC, date `YYYY-MM-DD`. */
export type Row = Readonly<Record<string, unknown>>

/** What a transaction can do. */
export interface Queries {
  /** Runs one statement with `$1` parameters. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

/**
 * Who is asking. `intake` stores readings of one tenant, `web` shows them, `access` knows people and invitations of every tenant but no
 * reading, `migrate` owns the schema.
 */
export type Actor =
  | { readonly role: 'intake' | 'web'; readonly tenant: number }
  | { readonly role: 'access' }
  | { readonly role: 'migrate' }

/** A database that is open. */
export interface Database {
  readonly engine: 'embedded' | 'postgresql'
  /** Commits what `work` did when it answers, undoes it when it throws. */
  transaction<T>(actor: Actor, work: (queries: Queries) => Promise<T>): Promise<T>
  /** Runs a script of many statements as the owner, in one transaction: migrations only. */
  script(text: string): Promise<void>
  close(): Promise<void>
}

/** The statements that make a transaction's connection into `actor`; they end with the transaction. */
export function become(actor: Actor): readonly (readonly [string, readonly string[]])[] {
  if (actor.role === 'migrate') return []
  const tenant = 'tenant' in actor ? String(actor.tenant) : ''
  return [
    [`set local role platen_${actor.role}`, []],
    [`select set_config('platen.tenant', $1, true)`, [tenant]],
  ]
}

/** How both engines read the types whose default loses something: by type OID of PostgreSQL's catalogue. */
export const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  20: (text) => BigInt(text),
  1016: (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt)),
  1082: (text) => text,
  1184: (text) => new Date(text.replace(' ', 'T').replace(/\+00$/, 'Z')).toISOString(),
}
