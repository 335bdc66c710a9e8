/**
 * What may come back in place of Central's answer: from proxies, portals, broken servers and forgers. Nothing of it is believed, nothing is
 * lost, the wait until the next try is right, and the next true answer is taken.
 */
import { connect, createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { fromHex, generateSealingKey, generateSigningKey, hashRequest, recipientOf, sealAnswer } from '@platen/wire'
import { httpExchange } from '../exchange.ts'
import { type FakeCentral, plainSettings } from '../fake-central.testing.ts'
import { listen, type TestProxy } from '../proxy.testing.ts'
import { Rig } from '../rig.testing.ts'
import { CONTACT_MS, retryDelay } from '../schedule.ts'
import { areSound, type Books, type Line, lineOf } from './books.ts'

/** One request as the thing on the way has it, and what it could say to it. */
interface Play {
  readonly socket: Socket
  readonly body: Buffer
  /** Central's true answer to this request: its status and body. */
  readonly honest: () => Promise<Buffer>
  /** The true answer to an earlier delivery. */
  readonly earlier: Buffer
  /** An answer with new settings, signed and sealed as told. */
  readonly forged: (by: 'central' | 'another', to: 'us' | 'another') => Promise<Uint8Array>
}

/** How a behaviour goes, and the ends of a delivery it may have. */
interface Behaviour {
  readonly ends: readonly string[]
  readonly play: (play: Play) => void | Promise<void>
}

const HTML = '<html><form action="/login"><input name="user"></form></html>'
const crlf = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`
const says = (status: string, ...headers: string[]) => crlf(`HTTP/1.1 ${status}`, 'Connection: close', ...headers)
const page = (status: string, ...headers: string[]): Behaviour['play'] => {
  const text = says(status, 'Content-Type: text/html', `Content-Length: ${HTML.length}`, ...headers) + HTML
  return ({ socket }) => void socket.end(text)
}
/** Sends a body as Central would, with another length if one is given. */
const asCentral = (socket: Socket, body: Uint8Array, length = body.length, ...headers: string[]) => {
  socket.write(
    says('200 OK', 'Platen: 1', 'Content-Type: application/octet-stream', `Content-Length: ${length}`, ...headers),
  )
  socket.write(body)
}
const sends = (ends: readonly string[], body: (play: Play) => Promise<Uint8Array>): Behaviour => ({
  ends,
  play: async (play) => {
    asCentral(play.socket, await body(play))
    play.socket.end()
  },
})
const notOpened = ['notAnAnswer', 'cannotOpen', 'badSignature', 'otherRequest']

/** Everything that may come back. */
export const ANSWERS: Readonly<Record<string, Behaviour>> = {
  '407 without a challenge': { ends: ['proxyLogin'], play: page('407 Proxy Authentication Required') },
  '407 Basic': { ends: ['proxyLogin'], play: page('407 No', 'Proxy-Authenticate: Basic realm="x"') },
  '407 Digest': {
    ends: ['proxyLogin'],
    play: page('407 No', 'Proxy-Authenticate: Digest realm="x", nonce="1", qop="auth", algorithm=SHA-256'),
  },
  '407 Negotiate and NTLM': {
    ends: ['proxyLogin'],
    play: page('407 No', 'Proxy-Authenticate: Negotiate', 'Proxy-Authenticate: NTLM'),
  },
  '401': { ends: ['proxyLogin'], play: page('401 Unauthorized', 'WWW-Authenticate: Basic realm="x"') },
  '400': { ends: ['notPlaten'], play: page('400 Bad Request') },
  '403 of a filter': { ends: ['notPlaten'], play: page('403 Forbidden') },
  '408': { ends: ['timeout'], play: page('408 Request Timeout') },
  '413': { ends: ['notPlaten'], play: page('413 Content Too Large') },
  '502': { ends: ['proxyFailed'], play: page('502 Bad Gateway') },
  '503 for ever': { ends: ['proxyFailed'], play: page('503 Service Unavailable', 'Retry-After: 999999') },
  '504': { ends: ['proxyFailed'], play: page('504 Gateway Timeout') },
  '511': { ends: ['proxyFailed'], play: page('511 Network Authentication Required') },
  'a page with 200': { ends: ['notPlaten'], play: page('200 OK') },
  'a login page with our mark': { ends: ['notAnAnswer'], play: page('200 OK', 'Platen: 1') },
  'a redirect': { ends: ['redirected'], play: page('302 Found', 'Location: http://portal.test/') },
  '204': { ends: ['notPlaten'], play: ({ socket }) => void socket.end(says('204 No Content')) },
  '204 with our mark': {
    ends: ['refused'],
    play: ({ socket }) => void socket.end(says('204 No Content', 'Platen: 1')),
  },
  '304': { ends: ['redirected'], play: ({ socket }) => void socket.end(says('304 Not Modified')) },
  'another protocol': {
    ends: ['reset'],
    play: ({ socket }) =>
      void socket.end(crlf('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: x')),
  },
  'a refusal in the clear, for a year': {
    ends: ['refused'],
    play: page('503 Busy', 'Platen: 1', 'Retry-After: 31536000'),
  },
  'a refusal in the clear, cut': {
    ends: ['refused'],
    play: ({ socket }) => void socket.end(`${says('403 No', 'Platen: 1', 'Content-Length: 12')}{"refused":"`),
  },
  'too short a length': {
    ends: ['reset', ...notOpened],
    play: async ({ socket, honest }) => {
      const body = await honest()
      asCentral(socket, body, body.length - 1)
      socket.end()
    },
  },
  'too long a length, then the end': {
    ends: ['reset'],
    play: async ({ socket, honest }) => {
      const body = await honest()
      asCentral(socket, body, body.length + 1)
      socket.end()
    },
  },
  'too long a length, then silence': {
    ends: ['timeout'],
    play: async ({ socket, honest }) => {
      const body = await honest()
      asCentral(socket, body, body.length + 1)
    },
  },
  'two lengths': {
    ends: ['reset'],
    play: async ({ socket, honest }) => {
      const body = await honest()
      asCentral(socket, body, body.length, 'Content-Length: 3')
      socket.end()
    },
  },
  'broken chunks': {
    ends: ['reset'],
    play: ({ socket }) =>
      void socket.end(`${says('200 OK', 'Platen: 1', 'Transfer-Encoding: chunked')}5\r\nhello\r\nzz\r\n`),
  },
  'chunks without the last': {
    ends: ['reset'],
    play: async ({ socket, honest }) => {
      const body = await honest()
      socket.write(`${says('200 OK', 'Platen: 1', 'Transfer-Encoding: chunked')}${body.length.toString(16)}\r\n`)
      socket.write(body)
      socket.end('\r\n')
    },
  },
  'compressed on the way': {
    ends: notOpened,
    play: async ({ socket, honest }) => {
      const packed = gzipSync(await honest())
      asCentral(socket, packed, packed.length, 'Content-Encoding: gzip')
      socket.end()
    },
  },
  'octet by octet': {
    ends: ['ok'],
    play: async ({ socket, honest }) => {
      const body = await honest()
      asCentral(socket, new Uint8Array(), body.length)
      socket.setNoDelay(true)
      for (const octet of body) {
        socket.write(Uint8Array.of(octet))
        await new Promise(setImmediate)
      }
      socket.end()
    },
  },
  'a few octets, then silence': {
    ends: ['timeout'],
    play: ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nPla'),
  },
  silence: { ends: ['timeout'], play: () => undefined },
  'the end before a word': { ends: ['reset'], play: ({ socket }) => void socket.end() },
  'a reset': { ends: ['reset'], play: ({ socket }) => void socket.resetAndDestroy() },
  'the end before the body': {
    ends: ['reset'],
    play: ({ socket }) => void socket.end(says('200 OK', 'Platen: 1', 'Content-Length: 500')),
  },
  'nothing with our mark': {
    ends: ['notAnAnswer'],
    play: ({ socket }) => void socket.end(says('200 OK', 'Platen: 1', 'Content-Length: 0')),
  },
  'huge headers': {
    ends: ['reset'],
    play: ({ socket }) => void socket.end(says('200 OK', 'Platen: 1', `X: ${'x'.repeat(65_536)}`, 'Content-Length: 0')),
  },
  'an endless body': {
    ends: ['tooLarge'],
    play: ({ socket }) => void socket.end(says('200 OK', 'Platen: 1') + 'x'.repeat(1_200_000)),
  },
  'HTTP/0.9': { ends: ['reset'], play: ({ socket }) => void socket.end(HTML) },
  'an HTTP/2 preface': {
    ends: ['reset'],
    play: ({ socket }) => void socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'),
  },
  '100 and then the answer': {
    ends: ['ok'],
    play: async ({ socket, honest }) => {
      const body = await honest()
      socket.write(crlf('HTTP/1.1 100 Continue'))
      asCentral(socket, body)
      socket.end()
    },
  },
  '100 for ever': {
    ends: ['timeout'],
    play: ({ socket }) => {
      const again = setInterval(() => socket.write(crlf('HTTP/1.1 100 Continue')), 20)
      socket.on('close', () => clearInterval(again))
    },
  },
  'an earlier answer': sends(['otherRequest'], async ({ earlier }) => earlier),
  'an answer for another Onsite': sends(['cannotOpen'], ({ forged }) => forged('central', 'another')),
  'an answer by another Central': sends(['badSignature'], ({ forged }) => forged('another', 'us')),
  'the first half of it': sends(notOpened, async ({ honest }) => {
    const body = await honest()
    return body.subarray(0, body.length / 2)
  }),
  'an octet changed': sends(notOpened, async ({ honest }) => {
    const body = Buffer.from(await honest())
    body[body.length - 20] = (body[body.length - 20] ?? 0) ^ 1
    return body
  }),
  'the answer twice': sends(notOpened, async ({ honest }) => {
    const body = await honest()
    return Buffer.concat([body, body])
  }),
  'the answer and garbage': sends(notOpened, async ({ honest }) => Buffer.concat([await honest(), Buffer.from(HTML)])),
  'the answer and garbage behind its length': {
    // It was whole before the garbage came; whether that is seen depends on what arrives together.
    ends: ['ok', 'reset'],
    play: async ({ socket, honest }) => {
      asCentral(socket, await honest())
      socket.end(HTML)
    },
  },
}

