import { readdirSync, readFileSync } from 'node:fs'
import { Client } from '@platen/snmp'
import { describe, expect, it } from 'vitest'
import { Access } from './access.ts'
import { Gate, guarded } from './gate.ts'
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
    // onsite.ts opens the socket and gives it to the client, which the gate holds; trap-port.ts listens and only answers informs.
    expect(openers).toEqual(['gate.ts', 'onsite.ts', 'trap-port.ts'])
    const clients = sources.flatMap((name) =>
      [...readFileSync(`${import.meta.dirname}/${name}`, 'utf8').matchAll(/new Client\((.{25})/gs)].map(
        ([, how]) => how,
      ),
    )
    expect(clients.length).toBeGreaterThan(1)
    expect(new Set(clients)).toEqual(
      new Set(['{ transport: guarded(await', '{ transport: guarded(groun'].map((how) => how.slice(0, 25))),
    )
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
    const access = Access.byCommunities(['public'])
    const credential = access.of('10.0.0.1').communities[0]?.credential ?? ''
    const gate = new Gate(client, scope.scope, { access, timeoutMs: 1000, tries: 1, port: 161 })
    expect(gate.open('10.0.1.1', { credential, version: 'v2c' })).toEqual({ ok: false, reason: 'outside' })
    expect(gate.open('10.0.0.9', { credential, version: 'v2c' })).toEqual({ ok: false, reason: 'excluded' })
    expect(gate.open('10.0.0.1 ', { credential, version: 'v2c' })).toEqual({ ok: false, reason: 'notAnAddress' })
    expect(gate.open('10.0.0.1', { credential: '', version: 'v2c' })).toEqual({ ok: false, reason: 'noCredential' })
    expect(gate.open('10.0.0.1', { credential, version: 'v3' })).toEqual({ ok: false, reason: 'noCredential' })
    expect(gate.open('10.0.0.1', { credential, version: 'v2c' })).toMatchObject({
      ok: true,
      session: { address: '10.0.0.1' },
    })
    expect(sent).toEqual([])
    await client.close()
  })

  it('sends no packet to an address out of scope or another port, whoever asks for it, and says that it failed', async () => {
    const sent: string[] = []
    const failed: string[] = []
    const transport = {
      receiveBuffer: 65_536,
      send: (_bytes: Uint8Array, address: string, port: number) => void sent.push(`${address} ${port}`),
      listen: () => undefined,
      close: async () => undefined,
    }
    const scope = parseScope('demo = true\nranges = ["10.0.0.0/24", "127.0.0.1", "2001:db8::/120"]')
    if (!scope.ok) throw new Error('scope')
    const safe = guarded(transport, scope.scope, 16_161)
    safe.listen({
      arrived: () => undefined,
      turned: () => undefined,
      failed: (address, port, detail) => void failed.push(`${address} ${port} ${detail}`),
    })
    const packet = new Uint8Array(1)
    const allowed = ['10.0.0.1 161', '127.0.0.1 16161', '2001:db8::7 161']
    const refused = ['10.0.1.1 161', '10.0.0.1 9100', '10.0.0.1 515', '10.0.0.1 80', '10.0.0.1 16161', '127.0.0.1 161']
    for (const place of [...allowed, ...refused, '10.0.0.255 161', '::ffff:10.0.0.1 161', '2001:db8::1:0 161']) {
      const [address = '', port] = place.split(' ')
      safe.send(packet, address, Number(port), true)
    }
    await Promise.resolve()
    expect(sent).toEqual(allowed)
    expect(failed).toHaveLength(refused.length + 3)
    expect(failed[0]).toBe('10.0.1.1 161 not in the agreed scope')
  })
})
