/**
 * The database's files after an accident: octets flipped, cut off, zeroed, exchanged. Whatever was done to them, the program ends what it
 * is told to do or names what is wrong; it never falls over, and never hands out what is not what it wrote.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stateFiles } from '../database.ts'
import { openOnsite } from '../onsite.ts'
import { printer, Rig } from '../rig.testing.ts'
import { statusOf } from '../status.ts'

const PAGE = 4_096
const KINDS = ['flip', 'cut', 'zero', 'exchange', 'fill', 'append', 'empty'] as const

/** What came of all mutants: how often each end, and those that ended in an exception with what did it. */
export interface MutantReport {
  readonly ends: Readonly<Record<string, number>>
  readonly fell: readonly string[]
}

/** Mutates the files of an Onsite that has read and delivered, so many times, and works with each. */
export async function mutate(times: number, dice: () => number, say: (line: string) => void): Promise<MutantReport> {
  const rig = new Rig()
  try {
    const whole = await workedIn(rig)
    const folder = rig.folder()
    const ends: Record<string, number> = {}
    const fell: string[] = []
    for (let at = 0; at < times; at += 1) {
      const what = spoil(whole, folder, dice)
      const end = await workWith(rig, folder).catch((error: unknown) => {
        fell.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
        return 'fell'
      })
      ends[end] = (ends[end] ?? 0) + 1
      if ((at + 1) % 200 === 0) say(`${at + 1} of ${times} mutants`)
    }
    return { ends, fell }
  } finally {
    await rig.clear()
  }
}

/** A state folder with printers, envelopes, ledger and settings in it, some still in the log. */
async function workedIn(rig: Rig): Promise<string> {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: '127.37.0.1', recordings: [printer], count: 5 })
  const scope = 'demo = true\nranges = ["127.37.0.1-127.37.0.5"]\n'
  const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  for (let round = 0; round < 3; round++) {
    await onsite.round()
    if (round === 0) await onsite.deliver()
  }
  // Copied as a power cut leaves it: open, with its log.
  const whole = rig.folder()
  for (const name of files(folder)) copyFileSync(join(folder, name), join(whole, name))
  onsite.close()
  return whole
}

function files(folder: string): string[] {
  const { database, key, identity, config, scope, trust, instructions } = stateFiles
  const all = [database, `${database}-wal`, key, identity, config, scope, trust, instructions]
  return all.filter((name) => existsSync(join(folder, name)))
}

/** Copies the folder and spoils one of the database's files in it; says how. */
function spoil(whole: string, folder: string, dice: () => number): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  for (const name of files(whole)) writeFileSync(join(folder, name), readFileSync(join(whole, name)), { mode: 0o600 })
  const { database, key, identity } = stateFiles
  const names = [database, database, database, `${database}-wal`, `${database}-wal`, key, identity]
  const name = names[Math.floor(dice() * names.length)] ?? database
  const kind = KINDS[Math.floor(dice() * KINDS.length)] ?? 'flip'
  const path = join(folder, name)
  writeFileSync(path, spoilt(readFileSync(path), kind, dice), { mode: 0o600 })
  return `${kind} ${name}`
}

function spoilt(octets: Buffer, kind: (typeof KINDS)[number], dice: () => number): Uint8Array {
  const at = Math.floor(dice() * octets.length)
  const page = Math.floor((dice() * octets.length) / PAGE) * PAGE
  const other = Math.floor((dice() * octets.length) / PAGE) * PAGE
  switch (kind) {
    case 'flip':
      octets[at] = (octets[at] ?? 0) ^ (1 << Math.floor(dice() * 8))
      return octets
    case 'cut':
      return octets.subarray(0, at)
    case 'zero':
      return octets.fill(0, page, Math.min(octets.length, page + PAGE))
    case 'exchange': {
      const kept = Buffer.from(octets.subarray(page, page + PAGE))
      octets.copyWithin(page, other, other + PAGE)
      kept.copy(octets, other)
      return octets
    }
    case 'fill':
      return octets.fill(0xff, at, Math.min(octets.length, at + Math.floor(dice() * 20_000)))
    case 'append':
      return Buffer.concat([octets, Buffer.alloc(Math.floor(dice() * 9_000), 0x5a)])
    default:
      return Buffer.alloc(0)
  }
}

/** What the service does with its state in an hour, and how it ended. */
async function workWith(rig: Rig, folder: string): Promise<string> {
  const exchange = () => async () => ({ ok: false, reason: 'unreachable', detail: 'a test' }) as const
  const opened = openOnsite({ folder, world: rig.world(), exchange })
  if (!opened.ok) return `not opened: ${opened.reason}`
  const { onsite } = opened
  try {
    statusOf(onsite)
    const done = await onsite.round()
    const delivered = await onsite.deliver()
    const broken = onsite.ledger.firstBroken() === null ? '' : ', ledger broken'
    const fault = done.ok ? (done.fault?.reason ?? 'read') : done.reason
    return `${fault}, ${delivered.ok ? 'delivered' : delivered.reason}${broken}`
  } finally {
    onsite.close()
  }
}
