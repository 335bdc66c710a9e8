import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { constants } from 'node:os'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { BATCH, type Batch, SLOT, WORDS } from './batch.ts'
import { BatchedSocket } from './batched-socket.ts'

interface Sent {
  readonly text: string
  readonly to: string
}

/** The native part as its contract says, with datagrams that are kept and given by the test. */
class FakeBatch implements Batch {
  readonly calls: Sent[][] = []
  /** What the next calls of `send` answer; all is sent when nothing is said. */
  readonly answers: number[] = []
  /** Lengths of datagrams that wait to be received, and a call's count of them. */
  arrived: string[] = []
  readonly reads: number[] = []

  send(_fd: number, octets: Uint8Array, heads: Uint32Array, from: number, to: number): number {
    const all: Sent[] = []
    for (let at = from; at < to; at++) {
      const [end = 0, address = 0, port = 0] = heads.subarray(at * WORDS, (at + 1) * WORDS)
      const begin = at === 0 ? 0 : (heads[(at - 1) * WORDS] ?? 0)
      all.push({ text: Buffer.from(octets.subarray(begin, end)).toString(), to: `${address.toString(16)}:${port}` })
    }
    const answer = this.answers.shift() ?? all.length
    this.calls.push(all.slice(0, Math.max(0, answer)))
    return answer
  }

  receive(_fd: number, octets: Uint8Array, heads: Uint32Array, from: number, to: number): number {
    const now = this.arrived.splice(0, to - from)
    this.reads.push(now.length)
    now.forEach((text, at) => {
      octets.set(Buffer.from(text), (from + at) * SLOT)
      heads.set([text.length, 0x0a000001 + at, 161], (from + at) * WORDS)
    })
    return now.length === 0 ? -constants.errno.EAGAIN : now.length
  }
}

const opened: Socket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close()
})

async function open(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  opened.push(socket)
  return socket
}

async function made(
  onFailed: (send: () => void) => void = () => {},
  onArrived: (close: () => void) => void = () => {},
) {
  const batch = new FakeBatch()
  const socket = await open()
  const heard: { bytes: Uint8Array; address: string; port: number }[] = []
  const failed: string[] = []
  const turns: [read: number, isEmpty: boolean][] = []
  const batched = new BatchedSocket(socket, 3, batch, {
    arrived: (bytes, address, port) => {
      heard.push({ bytes, address, port })
      onArrived(() => batched.close())
    },
    failed: (address, port, code) => {
      failed.push(`${address}:${port} ${code}`)
      onFailed(() => batched.send(text('again'), address, port))
    },
    turned: (read, isEmpty) => turns.push([read, isEmpty]),
  })
  /** Node reads one datagram of its own, behind which the others wait. */
  const knock = async () => {
    const other = await open()
    other.send('first', socket.address().port, '127.0.0.1')
    for (let tries = 0; tries < 200 && turns.length === 0; tries++) await wait(1)
  }
  return { batch, batched, heard, failed, turns, knock }
}

const text = (octets: string) => Buffer.from(octets)

describe('a batched socket', () => {
  it('tells where the system refuses to send, and sends the rest', async () => {
    const { batch, batched, failed } = await made()
    batch.answers.push(1, -constants.errno.EPERM)
    for (const last of [1, 2, 3]) batched.send(text(`to ${last}`), `10.0.0.${last}`, 161)
    await turn()
    await turn()
    expect(failed).toEqual(['10.0.0.2:161 EPERM'])
    expect(batch.calls.flat().map((sent) => sent.text)).toEqual(['to 1', 'to 3'])
  })

  it('sends each once where failures make others send', async () => {
    const { batch, batched } = await made((send) => send())
    batch.answers.push(-constants.errno.EPERM)
    for (let at = 0; at <= BATCH; at++) batched.send(text(`to ${at}`), '10.0.0.1', 161)
    await turn()
    await turn()
    const texts = batch.calls.flat().map((sent) => sent.text)
    expect(texts).toEqual([...Array.from({ length: BATCH }, (_, at) => `to ${at}`).slice(1), 'again', `to ${BATCH}`])
  })

  it('leaves to Node what the kernel has no room for now', async () => {
    const { batch, batched, failed } = await made()
    const other = await open()
    batch.answers.push(-constants.errno.EAGAIN)
    const came = once(other, 'message')
    batched.send(text('in time'), '127.0.0.1', other.address().port)
    expect(String((await came)[0])).toBe('in time')
    expect(failed).toEqual([])
  })

  it('sends what has gathered in one call when the event loop comes round, whatever becomes of the bytes', async () => {
    const { batch, batched } = await made()
    const bytes = text('same place')
    batched.send(bytes, '10.1.2.3', 161)
    bytes.fill(0)
    batched.send(text('255'), '255.255.255.254', 65_535)
    expect(batch.calls).toEqual([])
    await turn()
    await turn()
    expect(batch.calls).toEqual([
      [
        { text: 'same place', to: 'a010203:161' },
        { text: '255', to: 'fffffffe:65535' },
      ],
    ])
  })

  it('sends at once when as many have gathered as fit a call, or as many octets', async () => {
    const { batch, batched } = await made()
    for (let at = 0; at <= BATCH; at++) batched.send(text('x'), '10.0.0.1', 161)
    expect(batch.calls.map((call) => call.length)).toEqual([BATCH])
    const long = Buffer.alloc(1_024, 'y')
    for (let at = 0; at < BATCH; at++) batched.send(long, '10.0.0.1', 161)
    expect(batch.calls.map((call) => call.length)).toEqual([BATCH, BATCH])
  })

  it('sends what waits when it is closed', async () => {
    const { batch, batched } = await made()
    batched.send(text('an acknowledgement'), '10.0.0.1', 161)
    batched.close()
    expect(batch.calls.flat()).toHaveLength(1)
    // The number of its socket may be another's now.
    batched.send(text('too late'), '10.0.0.1', 161)
    batched.close()
    await turn()
    await turn()
    expect(batch.calls).toHaveLength(1)
  })

  it('reads all that waits behind the first datagram, each in bytes of its own', async () => {
    const { batch, heard, turns, knock } = await made()
    batch.arrived = Array.from({ length: 100 }, (_, at) => `answer ${at}`)
    await knock()
    const texts = heard.map(({ bytes }) => Buffer.from(bytes).toString())
    expect(texts).toEqual(['first', ...Array.from({ length: 100 }, (_, at) => `answer ${at}`)])
    expect(heard[1]).toMatchObject({ address: '10.0.0.1', port: 161 })
    expect(turns).toEqual([[101, true]])
  })

  it('reads no more of a socket that is closed by whoever hears of a datagram', async () => {
    const { batch, heard, knock } = await made(
      () => {},
      (close) => heard.length === 3 && close(),
    )
    batch.arrived = Array.from({ length: 200 }, (_, at) => `answer ${at}`)
    await knock()
    expect(heard).toHaveLength(3)
    expect(batch.reads).toEqual([BATCH])
  })

  it('looks after others when it has read enough, and says that there is more', async () => {
    const { batch, turns, knock } = await made()
    batch.arrived = Array.from({ length: 1_000 }, () => 'flood')
    await knock()
    const [read, isEmpty] = turns[0] ?? [0, true]
    expect(isEmpty).toBe(false)
    expect(read).toBeLessThanOrEqual(256 + BATCH)
    expect(batch.arrived.length).toBeGreaterThan(600)
  })
})
