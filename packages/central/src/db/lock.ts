/** A lock beside a database folder, so that two processes never open it together: the embedded engine would destroy it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Takes the lock and answers how to give it back. A lock whose process is gone is taken over. @throws when the other process lives. */
export function lockFolder(folder: string): () => void {
  const file = `${folder}.lock`
  const holder = readHolder(file)
  if (holder !== null && holder !== process.pid && lives(holder))
    throw new Error(`Process ${holder} is using ${folder}. Stop it first, or use another folder.`)
  if (holder !== null) rmSync(file, { force: true })
  // Exclusive, so that of two starting together one fails.
  writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 })
  return () => rmSync(file, { force: true })
}

function readHolder(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return Number.isNaN(pid) ? -1 : pid
  } catch {
    // No file: nobody holds it.
    return null
  }
}

function lives(pid: number): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
