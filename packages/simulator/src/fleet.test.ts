import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Client, Oid, systemClock, udpTransport } from '@platen/snmp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fleet, loopbackAddresses, startFleet } from './index.ts'
import { acme, HandClock } from './testing.ts'

// Several runs may go on at once on one machine.
const PORT = 20_000 + (process.pid % 20_000)
const run = promisify(execFile)
const hasNetSnmp = await run('snmpget', ['-V']).then(
  () => true,
  () => false,
)
const SYS_DESCR = '1.3.6.1.2.1.1.1.0'
const LEVELS = '1.3.6.1.2.1.43.11.1.1.9'

describe('addresses of a fleet', () => {
  it('are refused outside of loopback, and when they are none', () => {
    expect(() => loopbackAddresses('10.0.0.1', 1)).toThrow(RangeError)
    expect(() => loopbackAddresses('127.0.0', 1)).toThrow(RangeError)
    expect(() => loopbackAddresses('127.255.255.250', 10)).toThrow(RangeError)
  })

  it('pass over those that end in 0 and 255', () => {
    expect(loopbackAddresses('127.20.0.253', 3)).toEqual(['127.20.0.253', '127.20.0.254', '127.20.1.1'])
  })

  it('may lie apart, with silence between', () => {
    expect(loopbackAddresses('127.20.0.1', 3, 16)).toEqual(['127.20.0.1', '127.20.0.17', '127.20.0.33'])
  })
})

describe('a fleet', () => {
  const clock = new HandClock()
  let fleet: Fleet
  let client: Client

  beforeAll(async () => {
    fleet = await startFleet({
      recordings: [acme()],
      port: PORT,
      base: '127.20.50.1',
      count: 6,
      seed: 'fleet',
      clock,
      faults: (number) =>
        [
          [],
          [],
          [],
          [{ kind: 'wrongAddress' as const }],
          [{ kind: 'wrongPort' as const }],
          [{ kind: 'slow' as const, delay: 50 }],
        ][number] ?? [],
    })
    client = new Client({ transport: await udpTransport(), clock: systemClock })
  })

  afterAll(async () => {
    await client.close()
    await fleet.close()
  })

  const session = (number: number, options: { version?: 'v1' | 'v2c'; community?: string } = {}) =>
    client.session({
      address: fleet.addresses[number] ?? '',
      port: PORT,
      version: options.version ?? 'v2c',
      community: options.community ?? 'public',
      timeout: 100,
      tries: 1,
    })

  it('is silent to a foreign community and where no device is', async () => {
    expect(await session(0, { community: 'secret' }).get([Oid.parse(SYS_DESCR)])).toMatchObject({
      ok: false,
      reason: 'silent',
    })
    const nowhere = client.session({
      address: '127.20.50.99',
      port: PORT,
      version: 'v2c',
      community: 'public',
      timeout: 50,
      tries: 1,
    })
    expect((await nowhere.get([Oid.parse(SYS_DESCR)])).ok).toBe(false)
  })

  it('never passes for answering when its answers come from another address or port', async () => {
    for (const number of [3, 4]) {
      expect(await session(number).get([Oid.parse(SYS_DESCR)])).toMatchObject({ ok: false, reason: 'silent' })
    }
  })

  it('cannot take an address that is taken', async () => {
    await expect(
      startFleet({ recordings: [acme()], port: PORT, base: '127.20.50.1', count: 1, seed: 1, clock }),
    ).rejects.toThrow('EADDRINUSE')
    await expect(
      startFleet({ recordings: [], port: PORT, base: '127.20.51.1', count: 1, seed: 1, clock }),
    ).rejects.toThrow('recording')
  })

  it('answers every verb of our own client, on v1 and v2c', async () => {
    for (const version of ['v1', 'v2c'] as const) {
      const device = session(1, { version })
      expect(await device.get([Oid.parse(SYS_DESCR), Oid.parse('1.3.6.1.9.9')])).toMatchObject({
        ok: true,
        varbinds: [{ value: { type: 'octets' } }, {}],
      })
      expect(await device.next([Oid.parse(LEVELS)])).toMatchObject({
        ok: true,
        varbinds: [{ oid: { text: `${LEVELS}.1.1` } }],
      })
      const rows = await device.bulk([Oid.parse(LEVELS)], 3)
      expect(rows.ok && rows.varbinds[0]?.oid.text).toBe(`${LEVELS}.1.1`)
    }
  })

  it('answers late by its own clock', async () => {
    const answer = session(5).get([Oid.parse(SYS_DESCR)])
    const asked = fleet.asked()
    while (fleet.asked() === asked) await new Promise((resolve) => setImmediate(resolve))
    clock.turn(50)
    expect((await answer).ok).toBe(true)
  })

  it.skipIf(!hasNetSnmp)("answers net-snmp's own tools (skipped without the Debian package snmp)", async () => {
    for (const address of fleet.addresses.slice(0, 3)) {
      const at = `${address}:${PORT}`
      expect((await run('snmpget', ['-v1', '-c', 'public', '-Oqvn', at, SYS_DESCR])).stdout).toBe('"Acme Press 9"\n')
      expect((await run('snmpgetnext', ['-v2c', '-c', 'public', '-Oqn', at, '1.3.6.1.2.1.1.1'])).stdout).toBe(
        `.${SYS_DESCR} "Acme Press 9"\n`,
      )
      const { stdout } = await run('snmpbulkwalk', ['-v2c', '-c', 'public', '-On', at, '1.3'])
      expect(
        stdout
          .trim()
          .split('\n')
          .filter((line) => line.startsWith('.1.3') && !line.includes('No more variables')).length,
      ).toBe(acme().rows.length)
    }
  })
})
