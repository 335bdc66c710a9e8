/**
 * Brings the schema up to date: numbered SQL files, each once, in order, under a lock that all Centrals of one database share.
 * A file that was applied must not change afterwards; its hash says so.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Database } from './database.ts'

const folder = new URL('./migrations/', import.meta.url)
const bootstrap = new URL('./bootstrap.sql', import.meta.url)
/** Any number, the same for every Central. */
const lock = 7_503_281

interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly hash: string
}

/** Applies what is missing and answers the names of what was applied. @throws when an applied file was changed or is unknown here. */
export async function migrate(database: Database): Promise<readonly string[]> {
  const files = readMigrations()
  await database.engine.exec(readFileSync(bootstrap, 'utf8'))
  await database.as({ role: 'migrate' }, (queries) =>
    queries.run(
      'create table if not exists migration (number integer primary key, name text not null, hash text not null, applied_at timestamptz not null default now())',
    ),
  )
  await refuseNewer(database, files)
  const applied: string[] = []
  for (const file of files) if (await apply(database, file)) applied.push(file.name)
  return applied
}

/** A newer Central may have changed what this one would write: it must not touch the data it does not know. */
async function refuseNewer(database: Database, files: readonly Migration[]): Promise<void> {
  const sql = 'select name from migration where not (number = any($1)) order by number desc'
  const unknown = await database.as({ role: 'migrate' }, (queries) =>
    queries.row(z.object({ name: z.string() }), sql, [files.map(({ number }) => number)]),
  )
  if (unknown !== null)
    throw new Error(
      `the database belongs to a newer Central, which applied ${unknown.name}: start that one, or restore a backup`,
    )
}

/** One transaction a file: a file that fails leaves nothing behind. */
async function apply(database: Database, file: Migration): Promise<boolean> {
  return await database.as({ role: 'migrate' }, async (queries) => {
    await queries.run('select pg_advisory_xact_lock($1)', [lock])
    const known = await queries.row(z.object({ hash: z.string() }), 'select hash from migration where number = $1', [
      file.number,
    ])
    if (known !== null && known.hash !== file.hash) {
      throw new Error(`migration ${file.name} was changed after it had been applied: add a new one instead`)
    }
    if (known !== null) return false
    for (const statement of statements(file.sql)) await queries.run(statement)
    await queries.run('insert into migration (number, name, hash) values ($1, $2, $3)', [
      file.number,
      file.name,
      file.hash,
    ])
    return true
  })
}

function readMigrations(): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(name, folder), 'utf8')
      return { number: Number(name.slice(0, 4)), name, sql, hash: createHash('sha256').update(sql).digest('hex') }
    })
}

/** Statements end with `;` at the end of a line, outside of a `$$` body: our own files keep to that. */
function statements(sql: string): readonly string[] {
  const found: string[] = []
  let current = ''
  for (const line of sql.split('\n')) {
    current += `${line}\n`
    const insideBody = current.split('$$').length % 2 === 0
    if (insideBody || !line.trimEnd().endsWith(';')) continue
    found.push(current)
    current = ''
  }
  return found
}
