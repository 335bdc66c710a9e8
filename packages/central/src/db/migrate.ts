/** Brings the schema to the newest version: numbered SQL files, each run once, in order, each in its own transaction. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Database } from './database.ts'

const folder = path.join(import.meta.dirname, 'migrations')
const appliedSchema = z.array(z.object({ name: z.string(), hash: z.string() }))

/** Serialises Centrals that start together on one server ("platen" as a number). */
const advisoryLock = 7_080_656

/** Applies what is missing and answers the names applied now. @throws when an applied file was changed afterwards, or is unknown to this program. */
export async function migrate(database: Database): Promise<readonly string[]> {
  await database.script(`select pg_advisory_xact_lock(${advisoryLock});
    create table if not exists migration (name text primary key, hash text not null, at timestamptz not null default now());`)
  const rows = await database.transaction({ role: 'migrate' }, (queries) =>
    queries.query('select name, hash from migration order by name'),
  )
  const applied = new Map(appliedSchema.parse(rows).map((row) => [row.name, row.hash]))
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
  for (const name of applied.keys())
    if (!files.includes(name))
      throw new Error(`The database has migration ${name}, which this program does not know. Use the newer program.`)
  const done: string[] = []
  for (const name of files) {
    const text = readFileSync(path.join(folder, name), 'utf8')
    const hash = createHash('sha256').update(text).digest('hex')
    const before = applied.get(name)
    if (before === hash) continue
    if (before !== undefined) throw new Error(`Migration ${name} was changed after it had been applied.`)
    await database.script(`select pg_advisory_xact_lock(${advisoryLock});
      ${text}
      insert into migration (name, hash) values ('${name}', '${hash}');`)
    done.push(name)
  }
  return done
}
