import { readdirSync, readFileSync } from 'node:fs'
import { Client } from '@platen/snmp'
import { describe, expect, it } from 'vitest'
import { Gate } from './gate.ts'
import { parseScope } from './scope-file.ts'

describe('the gate', () => {
  it('is the only place in this program that hands an address to the SNMP client', () => {
    const sources = readdirSync(import.meta.dirname).filter(
      (name) => name.endsWith('.ts') && !/\.(test|testing)\.ts$/.test(name),
    )
    const openers = sources.filter((name) =>
      /\.session\(|udpTransport\(|createSocket/.test(readFileSync(`${import.meta.dirname}/${name}`, 'utf8')),
    )
    expect(sources.length).toBeGreaterThan(30)
    // onsite.ts opens the socket and gives it to the client, which the gate holds.
    expect(openers).toEqual(['gate.ts', 'onsite.ts'])
    expect(readFileSync(`${import.meta.dirname}/onsite.ts`, 'utf8')).not.toContain('.session(')
  })

  it('opens nothing for an address out of scope or a community that is not there, and sends nothing by opening', async () => {
    const sent: string[] = []
    const transport = {
      receiveBuffer: 65_536,
      send: (_bytes: Uint8Array, address: string) => void sent.push(address),
      listen: () => undefined,
      close: async () => undefined,
    }
    const client = new Client({ transport, clock: { now: () => 0, after: () => () => undefined } })
    const scope = parseScope('ranges = ["10.0.0.0/24"]\nexclude = ["10.0.0.9"]')
    if (!scope.ok) throw new Error('scope')
    const gate = new Gate(client, scope.scope, { communities: ['public'], timeoutMs: 1000, tries: 1, port: 161 })
    expect(gate.open('10.0.1.1', { community: 0, version: 'v2c' })).toEqual({ ok: false, reason: 'outside' })
    expect(gate.open('10.0.0.9', { community: 0, version: 'v2c' })).toEqual({ ok: false, reason: 'excluded' })
    expect(gate.open('10.0.0.1 ', { community: 0, version: 'v2c' })).toEqual({ ok: false, reason: 'notAnAddress' })
    expect(gate.open('10.0.0.1', { community: 1, version: 'v2c' })).toEqual({ ok: false, reason: 'noCommunity' })
    expect(gate.open('10.0.0.1', { community: 0, version: 'v2c' })).toMatchObject({
      ok: true,
      session: { address: '10.0.0.1' },
    })
    expect(sent).toEqual([])
    await client.close()
  })
})
