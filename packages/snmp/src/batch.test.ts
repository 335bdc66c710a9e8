import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { constants } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { BATCH, nativeBatch, SLOT, WORDS } from './batch.ts'
import { handleOf } from './handle.ts'

const native = nativeBatch()
const heads = () => new Uint32Array(BATCH * WORDS)
const slots = () => Buffer.allocUnsafeSlow(BATCH * SLOT)
const LOOPBACK = 0x7f000001

const opened: Socket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close()
})

/** A socket that Node has opened and does not read; its number and port. */
async function quietSocket(): Promise<{ fd: number; port: number }> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1_024 * 1_024 })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  opened.push(socket)
  const handle = handleOf(socket)
  if (handle?.fd === undefined) throw new Error('this Node does not say which socket is its own')
  handle.recvStop?.()
  return { fd: handle.fd, port: socket.address().port }
}

describe.skipIf(native === undefined)('the native part (skipped where no C compiler is)', () => {
  const batch = native ?? { send: () => 0, receive: () => 0 }

  it.each<[what: string, call: () => number]>([
    ['a socket that cannot be', () => batch.send(-1, new Uint8Array(8), heads(), 0, 1)],
    ['more datagrams than fit', () => batch.send(1, new Uint8Array(8), heads(), 0, BATCH + 1)],
    ['an end before the beginning', () => batch.send(1, new Uint8Array(8), heads(), 2, 1)],
    ['a beginning below nothing', () => batch.send(1, new Uint8Array(8), heads(), -1, 1)],
    ['too few heads', () => batch.send(1, new Uint8Array(8), new Uint32Array(2), 0, 1)],
    ['a datagram beyond the octets', () => batch.send(1, new Uint8Array(8), Uint32Array.of(9, LOOPBACK, 9), 0, 1)],
    [
      'a datagram that ends before it begins',
      () => batch.send(1, new Uint8Array(8), Uint32Array.of(4, LOOPBACK, 9, 3, LOOPBACK, 9), 0, 2),
    ],
    ['slots that are too small', () => batch.receive(1, new Uint8Array(SLOT), heads(), 0, 2)],
    // @ts-expect-error what no caller of ours can do
    ['octets that are none', () => batch.send(1, [1, 2, 3], heads(), 0, 1)],
    // @ts-expect-error what no caller of ours can do
    ['heads of another kind', () => batch.send(1, new Uint8Array(8), new Uint8Array(64), 0, 1)],
    // @ts-expect-error what no caller of ours can do
    ['too few arguments', () => batch.receive(1)],
  ])('refuses %s', (_what, call) => expect(call).toThrow(RangeError))

  it('answers the system’s error number', () => {
    expect(batch.receive(1_000_000, slots(), heads(), 0, BATCH)).toBe(-constants.errno.EBADF)
  })

  it('says that nothing has come', async () => {
    const { fd } = await quietSocket()
    expect(batch.receive(fd, slots(), heads(), 0, BATCH)).toBe(-constants.errno.EAGAIN)
  })

  it('brings datagrams of every length from one socket to another, each with where it came from', async () => {
    const [from, to] = [await quietSocket(), await quietSocket()]
    const lengths = [0, 1, 60, 1_400, 9_000, 65_507]
    const octets = Buffer.concat(lengths.map((length, at) => Buffer.alloc(length, at + 1)))
    const out = heads()
    let end = 0
    lengths.forEach((length, at) => {
      end += length
      out.set([end, LOOPBACK, to.port], at * WORDS)
    })
    expect(batch.send(from.fd, octets, out, 0, lengths.length)).toBe(lengths.length)
    const [into, found] = [slots(), heads()]
    let got = 0
    for (let turn = 0; turn < 100 && got < lengths.length; turn++) {
      got += Math.max(0, batch.receive(to.fd, into, found, got, BATCH))
      await wait(1)
    }
    expect(got).toBe(lengths.length)
    lengths.forEach((length, at) => {
      expect([...found.subarray(at * WORDS, (at + 1) * WORDS)]).toEqual([length, LOOPBACK, from.port])
      expect(into.subarray(at * SLOT, at * SLOT + length).every((octet) => octet === at + 1)).toBe(true)
    })
  })
})
