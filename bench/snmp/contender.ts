/**
 * A process that is measured: reads or sweeps with our client or with npm net-snmp, and prints CPU seconds, wall seconds, peak
 * kilobytes, devices found, and how many rounds it went in all. Usage: node contender.ts JSON, see `Task`.
 */
import { readFileSync } from 'node:fs'
import { openReader, openSweeper, type Task } from './readers.ts'

const given: Task = JSON.parse(process.argv[2] ?? '')
const round = given.kind === 'sweep' ? await openSweeper(given) : await openReader(given)

/** Compiling and growing are the start, not the steady state. */
let rounds = 0
const start = process.cpuUsage()
while (rounds < given.warm || usedSince(start) < given.warmSeconds) {
  await round()
  rounds++
}
const before = process.cpuUsage()
const began = performance.now()
let found = 0
for (let turn = 0; turn < given.rounds; turn++) found = await round()
const wall = (performance.now() - began) / 1_000
const cpu = usedSince(before)
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
console.log(`${cpu} ${wall} ${peak} ${found} ${rounds + given.rounds}`)
process.exit()

function usedSince(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}