/** How each behaviour ended, what was wrong with it, and the books at the end. */
export interface AnswersReport {
  readonly ends: Readonly<Record<string, string>>
  readonly wrong: readonly string[]
  readonly books: Books
}

/** Plays each behaviour so many times, in the place of a proxy. */
export async function answerAll(times: number, say: (line: string) => void): Promise<AnswersReport> {
  const rig = new Rig()
  try {
    const line = await lineOf(rig, { net: '127.38.0', printers: 3 })
    const liar = await Liar.start(line)
    rig.later(() => liar.close())
    const ends: Record<string, string> = {}
    const wrong: string[] = []
    for (let time = 0; time < times; time += 1)
      for (const [name, behaviour] of Object.entries(ANSWERS)) {
        const { end, faults } = await playOne(line, liar, behaviour)
        ends[name] = end
        wrong.push(...faults.map((fault) => `${name}: ${fault}`))
        say(`${name.padEnd(44)} ${end}${faults.length === 0 ? '' : `  WRONG: ${faults.join(', ')}`}`)
      }
    return { ends, wrong, books: line.books() }
  } finally {
    await rig.clear()
  }
}

/** One delivery into the behaviour, and one that goes right. */
async function playOne(line: Line, liar: Liar, behaviour: Behaviour): Promise<{ end: string; faults: string[] }> {
  const { onsite, central } = line
  await line.read()
  const before = { waiting: onsite.outbox.waiting().readings, settings: JSON.stringify(onsite.store.get('settings')) }
  const failuresBefore = onsite.store.get('delivery')?.failures ?? 0
  liar.behaviour = behaviour
  // Each time anew: what was learnt of a proxy's login is no matter of the next.
  line.way = httpExchange({ server: central.url, proxy: liar.url, idleMs: 250, exchangeMs: 1_500 })
  const done = await onsite.deliver()
  const end = done.ok ? 'ok' : done.reason
  const faults: string[] = []
  const must = (isRight: boolean, fault: string) => void (isRight || faults.push(fault))
  must(behaviour.ends.includes(end), `ended with ${end}`)
  must(JSON.stringify(onsite.store.get('settings')) === before.settings, 'changed the settings')
  if (!done.ok) {
    must(onsite.outbox.waiting().readings === before.waiting, 'took readings from the outbox')
    const failures = onsite.store.get('delivery')?.failures ?? 0
    must(failures === failuresBefore + 1, `counted ${failures - failuresBefore} failures`)
    const serverSeconds = 'retryAfterSeconds' in done ? done.retryAfterSeconds : null
    const delay = retryDelay({ normalMs: CONTACT_MS, failures, serverSeconds, dice: 0.5 })
    must(delay >= CONTACT_MS && delay <= 3_600_000, `waits ${delay} ms until the next try`)
  }
  await line.deliverAll()
  must(areSound(line.books()), `the books: ${JSON.stringify(line.books())}`)
  return { end, faults }
}

