import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.ts'

// Several runs may go on at once on one machine.
const PORT = 20_000 + (process.pid % 20_000)

describe('the command line of tools/simulate', () => {
  it.each([
    [[], 'no recordings given'],
    [['--recordings', 'a', '--count', 'many'], '--count many is no number'],
    [['--recordings', 'a', '--colour'], '--colour is not known'],
  ])('refuses %j', (words, detail) => {
    expect(readArguments(words)).toEqual({ ok: false, detail })
  })

  it('takes several folders after one --recordings', () => {
    const given = readArguments(['--count', '3', '--recordings', 'a', 'b', '--port', '16200'])
    expect(given.ok && given.options).toMatchObject({
      recordings: ['a', 'b'],
      count: 3,
      port: 16_200,
      base: '127.20.0.1',
    })
  })

  it('serves until it is asked to stop, and tells where', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'platen-simulate-'))
    writeFileSync(join(folder, 'acme.snmprec'), '# made up\n1.3.6.1.2.1.1.1.0|4|Acme\nbroken\n')
    const main = resolve(import.meta.dirname, 'main.ts')
    const child = spawn(process.execPath, [
      main,
      '--recordings',
      folder,
      '--count',
      '2',
      '--port',
      String(PORT),
      '--base',
      '127.20.60.1',
    ])
    let said = ''
    let complained = ''
    child.stderr.on('data', (bytes) => {
      complained += bytes
    })
    await new Promise<void>((ready, failed) => {
      child.on('exit', () => failed(new Error(complained)))
      child.stdout.on('data', (bytes) => {
        said += bytes
        if (said.includes('serving')) ready()
      })
    })
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(said).toContain(
      `127.20.60.1:${PORT} acme\n127.20.60.2:${PORT} acme\nserving 2 devices made of 1 recordings\nclosed; 0 requests`,
    )
    expect(complained).toContain('acme, line 3: not OID|TAG|VALUE')
  })
})
