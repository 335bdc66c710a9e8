/** An agent that is not ours: net-snmp's, which is no printer, recorded because somebody insists, in both versions. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSnmprec } from '@platen/simulator'
import { systemClock, udpTransport } from '@platen/snmp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions } from '../knowledge/catalogue.ts'
import { readArguments } from './arguments.ts'
import { record } from './record.ts'
import { userOf } from './user.ts'

const SNMPD = '/usr/sbin/snmpd'
const PASSWORD = 'a-fine-password'
const isHere = existsSync(SNMPD)
if (!isHere) console.log(`skipped: ${SNMPD} is not here (Debian: apt-get install snmpd)`)
// Several runs may go on at once on one machine.
const PORT = 20_000 + ((process.pid + 13) % 20_000)

describe.skipIf(!isHere)('net-snmp’s agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'platen-record-snmpd-'))
  let agent: ChildProcess

  beforeAll(() => {
    const names = 'sysName keeper7.corp.example\nsysLocation Vault 12\nsysContact Jane Doe <jane@corp.example>\n'
    writeFileSync(
      join(folder, 'snmpd.conf'),
      `agentaddress udp:127.0.0.1:${PORT}\nrocommunity public\ncreateUser keeper SHA-256 ${PASSWORD} AES ${PASSWORD}\nrouser keeper priv\n${names}`,
    )
    const options = ['-f', '-Lf', join(folder, 'log'), '-C', '-c', join(folder, 'snmpd.conf'), '-I', '-smux']
    agent = spawn(SNMPD, options, {
      stdio: 'ignore',
      env: { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder },
    })
  })
  afterAll(() => {
    agent.kill()
  })

  it.each(['v1', 'v2c', 'v3'])('is recorded over %s without its names', async (version) => {
    const out = join(folder, `${version}.snmprec`)
    const words = ['127.0.0.1', '--port', String(PORT), '--version', version, '--out', out, '--anyway']
    const secured = version === 'v3' ? ['-u', 'keeper', '-a', 'SHA-256', '-x', 'AES'] : []
    const given = readArguments([...words, ...secured, '--timeout', '5000', '--range', '1.3.6.1.4.1.8072.1=40'])
    if (!given.ok || given.kind !== 'record') throw new Error(given.ok ? 'help' : given.detail)
    const environment = { SNMP_AUTH_PASSWORD: PASSWORD, SNMP_PRIV_PASSWORD: PASSWORD }
    const user = given.options.user === null ? null : await userOf(given.options.user, environment)
    if (typeof user === 'string') throw new Error(user)
    const ended = await record(given.options, {
      transport: await udpTransport(),
      clock: systemClock,
      stop: new AbortController().signal,
      instructions: await checkedInInstructions(),
      user,
      address: '127.0.0.1',
      progress: () => undefined,
    })
    expect(ended, ended.lines.join('\n')).toMatchObject({ code: 0 })
    const text = readFileSync(out, 'utf8')
    for (const name of ['keeper7', 'corp.example', 'Vault', 'Jane', 'jane']) expect(text).not.toContain(name)
    expect(parseSnmprec(text).problems).toEqual([])
    expect(text.match(/^1\.3\.6\.1\.4\.1\.8072\.1\./gm)).toHaveLength(40)
  })
})
