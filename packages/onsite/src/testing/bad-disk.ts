/** A disk on which writes and syncs fail now and then: the service goes on, and what it acknowledged in between arrives once. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printer, Rig } from '../rig.testing.ts'
import { type Books, booksOf } from './books.ts'
import { childProgram, dots, REFUSED_TO_OPEN } from './kills.ts'

/** Whether the failing disk can be made here: it is a few lines of C. */
export const hasCompiler = spawnSync('gcc', ['--version']).status === 0

const PRINTERS = 10
/** The share of writes and syncs that fail, in turn. */
const SHARES = [0.01, 0.1, 1] as const

/** What came of it: lives that worked, that were refused at opening by name, and other ends, of which there must be none. */
export interface BadDiskReport {
  readonly worked: number
  readonly refused: number
  readonly fell: readonly string[]
  readonly books: Books
}

/** So many lives on such a disk, each ended by SIGKILL after some rounds; then one on a good disk. */
export async function onBadDisk(lives: number, say: (line: string) => void): Promise<BadDiskReport> {
  const rig = new Rig()
  try {
    const central = await rig.central()
    const { port } = await rig.fleet({ base: '127.44.0.1', recordings: [printer], count: PRINTERS })
    const scope = `demo = true\nranges = ["127.44.0.1-127.44.0.${PRINTERS}"]\n`
    const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
    onsite.close()
    const acknowledged = join(folder, 'acknowledged.txt')
    writeFileSync(acknowledged, '')
    const made = rig.folder()
    const child = await childProgram(made)
    const library = join(made, 'bad-disk.so')
    const source = join(import.meta.dirname, 'bad-disk.c')
    const compiled = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { encoding: 'utf8' })
    if (compiled.status !== 0) throw new Error(compiled.stderr)
    let worked = 0
    let refused = 0
    const fell: string[] = []
    for (let life = 0; life < lives; life += 1) {
      // The first on a good disk, so that there is something to lose.
      const share = life === 0 ? '0' : String(SHARES[life % SHARES.length])
      const running = spawn(process.execPath, [child, folder, acknowledged, 'never'], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LD_PRELOAD: library, BAD_DISK: share },
      })
      let errors = ''
      running.stderr.on('data', (part: Buffer) => {
        errors = (errors + part.toString()).slice(-2_000)
      })
      const exit = once(running, 'exit')
      await dots(running, 5 * PRINTERS)
      running.kill('SIGKILL')
      const [code, signal] = await exit
      if (signal === 'SIGKILL') worked += 1
      else if (code === REFUSED_TO_OPEN) refused += 1
      else fell.push(`share ${share}: ${code ?? signal} ${errors}`)
      if ((life + 1) % 10 === 0) say(`${life + 1} of ${lives} lives`)
    }
    const last = rig.open(folder)
    while (last.outbox.waiting().envelopes > 0) {
      const delivered = await last.deliver()
      if (!delivered.ok) throw new Error(`what waits is not delivered: ${delivered.reason}`)
    }
    const ids = readFileSync(acknowledged, 'utf8').trimEnd().split('\n')
    return { worked, refused, fell, books: booksOf(central, ids, last.ledger) }
  } finally {
    await rig.clear()
  }
}
