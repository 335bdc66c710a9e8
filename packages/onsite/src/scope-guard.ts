/**
 * Who may change the scope file: in production root alone, or the promise that no server can widen it is worth no more than the program's own
 * account. Owner and mode are looked at, of the file and of every folder on the way to it; access lists beyond them are not.
 */
import { realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** A file or folder that somebody but root may write, and by what: its owner's number, or its mode. */
export interface Writer {
  readonly path: string
  readonly by: 'owner' | 'mode'
  readonly owner: number
  /** Permissions as chmod takes them: `664`. */
  readonly mode: string
}

const WRITABLE_BY_OTHERS = 0o022
const STICKY = 0o1000

/** What of the way to this file can be written by others than root; empty on systems without owners. */
export function writersOf(file: string): readonly Writer[] {
  if (process.getuid === undefined) return []
  const paths = new Set([...wayTo(resolve(file)), ...wayTo(realpathSync(file))])
  return [...paths].flatMap((path): Writer[] => {
    const stat = statSync(path)
    const { uid, mode } = stat
    const shown = (mode & 0o7777).toString(8)
    if (uid !== 0) return [{ path, by: 'owner', owner: uid, mode: shown }]
    // In a sticky folder (/tmp) nobody can replace what root owns.
    const isGuarded = stat.isDirectory() && (mode & STICKY) !== 0
    return (mode & WRITABLE_BY_OTHERS) !== 0 && !isGuarded ? [{ path, by: 'mode', owner: uid, mode: shown }] : []
  })
}

function wayTo(file: string): readonly string[] {
  const above = dirname(file)
  return above === file ? [file] : [file, ...wayTo(above)]
}
