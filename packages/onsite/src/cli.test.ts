import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { main } from './command-line.ts'
import { refuse } from './fake-central.testing.ts'
import { aSwitch, printer, Rig } from './rig.testing.ts'
import { exitCodes, type Terminal } from './terminal.ts'
import { german } from './words-de.ts'
import { english } from './words-en.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const scope = 'demo = true\nranges = ["127.33.0.1-127.33.0.3"]\n'

function terminal(changes: Partial<Terminal> = {}) {
  const screen = { out: '', err: '' }
  const made: Terminal = {
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
    ...changes,
  }
  return { screen, made }
}

async function call(args: readonly string[], changes: Partial<Terminal> = {}) {
  const { screen, made } = terminal(changes)
  const code = await main(args, made)
  return { code, ...screen }
}

describe('what goes wrong', () => {
  it('has an exit code, says what to do next, and says it in German too', async () => {
    const folder = rig.prepared(scope)
    const at = ['--state', folder]
    expect((await call(['dance', ...at])).code).toBe(exitCodes.usage)
    expect((await call(['enrol', ...at])).code).toBe(exitCodes.usage)
    const english = await call(['round', ...at])
    expect(english).toMatchObject({ code: exitCodes.notEnrolled, out: '' })
    expect(english.err).toBe(
      'This Onsite is not enrolled.\nWhat to do: Run: platen-onsite enrol --server URL --email ADDRESS\n',
    )
    const german = await call(['round', ...at, '--language', 'de'])
    expect(german.err).toContain('nicht angemeldet')
    expect((await call(['round', ...at], { locale: 'de_AT.UTF-8' })).err).toBe(german.err)
    expect((await call(['run', ...at])).code).toBe(exitCodes.notEnrolled)
    expect((await call(['status', ...at])).code).toBe(exitCodes.notEnrolled)
    chmodSync(join(folder, 'state.key'), 0o640)
    expect(await call(['status', ...at])).toMatchObject({
      code: exitCodes.state,
      err: expect.stringContaining('chmod 600'),
    })
  })

  it('names each wrong entry of the scope file with its line, and addresses that would not be asked', async () => {
    const folder = rig.prepared('ranges = [\n  "10.0.0.0/24",\n  "10.0.0.9/24",\n]\nhost = []\n')
    const wrong = await call(['scope', 'check', '--state', folder])
    expect(wrong.code).toBe(exitCodes.scope)
    expect(wrong.err).toContain('line 5: host is not known here')
    writeFileSync(join(folder, 'scope.toml'), 'ranges = ["10.0.0.0/24"]\nexclude = ["10.0.0.9"]')
    const checked = await call(['scope', 'check', '10.0.0.1', '10.0.0.9', '8.8.8.8', '--state', folder])
    expect(checked.code).toBe(exitCodes.notAgreed)
    expect(checked.out).toContain('10.0.0.1: would be asked')
    expect(checked.out).toContain('10.0.0.9: is not asked. This address is excluded')
    expect(checked.out).toContain('8.8.8.8: is not asked. This address is not in the agreed scope')
  })

  it('leaves a working enrolment alone when enrolling anew fails', async () => {
    const central = await rig.central()
    const folder = rig.prepared(scope)
    const args = ['enrol', '--state', folder, '--server', central.url, '--email', 'a@example.test']
    const readPassword = async () => `${central.password}\n`
    expect((await call(args, { readPassword })).code).toBe(exitCodes.done)
    expect(await call(args, { readPassword })).toMatchObject({
      code: exitCodes.enrolment,
      err: expect.stringContaining('--again'),
    })
    central.onRequest = (path, response) => {
      if (path !== '/onsite/enrol') return false
      refuse(response, 403, 'wrongPassword')
      return true
    }
    const failed = await call([...args, '--again'], { readPassword })
    expect(failed).toMatchObject({
      code: exitCodes.enrolment,
      err: expect.stringContaining('E-mail address or password is wrong'),
    })
    expect((await call(['status', '--state', folder])).code).toBe(exitCodes.done)
    // A bug on the way is no reason to lose it either.
    const onsite = {
      exchange: () => async () => {
        throw new Error('a bug')
      },
    }
    await expect(call([...args, '--again'], { readPassword, onsite })).rejects.toThrow('a bug')
    expect((await call(['status', '--state', folder])).code).toBe(exitCodes.done)
    central.onRequest = null
    expect(await call([...args, '--again'], { readPassword })).toMatchObject({
      code: 0,
      out: expect.stringContaining('state.db.before-'),
    })
  })

  it('does not let control characters from the other side reach the terminal', async () => {
    const { port } = await rig.fleet({
      base: '127.33.0.1',
      recordings: [aSwitch.replace('Acme Switch 24', 'Acme \u001b[31mSwitch')],
      count: 1,
    })
    const central = await rig.central()
    const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
    onsite.close()
    const asked = await call(['ask', '127.33.0.1', '--state', folder])
    expect(asked.code).toBe(exitCodes.noAnswer)
    expect(asked.err).toContain('is no printer')
    expect(asked.err).not.toContain('\u001b')
  })
})

