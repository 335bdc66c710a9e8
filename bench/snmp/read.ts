/**
 * What reading costs: 1,000 simulated printers, 195 objects each in 5 GETs, every value decoded; CPU of the reading process
 * alone, for our client and for npm net-snmp, turn about. Usage: node bench/snmp/read.ts [--devices 1000] [--turns 5]
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { addressOf, startFleet } from './fleet.ts'
import { OBJECTS } from './objects.ts'
import { openReader, type ReaderName } from './readers.ts'

const BAR = 4
const DEVICES_AT_ONCE = 128

/** Milliseconds of CPU in each process that do not count: compiling and growing are the start, not the steady state. */
const WARMING = 2_000

/** Rounds that count, after that. */
const ROUNDS = 4

interface Cost {
  /** Milliseconds of CPU, user and system, per device. */
  cpu: number
  /** Milliseconds for the whole round. */
  wall: number
  /** Resident megabytes at the end. */
  memory: number
}

const { values: flags } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000' },
    turns: { type: 'string', default: '5' },
    reader: { type: 'string' },
    port: { type: 'string' },
  },
})
const devices = Number(flags.devices)

if (flags.reader === undefined) await compare(Number(flags.turns))
else await readAlone(flags.reader === 'platen' ? 'platen' : 'net-snmp', Number(flags.port))

/** The comparing process: it reads nothing itself, each turn is a fresh process. */
async function compare(turns: number): Promise<void> {
  const fleet = await startFleet(16_100 + (process.pid % 1_000), devices)
  const costs: Record<ReaderName, Cost[]> = { platen: [], 'net-snmp': [] }
  try {
    for (let turn = 0; turn < turns; turn++) {
      for (const name of ['platen', 'net-snmp'] as const) costs[name].push(takeTurn(name, fleet.port))
    }
  } finally {
    fleet.stop()
  }
  console.log(`${devices} devices, ${OBJECTS.length} objects each, answered by ${fleet.answeredBy}, median of ${turns}`)
  const ours = median(costs.platen)
  const theirs = median(costs['net-snmp'])
  print('platen', ours)
  print('npm net-snmp', theirs)
  const ratio = theirs.cpu / ours.cpu
  console.log(`  ${ratio.toFixed(1)} times less CPU a device (bar ${BAR})`)
  if (ratio < BAR) process.exitCode = 1
}

function takeTurn(name: ReaderName, port: number): Cost {
  const args = [import.meta.filename, '--reader', name, '--port', String(port), '--devices', String(devices)]
  const [cpu = 0, wall = 0, memory = 0] = execFileSync(process.execPath, args, { encoding: 'utf8' })
    .split(' ')
    .map(Number)
  return { cpu, wall, memory }
}

function print(name: string, { cpu, wall, memory }: Cost): void {
  const rate = Math.round(1_000 / cpu)
  console.log(
    `  ${name.padEnd(13)} ${cpu.toFixed(3)} ms CPU a device (${rate} a CPU second), ${wall.toFixed(0)} ms, ${memory.toFixed(0)} MB`,
  )
}

function median(costs: readonly Cost[]): Cost {
  const sorted = [...costs].sort((one, other) => one.cpu - other.cpu)
  return sorted[Math.floor(sorted.length / 2)] ?? { cpu: 0, wall: 0, memory: 0 }
}

/** The reading process: warms up, then measures one round and prints it. */
async function readAlone(name: ReaderName, port: number): Promise<void> {
  const reader = await openReader(name, port)
  while (usedBy(process.cpuUsage()) < WARMING) await readAll(reader.read)
  const began = performance.now()
  const before = process.cpuUsage()
  for (let round = 0; round < ROUNDS; round++) await readAll(reader.read)
  const cpu = usedBy(process.cpuUsage(before)) / devices / ROUNDS
  console.log(`${cpu} ${(performance.now() - began) / ROUNDS} ${process.memoryUsage.rss() / 1_048_576}`)
  await reader.close()
}

/** Milliseconds. */
function usedBy({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000
}

async function readAll(read: (address: string) => Promise<number>): Promise<void> {
  let next = 0
  let got = 0
  const work = async () => {
    for (let n = next++; n < devices; n = next++) {
      const values = await read(addressOf(n))
      got += values
    }
  }
  await Promise.all(Array.from({ length: DEVICES_AT_ONCE }, work))
  if (got !== devices * OBJECTS.length) throw new Error(`${got} values came instead of ${devices * OBJECTS.length}`)
}
