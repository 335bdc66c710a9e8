/** What a round tells of itself and leaves out: the ledger's lists, swaps and moves, pace, progress, masks. */
import { afterEach, describe, expect, it } from 'vitest'
import { plainSettings } from './fake-central.testing.ts'
import { aSwitch, freePort, printer, Rig } from './rig.testing.ts'

const rig = new Rig()
afterEach(() => rig.clear())

function scopeOf(...ranges: string[]): string {
  return `demo = true\nranges = ${JSON.stringify(ranges)}\n`
}

describe('a round', () => {
  it('writes down every address and every object it asked, long lists once', async () => {
    const central = await rig.central()
    const { port } = await rig.fleet({ base: '127.30.22.1', recordings: [printer, aSwitch], count: 6 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.22.1-127.30.22.20'), central, snmpPort: port })
    await onsite.round()
    await onsite.round()
    const lines = [...onsite.ledger.lines()].map(({ what, detail }) => ({ what, ...JSON.parse(detail) }))
    const [first, second] = lines.filter(({ what }) => what === 'round')
    expect(first.addresses).toEqual(['127.30.22.1-127.30.22.20'])
    expect(second.addresses).toEqual(first.addresses)
    const [full, steady, ...more] = lines.filter(({ what }) => what === 'list')
    expect(more).toEqual([])
    expect([first.objects, second.objects]).toEqual([{ list: full.hash }, { list: steady.hash }])
    // Up time of everybody, then columns as the profile names them, not every instance of them.
    expect(full.entries).toContain('1.3.6.1.2.1.1.3.0')
    expect(full.entries).toContain('1.3.6.1.2.1.43.10.2.1.4')
    expect(full.entries.length).toBeGreaterThan(steady.entries.length)
    await onsite.round()
    expect([...onsite.ledger.lines()].filter(({ what }) => what === 'list')).toHaveLength(2)
    expect(onsite.ledger.firstBroken()).toBe(null)
  })

  it('calls nobody silent whom there was nothing to ask by', async () => {
    const central = await rig.central()
    const lost = { name: 'reader', context: '', auth: 'sha256' as const, privacy: null, sealed: 'AAAA' }
    central.settings = {
      ...plainSettings,
      access: [{ ranges: ['127.30.27.1-127.30.27.2'], users: [lost], communities: [] }],
    }
    const { fleet, port } = await rig.fleet({ base: '127.30.27.1', recordings: [printer], count: 3 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.27.1-127.30.27.3'), central, snmpPort: port })
    expect(await onsite.round()).toMatchObject({ ok: true, tally: { read: 1, silent: 0, notAsked: 2 } })
    expect(onsite.store.devices().map(({ address }) => address)).toEqual(['127.30.27.3'])
    expect(onsite.store.get('problems')?.join()).toContain('SNMPv3 user reader cannot be opened here')
    expect(fleet.asked()).toBeGreaterThan(0)
    expect(onsite.ledger.last(1)[0]?.detail).not.toContain('127.30.27.1')
  })

  it('notices a swapped printer, and forgets where a moved one was', async () => {
    const central = await rig.central()
    const port = await freePort()
    const fleet = (base: string, ...serials: readonly string[]) => {
      const recordings = serials.map((serial) => printer.replace('ACME123456', serial))
      return rig.fleet({ base, recordings, count: serials.length, port, individual: false })
    }
    const serials = () => onsite.store.devices().map(({ address, serial }) => [address, serial])
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.23.1-127.30.23.9'), central, snmpPort: port })
    const before = await fleet('127.30.23.1', 'ACME-A', 'ACME-B')
    await onsite.round()
    expect(serials()).toEqual([
      ['127.30.23.1', 'ACME-A'],
      ['127.30.23.2', 'ACME-B'],
    ])
    await before.fleet.close()
    const after = await fleet('127.30.23.1', 'ACME-C')
    const swapped = await onsite.round({ kind: 'round' })
    expect(swapped).toMatchObject({ ok: true, swapped: ['127.30.23.1'], tally: { read: 1, silent: 1 } })
    await after.fleet.close()
    await fleet('127.30.23.8', 'ACME-B')
    expect(await onsite.round()).toMatchObject({ ok: true, swapped: [], tally: { read: 1 } })
    expect(serials()).toEqual([
      ['127.30.23.1', 'ACME-C'],
      ['127.30.23.8', 'ACME-B'],
    ])
  })

  it("keeps to the settings' pace over all that it asks", async () => {
    const central = await rig.central()
    central.settings = { ...plainSettings, packetsPerSecond: 100, timeoutMs: 100 }
    const { fleet, port } = await rig.fleet({ base: '127.30.24.1', recordings: [printer], count: 6 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.24.1-127.30.24.40'), central, snmpPort: port })
    const done = await onsite.round()
    if (!done.ok) throw new Error(done.reason)
    const sent = fleet.asked() + 2 * 34
    // A tenth of a second's worth may leave at once.
    expect(done.milliseconds).toBeGreaterThan(((sent - 10 - 6) / 100) * 1000 - 100)
    expect(done.tally).toMatchObject({ read: 6, silent: 34 })
  })

  it('shows how far it is while nobody has answered yet', async () => {
    const central = await rig.central()
    central.settings = { ...plainSettings, timeoutMs: 700 }
    const { port } = await rig.fleet({ base: '127.30.25.1', recordings: [printer], count: 1 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.25.0/24'), central, snmpPort: port })
    const seen: { done: number; total: number }[] = []
    let live: unknown = null
    await onsite.round({
      onProgress: ({ done, total }) => {
        seen.push({ done, total })
        live = onsite.live.progress
      },
    })
    expect(new Set(seen.map(({ total }) => total))).toEqual(new Set([254]))
    expect(seen.some(({ done }) => done > 100 && done < 254)).toBe(true)
    expect(seen.every(({ done }, at) => done >= (seen[at - 1]?.done ?? 0))).toBe(true)
    expect(live).toMatchObject({ total: 254 })
    expect(onsite.live.progress).toBe(null)
  })

  it('leaves nothing of what is masked in anything that is sealed, whichever masks there are', async () => {
    const central = await rig.central()
    const named = printer
      .replace('1.3.6.1.2.1.1.5.0|', '1.3.6.1.2.1.1.4.0|4|Jo Doe 4711\n1.3.6.1.2.1.1.5.0|')
      .replace(
        '1.3.6.1.2.1.25.3.2.1.2.1|',
        '1.3.6.1.2.1.2.2.1.6.1|4x|02005e10a0b1\n1.3.6.1.2.1.4.20.1.2.127.30.26.1|2|1\n1.3.6.1.2.1.25.3.2.1.2.1|',
      )
    const { port } = await rig.fleet({ base: '127.30.26.1', recordings: [named], count: 1, individual: false })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.26.1'), central, snmpPort: port })
    const traces = {
      address: ['127.30.26.1'],
      hostName: ['lobby-printer'],
      mac: ['02005e10a0b1'],
      location: ['third floor'],
      contact: ['jo doe 4711'],
    }
    const fields = ['address', 'hostName', 'mac', 'location', 'contact'] as const
    for (let bits = 0; bits < 32; bits += 1) {
      const is = (field: (typeof fields)[number]) => ((bits >> fields.indexOf(field)) & 1) === 1
      const masks = {
        address: is('address'),
        hostName: is('hostName'),
        mac: is('mac'),
        location: is('location'),
        contact: is('contact'),
      }
      central.settings = { ...plainSettings, version: bits + 2, masks }
      await onsite.deliver()
      // As if it had not been met: what is remembered of it is sealed no differently, but this asks for everything.
      if (bits % 2 === 0) onsite.store.saw(onsite.store.devices().map((one) => ({ ...one, rows: null })))
      const sealed: unknown[] = []
      await onsite.round({ onKept: (kept) => void sealed.push(...kept.map(({ reading }) => reading)) })
      onsite.store.report('SNMPv3 user reader is not known at 127.30.26.1, 2001:db8::7 and others.')
      await onsite.deliver()
      const told = [...sealed, central.contacts.at(-1)]
      const text = JSON.stringify(told, (_, value) => (typeof value === 'bigint' ? `${value}` : value)).toLowerCase()
      const bare = text.replace(/[:\-\s]/g, '')
      for (const field of fields)
        for (const trace of traces[field]) {
          const isThere = text.includes(trace) || (field === 'mac' && bare.includes(trace))
          expect(isThere, `${field} in ${bits}: ${text.slice(0, 300)}`).toBe(!masks[field])
        }
      if (masks.address) expect(text).not.toContain('2001:db8::7')
    }
  })
})
