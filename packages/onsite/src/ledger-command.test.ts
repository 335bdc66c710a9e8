import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { main } from './command-line.ts'
import { openDatabase } from './database.ts'
import { printer, Rig } from './rig.testing.ts'
import { exitCodes } from './terminal.ts'

const rig = new Rig()
afterEach(() => rig.clear())

async function call(folder: string, ...args: readonly string[]) {
  const screen = { out: '', err: '' }
  const code = await main(['--state', folder, ...args], {
    out: (text) => {
      screen.out += text
    },
    err: (text) => {
      screen.err += text
    },
    interactive: false,
    readPassword: async () => '',
    locale: 'en_GB.UTF-8',
    hostName: 'test-machine',
    world: rig.world(),
    stop: new AbortController().signal,
  })
  return { code, ...screen }
}

async function worked() {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: '127.39.0.1', recordings: [printer], count: 2 })
  const scope = 'demo = true\nranges = ["127.39.0.1-127.39.0.2"]\n'
  const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  await onsite.round()
  await onsite.deliver()
  onsite.close()
  return folder
}

describe('the ledger', () => {
  it('that was tampered with says where, and what to do', async () => {
    const folder = await worked()
    const opened = openDatabase(folder, 'work')
    if (!opened.ok) throw new Error(opened.reason)
    opened.database.sqlite.prepare(`UPDATE ledger SET detail = replace(detail, '2', '3') WHERE what = 'round'`).run()
    opened.database.close()
    const verified = await call(folder, 'ledger', 'verify')
    expect(verified.code).toBe(exitCodes.state)
    expect(verified.err).toMatch(/^Line 3 does not fit the chain.*\nKeep a copy of state.db/)
    const german = await call(folder, '--language', 'de', 'ledger', 'verify')
    expect(german.err).toMatch(/^Zeile 3 passt nicht in die Kette/)
  })

  it('refuses numbers that are none, files that are there and folders that are not', async () => {
    const folder = await worked()
    for (const last of ['0', '-1', 'x', '1.5'])
      expect((await call(folder, 'ledger', 'show', '--last', last)).code).toBe(2)
    const there = join(folder, 'there.jsonl')
    writeFileSync(there, 'mine')
    expect(await call(folder, 'ledger', 'export', there)).toMatchObject({
      code: 2,
      err: expect.stringContaining('there already'),
    })
    expect(readFileSync(there, 'utf8')).toBe('mine')
    const nowhere = await call(folder, 'ledger', 'export', join(folder, 'no', 'where'))
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('ENOENT') })
  })

  it('is shown in plain words, in both languages', async () => {
    const folder = await worked()
    const shown = await call(folder, 'ledger', 'show')
    expect(shown.code).toBe(0)
    expect(shown.out).toMatch(/^1 {2}\S+Z {2}enrolled as /)
    expect(shown.out).toContain(
      'round (everybody in scope): 2 addresses asked (127.39.0.1-127.39.0.2), 2 printers read, 0 silent, 0 failed; 2 readings kept; objects: #',
    )
    expect(shown.out).toMatch(/sent to Central: 2 envelopes, [\d,]+ bytes \(\w+:1-\w+:2\); 2 receipted/)
    // No blank was left open.
    expect(shown.out).not.toMatch(/[{}]/)
    const german = await call(folder, '--language', 'de', 'ledger', 'show', '--last', '1')
    expect(german.out).toMatch(/an Central gesendet: 2 Umschläge/)
    expect(german.out.trim().split('\n')).toHaveLength(1)
  })

  it('is whole, and can be checked without this program by what is exported', async () => {
    const folder = await worked()
    const verified = await call(folder, 'ledger', 'verify')
    expect(verified).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^All 4 lines fit each other; the last one is 4/),
    })
    const file = join(folder, 'ledger.jsonl')
    expect(await call(folder, 'ledger', 'export', file)).toMatchObject({ code: 0 })
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    let before = '0'.repeat(64)
    for (const { n, at, what, detail, hash } of lines) {
      const text = JSON.stringify([before, n, at, what, detail])
      expect(createHash('sha256').update(text).digest('hex')).toBe(hash)
      before = hash
    }
    expect(verified.out).toContain(before)
    const shown = await call(folder, 'ledger', 'show', '--json')
    expect(
      shown.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(lines)
  })
})
