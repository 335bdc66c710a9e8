/**
 * An Onsite killed with SIGKILL over and over, at random and at named moments. What it had acknowledged to itself must arrive exactly once,
 * and no number of its chain may be missing.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'vite'
import { SCHEMA } from '../database.ts'
import { printer, Rig } from '../rig.testing.ts'
import { type Books, booksOf } from './books.ts'
import { makeOlder } from './older.ts'

/**
 * When it dies: anywhere in its start or in a round, chosen by the parent; right after an envelope was sealed, or kept; while it is sent;
 * when Central has answered and nothing was taken from the answer; when a whole contact is over; at any statement of opening a database of
 * an older version; while pages are given back to the disk.
 */
export const MOMENTS = [
  'round',
  'start',
  'sealed',
  'kept',
  'sending',
  'answered',
  'settled',
  'migration',
  'vacuum',
] as const
type Moment = (typeof MOMENTS)[number]

/** How the child ends where the database is refused by name, which is no accident. */
export const REFUSED_TO_OPEN = 3

/** Statements of opening a database, before and after each; some are more than there are, and then it dies when all is done. */
const OPENING_POINTS = 40

/** One full envelope and one that is not. */
const PRINTERS = 54

/** What came of it. */
export interface KillReport extends Books {
  readonly kills: Readonly<Record<string, number>>
}

/** Kills so many times, each moment in turn. The dice choose how far it gets. */
export async function kill(times: number, dice: () => number, say: (line: string) => void): Promise<KillReport> {
  const rig = new Rig()
  try {
    return await killWith(rig, { times, dice, say })
  } finally {
    await rig.clear()
  }
}

async function killWith(
  rig: Rig,
  { times, dice, say }: { times: number; dice: () => number; say: (line: string) => void },
): Promise<KillReport> {
  const central = await rig.central()
  const { port } = await rig.fleet({
    base: '127.34.0.1',
    recordings: [printer],
    count: PRINTERS,
    // One in ten a little late, so that moments differ and a round is not one burst.
    faults: (number) => (number % 10 === 0 ? [{ kind: 'slow', delay: 60 }] : []),
  })
  const scope = 'demo = true\nranges = ["127.34.0.1-127.34.0.54"]\n'
  const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  onsite.close()
  const acknowledged = join(folder, 'acknowledged.txt')
  writeFileSync(acknowledged, '')
  const child = await childProgram(rig.folder())
  const kills: Record<string, number> = {}
  for (let at = 0; at < times; at += 1) {
    const moment = MOMENTS[at % MOMENTS.length] ?? 'round'
    if (moment === 'migration') makeOlder(folder, 1 + Math.floor(dice() * (SCHEMA.length - 1)))
    const turns = moment === 'migration' ? OPENING_POINTS : 2
    const words = [child, folder, acknowledged, moment, String(1 + Math.floor(dice() * turns))]
    const running = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    rig.later(() => void running.kill('SIGKILL'))
    await dead(running, moment, dice)
    kills[moment] = (kills[moment] ?? 0) + 1
    if ((at + 1) % 50 === 0) say(`${at + 1} of ${times} kills`)
  }
  const last = rig.open(folder)
  while (last.outbox.waiting().envelopes > 0) {
    const delivered = await last.deliver()
    if (!delivered.ok) throw new Error(`what waits is not delivered: ${delivered.reason}`)
  }
  const ids = readFileSync(acknowledged, 'utf8').trimEnd().split('\n')
  return { kills, ...booksOf(central, ids, last.ledger) }
}

/** The child as one file of JavaScript: a hundred starts need not strip types a hundred times. */
export async function childProgram(folder: string): Promise<string> {
  await build({
    root: resolve(import.meta.dirname, '../..'),
    configFile: false,
    logLevel: 'error',
    build: { ssr: join(import.meta.dirname, 'killed.ts'), outDir: folder, minify: false, target: 'node24' },
    ssr: { noExternal: true, external: ['better-sqlite3-multiple-ciphers'] },
  })
  // The native module is found from where the program lies.
  symlinkSync(resolve(import.meta.dirname, '../../../../node_modules'), join(folder, 'node_modules'))
  return join(folder, 'killed.js')
}

/** Waits until it has died at its moment; three of them are ours to choose. @throws Error if it ended in another way. */
async function dead(running: ChildProcess, moment: Moment, dice: () => number): Promise<void> {
  const exit = once(running, 'exit')
  if (moment === 'start') {
    await wait(dice() * 400)
    running.kill('SIGKILL')
  } else if (moment === 'vacuum') {
    await dots(running, 0)
    await wait(dice() * 60)
    running.kill('SIGKILL')
  } else if (moment === 'round') {
    await dots(running, Math.floor(dice() * 2 * PRINTERS))
    running.kill('SIGKILL')
  } else running.stdout?.resume()
  const [code, signal] = await exit
  if (signal !== 'SIGKILL') throw new Error(`it was to be killed (${moment}) and ended with ${code ?? signal}`)
}

/** Waits until the child has asked so many addresses: moments are chosen by progress, so that a busy machine tests the same. */
export async function dots(running: ChildProcess, many: number): Promise<void> {
  let seen = 0
  for await (const part of running.stdout ?? []) {
    seen += String(part).length
    if (seen > many) return
  }
}
