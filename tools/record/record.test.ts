/** Recording against our own simulator over real sockets: what may not be written, what ends it, and that the file reads as the device does. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Fault, type Fleet, parseSnmprec, startFleet } from '@platen/simulator'
import { Oid, systemClock, udpTransport, type Varbind } from '@platen/snmp'
import { afterEach, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE } from '../knowledge/catalogue.ts'
import { readFileAsDevice } from '../score/read.ts'
import { type Arguments, readArguments } from './arguments.ts'
import { type Recorded, record } from './record.ts'
import { userOf } from './user.ts'

// Several runs may go on at once on one machine.
const PORT = 20_000 + (process.pid % 20_000)
const BRANCH = '1.3.6.1.4.1.99999.7'

/** A device whose every name and number is a secret, some of them in places nobody expects. */
const SECRETS = [
  'hv7-old',
  'VX12AB0042',
  'vx12ab0042',
  'PRN-ROOM7',
  'corp.acme.example',
  'Cellar of Building 12',
  'Ada Lovelace',
  '10.20.30.40',
  '192.168.77.5',
  'a1b2c3',
  'A1-B2-C3',
  'C0FFEE',
  '00a1b2c3d4e5',
  'ada@acme.example',
  'Bibliotheque',
]
const text = (words: string): Varbind['value'] => ({ type: 'octets', value: new TextEncoder().encode(words) })
const hex = (digits: string): Varbind['value'] => ({
  type: 'octets',
  value: new Uint8Array(Buffer.from(digits, 'hex')),
})
const number = (value: number): Varbind['value'] => ({ type: 'integer', value })
const said: Readonly<Record<string, Varbind['value']>> = {
  '1.3.6.1.2.1.1.1.0': text('Linux hv7-old 4.4.0 Acme Press 9 on prn-room7'),
  '1.3.6.1.2.1.1.2.0': { type: 'oid', value: Oid.parse(`${BRANCH}.1`) },
  '1.3.6.1.2.1.1.3.0': { type: 'timeTicks', value: 4_711 },
  '1.3.6.1.2.1.1.4.0': text('Ada Lovelace'),
  '1.3.6.1.2.1.1.5.0': text('PRN-ROOM7.corp.acme.example'),
  '1.3.6.1.2.1.1.6.0': text('Cellar of Building 12'),
  '1.3.6.1.2.1.2.2.1.6.1': hex('00a1b2c3d4e5'),
  '1.3.6.1.2.1.2.2.1.6.2': hex('00a1b2c0ffee'),
  '1.3.6.1.2.1.4.20.1.2.10.20.30.40': number(1),
  '1.3.6.1.2.1.25.3.2.1.2.1': { type: 'oid', value: Oid.parse('1.3.6.1.2.1.25.3.1.5') },
  '1.3.6.1.2.1.25.3.2.1.3.1': text('Acme Press 9'),
  '1.3.6.1.2.1.43.5.1.1.4.1': text('Operator Olaf'),
  '1.3.6.1.2.1.43.5.1.1.5.1': text('Service Sven'),
  '1.3.6.1.2.1.43.5.1.1.16.1': text('Acme Press 9'),
  '1.3.6.1.2.1.43.5.1.1.17.1': text('VX12AB0042'),
  '1.3.6.1.2.1.43.10.2.1.3.1.1': number(7),
  '1.3.6.1.2.1.43.10.2.1.4.1.1': { type: 'counter32', value: 1_010 },
  '1.3.6.1.2.1.43.11.1.1.6.1.1': text('Toner black'),
  '1.3.6.1.2.1.43.11.1.1.8.1.1': number(100),
  '1.3.6.1.2.1.43.11.1.1.9.1.1': number(55),
  '1.3.6.1.2.1.43.16.5.1.2.1.1': text('Hello Ada Lovelace'),
  [`${BRANCH}.1.1.0`]: text('MFG:Acme;MDL:Press 9;SN:VX12AB0042;'),
  [`${BRANCH}.1.2.0`]: text('http://prn-room7.corp.acme.example:631/ipp of ada@acme.example'),
  [`${BRANCH}.1.3.0`]: text('ACM00A1B2C3D4E5'),
  [`${BRANCH}.1.4.0`]: text('ACMC0FFEE'),
  [`${BRANCH}.1.5.0`]: text('gateway 192.168.77.5, self 10.20.30.40'),
  [`${BRANCH}.1.6.0`]: { type: 'address', value: '10.20.30.40' },
  [`${BRANCH}.1.7.0`]: hex('0a141e28'),
  [`${BRANCH}.1.8.0`]: text('00-A1-B2-C3-D4-E5'),
  [`${BRANCH}.1.9.0`]: { type: 'octets', value: new Uint8Array(Buffer.from('VX12AB0042', 'utf16le')) },
  [`${BRANCH}.1.10.0`]: text(Buffer.from('VX12AB0042').toString('hex')),
  [`${BRANCH}.1.11.10.20.30.40`]: number(1),
  [`${BRANCH}.1.12.0`]: text('Scan to Ada Lovelace, Cellar of Building 12, Bibliotheque'),
  [`${BRANCH}.2.1`]: number(400),
  [`${BRANCH}.2.2`]: number(600),
}
const rows: readonly Varbind[] = Object.entries(said)
  .map(([object, value]) => ({ oid: Oid.parse(object), value }))
  .sort((one, other) => one.oid.compare(other.oid))

