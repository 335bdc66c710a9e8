/**
 * The door every store goes through: a transaction that first gives up all rights but those of one role, inside one tenant.
 * Row-level security then answers nothing where a query forgets its tenant, and refuses what the role may not touch.
 */
import type { Connection, Engine, Queries } from './engine.ts'

/** Who a transaction acts as. `reread` interprets kept readings once more, `door` looks up who is knocking before a tenant is known; `migrate` owns the schema. */
export type Acting =
  | { readonly role: 'web' | 'intake' | 'reread'; readonly tenant: bigint }
  | { readonly role: 'door' }
  | { readonly role: 'migrate'; readonly tenant?: bigint }

/** People's requests give up after this: a page nobody waits for longer must not hold a connection. */
const webTimeout = '15s'

/** Central's database: every use names who acts. `run` comes a second time where the database undid the first for another transaction's sake. */
export interface Database {
  readonly engine: Engine
  as<T>(acting: Acting, run: (queries: Queries) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Puts roles and tenants over an engine. */
export function createDatabase(engine: Engine): Database {
  return {
    engine,
    as: async (acting, run) => {
      const start = { prelude: prelude(acting), repeated: acting.role !== 'migrate' && acting.role !== 'web' }
      const once = () => engine.transaction(start, (connection) => run(queriesOver(connection)))
      try {
        return await once()
      } catch (error) {
        if (!isUndone(error)) throw error
        return await once()
      }
    },
    close: () => engine.close(),
  }
}

/** SQLSTATEs of a transaction that the database undid because of another one, a deadlock among them: it may simply come again. */
const undone: ReadonlySet<unknown> = new Set(['40001', '40P01'])

function isUndone(error: unknown): boolean {
  return error instanceof Error && undone.has(Reflect.get(error, 'code'))
}

/** Statements over a connection with rows parsed. */
function queriesOver(connection: Connection): Queries {
  return {
    rows: async (row, sql, params = []) => (await connection.query(sql, params)).map((raw) => row.parse(raw)),
    row: async (row, sql, params = []) => {
      const [first] = await connection.query(sql, params)
      return first === undefined ? null : row.parse(first)
    },
    run: async (sql, params = []) => {
      await connection.query(sql, params)
    },
  }
}

function prelude(acting: Acting): string {
  const tenant = 'tenant' in acting && acting.tenant !== undefined ? acting.tenant.toString() : ''
  return (
    `set local search_path = platen; set local role platen_${acting.role}; ` +
    `set local platen.tenant = '${tenant}'${acting.role === 'web' ? `; set local statement_timeout = '${webTimeout}'` : ''}`
  )
}
