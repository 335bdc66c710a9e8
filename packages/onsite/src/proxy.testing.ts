/** HTTP proxies and things that pretend to be one, each with a fault of its own, for Onsite's tests. */
import { createServer, request, type ServerResponse } from 'node:http'
import { connect, createServer as createSocketServer, type Server, type Socket } from 'node:net'

/** What a proxy saw, and where it is. */
export interface TestProxy {
  readonly url: string
  readonly seen: string[]
  close(): Promise<void>
}

/** A plain honest forward proxy: absolute-form for http, CONNECT for https; asks for a login if one is given. */
export async function honestProxy(login?: string): Promise<TestProxy> {
  const seen: string[] = []
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`)
    if (wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted) return needLogin(outgoing)
    const target = new URL(incoming.url ?? '')
    const { 'proxy-authorization': _hop, ...headers } = incoming.headers
    const onward = request(
      target,
      { method: incoming.method ?? 'GET', headers: { ...headers, via: '1.1 test' } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    onward.on('error', () => outgoing.writeHead(502).end('<html>bad gateway</html>'))
    incoming.pipe(onward)
  })
  server.on('connect', (incoming, socket: Socket, head: Buffer) => {
    seen.push(`CONNECT ${incoming.url}`)
    if (wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const [host, port] = (incoming.url ?? '').split(':')
    const onward = connect(Number(port), host ?? '', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket)
      socket.pipe(onward)
    })
    onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    socket.on('error', () => onward.destroy())
  })
  return listen(server, seen)
}

/** Answers every request with these bytes, as a captive portal or a broken proxy does, and closes. */
export async function fixedAnswer(bytes: string | Uint8Array): Promise<TestProxy> {
  const seen: string[] = []
  const server = createSocketServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (data) => {
      seen.push(data.toString('latin1').split('\r\n')[0] ?? '')
      socket.end(bytes)
    })
  })
  return listen(server, seen)
}

/** Where a connection is cut: after so many octets of one side, and how. */
export interface Cut {
  readonly side: 'request' | 'answer'
  readonly after: number
  readonly by: 'reset' | 'end'
}

/** Passes bytes on both ways; each connection is cut as `cut` says when it begins. `wasCut` tells it of the newest one. */
export async function shears(target: number): Promise<TestProxy & { cut: Cut | null; readonly wasCut: boolean }> {
  const state: { cut: Cut | null; wasCut: boolean } = { cut: null, wasCut: false }
  const server = createSocketServer((socket) => {
    const { cut } = state
    state.wasCut = false
    const onward = connect(target, '127.0.0.1')
    const ends = [socket, onward]
    for (const end of ends) end.on('error', () => undefined)
    const drop = () => {
      state.wasCut = true
      for (const end of ends) {
        end.removeAllListeners('data')
        if (cut?.by === 'reset') end.resetAndDestroy()
        else end.end()
      }
    }
    pass(socket, onward, cut?.side === 'request' ? cut.after : null, drop)
    pass(onward, socket, cut?.side === 'answer' ? cut.after : null, drop)
  })
  const { url, seen, close } = await listen(server, [])
  return Object.assign(state, { url, seen, close })
}

/** Passes on what comes, and calls `drop` in place of the octet after the last one allowed. */
function pass(from: Socket, to: Socket, most: number | null, drop: () => void): void {
  let left = most ?? Number.POSITIVE_INFINITY
  from.on('data', (data) => {
    const part = data.subarray(0, left)
    left -= part.length
    if (part.length === data.length) return void to.write(part)
    if (part.length === 0) return drop()
    to.write(part, drop)
  })
  from.on('end', () => to.end())
}

/** Takes the connection and never says a word. */
export async function mute(): Promise<TestProxy> {
  return listen(
    createSocketServer((socket) => {
      socket.on('error', () => undefined)
      socket.resume()
    }),
    [],
  )
}

function needLogin(response: ServerResponse): void {
  response
    .writeHead(407, { 'Proxy-Authenticate': 'Basic realm="test"', 'Content-Type': 'text/html' })
    .end('<html>log in</html>')
}

/** Starts any of them on a port of its own; closing ends its connections too. */
export async function listen(server: Server, seen: string[]): Promise<TestProxy> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  const close = () => {
    for (const socket of sockets) socket.destroy()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${address.port}`, seen, close }
}
