import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeDevice, oids } from './fakes.testing.ts'
import {
  Authority,
  type AuthProtocol,
  Client,
  Oid,
  type Outcome,
  type PrivacyProtocol,
  type Session,
  systemClock,
  table,
  type User,
  udpTransport,
} from './index.ts'
import { replyOf } from './v3.testing.ts'

const SNMPD = '/usr/sbin/snmpd'
const TOOLS = '/usr/bin'
const isHere = existsSync(SNMPD)
if (!isHere) console.log(`skipped: ${SNMPD} is not here (Debian: apt-get install snmpd snmp)`)

const port = 40_000 + (process.pid % 10_000)
const NAMES = oids('1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.1.2.0')
const NAMED = { type: 'octets', value: new TextEncoder().encode('platen-test') }
const TABLE = '1.3.6.1.2.1.1.9.1'

/** net-snmp's names for what we speak. */
const AUTHS: readonly (readonly [AuthProtocol, string])[] = [
  ['md5', 'MD5'],
  ['sha1', 'SHA'],
  ['sha224', 'SHA-224'],
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
]
const PRIVACIES: readonly (readonly [PrivacyProtocol, string])[] = [
  ['des', 'DES'],
  ['aes128', 'AES'],
  ['aes192b', 'AES-192'],
  ['aes256b', 'AES-256'],
  ['aes192r', 'AES-192-C'],
  ['aes256r', 'AES-256-C'],
]

const PAIRS = AUTHS.flatMap(([auth, theirAuth]) =>
  PRIVACIES.map(([privacy, theirPrivacy]) => ({ auth, theirAuth, privacy, theirPrivacy, name: `${auth}-${privacy}` })),
)

function userOf(name: string, auth?: AuthProtocol, privacy?: PrivacyProtocol): User {
  return {
    name,
    ...(auth === undefined ? {} : { auth: { protocol: auth, password: 'maplesyrup' } }),
    ...(privacy === undefined ? {} : { privacy: { protocol: privacy, password: 'a private word' } }),
  }
}

function reasonOf(outcome: Outcome): string {
  return outcome.ok ? 'ok' : outcome.reason
}

describe.skipIf(!isHere)('Debian’s net-snmp agent on v3', () => {
  const folder = mkdtempSync(join(tmpdir(), 'platen-snmpd3-'))
  let agent: ChildProcess
  let client: Client
  const session = (user: User, more: { tries?: number; context?: string } = {}): Session =>
    client.session({ address: '127.0.0.1', port, version: 'v3', user, timeout: 1_000, ...more })

  function start(): ChildProcess {
    const environment = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: join(folder, 'state') }
    // What it keeps from one start to the next is read as a second file: how often it has started, above all.
    const settings = `${join(folder, 'snmpd.conf')},${join(folder, 'state/snmpd.conf')}`
    const options = ['-f', '-Lf', join(folder, 'log'), '-C', '-c', settings, '-I', '-smux']
    return spawn(SNMPD, options, { stdio: 'ignore', env: environment })
  }

  async function stop(): Promise<void> {
    const ended = once(agent, 'exit')
    agent.kill()
    await ended
  }

  beforeAll(async () => {
    const users = [
      'createUser plain',
      'rouser plain noauth',
      ...AUTHS.flatMap(([auth, theirs]) => [`createUser ${auth} ${theirs} maplesyrup`, `rouser ${auth} auth`]),
      ...PAIRS.flatMap(({ name, theirAuth, theirPrivacy }) => [
        `createUser ${name} ${theirAuth} maplesyrup ${theirPrivacy} "a private word"`,
        `rouser ${name} priv`,
      ]),
    ]
    mkdirSync(join(folder, 'state'))
    writeFileSync(join(folder, 'state/snmpd.conf'), '')
    const settings = `agentaddress udp:127.0.0.1:${port}\nexactEngineID 0x8000000004736e6d7064\nsysName platen-test\nsysContact \n${users.join('\n')}\n`
    writeFileSync(join(folder, 'snmpd.conf'), settings)
    agent = start()
    client = new Client({ transport: await udpTransport(), clock: systemClock })
    const waiting = client.session({
      address: '127.0.0.1',
      port,
      version: 'v3',
      user: userOf('plain'),
      timeout: 200,
      tries: 50,
    })
    expect(reasonOf(await waiting.get(NAMES))).toBe('ok')
  })

  afterAll(async () => {
    await client.close()
    await stop()
    if (process.env.KEEP === undefined) rmSync(folder, { recursive: true, force: true })
    else console.log(readFileSync(join(folder, 'log'), 'utf8'))
  })

  it.each([
    ['wrongUser', userOf('nobody')],
    ['wrongUser', userOf('nobody', 'sha1', 'aes128')],
    ['wrongPassword', { ...userOf('sha1'), auth: { protocol: 'sha1', password: 'not maplesyrup' } } satisfies User],
    ['wrongPassword', userOf('sha256', 'sha1')],
    ['wrongLevel', userOf('sha1', 'sha1', 'aes128')],
    ['refused', userOf('sha1-aes128', 'sha1')],
    ['refused', userOf('sha1')],
  ] as const)('ends a request by name: %s', async (reason, user) => {
    expect(reasonOf(await session(user, { tries: 1 }).get(NAMES))).toBe(reason)
  })

  it('is silent on what it cannot decipher, which ends by name too', async () => {
    const user: User = { ...userOf('sha1-aes128', 'sha1'), privacy: { protocol: 'aes128', password: 'not the word' } }
    // Of its own: the engine must tell this user, signed, what time it is.
    const stranger = new Client({ transport: await udpTransport(), clock: systemClock })
    const asking = stranger.session({ address: '127.0.0.1', port, version: 'v3', user, tries: 1 })
    expect(reasonOf(await asking.get(NAMES))).toBe('wrongPassword')
    await stranger.close()
  })

  it('is silent on a context it does not know', async () => {
    expect(reasonOf(await session(userOf('sha1', 'sha1'), { tries: 1, context: 'elsewhere' }).get(NAMES))).toBe(
      'silent',
    )
  })

  it('answers without security, where a user has none', async () => {
    const outcome = await session(userOf('plain')).get(NAMES)
    expect(outcome.ok && outcome.varbinds[0]?.value).toEqual(NAMED)
  })

  it.each(AUTHS)('answers what is signed with %s', async (auth) => {
    const outcome = await session(userOf(auth, auth)).get(NAMES)
    expect(outcome.ok && outcome.varbinds[0]?.value).toEqual(NAMED)
  })

  it.each(PAIRS)('answers what is signed with $auth and enciphered with $privacy', async ({ auth, privacy, name }) => {
    const outcome = await session(userOf(name, auth, privacy)).get(NAMES)
    expect(outcome.ok && outcome.varbinds[0]?.value).toEqual(NAMED)
  })

  it('gives a table by GETBULK, enciphered', async () => {
    const columns = [2, 3, 4].map((leaf) => Oid.parse(`${TABLE}.${leaf}`))
    const read = await table(session(userOf('sha256-aes128', 'sha256', 'aes128')), columns, { maxRows: 100 })
    expect(read.ok && read.rows.size).toBe(10)
  })

  it('is met again when it has started anew: one more boot, and a clock that begins again', async () => {
    const user = userOf('sha256-aes128', 'sha256', 'aes128')
    const asking = session(user, { tries: 20 })
    expect(reasonOf(await asking.get(NAMES))).toBe('ok')
    const before = client.engineId('127.0.0.1', port)
    await stop()
    agent = start()
    let reason = 'silent'
    // Until its port is open, the system says at once that nobody listens there.
    for (let time = 0; time < 100 && reason !== 'ok'; time++) {
      await setTimeout(50)
      reason = reasonOf(await asking.get(NAMES))
    }
    expect(reason).toBe('ok')
    expect(client.engineId('127.0.0.1', port)).toBe(before)
  })
})

