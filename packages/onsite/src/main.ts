#!/usr/bin/env node
/** platen-onsite, the program in the customer's network: the one place where clock, dice, terminal and signals of the real machine come in. */
import { hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { main } from './command-line.ts'
import { keepHeapLean } from './lean.ts'
import { exitCodes } from './terminal.ts'
import { fill, wordsFor } from './words.ts'
import { type LogLine, realWorld } from './world.ts'

keepHeapLean()
const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // A second signal is from somebody who does not want to wait; what was acknowledged is on the disk.
    if (stopping.signal.aborted) process.exit(exitCodes.bug)
    stopping.abort()
  })
}

const { LC_ALL, LC_MESSAGES, LANG } = process.env
const locale = LC_ALL || LC_MESSAGES || LANG || undefined

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

try {
  process.exitCode = await main(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true,
    readPassword,
    locale,
    hostName: hostname(),
    world: realWorld({ wall: Date.now, dice: Math.random, log }),
    stop: stopping.signal,
  })
} catch (error) {
  const id = Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex')
  console.error(fill(wordsFor(locale), 'incident', { id }))
  console.error(error)
  process.exitCode = exitCodes.bug
}
