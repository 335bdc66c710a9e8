import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { PASSPHRASE_LEAST } from './backup.ts'
import { main } from './command-line.ts'
import { stateFiles } from './database.ts'
import { printer, Rig } from './rig.testing.ts'
import { exitCodes } from './terminal.ts'

const rig = new Rig()
afterEach(() => rig.clear())
const PASSPHRASE = 'correct horse battery'

async function call(folder: string, args: readonly string[], typed = PASSPHRASE) {
  const screen = { out: '', err: '' }
  const code = await main(['--state', folder, ...args], {
    out: (text) => {
      screen.out += text
    },
    err: (text) => {
      screen.err += text
    },
    interactive: false,
    readPassword: async () => typed,
    locale: 'en_GB.UTF-8',
    hostName: 'test-machine',
    world: rig.world(),
    stop: new AbortController().signal,
  })
  return { code, ...screen }
}

async function worked() {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: '127.46.0.1', recordings: [printer], count: 3 })
  const scope = 'demo = true\nranges = ["127.46.0.1-127.46.0.3"]\n'
  const made = await rig.enrolled({ scope, central, snmpPort: port })
  await made.onsite.round()
  await made.onsite.deliver()
  return { central, ...made, file: join(rig.folder(), 'onsite.backup') }
}

describe('a backup', () => {
  it('brings the Onsite back: what waited is delivered, nothing counts twice, and no number is used again', async () => {
    const { central, folder, onsite, file } = await worked()
    await onsite.round()
    // Beside the open Onsite, as beside a running service.
    const written = await call(folder, ['backup', file])
    expect(written).toMatchObject({ code: 0, out: expect.stringContaining('keep it and its passphrase apart') })
    expect(readdirSync(folder).filter((name) => name.startsWith('.backup'))).toEqual([])
    // What waited then is delivered by the one that was copied, and more is read: then the machine is lost.
    await onsite.deliver()
    await onsite.round()
    await onsite.deliver()
    onsite.close()
    expect(central.readings.size).toBe(9)
    const elsewhere = join(rig.folder(), 'state')
    const back = await call(elsewhere, ['restore', file])
    expect(back).toMatchObject({ code: 0, out: expect.stringContaining('3 readings in 1 envelopes wait') })
    expect(await call(elsewhere, ['round'])).toMatchObject({ code: 0 })
    expect([...central.readings.values()]).toEqual(Array.from({ length: 12 }, () => 1))
    expect(central.forks).toBe(0)
    const ledger = await call(elsewhere, ['ledger', 'verify'])
    expect(ledger.code).toBe(0)
    expect((await call(elsewhere, ['ledger', 'show'])).out).toContain('restored from a backup')
  })

  it('holds nothing readable, and opens only whole and under its passphrase, to the last octet', async () => {
    const { folder, onsite, file } = await worked()
    const [device] = onsite.store.devices()
    await call(folder, ['backup', file])
    const bytes = readFileSync(file)
    const key = readFileSync(join(folder, 'state.key'))
    for (const secret of [device?.serial ?? '', 'public', 'ranges', key.toString('latin1')])
      expect(bytes.includes(Buffer.from(secret, 'latin1'))).toBe(false)
    const empty = join(rig.folder(), 'state')
    const wrong = await call(empty, ['restore', file], 'another passphrase')
    expect(wrong).toMatchObject({
      code: exitCodes.state,
      err: expect.stringContaining('the passphrase is another one'),
    })
    for (const at of [20, 60, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const spoilt = Buffer.from(bytes)
      spoilt[at] = (spoilt[at] ?? 0) ^ 1
      writeFileSync(`${file}.${at}`, spoilt)
      expect((await call(empty, ['restore', `${file}.${at}`])).code, String(at)).toBe(exitCodes.state)
    }
    for (const length of [0, 16, 50, bytes.length - 1]) {
      writeFileSync(`${file}.cut`, bytes.subarray(0, length))
      expect((await call(empty, ['restore', `${file}.cut`])).code, String(length)).toBe(exitCodes.state)
    }
    expect(readdirSync(empty)).toEqual([])
  })

  it('can be brought back again where that was cut short', async () => {
    const { folder, onsite, file } = await worked()
    onsite.close()
    await call(folder, ['backup', file])
    const elsewhere = join(rig.folder(), 'state')
    // A folder in the key's place cannot be written over.
    mkdirSync(join(elsewhere, stateFiles.key, 'in the way'), { recursive: true })
    expect((await call(elsewhere, ['restore', file])).code).not.toBe(0)
    rmSync(join(elsewhere, stateFiles.key), { recursive: true })
    expect(await call(elsewhere, ['restore', file])).toMatchObject({ code: 0 })
    expect(readdirSync(elsewhere).filter((name) => name.startsWith('.restoring'))).toEqual([])
  })

  it('overwrites nothing, wants a real passphrase, and says what to do', async () => {
    const { folder, onsite, file } = await worked()
    onsite.close()
    expect(await call(folder, ['backup', file], 'short')).toMatchObject({
      code: exitCodes.usage,
      err: expect.stringContaining(`at least ${PASSPHRASE_LEAST}`),
    })
    expect(existsSync(file)).toBe(false)
    await call(folder, ['backup', file])
    expect(await call(folder, ['backup', file])).toMatchObject({
      code: exitCodes.usage,
      err: expect.stringContaining('there already'),
    })
    expect(await call(folder, ['backup', '/no/such/folder/x'])).toMatchObject({ code: exitCodes.usage })
    expect(await call(folder, ['restore', file])).toMatchObject({
      code: exitCodes.usage,
      err: expect.stringContaining('nothing was changed'),
    })
    writeFileSync(`${file}.text`, 'x'.repeat(1000))
    const german = await call(join(rig.folder(), 'state'), ['--language', 'de', 'restore', `${file}.text`])
    expect(german).toMatchObject({
      code: exitCodes.state,
      err: expect.stringContaining('keine Sicherung eines Onsite'),
    })
    expect(await call(rig.prepared('ranges = ["10.0.0.1"]\n'), ['backup', `${file}.2`])).toMatchObject({
      code: exitCodes.notEnrolled,
    })
  })
})
