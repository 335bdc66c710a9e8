/**
 * The state folder's database: SQLite encrypted with AES-256 (SQLCipher scheme), its key in a file of its own that only the service may
 * read. A commit is on the disk before it returns; a second program on the same folder is told so instead of being let in.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { giveUp, Reserve } from './reserve.ts'

/** Why the state folder cannot be used. */
export type DatabaseFailure =
  | 'locked'
  | 'wrongKey'
  | 'keyMissing'
  | 'keyTooOpen'
  | 'corrupt'
  | 'noAccess'
  | 'diskFull'
  | 'newer'

/** A failure of the database with the system's own words. */
export interface DatabaseFault {
  readonly ok: false
  readonly reason: DatabaseFailure
  readonly detail: string
}

/** An open database; `close` also gives the folder free. */
export interface OpenDatabase {
  readonly sqlite: Database.Database
  /** Room for a full disk; null beside a working Onsite, whose it is. */
  readonly reserve: Reserve | null
  close(): void
}

/** The names of the files in a state folder. */
export const stateFiles = {
  database: 'state.db',
  key: 'state.key',
  lock: 'state.lock',
  reserve: 'state.reserve',
  identity: 'state.identity',
  scope: 'scope.toml',
  config: 'onsite.toml',
  trust: 'trust.pem',
  instructions: 'instructions.signed',
  health: 'health.json',
} as const

// Steps from nothing to the tables of today; `user_version` says how many a database has made. What has been released is never changed.
// `outbox.n` orders across epochs. The index of what waits covers the sums that every append asks for.
/** The steps; each is SQL. */
export const SCHEMA: readonly string[] = [
  `
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT, epoch TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
  count INTEGER NOT NULL, size INTEGER NOT NULL, hash TEXT NOT NULL, bytes BLOB NOT NULL,
  fate TEXT, settled INTEGER, UNIQUE (epoch, seq)) STRICT;
CREATE INDEX outbox_waiting ON outbox (n, size, count, kind, at) WHERE fate IS NULL;
CREATE INDEX outbox_settled ON outbox (settled) WHERE fate IS NOT NULL;
CREATE TABLE device (
  address TEXT PRIMARY KEY, vendor TEXT, model TEXT, serial TEXT, profile TEXT NOT NULL, community INTEGER NOT NULL,
  life TEXT, seen TEXT NOT NULL, failures INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE ledger (n INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
`,
  `ALTER TABLE device ADD COLUMN version TEXT NOT NULL DEFAULT 'v2c'`,
  `INSERT OR REPLACE INTO fact (name, value)
    SELECT 'ledgerHead', json_object('n', n, 'hash', hash) FROM ledger ORDER BY n DESC LIMIT 1`,
  // How often an envelope was put back: what Central would not have goes after what it was not offered yet.
  `ALTER TABLE outbox ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
  DROP INDEX outbox_waiting;
  CREATE INDEX outbox_waiting ON outbox (later, n, size, count, kind, at) WHERE fate IS NULL`,
  // Apart from the printers: a row of theirs is small and written at every round, this is large and seldom is.
  `CREATE TABLE known_rows (address TEXT PRIMARY KEY, rows TEXT NOT NULL) STRICT`,
  // By what it is and not by its place in the settings, which may change: a printer is never asked more weakly than it answered.
  `ALTER TABLE device ADD COLUMN credential TEXT NOT NULL DEFAULT '';
  ALTER TABLE device DROP COLUMN community`,
]

/** Opens the database of a state folder, making folder, key and tables at the first start. `look` opens it beside a working Onsite. */
export function openDatabase(
  folder: string,
  access: 'work' | 'look',
): { readonly ok: true; readonly database: OpenDatabase } | DatabaseFault {
  const first = open(folder, access)
  const isFull = !first.ok && first.reason === 'diskFull'
  const opened = isFull && access === 'work' && giveUp(join(folder, stateFiles.reserve)) ? open(folder, access) : first
  if (opened.ok) opened.database.reserve?.keep()
  return opened
}

function open(
  folder: string,
  access: 'work' | 'look',
): { readonly ok: true; readonly database: OpenDatabase } | DatabaseFault {
  const opened = attempted(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const key = readKey(folder)
    if (!key.ok) return key
    const lock = access === 'work' ? takeLock(join(folder, stateFiles.lock)) : null
    try {
      const sqlite = unlock(join(folder, stateFiles.database), key.hex)
      const reserve = access === 'work' ? new Reserve(sqlite, join(folder, stateFiles.reserve)) : null
      return ready({ sqlite, lock, reserve })
    } catch (error) {
      lock?.close()
      throw error
    }
  })
  return opened.ok ? opened.value : opened
}

/** What an error of the database or the disk means, or null if it is neither. */
function faultOf(error: unknown): DatabaseFault | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  const reason = reasonOf(error.code)
  return reason === null ? null : { ok: false, reason, detail: `${error.code}: ${error.message}` }
}

