/** Opens Central's database wherever it is: PostgreSQL by URL, or the embedded engine in a directory or in memory. */
import { mkdirSync } from 'node:fs'
import type { Log } from '../world.ts'
import { createDatabase, type Database } from './database.ts'
import { openEmbedded } from './embedded.ts'
import { openPostgres } from './postgres.ts'

/** Which database: `url` of PostgreSQL, or `directory` of the embedded one; with neither it lives in memory and dies with the process. */
export interface DatabaseOptions {
  readonly url?: string
  readonly directory?: string
  readonly log: Log
  /** Hears why the embedded database has stopped by itself: nothing can be kept or shown any more. */
  readonly onLost?: (reason: string) => void
}

/** Opens a database without migrating it. @throws when the embedded directory is in use by another process. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url !== undefined) {
    return createDatabase(
      openPostgres(options.url, (error) =>
        options.log.warn({ reason: error.message }, 'an idle database connection broke'),
      ),
    )
  }
  const directory = options.directory ?? null
  // The engine writes its files readable for everybody: the directory is what keeps others out.
  if (directory !== null) mkdirSync(directory, { recursive: true, mode: 0o700 })
  const onLost = (reason: string): void => {
    options.log.error({ reason }, 'the embedded database is lost')
    options.onLost?.(reason)
  }
  return createDatabase(await openEmbedded({ directory, template: null }, { onLost }))
}
