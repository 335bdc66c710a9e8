/** Beginning anew: the old database is moved aside, never overwritten, and comes back if the new enrolment fails. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type DatabaseFault, openDatabase, stateFiles } from './database.ts'
import { moment } from './world.ts'

/** Moves the database aside, so that `enrol` begins anew; answers where it is now, null if there was none. */
export function setAside(
  folder: string,
  wall: number,
): { readonly ok: true; readonly path: string | null } | DatabaseFault {
  const from = join(folder, stateFiles.database)
  if (!existsSync(from)) return { ok: true, path: null }
  const opened = openDatabase(folder, 'work')
  if (opened.ok) opened.database.close()
  // What cannot be opened may be set aside; what somebody works with may not.
  else if (opened.reason === 'locked') return opened
  const path = `${from}.before-${moment(wall).replace(/[:.]/g, '-')}`
  moveDatabase(from, path)
  // Who we were would otherwise be taken for who we are.
  moveFile(join(folder, stateFiles.identity), `${path}.identity`)
  return { ok: true, path }
}

/** Undoes `setAside`: what was begun since is thrown away. */
export function putBack(folder: string, path: string | null): void {
  if (path === null) return
  moveDatabase(path, join(folder, stateFiles.database))
  moveFile(`${path}.identity`, join(folder, stateFiles.identity))
}

/** Moves a closed database with its log. */
export function moveDatabase(from: string, to: string): void {
  for (const end of ['', '-wal', '-shm']) moveFile(from + end, to + end)
}

function moveFile(from: string, to: string): void {
  rmSync(to, { force: true })
  if (existsSync(from)) renameSync(from, to)
}