describe('a recording', () => {
  let fleet: Fleet | undefined
  afterEach(async () => {
    await fleet?.close()
    fleet = undefined
  })

  async function device(faults: readonly Fault[] = [], given = rows, agent = {}): Promise<void> {
    fleet = await startFleet({
      recordings: [{ name: 'acme', rows: given }],
      port: PORT,
      base: '127.20.61.1',
      count: 1,
      seed: 1,
      speed: 0,
      individual: false,
      clock: systemClock,
      faults: () => faults,
      agent,
    })
  }

  const out = () => join(mkdtempSync(join(tmpdir(), 'platen-record-')), 'r.snmprec')

  /** Records; `watch` sees every line of progress and may stop it. */
  let environment: Readonly<Record<string, string>> = {}
  async function run(words: readonly string[], watch?: (line: string, stop: () => void) => void): Promise<Recorded> {
    const controller = new AbortController()
    const given = readArguments(['127.20.61.1', '--port', String(PORT), '--timeout', '150', ...words])
    if (!given.ok || given.kind !== 'record') throw new Error('the test says something wrong')
    const options: Arguments = given.options
    const user = options.user === null ? null : await userOf(options.user, environment)
    if (typeof user === 'string') throw new Error(user)
    return record(options, {
      transport: await udpTransport(),
      clock: systemClock,
      stop: controller.signal,
      instructions: await checkedInInstructions(),
      user,
      address: options.address,
      progress: (line) => watch?.(line, () => controller.abort()),
    })
  }

  it('writes nothing where nobody answers, or somebody who is no printer', async () => {
    const file = out()
    const silent = await run(['--out', file])
    expect(silent).toMatchObject({ code: 3 })
    expect(silent.lines.join('\n')).toContain("is its community 'public' (--community)")
    await device([], rows.slice(0, 6))
    const stranger = await run(['--out', file])
    expect(stranger).toMatchObject({ code: 3 })
    expect(stranger.lines.join('\n')).toContain('--anyway')
    expect(existsSync(file)).toBe(false)
    expect(await run(['--out', file, '--anyway'])).toMatchObject({ code: 0 })
  })

  it('is made as a user on v3 with the passwords of the environment, and not with others', async () => {
    const file = out()
    const keeper = {
      name: 'keeper',
      auth: { protocol: 'sha256', password: 'one password' },
      privacy: { protocol: 'aes256b', password: 'another password' },
    }
    await device([], rows, { versions: [], users: [keeper] })
    const words = ['--out', file, '-u', 'keeper', '-a', 'SHA-256', '-x', 'AES-256']
    environment = { SNMP_AUTH_PASSWORD: 'one password', SNMP_PRIV_PASSWORD: 'one password' }
    const wrong = await run(words)
    expect(wrong).toMatchObject({ code: 3 })
    expect(wrong.lines.join('\n')).toContain("the user 'keeper' with these protocols and passwords")
    expect(wrong.lines.join('\n')).not.toContain('one password')
    expect(await run(['--out', file])).toMatchObject({ code: 3 })
    expect(existsSync(file)).toBe(false)
    environment = { SNMP_AUTH_PASSWORD: 'one password', SNMP_PRIV_PASSWORD: 'another password' }
    expect(await run(words)).toMatchObject({ code: 0 })
    const written = readFileSync(file, 'utf8')
    expect(parseSnmprec(written).rows.length).toBeGreaterThan(10)
    for (const secret of [...SECRETS, 'password', 'keeper']) expect(written).not.toContain(secret)
  })

  it('asks nothing when the file could not be written', async () => {
    await device()
    expect(await run(['--out', '/nowhere/at/all.snmprec'])).toMatchObject({ code: 5 })
    expect(fleet?.asked()).toBe(0)
  })

  it('never writes over a file', async () => {
    await device()
    const file = out()
    expect(await run(['--out', file])).toMatchObject({ code: 0 })
    const again = await run(['--out', file])
    expect(again).toMatchObject({ code: 2 })
    expect(again.lines[0]).toContain('--resume')
  })

  it('holds no secret, wherever it stood and however it was written', async () => {
    await device()
    const file = out()
    const ended = await run(['--out', file, '--range', `${BRANCH}=500`, '--mask', 'Bibliotheque'])
    expect(ended.lines.join('\n')).toContain('1 contact')
    const written = readFileSync(file, 'utf8')
    const octets = parseSnmprec(written).rows.map(({ oid, value }) =>
      value.type === 'octets'
        ? `${oid.text} ${Buffer.from(value.value).toString('latin1')}`
        : `${oid.text} ${String('value' in value ? value.value : '')}`,
    )
    const all = `${written}\n${octets.join('\n')}\n${octets.join('\n').replaceAll('\0', '')}`.toLowerCase()
    for (const secret of SECRETS) expect(all, secret).not.toContain(secret.toLowerCase())
    expect(all).not.toContain(Buffer.from('VX12AB0042').toString('hex'))
    expect(all).not.toContain(String.fromCharCode(10, 20, 30, 40))
    for (const person of ['Olaf', 'Sven', 'Hello']) expect(written).not.toContain(person)
    expect(octets.length).toBeGreaterThanOrEqual(rows.length - 3)
  })

  it('masks one secret alike wherever it stands', async () => {
    await device()
    const file = out()
    await run(['--out', file, '--range', `${BRANCH}=500`])
    const written = readFileSync(file, 'utf8')
    const serial = /43\.5\.1\.1\.17\.1\|4\|(.*)/.exec(written)?.[1] ?? ''
    expect(serial).toMatch(/^MM99MM000\d$/)
    expect(written).toContain(`MFG:Acme;MDL:Press 9;SN:${serial};`)
    const mac = /1\.3\.6\.1\.2\.1\.2\.2\.1\.6\.1\|4x\|(.*)/.exec(written)?.[1] ?? ''
    expect(mac).toMatch(/^00a1b200000\d$/)
    expect(written).toContain(`ACM${mac.toUpperCase()}`)
    expect(written).toContain('Acme Press 9')
  })

  it('never walks a maker that was not named', async () => {
    await device()
    const file = out()
    await run(['--out', file])
    expect(readFileSync(file, 'utf8')).not.toMatch(/^1\.3\.6\.1\.4\.1\.99999/m)
  })

  const hostile: readonly (readonly [string, readonly Fault[], readonly string[], number, string])[] = [
    ['an endless table', [{ kind: 'endless' }], ['--requests', '40'], 4, 'as many requests as --requests allows'],
    ['an endless table', [{ kind: 'endless' }], [], 0, 'it has more than 1200'],
    ['a table in place', [{ kind: 'loopSame' }], [], 0, 'repeats itself or goes back'],
    ['names in a circle', [{ kind: 'loopCycle' }], [], 0, 'repeats itself or goes back'],
    ['names out of order', [{ kind: 'disorder' }], [], 0, 'objects'],
    ['errors', [{ kind: 'genErr', share: 0.5 }], [], 0, 'an error'],
    ['slow answers', [{ kind: 'slow', delay: 100 }], ['--seconds', '1'], 4, 'as long as --seconds allows'],
    [
      'silence after a while',
      [
        { kind: 'silent', after: 400 },
        { kind: 'slow', delay: 25 },
      ],
      [],
      4,
      'then no answer',
    ],
  ]
  it.each(hostile)('ends, and says why, at a device of %s', async (_, faults, words, code, why) => {
    await device(faults)
    const file = out()
    const ended = await run(['--out', file, ...words])
    // A device that fails at once is not even met.
    if (ended.code === 3) expect(['loopSame', 'loopCycle', 'disorder', 'genErr']).toContain(faults[0]?.kind)
    else {
      expect(ended.code).toBe(code)
      expect(ended.lines.join('\n')).toContain(why)
      expect(parseSnmprec(readFileSync(file, 'utf8')).problems).toEqual([])
    }
  })

  it('keeps the beginning of a text of 60,000 octets, and says that it was cut', async () => {
    await device([{ kind: 'bigStrings', octets: 60_000 }], rows, { maxBytes: 65_000 })
    const file = out()
    const ended = await run(['--out', file])
    expect(ended.lines.join('\n')).toContain('longer than is kept')
    expect(readFileSync(file).length).toBeLessThan(200_000)
  })

  it('keeps what was read when it is stopped, and goes on from there', async () => {
    await device()
    const file = out()
    const early = await run(['--out', file], (line, stop) => line.includes('1.3.6.1.2.1.43.5') && stop())
    expect(early).toMatchObject({ code: 4 })
    expect(early.lines.join()).toContain('nothing was written')
    expect(existsSync(file)).toBe(false)
    const stopped = await run(['--out', file], (line, stop) => line.includes('1.3.6.1.2.1.43.10') && stop())
    expect(stopped.code).toBe(4)
    expect(stopped.lines.join('\n')).toContain('by you')
    const before = parseSnmprec(readFileSync(file, 'utf8')).rows.length
    expect(before).toBeGreaterThan(0)
    await fleet?.close()
    await device()
    expect(await run(['--out', file, '--resume', '--range', `${BRANCH}=3`])).toMatchObject({ code: 0 })
    expect(await run(['--out', file, '--resume', '--range', `${BRANCH}=500`])).toMatchObject({ code: 0 })
    const whole = out()
    await run(['--out', whole, '--range', `${BRANCH}=500`])
    const objects = (path: string) => parseSnmprec(readFileSync(path, 'utf8')).rows.map(({ oid }) => oid.text)
    expect(objects(file)).toEqual(objects(whole))
  })

  it('of each made-up device reads as the device itself, but for what is masked', async () => {
    const instructions = await checkedInInstructions()
    let compared = 0
    for (const name of ['kyocera-taskalfa-3554ci', 'hp-laserjet-m404dn', 'ricoh-im-c3000', 'brother-hl-l5210dn']) {
      const path = join(KNOWLEDGE, 'recordings', `${name}.snmprec`)
      await device([], parseSnmprec(readFileSync(path, 'utf8')).rows)
      const file = out()
      expect(await run(['--out', file])).toMatchObject({ code: 0 })
      const [before, after] = [await readFileAsDevice(path, instructions), await readFileAsDevice(file, instructions)]
      if (before.reading === null || after.reading === null) throw new Error(`${name} is not read`)
      const bare = ({ identity, observation: _, upTime: _up, ...rest }: NonNullable<typeof before.reading>) => ({
        ...rest,
        supplies: rest.supplies.map((supply) => ({
          ...supply,
          serial: null,
          description: supply.serial === null ? supply.description : '',
        })),
        identity: {
          vendor: identity.vendor,
          model: identity.model,
          firmware: identity.firmware,
          objectId: identity.objectId,
        },
        address: '',
      })
      expect(bare(after.reading)).toEqual(bare(before.reading))
      const { serial } = before.reading.identity
      if (serial !== null) expect(readFileSync(file, 'utf8')).not.toContain(serial)
      expect(after.reading.identity.serial === null).toBe(serial === null)
      await fleet?.close()
      fleet = undefined
      compared++
    }
    expect(compared).toBe(4)
  })
})