describe.skipIf(!existsSync(`${TOOLS}/snmpget`))('net-snmp’s own tools, asking an engine of ours', () => {
  const device = new FakeDevice({
    '1.3.6.1.2.1.1.5.0': { type: 'octets', value: Buffer.from('ours') },
    '1.3.6.1.2.1.1.7.0': { type: 'integer', value: 72 },
    '1.3.6.1.2.1.1.8.0': { type: 'counter64', value: 2n ** 63n + 1n },
  })
  let socket: Socket
  let place: string

  beforeAll(async () => {
    const users = [
      userOf('plain'),
      ...AUTHS.map(([auth]) => userOf(auth, auth)),
      ...PAIRS.map(({ name, auth, privacy }) => userOf(name, auth, privacy)),
    ]
    const engineId = Buffer.from('80000000010203040506', 'hex')
    const authority = new Authority({ engineId, boots: 3, users, clock: systemClock })
    socket = createSocket('udp4')
    socket.on('message', (bytes, from) => {
      const reply = replyOf(authority, device, bytes)
      if (reply !== undefined) socket.send(reply, from.port, from.address)
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    place = `127.0.0.1:${socket.address().port}`
  })

  afterAll(() => new Promise<void>((done) => socket.close(done)))

  /** What a tool prints. */
  async function run(tool: string, args: readonly string[]): Promise<string> {
    const environment = { ...process.env, MIBS: '' }
    const all = ['-v3', '-r1', '-t2', '-On', '-OQ', '-Ot', ...args]
    return (await promisify(execFile)(`${TOOLS}/${tool}`, all, { env: environment })).stdout.trim()
  }

  it('are told what is wrong', async () => {
    const failed = async (...args: string[]) =>
      run('snmpget', [...args, place, '1.3.6.1.2.1.1.5.0']).catch((error: { stderr: string }) => error.stderr)
    expect(await failed('-unobody', '-lnoAuthNoPriv')).toContain('Unknown user name')
    expect(await failed('-usha1', '-lauthNoPriv', '-aSHA', '-Anot maplesyrup')).toContain('Authentication failure')
    expect(await failed('-usha1', '-lauthPriv', '-aSHA', '-Amaplesyrup', '-xAES', '-Xa private word')).toContain(
      'Unsupported security level',
    )
  })

  it('are answered without security', async () => {
    expect(await run('snmpget', ['-uplain', '-lnoAuthNoPriv', place, '1.3.6.1.2.1.1.5.0'])).toBe(
      '.1.3.6.1.2.1.1.5.0 = "ours"',
    )
  })

  it.each(AUTHS)('are answered with %s', async (auth, theirs) => {
    const args = [`-u${auth}`, '-lauthNoPriv', `-a${theirs}`, '-Amaplesyrup', place, '1.3.6.1.2.1.1.8.0']
    expect(await run('snmpget', args)).toBe('.1.3.6.1.2.1.1.8.0 = 9223372036854775809')
  })

  it.each(PAIRS)('are answered with $auth and $privacy, row by row', async ({ name, theirAuth, theirPrivacy }) => {
    const secrets = ['-lauthPriv', `-a${theirAuth}`, '-Amaplesyrup', `-x${theirPrivacy}`, '-Xa private word']
    expect(await run('snmpbulkwalk', [`-u${name}`, ...secrets, place, '1.3.6.1.2.1.1'])).toContain(
      '.1.3.6.1.2.1.1.7.0 = 72',
    )
  })
})
