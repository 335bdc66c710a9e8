/** Half-open connections and black holes: each is noticed within the time a line may be idle, with one connection at most. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Fallen } from './hole.ts'

/** Root makes the namespace itself; others need to be let make one for users. Null where neither is. */
export const namespace = ['-n', '-rn'].find((how) => spawnSync('unshare', [how, 'ip', 'link']).status === 0) ?? null

/** All holes, each with so many milliseconds of idleness allowed, the program's own if none are given; `say` hears of each. */
export async function fallIntoHoles(idleMs: number | null, say: (line: string) => void): Promise<readonly Fallen[]> {
  if (namespace === null) throw new Error('no network namespace may be made here')
  const words = [namespace, process.execPath, join(import.meta.dirname, 'hole.ts')]
  const child = spawn('unshare', idleMs === null ? words : [...words, String(idleMs)])
  let said = ''
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => say(part.toString().trimEnd()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`it ended with ${String(code)}`)
  const fallen: readonly Fallen[] = JSON.parse(said)
  return fallen
}