describe('the commands', () => {
  it('go from enrolment to a delivered round, show status, and explain a printer', async () => {
    const { port } = await rig.fleet({ base: '127.33.0.1', recordings: [printer, aSwitch], count: 2 })
    const central = await rig.central()
    const folder = rig.prepared(scope)
    const at = ['--state', folder]
    const wish = [
      '--server',
      central.url,
      '--email',
      'a@example.test',
      '--password',
      central.password,
      '--snmp-port',
      String(port),
    ]
    expect((await call(['enrol', ...at, ...wish])).out).toContain('Enrolled as “Test site”.')
    const round = await call(['round', ...at], { interactive: true })
    expect(round.code).toBe(exitCodes.done)
    expect(round.err).toContain('of 3 asked')
    expect(round.out).toContain('3 addresses asked, 1 printers read')
    expect(round.out).toContain('2 envelopes delivered and receipted')
    const status = await call(['status', ...at])
    expect(status.out).toMatch(/Onsite +Test site \(onsite-1\)/)
    expect(status.out).toMatch(/Ledger +whole/)
    expect(JSON.parse((await call(['status', '--json', ...at])).out)).toMatchObject({
      printers: 1,
      outbox: { envelopes: 0 },
    })
    const asked = await call(['ask', '127.33.0.1', ...at])
    expect(asked.out).toContain('LaserThing 9000')
    expect(asked.out).toContain('1.3.6.1.2.1.43.10.2.1.4.1.1')
    const json = JSON.parse((await call(['ask', '127.33.0.1', '--json', ...at])).out)
    expect(json).toMatchObject({ ok: true, reading: { meters: [{ value: expect.stringMatching(/^\d+$/) }] } })
    expect((await call(['ask', '8.8.8.8', ...at])).code).toBe(exitCodes.notAgreed)
    central.onRequest = (_path, response) => response.destroy() !== undefined
    const lost = await call(['round', ...at])
    expect(lost.code).toBe(exitCodes.notDelivered)
    expect(lost.err).toContain('1 readings in 2 envelopes wait; nothing is lost.')
  })

  it('run as a service and end cleanly', async () => {
    const { port } = await rig.fleet({ base: '127.33.0.1', recordings: [printer], count: 1 })
    const central = await rig.central()
    const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
    onsite.close()
    const stop = new AbortController()
    let out = ''
    const running = call(['run', '--at-once', '--state', folder], {
      stop: stop.signal,
      out: (text) => {
        out += text
        if (out.includes('receipted')) stop.abort()
      },
    })
    expect((await running).code).toBe(exitCodes.done)
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/Stopped\.$/)
    expect(central.readings.size).toBe(1)
  })

  it('start as a program, with help in two languages and the documented exit codes', () => {
    const cli = resolve(import.meta.dirname, 'main.ts')
    const help = execFileSync(process.execPath, [cli, '--help'], { encoding: 'utf8', env: { LANG: 'de_DE.UTF-8' } })
    expect(help).toContain('Aufruf: platen-onsite')
    expect(help).toContain('Rückgabewerte: 0 erledigt')
  })
})

describe('the two languages', () => {
  it('have the same sentences with the same blanks', () => {
    const blanks = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const [name, sentence] of Object.entries(english.say)) {
      const other = Object.entries(german.say).find(([key]) => key === name)?.[1] ?? ''
      expect([name, blanks(other)]).toEqual([name, blanks(sentence)])
    }
  })

  it('have their exit codes in the manual', () => {
    const manual = readFileSync(resolve(import.meta.dirname, '../../../docs/operator.md'), 'utf8')
    for (const code of Object.values(exitCodes)) expect(manual).toContain(`| ${code} |`)
  })
})
