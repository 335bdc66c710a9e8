/** PostgreSQL 15 or newer as a server, for providers. */
import pg from 'pg'
import { become, type Database, parsers, type Queries, type Row } from './database.ts'

/** Connections Central holds at most: its work is short transactions, and a server has many other guests. */
const connectionsMost = 20

/** Opens a server by its URL. Nothing connects before the first transaction; losing the server fails that transaction only. */
export function openPostgresql(url: string, onLost: (error: Error) => void): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMost,
    options: '-c timezone=UTC',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        parsers[oid] ??
        (format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')),
    },
  })
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', onLost)
  return {
    engine: 'postgresql',
    transaction: (actor, work) =>
      inTransaction(pool, async (client) => {
        for (const [text, values] of become(actor)) await client.query(text, [...values])
        return work(queriesOf(client))
      }),
    script: (text) => inTransaction(pool, async (client) => void (await client.query(text))),
    close: () => pool.end(),
  }
}

function queriesOf(client: pg.PoolClient): Queries {
  return {
    query: async (text, values = []) => {
      const result = await client.query<Row>(text, [...values])
      return result.rows
    },
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}
