/** Opens one recording for a tool that a person calls: whatever is not a recording is told in words that say what to do, and never thrown. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseSnmprec, type Recording } from '@platen/simulator'

/** A recording and its file's name without folder and ending, or why there is none. */
export type Opened =
  | { readonly ok: true; readonly name: string; readonly recording: Recording }
  | { readonly ok: false; readonly detail: string }

/** The largest real one known has 400 kB; what is far above it is a disk image or a log. */
const MOST_OCTETS = 64 * 1_024 * 1_024

/** Reads a file of `OID|TAG|VALUE` lines. Bad lines are left out and stay in `recording.problems`; a file without a single good one is none. */
export async function openRecording(path: string): Promise<Opened> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return { ok: false, detail: `${path}: there is no such file, or it may not be read` }
  if (found.isDirectory()) return { ok: false, detail: await folderDetail(path) }
  if (!found.isFile()) return { ok: false, detail: `${path} is no ordinary file` }
  if (found.size > MOST_OCTETS)
    return { ok: false, detail: `${path} has ${found.size} octets; no recording has that many` }
  if (found.size === 0)
    return { ok: false, detail: `${path} is empty. Record the device again: npm run record -- ADDRESS` }
  const octets = await readFile(path).catch(() => undefined)
  if (octets === undefined) return { ok: false, detail: `${path} may not be read by you` }
  if (octets.includes(0))
    return { ok: false, detail: `${path} is a binary file and no recording (lines OID|TAG|VALUE)` }
  const recording = parseSnmprec(octets.toString('utf8'))
  const [first] = recording.problems
  if (recording.rows.length === 0) {
    const why = first === undefined ? 'it has only comments' : `line ${first.line}: ${first.why}`
    return { ok: false, detail: `${path} holds no line OID|TAG|VALUE (${why})` }
  }
  return { ok: true, name: basename(path).replace(/\.snmprec(\.txt)?$/, ''), recording }
}

/** Says what of a recording was left out, at most so many lines. */
export function problemLines({ problems }: Recording, most = 5): readonly string[] {
  const lines = problems.slice(0, most).map(({ line, why }) => `line ${line}: ${why}`)
  return problems.length > most ? [...lines, `and ${problems.length - most} lines more`] : lines
}

async function folderDetail(path: string): Promise<string> {
  const names = (await readdir(path).catch((): string[] => [])).filter((name) => /\.snmprec(\.txt)?$/.test(name))
  const [first] = names.sort()
  return first === undefined
    ? `${path} is a folder without recordings`
    : `${path} is a folder: name one of its ${names.length} recordings, e.g. ${path.replace(/\/$/, '')}/${first}`
}
