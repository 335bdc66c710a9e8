import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { nativeBatch } from './batch.ts'
import { FakeDevice, messageOf, oids } from './fakes.testing.ts'
import { Client, udpTransport as openTransport, systemClock, type Transport, type UdpOptions } from './index.ts'

const NAME = '1.3.6.1.2.1.1.5.0'
const HELD = { [NAME]: { type: 'integer', value: 7 } } as const

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

/** A device on a real socket; its port. */
async function deviceOn(address: string, type: 'udp4' | 'udp6' = 'udp4', via?: Socket): Promise<number> {
  const socket = createSocket(type)
  opened.push(() => socket.close())
  const device = new FakeDevice(HELD)
  socket.on('message', (bytes, from) => {
    const answer = device.answer(messageOf(bytes))
    ;(via ?? socket).send(answer, from.port, from.address)
  })
  socket.bind(0, address)
  await once(socket, 'listening')
  return socket.address().port
}

async function clientOn(transport: Transport): Promise<Client> {
  const client = new Client({ transport, clock: systemClock })
  opened.push(() => void client.close())
  return client
}

function target(address: string, port: number) {
  return { address, port, version: 'v2c', community: 'public', timeout: 300, tries: 1 } as const
}

/** Both ways of reading IPv4; the second needs the native part, which needs a C compiler. */
const WAYS = [
  { way: 'as Node reads sockets', batch: null },
  { way: 'many datagrams a system call', batch: nativeBatch() },
]

describe.each(WAYS)('the UDP transport, $way', ({ batch }) => {
  const udpTransport = (options: UdpOptions = {}) => openTransport({ ...options, batch: batch ?? null })

  it.skipIf(batch === undefined)('copies what it sends at once where it says so', async () => {
    const transport = await udpTransport()
    opened.push(() => void transport.close())
    expect(transport.copies?.('127.0.0.1')).toBe(batch !== null)
    expect(transport.copies?.('::1')).toBe(false)
  })

  it('brings no answer from another port of the same host', async () => {
    const other = createSocket('udp4')
    opened.push(() => other.close())
    const port = await deviceOn('127.0.0.1', 'udp4', other)
    const client = await clientOn(await udpTransport())
    expect(await client.session(target('127.0.0.1', port)).get(oids(NAME))).toMatchObject({ reason: 'silent' })
    expect(client.stats.wrongPort).toBe(1)
  })

  it('says at once where it cannot send', async () => {
    const client = await clientOn(await udpTransport({ address6: '' }))
    expect(await client.session(target('2001:db8::1', 161)).get(oids(NAME))).toEqual({
      ok: false,
      reason: 'unreachable',
      detail: 'this machine has no IPv6',
    })
    // Sending to the broadcast address needs a permission that is never asked for.
    const broadcast = await client.session(target('255.255.255.255', 161)).get(oids(NAME))
    expect(broadcast).toMatchObject({ ok: false, reason: 'unreachable', detail: expect.stringMatching(/^E/) })
  })

  it('fails to open on an address that is not ours', async () => {
    await expect(udpTransport({ address: '192.0.2.1' })).rejects.toThrow('EADDRNOTAVAIL')
  })

  it('fails to open on an IPv6 address that is not ours, or on a port that is taken on IPv6 alone', async (context) => {
    const other = createSocket({ type: 'udp6', ipv6Only: true })
    opened.push(() => other.close())
    const listening = once(other, 'listening')
    other.bind(0, '::1')
    const hasSix = await listening.then(
      () => true,
      () => false,
    )
    if (!hasSix) return context.skip('this machine has no IPv6')
    await expect(udpTransport({ address6: '2001:db8::1' })).rejects.toThrow('EADDRNOTAVAIL')
    await expect(udpTransport({ port: other.address().port })).rejects.toThrow('EADDRINUSE')
  })

  it('reads devices over one socket, whatever their addresses', async () => {
    const client = await clientOn(await udpTransport())
    const ports = await Promise.all(['127.0.0.2', '127.0.0.3'].map((address) => deviceOn(address)))
    const outcomes = await Promise.all(
      ports.map((port, at) => client.session(target(`127.0.0.${at + 2}`, port)).get(oids(NAME))),
    )
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
  })

  it('says how large a receive buffer it was granted', async () => {
    const small = await udpTransport({ receiveBuffer: 65_536, address: '127.0.0.1' })
    const large = await udpTransport()
    opened.push(
      () => void small.close(),
      () => void large.close(),
    )
    expect(small.receiveBuffer).toBeGreaterThanOrEqual(65_536)
    expect(large.receiveBuffer).toBeGreaterThan(small.receiveBuffer)
  })

  it('reads over IPv6 where the machine has it', async (context) => {
    const port = await deviceOn('::1', 'udp6').catch(() => undefined)
    if (port === undefined) return context.skip('this machine has no IPv6')
    const client = await clientOn(await udpTransport())
    expect((await client.session(target('0:0:0:0:0:0:0:1', port)).get(oids(NAME))).ok).toBe(true)
  })

  it('reads a device of a link whose zone is written as a number', async (context) => {
    const own = Object.entries(networkInterfaces()).flatMap(([name, all = []]) => all.map((one) => ({ name, ...one })))
    const link = own.find(({ family, scopeid }) => family === 'IPv6' && scopeid !== undefined && scopeid > 0)
    if (link === undefined) return context.skip('this machine has no link with IPv6')
    const port = await deviceOn(`${link.address}%${link.name}`, 'udp6')
    const client = await clientOn(await udpTransport())
    expect((await client.session(target(`${link.address}%${link.scopeid}`, port)).get(oids(NAME))).ok).toBe(true)
    expect(client.stats).toMatchObject({ answered: 1, wrongAddress: 0 })
  })
})
