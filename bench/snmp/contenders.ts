/** Runs one contender at one task in a process of its own, and says what it cost. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { encodeRequest, Oid } from '@platen/snmp'
import { PROBED, REQUESTS } from './objects.ts'
import { built, builtPeer, cacheFolder, type Fleet } from './programs.ts'
import type { Task } from './readers.ts'

export type Contender = 'limit' | 'platen' | 'net-snmp' | 'gosnmp'

export const NAMES: Readonly<Record<Contender, string>> = {
  limit: 'limit (C)',
  platen: 'platen',
  'net-snmp': 'npm net-snmp',
  gosnmp: 'gosnmp',
}

/** What one turn cost. */
export interface Figures {
  /** Milliseconds of CPU, user and system, per device and round. */
  readonly cpu: number
  /** Seconds for a round. */
  readonly wall: number
  /** The process's peak, megabytes. */
  readonly memory: number
  /** Devices that answered in full in the last round. */
  readonly found: number
  /** Datagrams sent, and octets of SNMP both ways, per device and round, as the fleet saw them. */
  readonly sent: number
  readonly octets: number
}

/** A task, and where the contender's process runs (a command before its own). */
export interface Job extends Omit<Task, 'who' | 'port'> {
  readonly within?: readonly string[]
}

export function takeTurn(who: Contender, job: Job, port: number): readonly number[] {
  const { within = [], ...task } = job
  const [command, words, input] = commandOf(who, { ...task, port })
  const all = [...within, command, ...words]
  // Both readers in JavaScript run as an installed program would: what Node makes of their sources is kept from the first turn on.
  const env = { ...process.env, NODE_COMPILE_CACHE: cacheFolder() }
  const text = execFileSync(all[0] ?? '', all.slice(1), {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
    timeout: LONGEST_TURN,
  })
  return text.trim().split(' ').map(Number)
}

/** One turn, with what the fleet saw of it. */
export async function measure(who: Contender, job: Job, fleet: Fleet): Promise<Figures> {
  await fleet.wire()
  const [cpuSeconds = 0, wallSeconds = 0, kilobytes = 0, found = 0, rounds = roundsOf(who, job)] = takeTurn(
    who,
    job,
    fleet.port,
  )
  const wire = await fleet.wire()
  const visits = job.devices * rounds
  return {
    cpu: (cpuSeconds * 1_000) / job.devices / job.rounds,
    wall: wallSeconds / job.rounds,
    memory: kilobytes / 1_024,
    found,
    sent: wire.asked / visits,
    octets: (wire.askedOctets + wire.answeredOctets) / visits,
  }
}

/** The limit has nothing to warm up; it is asked for as many rounds as count. */
const roundsOf = (who: Contender, job: Job): number => (who === 'limit' ? job.rounds : job.rounds + job.warm)

function commandOf(who: Contender, task: Omit<Task, 'who'>): [command: string, words: string[], input: string] {
  const { port, first, devices, atOnce, timeout, tries, rounds } = task
  const lists = task.kind === 'sweep' ? [PROBED] : REQUESTS
  switch (who) {
    case 'limit': {
      const words = [port, first, devices, atOnce, task.buffer || WANTED_BUFFER, timeout, tries, rounds].map(String)
      return [built('limit'), words, lists.map(encoded).join('')]
    }
    case 'gosnmp': {
      const words = [port, first, devices, atOnce, timeout, tries, rounds, task.warm].map(String)
      const peer = builtPeer()
      if (!peer.ok) throw new Error(peer.why)
      return [peer.program, words, lists.map((list) => `${list.join(' ')}\n`).join('')]
    }
    default:
      return [process.execPath, [join(import.meta.dirname, 'contender.ts'), JSON.stringify({ ...task, who })], '']
  }
}

/** Milliseconds after which a turn is thought to hang. */
const LONGEST_TURN = 300_000

/** What our client asks for too. */
const WANTED_BUFFER = 8 * 1_024 * 1_024

/** A request for the limit: where its id begins, and its octets. */
function encoded(list: readonly string[]): string {
  const oids = list.map((text) => Oid.parse(text))
  const octets = encodeRequest({ version: 'v2c', community: 'public', type: 'get', id: 0x0100_0000, oids })
  const at = Buffer.from(octets).indexOf(Buffer.from([2, 4, 1, 0, 0, 0])) + 2
  return `${at} ${Buffer.from(octets).toString('hex')}\n`
}
