/** Makes a state folder as an earlier version of the program left it: what it holds today, in the tables of that time. */
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3-multiple-ciphers'
import { z } from 'zod'
import { openSpoilt, SCHEMA, stateFiles } from '../database.ts'

const columnsOf = z.array(z.object({ name: z.string(), type: z.string(), notnull: z.int(), dflt_value: z.unknown() }))
const names = z.array(z.object({ name: z.string() }))
/** The version that began to remember the ledger's head apart. */
const LEDGER_HEAD = 3

/** Turns the closed database of a folder into one of this version of the tables. */
export function makeOlder(folder: string, version: number): void {
  const path = join(folder, stateFiles.database)
  const older = `${path}.older`
  for (const end of ['', '-wal', '-shm']) rmSync(older + end, { force: true })
  const from = openSpoilt(folder, path)
  const to = openSpoilt(folder, older)
  try {
    to.transaction(() => {
      for (const step of SCHEMA.slice(0, version)) to.exec(step)
      for (const table of tablesOf(to)) copy(from, to, table)
      if (version < LEDGER_HEAD) to.exec(`DELETE FROM fact WHERE name = 'ledgerHead'`)
      to.pragma(`user_version = ${version}`)
    })()
  } finally {
    from.close()
    to.close()
  }
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  renameSync(older, path)
}

function tablesOf(sqlite: Database.Database): readonly string[] {
  const all = sqlite.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).all()
  return names.parse(all).map(({ name }) => name)
}

function copy(from: Database.Database, to: Database.Database, table: string): void {
  // A database that was killed in its first migration of this kind has older tables itself.
  if (!tablesOf(from).includes(table)) return
  const has = names.parse(from.pragma(`table_info(${table})`)).map(({ name }) => name)
  const wanted = columnsOf.parse(to.pragma(`table_info(${table})`))
  const both = wanted.filter(({ name }) => has.includes(name))
  // What has no place any more had some value then.
  const gone = wanted.filter((one) => !both.includes(one) && one.notnull === 1 && one.dflt_value === null)
  const columns = both.map(({ name }) => `"${name}"`).join(', ')
  const filled = gone.map(({ name }) => `, "${name}"`).join('')
  const values = [...both.map(() => '?'), ...gone.map(({ type }) => (type === 'INTEGER' ? '0' : `''`))].join(', ')
  const insert = to.prepare(`INSERT INTO ${table} (${columns}${filled}) VALUES (${values})`)
  for (const row of from.prepare(`SELECT ${columns} FROM ${table}`).raw().all()) insert.run(row)
}
