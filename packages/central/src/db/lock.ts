/**
 * Keeps two processes off one embedded database directory: the engine itself does not notice, and the directory does not survive it.
 * The lock is a file beside the directory that names its holder; a holder that is dead loses it.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Takes the lock of `directory` and answers the way to release it. @throws when a live process holds it. */
export function lockDirectory(directory: string): () => void {
  const file = `${directory}.lock`
  const mine = holderText(process.pid)
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(file, mine)) return () => rmSync(file, { force: true })
    const holder = read(file)
    if (holder !== null && isAlive(holder)) {
      throw new Error(`${directory} is in use by process ${holder.split(' ')[0]}; stop it first (lock file ${file})`)
    }
    rmSync(file, { force: true })
  }
  throw new Error(`${file} cannot be taken: another process keeps taking it`)
}

/** Written aside and then linked: nobody ever reads a lock that names no holder yet. */
function create(file: string, text: string): boolean {
  const aside = `${file}.${process.pid}`
  writeFileSync(aside, text, { mode: 0o600 })
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

function read(file: string): string | null {
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
