/** Fresh databases for tests: the embedded engine always, PostgreSQL where it is at hand; the same suite runs on both. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { hasPostgres, type Postgres, startPostgres } from '../../../../e2e/peers/postgres.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { openEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { openPostgres } from '../db/postgres.ts'

/** A kind of database under test. `open` gives a migrated one that nobody else has. */
export interface TestEngine {
  readonly name: string
  readonly missing: boolean
  open(): Promise<Database>
  /** Stops what `open` started. */
  stop(): Promise<void>
}

/** Both engines. */
export function testEngines(): readonly TestEngine[] {
  return [embedded(), postgres(process.env.PLATEN_TEST_POSTGRES)]
}

function embedded(): TestEngine {
  return {
    name: 'the embedded database',
    missing: false,
    open: async () => {
      const database = createDatabase(await openEmbedded({ directory: null, template: await template() }))
      await migrate(database)
      return database
    },
    stop: async () => {},
  }
}

let dumped: Promise<Blob> | undefined
/** Making a cluster takes seconds, copying one less: it is made once a process and never changed. */
function template(): Promise<Blob> {
  dumped ??= openEmbedded({ directory: null, template: null }).then(async (engine) => {
    await migrate(createDatabase(engine))
    const dump = await engine.dump()
    await engine.close()
    return dump
  })
  return dumped
}

function postgres(given: string | undefined): TestEngine {
  const missing = given === undefined && !hasPostgres
  let server: Promise<Postgres> | undefined
  return {
    name: missing ? 'PostgreSQL (skipped: not on this machine, and PLATEN_TEST_POSTGRES names none)' : 'PostgreSQL',
    missing,
    open: async () => {
      server ??= given === undefined ? startPostgres() : Promise.resolve({ url: given, stop: async () => {} })
      const { url } = await server
      const name = `platen_test_${randomBytes(6).toString('hex')}`
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      const own = new URL(url)
      own.pathname = `/${name}`
      const database = createDatabase(openPostgres(own.href, () => {}))
      await migrate(database)
      return database
    },
    stop: async () => {
      await (await server)?.stop()
      server = undefined
    },
  }
}
