#!/usr/bin/env node
/** platen-onsite, the program in the customer's network: the one place where clock, dice, terminal and signals of the real machine come in. */
import { hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { main } from './command-line.ts'
import { keepHeapLean } from './lean.ts'
import { exitCodes } from './terminal.ts'
import { type TrapPlace, trapPort } from './trap-port.ts'
import { fill, wordsFor } from './words.ts'
import { type LogLine, realWorld } from './world.ts'

// The program is one file, so a thread of it begins here too.
if (parentPort === null) await program()
else await trapPort(parentPort, workerData)

async function program(): Promise<void> {
  keepHeapLean()
  // Whoever reads our output may have seen enough of it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosed)
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || undefined
  try {
    process.exitCode = await main(process.argv.slice(2), {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      interactive: process.stderr.isTTY === true,
      readPassword,
      locale,
      hostName: hostname(),
      world: realWorld({ wall: Date.now, dice: Math.random, log }),
      stop: stopSignal(),
      onsite: { environment: process.env },
      startTraps: ({ port }) => trapThread({ port, fd: handedOver() }),
    })
  } catch (error) {
    const id = Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex')
    console.error(fill(wordsFor(locale), 'incident', { id }))
    console.error(error)
    process.exitCode = exitCodes.bug
  }
}

function ignoreClosed(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
}

/** Megabytes of a thread that holds addresses and one datagram at a time. */
const TRAP_MEMORY = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8 }

function trapThread(place: TrapPlace): Worker {
  return new Worker(import.meta.filename, { workerData: place, resourceLimits: TRAP_MEMORY })
}

/** The first socket that the service manager has opened for us, if it did (sd_listen_fds(3)): who is not root gets port 162 so. */
function handedOver(): number | null {
  const { LISTEN_PID, LISTEN_FDS } = process.env
  return LISTEN_PID === String(process.pid) && Number(LISTEN_FDS) >= 1 ? 3 : null
}

/** Aborted by the first signal to end. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second signal is from somebody who does not want to wait; what was acknowledged is on the disk.
      if (stopping.signal.aborted) process.exit(exitCodes.bug)
      stopping.abort()
    })
  }
  return stopping.signal
}

function log({ level, what, detail }: LogLine): void {
  process.stderr.write(`${level}: ${what} ${detail}\n`)
}

/** A hidden line from a person, or the first line of a pipe. */
function readPassword(prompt: string): Promise<string> {
  const { stdin, stderr } = process
  if (stdin.isTTY) stderr.write(prompt)
  // Without an output the line editor echoes nothing.
  const lines = createInterface({ input: stdin, terminal: stdin.isTTY })
  return new Promise((resolve) => {
    let typed = ''
    lines.once('line', (line) => {
      typed = line
      lines.close()
    })
    lines.once('close', () => {
      if (stdin.isTTY) stderr.write('\n')
      resolve(typed)
    })
  })
}
