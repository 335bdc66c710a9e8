import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReceivedTrap, systemClock, TrapReceiver, type User, udpTransport } from './index.ts'

const SNMPTRAP = '/usr/bin/snmptrap'
const isHere = existsSync(SNMPTRAP)
if (!isHere) console.log(`skipped: ${SNMPTRAP} is not here (Debian: apt-get install snmp)`)

const port = 50_000 + (process.pid % 10_000)
const PLACE = `127.0.0.1:${port}`
const COLD_START = '1.3.6.1.6.3.1.1.5.1'
const LOCATION = ['1.3.6.1.2.1.1.6.0', 's', 'floor 2']
const AUTH = ['-ufleet', '-aSHA-256', '-Amaplesyrup']
const PRIVACY = [...AUTH, '-lauthPriv', '-xAES', '-Xa private word']
const USERS: readonly User[] = [
  {
    name: 'fleet',
    auth: { protocol: 'sha256', password: 'maplesyrup' },
    privacy: { protocol: 'aes128', password: 'a private word' },
  },
]

describe.skipIf(!isHere)('net-snmp’s snmptrap and snmpinform', () => {
  const folder = mkdtempSync(join(tmpdir(), 'platen-snmptrap-'))
  let receiver: TrapReceiver
  let waiting: ((trap: ReceivedTrap) => void)[] = []
  const delivered: ReceivedTrap[] = []

  beforeAll(async () => {
    receiver = new TrapReceiver({
      transport: await udpTransport({ address: '127.0.0.1', address6: '', port }),
      clock: systemClock,
      isKnown: (address) => address === '127.0.0.1',
      communities: ['public'],
      users: USERS,
      engine: { id: Uint8Array.from(Buffer.from('80000000aabbccdd', 'hex')), boots: 4 },
      deliver: (trap) => {
        delivered.push(trap)
        for (const each of waiting) each(trap)
        waiting = []
      },
    })
  })

  afterAll(async () => {
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Sends by net-snmp; the trap that arrives. An inform that is not acknowledged makes the tool fail. */
  async function send(args: readonly string[]): Promise<ReceivedTrap> {
    const arrived = new Promise<ReceivedTrap>((resolve) => waiting.push(resolve))
    const environment = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder }
    await promisify(execFile)(SNMPTRAP, ['-r1', '-t2', ...args], { env: environment })
    return arrived
  }

  it('are heard on v1', async () => {
    const args = ['-v1', '-cpublic', PLACE, '1.3.6.1.4.1.9999.1', '10.1.2.3', '6', '42', '1234', ...LOCATION]
    const trap = await send(args)
    expect(trap).toMatchObject({ version: 'v1', kind: 'trap', upTime: 1_234, agentAddress: '10.1.2.3' })
    expect([trap.trap.text, trap.enterprise?.text]).toEqual(['1.3.6.1.4.1.9999.1.0.42', '1.3.6.1.4.1.9999.1'])
    expect(trap.varbinds[0]?.value).toEqual({ type: 'octets', value: new TextEncoder().encode('floor 2') })
  })

  it.each(['trap', 'inform'] as const)('are heard on v2c: %s', async (kind) => {
    const flags = kind === 'inform' ? ['-Ci'] : []
    const trap = await send(['-v2c', '-cpublic', ...flags, PLACE, '77', COLD_START, ...LOCATION])
    expect(trap).toMatchObject({ version: 'v2c', kind, upTime: 77 })
    expect(trap.trap.text).toBe(COLD_START)
  })

  it('are heard on v3 as a trap, signed and enciphered', async () => {
    const trap = await send(['-v3', ...PRIVACY, '-e', '0x8000000001020304', PLACE, '77', COLD_START, ...LOCATION])
    const witness = { user: 'fleet', level: 'authPriv', engineId: '8000000001020304' }
    expect(trap).toMatchObject({ version: 'v3', kind: 'trap', witness })
  })

  it('are heard on v3 as an inform, and acknowledged', async () => {
    const acknowledged = receiver.stats.acknowledged
    const trap = await send(['-v3', ...PRIVACY, '-Ci', PLACE, '77', COLD_START, ...LOCATION])
    const witness = { user: 'fleet', level: 'authPriv', engineId: '80000000aabbccdd' }
    expect(trap).toMatchObject({ version: 'v3', kind: 'inform', witness })
    expect(receiver.stats.acknowledged).toBe(acknowledged + 1)
  })

  it('fail to have an inform acknowledged that is not as it must be', async () => {
    const before = delivered.length
    const failed = (args: string[]) => send(['-v3', '-Ci', ...args, PLACE, '77', COLD_START]).catch(() => 'failed')
    expect(await failed(['-unobody', '-lnoAuthNoPriv'])).toBe('failed')
    expect(await failed(['-ufleet', '-lauthNoPriv', '-aSHA-256', '-Anot maplesyrup'])).toBe('failed')
    expect(await failed([...AUTH, '-lauthNoPriv'])).toBe('failed')
    expect(delivered.length).toBe(before)
    expect(receiver.stats).toMatchObject({ wrongUser: 1, wrongDigest: 1 })
    expect(receiver.stats.wrongLevel).toBeGreaterThan(0)
  })
})
