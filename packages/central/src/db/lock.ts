/**
 * Keeps two processes off one embedded database directory: the engine itself does not notice, and the directory does not survive it.
 * The lock is a file beside the directory that names its holder; a holder that is dead loses it.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Takes the lock of `directory` and answers the way to release it. @throws when a live process holds it. `read` looks at a lock file. */
export function lockDirectory(directory: string, read: (file: string) => string | null = readFile): () => void {
  const file = `${directory}.lock`
  const holder = take(file, read)
  if (holder !== null) {
    throw new Error(`${directory} is in use by process ${holder.split(' ')[0]}; stop it first (lock file ${file})`)
  }
  return () => rmSync(file, { force: true })
}

/** Takes a lock file; answers its holder where that lives, null where it is ours now. */
function take(file: string, read: (file: string) => string | null): string | null {
  for (let attempt = 0; attempt < attemptsMost; attempt++) {
    if (create(file)) return null
    const holder = read(file)
    if (holder === null) continue
    if (isAlive(holder)) return holder
    if (takeOver(file, holder, read)) return null
  }
  throw new Error(`${file} cannot be taken: another process keeps taking it`)
}
const attemptsMost = 10

/**
 * Takes a lock from a holder that is gone. Two that found it gone must not both replace it, nor one replace the other: only who holds the
 * lock on taking over may, and only while the file still names who is gone. Such a lock can be left behind too, and is taken the same way.
 */
function takeOver(file: string, gone: string, read: (file: string) => string | null): boolean {
  const turn = `${file}.next`
  const other = take(turn, read)
  if (other !== null) return false
  try {
    if (readFile(file) !== gone) return false
    const aside = asideOf(file)
    renameSync(aside, file)
    return true
  } finally {
    rmSync(turn, { force: true })
  }
}

/** Our name, written aside: nobody ever reads a lock that names no holder yet. */
function asideOf(file: string): string {
  const aside = `${file}.${process.pid}`
  writeFileSync(aside, holderText(process.pid), { mode: 0o600 })
  return aside
}

function create(file: string): boolean {
  const aside = asideOf(file)
  try {
    linkSync(aside, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function readFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** A process number is used again after a restart, in a container always: the start time tells the two apart. */
function isAlive(holder: string): boolean {
  const pid = Number(holder.split(' ')[0])
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  return holderText(pid) === holder
}

/** `pid start`, the start in clock ticks since boot from /proc where there is one (Linux), else `unknown`. */
function holderText(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold spaces; the start time is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return `${pid} ${fields[19] ?? 'unknown'}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return `${pid} unknown`
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, 'code') : undefined
}