/** Does something with the disk; that it would not take it is an answer, anything else is thrown on. */
export function attempted<T>(work: () => T): { readonly ok: true; readonly value: T } | DatabaseFault {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    const fault = faultOf(error)
    if (fault === null) throw error
    return fault
  }
}

function reasonOf(code: string): DatabaseFailure | null {
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'locked'
  if (code.startsWith('SQLITE_NOTADB')) return 'wrongKey'
  if (code.startsWith('SQLITE_CORRUPT')) return 'corrupt'
  // Where there is no room for the 32 KB that open databases share, the second is what it says.
  if (/^SQLITE_(FULL|IOERR_SHMSIZE)|^E(NOSPC|DQUOT)$/.test(code)) return 'diskFull'
  if (/^SQLITE_(CANTOPEN|READONLY|IOERR|PERM)/.test(code) || /^E(ACCES|PERM|ROFS|NOTDIR|IO)$/.test(code))
    return 'noAccess'
  return null
}

function ready(parts: {
  readonly sqlite: Database.Database
  readonly lock: Database.Database | null
  readonly reserve: Reserve | null
}): { ok: true; database: OpenDatabase } | DatabaseFault {
  const { sqlite, lock, reserve } = parts
  const version = Number(sqlite.pragma('user_version', { simple: true }))
  if (version > SCHEMA.length) {
    sqlite.close()
    lock?.close()
    return { ok: false, reason: 'newer', detail: `schema ${version}` }
  }
  // Beside a working Onsite, which may be of an older version, nothing is changed under its feet.
  if (version === 0 || lock !== null) upgrade(sqlite)
  const close = () => {
    sqlite.close()
    lock?.close()
  }
  return { ok: true, database: { sqlite, reserve, close } }
}

/** Opens a database that was set aside, with the folder's key, to read what can be read. @throws what the database says of itself. */
export function openSpoilt(folder: string, path: string): Database.Database {
  const key = readKey(folder)
  if (!key.ok) throw new Error(`no key for a database that had one: ${key.reason}`)
  return unlock(path, key.hex)
}

function upgrade(sqlite: Database.Database): void {
  const made = () => Number(sqlite.pragma('user_version', { simple: true }))
  if (made() >= SCHEMA.length) return
  sqlite
    .transaction(() => {
      for (const step of SCHEMA.slice(made())) sqlite.exec(step)
      sqlite.pragma(`user_version = ${SCHEMA.length}`)
    })
    .immediate()
}

/** Free pages that the file keeps for what comes next, 16 MB: an ordinary day neither grows nor shrinks it. */
const FREE_PAGES_KEPT = 4096
/** Pages of one go, 8 MB: what was 90 days of readings is given back within days, and no call to Central waits for it. */
const PAGES_GIVEN_BACK = 2048

/** Gives pages that nothing needs any more back to the disk, some of them in each go; answers how many. */
export function giveBack(sqlite: Database.Database, kept = FREE_PAGES_KEPT): number {
  const free = () => Number(sqlite.pragma('freelist_count', { simple: true }))
  const before = free()
  const many = Math.min(PAGES_GIVEN_BACK, before - kept)
  if (many <= 0) return 0
  // On a disk that will not take it, another day.
  attempted(() => sqlite.pragma(`incremental_vacuum(${many})`))
  return before - free()
}

function unlock(path: string, hex: string): Database.Database {
  const sqlite = new Database(path, { timeout: 5000 })
  try {
    sqlite.pragma(`cipher = 'sqlcipher'`)
    sqlite.pragma(`key = "x'${hex}'"`)
    // Of a new file only: pages can be given back to the disk (`giveBack`). An older file keeps its own for what comes next.
    sqlite.pragma('auto_vacuum = INCREMENTAL')
    sqlite.pragma('journal_mode = WAL')
    // An append is an acknowledgement: it must be on the disk, power cut or not.
    sqlite.pragma('synchronous = FULL')
    // In KiB. The library is built with 16 MB of it, which is for databases that are searched.
    sqlite.pragma('cache_size = -2000')
    return sqlite
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** The kernel drops this lock when the process dies, however it dies; a file with a process number would stay. */
function takeLock(path: string): Database.Database {
  const lock = new Database(path, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw error
  }
}

function readKey(folder: string): { ok: true; hex: string } | DatabaseFault {
  const path = join(folder, stateFiles.key)
  if (!existsSync(path)) {
    if (existsSync(join(folder, stateFiles.database))) return { ok: false, reason: 'keyMissing', detail: path }
    writeKey(path, Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex'))
  }
  if ((statSync(path).mode & 0o077) !== 0) return { ok: false, reason: 'keyTooOpen', detail: path }
  const hex = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(hex)) return { ok: false, reason: 'wrongKey', detail: path }
  return { ok: true, hex }
}

function writeKey(path: string, hex: string): void {
  const file = openSync(path, 'wx', 0o600)
  writeSync(file, `${hex}\n`)
  fsyncSync(file)
  closeSync(file)
}
