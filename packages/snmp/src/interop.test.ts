import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oids } from './fakes.testing.ts'
import { Client, Oid, type Session, systemClock, table, udpTransport } from './index.ts'

const SNMPD = '/usr/sbin/snmpd'
const WALK = '/usr/bin/snmpwalk'
const isHere = existsSync(SNMPD)
if (!isHere) console.log(`skipped: ${SNMPD} is not here (Debian: apt-get install snmpd snmp)`)

/** Its own table of loaded modules: a table with several columns on every machine. */
const TABLE = '1.3.6.1.2.1.1.9.1'
const port = 20_000 + (process.pid % 20_000)

describe.skipIf(!isHere)('Debian’s net-snmp agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'platen-snmpd-'))
  let agent: ChildProcess
  let client: Client
  const session = (version: 'v1' | 'v2c', community = 'public'): Session =>
    client.session({ address: '127.0.0.1', port, version, community, timeout: 2_000 })

  beforeAll(async () => {
    const settings = `agentaddress udp:127.0.0.1:${port}\nrocommunity public\nsysName platen-test\nsysContact \n`
    writeFileSync(join(folder, 'snmpd.conf'), settings)
    const environment = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder }
    const options = ['-f', '-Lf', join(folder, 'log'), '-C', '-c', join(folder, 'snmpd.conf'), '-I', '-smux']
    agent = spawn(SNMPD, options, { stdio: 'ignore', env: environment })
    client = new Client({ transport: await udpTransport(), clock: systemClock })
    const waiting = client.session({
      address: '127.0.0.1',
      port,
      version: 'v2c',
      community: 'public',
      timeout: 200,
      tries: 50,
    })
    expect(await waiting.get(oids('1.3.6.1.2.1.1.5.0'))).toMatchObject({ ok: true })
  })

  afterAll(async () => {
    await client.close()
    const ended = once(agent, 'exit')
    agent.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  })

  it('does not answer a wrong community: silence', async () => {
    const wrong = client.session({
      address: '127.0.0.1',
      port,
      version: 'v2c',
      community: 'wrong',
      timeout: 200,
      tries: 2,
    })
    expect(await wrong.get(oids('1.3.6.1.2.1.1.5.0'))).toMatchObject({ ok: false, reason: 'silent' })
  })

  it.each(['v1', 'v2c'] as const)('answers present and absent objects together on %s', async (version) => {
    const outcome = await session(version).get(oids('1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.1.99.0', '1.3.6.1.2.1.1.2.0'))
    if (!outcome.ok) throw new Error(outcome.detail)
    const [name, absent, kind] = outcome.varbinds.map(({ value }) => value)
    expect(name).toEqual({ type: 'octets', value: new TextEncoder().encode('platen-test') })
    expect(absent?.type).toMatch(/^noSuch(Object|Instance)$/)
    expect(kind?.type === 'oid' && kind.value.text).toBe('1.3.6.1.4.1.8072.3.2.10')
  })

  it.each(['v1', 'v2c'] as const)('ends a walk at the end of its view on %s', async (version) => {
    expect(await session(version).next(oids('2.39'))).toMatchObject({ ok: true })
    const outcome = await session(version).next(oids('2.39'))
    expect(outcome.ok && outcome.varbinds[0]?.value).toEqual({ type: 'endOfMibView' })
  })

  it('gives the same table by GETNEXT on v1, GETNEXT on v2c and GETBULK', async () => {
    const columns = [2, 3, 4].map((leaf) => Oid.parse(`${TABLE}.${leaf}`))
    const rows = [
      session('v1'),
      session('v2c'),
      client.session({ address: '127.0.0.1', port, version: 'v2c', community: 'public', bulk: false }),
    ]
    const tables = await Promise.all(rows.map((one) => table(one, columns, { maxRows: 100, repetitions: 4 })))
    const shapes = tables.map((one) =>
      one.ok ? [...one.rows].map(([index, row]) => [index, [...row.values()].map(({ value }) => value)]) : one,
    )
    expect(shapes[0]).toHaveLength(10)
    expect(shapes[1]).toEqual(shapes[0])
    expect(shapes[2]).toEqual(shapes[0])
  })

  it('gives a GETBULK of more rows than a datagram holds in part, and the walk is whole', async () => {
    const outcome = await session('v2c').bulk(oids('1.3.6.1.2.1'), 100)
    expect(outcome.ok && outcome.varbinds.length).toBeGreaterThan(50)
  })

  it.skipIf(!existsSync(WALK))('is read as net-snmp’s own tools read it, object by object', async () => {
    const args = ['-v2c', '-cpublic', '-On', '-OQ', '-Ot', '-Oe', '-m', '', `127.0.0.1:${port}`, TABLE]
    const { stdout } = await promisify(execFile)(WALK, args)
    const theirs = stdout
      .trim()
      .split('\n')
      .map((line) => line.slice(1, line.indexOf(' ')))
    const ours = await walk(session('v2c'), Oid.parse(TABLE))
    expect(ours).toEqual(theirs)
    expect(ours.length).toBeGreaterThan(20)
  })
})

/** Every name below a root, by GETBULK. */
async function walk(session: Session, root: Oid): Promise<string[]> {
  const names: string[] = []
  for (let cursor = root; ; ) {
    const outcome = await session.bulk([cursor], 10)
    if (!outcome.ok) throw new Error(outcome.detail)
    for (const { oid } of outcome.varbinds) {
      if (!oid.startsWith(root)) return names
      names.push(oid.text)
      cursor = oid
    }
  }
}
