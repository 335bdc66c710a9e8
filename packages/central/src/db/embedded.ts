/**
 * The embedded PostgreSQL (PGlite) for one machine. As shipped it neither syncs to disk nor notices a second process in its folder;
 * both are mended here, because readings are receipted and then forgotten by the Onsite.
 */
import { fsyncSync, mkdirSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { become, type Database, parsers, type Queries, type Row } from './database.ts'
import { lockFolder } from './lock.ts'

/** Opens or makes the database in `folder`; null keeps it in memory, for tests. @throws when another live process has the folder. */
export async function openEmbedded(folder: string | null): Promise<Database> {
  if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unlock = folder === null ? () => {} : lockFolder(folder)
  const lite = await create(folder).catch((error: unknown) => {
    unlock()
    throw error
  })
  await lite.exec(`set timezone = 'UTC'`)
  return {
    engine: 'embedded',
    transaction: (actor, work) =>
      lite.transaction(async (inside) => {
        for (const [text, values] of become(actor)) await inside.query(text, [...values])
        return work(queriesOf(inside))
      }),
    script: (text) => lite.transaction(async (inside) => void (await inside.exec(text))),
    close: async () => {
      await lite.close()
      unlock()
    },
  }
}

async function create(folder: string | null): Promise<PGlite> {
  if (folder === null) return PGlite.create({ parsers: { ...parsers } })
  const lite = await PGlite.create({
    dataDir: folder,
    parsers: { ...parsers },
    // -F is PostgreSQL's switch for never syncing.
    startParams: [
      ...PGlite.defaultStartParams.filter((one) => one !== '-F'),
      '-c',
      'fsync=on',
      '-c',
      'wal_sync_method=fsync',
    ],
  })
  syncForReal(lite)
  return lite
}

/** Emscripten's file system answers fsync without asking the host; this passes it on (one sync a commit, counted by a test). */
function syncForReal(lite: PGlite): void {
  const operations: unknown = Reflect.get(Object(Reflect.get(lite.Module, 'NODEFS')), 'stream_ops')
  if (typeof operations !== 'object' || operations === null)
    throw new Error('the embedded database cannot be made durable')
  Reflect.set(operations, 'fsync', (stream: unknown) => {
    const file: unknown = Reflect.get(Object(stream), 'nfd')
    if (typeof file === 'number') fsyncSync(file)
    return 0
  })
}

function queriesOf(inside: { query<T>(text: string, values: unknown[]): Promise<{ rows: T[] }> }): Queries {
  return { query: async (text, values = []) => (await inside.query<Row>(text, [...values])).rows }
}
