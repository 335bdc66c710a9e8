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

/** Passes bytes on both ways, and cuts the connection by reset after so many bytes of the answer; null: right after the first byte of it. */
export async function cutter(target: number, after: number): Promise<TestProxy> {
  const server = createSocketServer((socket) => {
    let left = after
    const onward = connect(target, '127.0.0.1')
    const drop = () => {
      socket.resetAndDestroy()
      onward.destroy()
    }
    socket.on('error', () => onward.destroy())
    onward.on('error', () => socket.destroy())
    socket.pipe(onward)
    onward.on('data', (data) => {
      const part = data.subarray(0, left)
      left -= part.length
      if (left > 0) socket.write(part)
      else if (part.length > 0) socket.write(part, drop)
      else drop()
    })
    onward.on('end', () => socket.end())
  })
  return listen(server, [])
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

async function listen(server: Server, seen: string[]): Promise<TestProxy> {
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
