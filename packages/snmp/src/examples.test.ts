import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { encodeNotification, Oid, udpTransport } from './index.ts'

const FOLDER = resolve(import.meta.dirname, '../examples')
const port = 30_000 + (process.pid % 10_000)

type Program = ChildProcessByStdio<null, Readable, null>

/** Starts an example and waits for its first line. */
async function start(name: string, ...args: string[]): Promise<Program> {
  const program = spawn(process.execPath, [resolve(FOLDER, name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(program.stdout, 'data')
  return program
}

async function stop(program: Program): Promise<void> {
  const ended = once(program, 'exit')
  program.kill()
  await ended
}

describe('the examples', () => {
  it('ask a device on v3, and play that device', async () => {
    const responder = await start('responder.ts', String(port))
    const asking = [resolve(FOLDER, 'ask.ts'), '127.0.0.1', String(port)]
    const { stdout } = await promisify(execFile)(process.execPath, asking)
    expect(stdout.trim().split('\n')).toEqual([
      '1.3.6.1.2.1.1.5.0 copier on floor 2',
      '1.1 black toner 4200',
      '1.2 waste toner -3',
      'engine 8000000004636f70696572',
    ])
    await stop(responder)
  })

  it('print a trap that arrives', async () => {
    const listening = await start('traps.ts', String(port + 1))
    const printed = once(listening.stdout, 'data')
    const transport = await udpTransport({ address6: '' })
    const trap = Oid.parse('1.3.6.1.6.3.1.1.5.1')
    const bytes = encodeNotification({ version: 'v2c', community: 'public', trap, upTime: 1, varbinds: [] })
    transport.send(bytes, '127.0.0.1', port + 1, false)
    expect(String(await printed)).toContain('127.0.0.1 v2c trap 1.3.6.1.6.3.1.1.5.1 []')
    await transport.close()
    await stop(listening)
  })
})
