/** Starts the programs that the whole-line tests run against, waits until they answer, and ends exactly those it started. */
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'

/** A program started for a test. `output` is what it has printed so far. */
export interface Started {
  readonly process: ChildProcess
  output(): string
  /** Asks it to end, insists after five seconds, and answers when it is gone. */
  stop(): Promise<void>
}

/** Starts `command` and answers once `ready` says so. @throws with the program's output if it ends first or is not ready in time. */
export async function start(command: readonly [string, ...string[]], options: StartOptions): Promise<Started> {
  const [file, ...rest] = command
  const child = spawn(file, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  child.on('error', (error) => (text += error.message))
  const started: Started = { process: child, output: () => text, stop: () => stop(child) }
  const deadline = performance.now() + options.seconds * 1000
  while (!(await options.ready(text))) {
    const ended = child.exitCode !== null || child.signalCode !== null || child.pid === undefined
    if (ended || performance.now() > deadline) {
      await started.stop()
      throw new Error(`${file} ${ended ? 'ended' : `was not ready in ${options.seconds} s`}:\n${text.slice(-2000)}`)
    }
    await wait(100)
  }
  return started
}

/** `ready` is asked every 100 ms with what the program printed; `seconds` is how long it may take. */
export interface StartOptions {
  readonly ready: (output: string) => boolean | Promise<boolean>
  readonly seconds: number
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const insist = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(insist)
}
