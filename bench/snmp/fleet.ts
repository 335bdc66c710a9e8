/** Starts the fleet that answers benchmarks, in a process of its own so that only the reader's CPU is measured. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Fleet {
  readonly port: number
  /** What answers: the C program, or Node where there is no compiler. */
  readonly answeredBy: string
  stop(): void
}

const HERE = import.meta.dirname

/** A fleet on this port of addresses 127.20.x.y; `count` matters to the Node fallback only, which needs a socket for each. */
export async function startFleet(port: number, count: number): Promise<Fleet> {
  const program = join(mkdtempSync(join(tmpdir(), 'platen-fleet-')), 'fleet')
  const compiled = spawnSync('gcc', ['-O2', '-o', program, join(HERE, 'fleet.c')])
  const hasCompiler = compiled.status === 0
  const child = hasCompiler
    ? spawn(program, [String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
    : spawn(process.execPath, [join(HERE, 'node-fleet.ts'), String(port), String(count)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
  await ready(child)
  return { port, answeredBy: hasCompiler ? 'fleet.c' : 'node-fleet.ts', stop: () => child.kill() }
}

/** The address of the n-th device. */
export function addressOf(n: number): string {
  return `127.20.${n >> 8}.${n & 255}`
}

async function ready(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('the fleet has no output')
  const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => undefined)])
  if (first === undefined) throw new Error('the fleet ended before it was ready')
}
