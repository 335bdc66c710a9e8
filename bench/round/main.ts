/**
 * What a whole round costs: the Onsite program, as installed, probes, reads, seals and keeps 1,000 simulated printers, and delivers them to
 * a Central. CPU is that of the Onsite's process alone, against the same program doing nothing (`status`) and against asking the same printers
 * the same and doing nothing with the answers (reads.ts), in the same run. A bar that is
 * missed ends it with 1.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { installedOnsite } from '../../tools/run/built.ts'
import { record } from '../../tools/run/people.ts'
import { startFleet } from '../fleet.ts'
import { megabytesMost, missedBars, ratioMost, secondsMost } from './bars.ts'
import { openStage } from './stage.ts'

const printers = Number(process.argv[2] ?? 1000)
const rounds = 3
/** Rounds of one process, and how many of them count: the first are still being compiled. */
const warmMade = 8
const warmCounted = 5
const port = 16_200

const fleet = await startFleet({ count: printers, port, base: '127.40.0.1' })
const stage = await openStage(fleet.ranges, port)
const { folder, folders, person } = stage
try {
  const idle = await measured(['status'])
  const reads = await readsAlone(fleet.addresses)
  console.log(
    `reads alone: ${reads.known} known printers, ${((reads.cpuSeconds / reads.known) * 1000).toFixed(2)} ms CPU, ${(reads.requests / reads.known).toFixed(1)} requests and ${Math.round(reads.octets / reads.known)} octets both ways each`,
  )
  const peakMegabytes: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const cost = await measured(['round'])
    const own = cost.cpuSeconds - idle.cpuSeconds
    peakMegabytes.push(cost.peakMegabytes)
    console.log(
      `round ${round}: ${printers} printers, ${((own / printers) * 1000).toFixed(2)} ms CPU each (program start taken off: ${idle.cpuSeconds.toFixed(2)} s), ${cost.wallSeconds.toFixed(1)} s in all, peak ${cost.peakMegabytes.toFixed(0)} MB (bar ${megabytesMost})`,
    )
  }
  const warm = (await warmRounds()).slice(-warmCounted)
  const steadyRatios = warm.map(({ cpuSeconds }) => cpuSeconds / reads.cpuSeconds)
  const wallSeconds = warm.map((round) => round.wallSeconds)
  console.log(
    `later rounds of one process: ${warm.map(({ cpuSeconds, read }) => ((cpuSeconds / read) * 1000).toFixed(2)).join(' ')} ms CPU each, ${steadyRatios.map((ratio) => ratio.toFixed(1)).join(' ')} x the reads alone (bar ${ratioMost}), ${wallSeconds.map((seconds) => seconds.toFixed(1)).join(' ')} s (bar ${secondsMost})`,
  )
  const { devices } = await person.get('/api/overview')
  console.log(`Central has ${String(devices)} of ${printers} devices`)
  const missed = missedBars({ peakMegabytes, steadyRatios, wallSeconds, devices: Number(devices), printers })
  console.log(missed.length === 0 ? 'all bars held' : missed.join('\n'))
  if (missed.length > 0) process.exitCode = 1
} finally {
  await stage.close()
  fleet.stop()
}

/** Runs one command of the program and answers what its process used. */
async function measured(
  words: readonly string[],
): Promise<{ cpuSeconds: number; peakMegabytes: number; wallSeconds: number }> {
  const began = performance.now()
  const file = path.join(folder, 'measure.json')
  const installed = installedOnsite(console.log)
  const program = [...installed.words, '--state', folders.state, ...words]
  const child = spawn(process.execPath, ['--import', path.join(import.meta.dirname, 'measure.mjs'), ...program], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...installed.environment, BENCH_MEASURE: file },
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${String(code)}`)
  const { cpuSeconds, peakMegabytes } = record(JSON.parse(readFileSync(file, 'utf8')))
  const wallSeconds = (performance.now() - began) / 1000
  return { cpuSeconds: Number(cpuSeconds), peakMegabytes: Number(peakMegabytes), wallSeconds }
}

/** What asking known printers costs by itself, in a process of its own. */
async function readsAlone(
  addresses: readonly string[],
): Promise<Record<'known' | 'cpuSeconds' | 'requests' | 'octets', number>> {
  const { known, cpuSeconds, requests, octets } = record(await said('reads.ts', [String(port), ...addresses]))
  return { known: Number(known), cpuSeconds: Number(cpuSeconds), requests: Number(requests), octets: Number(octets) }
}

/** Rounds as the service makes them. */
async function warmRounds(): Promise<readonly Record<'cpuSeconds' | 'wallSeconds' | 'read', number>[]> {
  const made = await said('warm.ts', [folders.state, String(warmMade)])
  if (!Array.isArray(made)) throw new Error('no rounds were made')
  return made.map(record).map(({ cpuSeconds, wallSeconds, read }) => ({
    cpuSeconds: Number(cpuSeconds),
    wallSeconds: Number(wallSeconds),
    read: Number(read),
  }))
}

/** The JSON that a program of this folder prints. */
async function said(program: string, words: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, program), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`)
  return JSON.parse(output)
}
