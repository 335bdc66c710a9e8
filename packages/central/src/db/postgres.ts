/** Central's database on PostgreSQL (15 or newer), through a pool of `pg` connections. */
import pg from 'pg'
import { paramText } from './array-text.ts'
import type { Engine, Param, RawRow } from './engine.ts'

/** Connections at most: intake and people share them; two cores are busy with fewer. */
const poolSize = 10
const int8 = 20
const int8Array = 1016
const dateType = 1082

/** Opens a pool on `url`. Connections are made when first needed. `onError` hears of idle connections that broke. */
export function openPostgres(url: string, onError: (error: Error) => void): Engine {
  const names = new Map<string, string>()
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types: { getTypeParser } })
  pool.on('error', onError)
  return {
    kind: 'postgres',
    query: (sql, params) => run(pool, sql, params),
    transaction: async (start, work) => {
      const named = start.repeated ? names : null
      return await transaction(pool, start.prelude, (client) =>
        work({ query: (sql, params) => run(client, sql, params, named) }),
      )
    },
    exec: async (sql) => {
      await pool.query(sql)
    },
    close: () => pool.end(),
  }
}

async function transaction<T>(pool: pg.Pool, prelude: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  const connection: { broken: Error | null } = { broken: null }
  // The pool listens only to idle connections: unheard, the loss of this one (a restart, an administrator) would end the process.
  const onLost = (error: Error): void => {
    connection.broken = error
  }
  client.on('error', onLost)
  try {
    await client.query(`begin; ${prelude}`)
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    // A connection that cannot roll back is thrown away, never handed to the next request with a role still set.
    await client.query('rollback').catch((why: unknown) => {
      connection.broken ??= why instanceof Error ? why : new Error(String(why))
    })
    throw error
  } finally {
    client.off('error', onLost)
    client.release(connection.broken ?? undefined)
  }
}

/** Statements that keep a name, and so a plan, on each connection: intake has some twenty. */
const namesMost = 100

async function run(
  on: pg.Pool | pg.PoolClient,
  sql: string,
  params: readonly Param[],
  names: Map<string, string> | null = null,
): Promise<readonly RawRow[]> {
  const name = names === null ? undefined : nameOf(sql, names)
  const result = await on.query<RawRow>({
    text: sql,
    values: params.map(paramText),
    ...(name === undefined ? {} : { name }),
  })
  return result.rows
}

function nameOf(sql: string, names: Map<string, string>): string | undefined {
  const known = names.get(sql)
  if (known !== undefined || names.size >= namesMost) return known
  const name = `platen_${names.size + 1}`
  names.set(sql, name)
  return name
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (format !== 'binary') {
    if (oid === int8) return BigInt
    if (oid === int8Array) return parseBigints
    if (oid === dateType) return String
  }
  return pg.types.getTypeParser(oid, 'text')
}

/** Arrays of int8 have one dimension and no nulls in our schema. */
function parseBigints(text: string): bigint[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt)
}