/** A proxy that answers as the behaviour of the moment has it. */
class Liar {
  behaviour: Behaviour = { ends: [], play: ({ socket }) => void socket.destroy() }
  readonly #line: Line
  readonly #earlier: Buffer
  #proxy: TestProxy | null = null

  private constructor(line: Line, earlier: Buffer) {
    this.#line = line
    this.#earlier = earlier
  }

  static async start(line: Line): Promise<Liar> {
    const { central, onsite } = line
    await line.read()
    let earlier = Buffer.alloc(0)
    line.way = async (ask) => {
      const got = await httpExchange({ server: central.url })(ask)
      if (got.ok) earlier = Buffer.from(got.body)
      return got
    }
    await onsite.deliver()
    const liar = new Liar(line, earlier)
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      let request = Buffer.alloc(0)
      let isPlayed = false
      socket.on('data', (part) => {
        request = Buffer.concat([request, part])
        const body = bodyOf(request)
        if (body === null || isPlayed) return
        isPlayed = true
        Promise.resolve(liar.behaviour.play(liar.#playOf(socket, request, body))).catch((error) =>
          socket.destroy(error),
        )
      })
    })
    liar.#proxy = await listen(server, [])
    return liar
  }

  get url(): string {
    if (this.#proxy === null) throw new Error('not started')
    return this.#proxy.url
  }

  async close(): Promise<void> {
    await this.#proxy?.close()
  }

  #playOf(socket: Socket, request: Buffer, body: Buffer): Play {
    const { central } = this.#line
    return {
      socket,
      body,
      honest: () => passOn(central, request),
      earlier: this.#earlier,
      forged: async (by, to) => {
        const identity = this.#line.onsite.store.get('identity')
        if (identity === null) throw new Error('not enrolled')
        const ours = fromHex(identity.sealing.publicKey)
        const settings = { ...plainSettings, version: 99, name: 'evil' }
        return sealAnswer({
          answer: { serverTime: '2026-01-01T00:00:00.000Z', receipts: [], settings },
          requestHash: hashRequest(body),
          channelKey: by === 'central' ? central.channel : await generateSigningKey(),
          recipient: recipientOf(to === 'us' ? ours : (await generateSealingKey()).publicKey),
        })
      },
    }
  }
}

/** The body of a request, or null while it is not whole. */
function bodyOf(request: Buffer): Buffer | null {
  const end = request.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = Number(/content-length: (\d+)/i.exec(request.toString('latin1', 0, end))?.[1] ?? 0)
  return request.length < end + 4 + length ? null : request.subarray(end + 4)
}

/** Asks Central the same, by its own name, and answers the body. */
async function passOn(central: FakeCentral, request: Buffer): Promise<Buffer> {
  const [method = '', target = ''] = request.toString('latin1', 0, request.indexOf('\r\n')).split(' ')
  const path = target.replace(central.url, '')
  const socket = connect(central.port, '127.0.0.1')
  socket.write(`${method} ${path} HTTP/1.0`)
  socket.write(request.subarray(request.indexOf('\r\n')))
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(Buffer.from(part))
  const answer = Buffer.concat(parts)
  return answer.subarray(answer.indexOf('\r\n\r\n') + 4)
}
