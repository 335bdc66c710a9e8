/**
 * The local page: the one place of Onsite that waits for somebody to connect, and the network is not meant: it listens on loopback unless the
 * administrator writes another address, shows what is, changes nothing, and is not there before it has a password of its own.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { logBug, type World } from '../world.ts'
import { answer, type Desk, type Replied } from './answer.ts'
import type { PagePlace } from './place.ts'

/** Browsers of one administrator; more are not served. */
const CONNECTIONS_MOST = 32
const HEADERS_MOST = 8 * 1024
/** A password, an address, a form's name. */
const BODY_MOST = 4 * 1024
const HEADERS_MS = 5_000
const REQUEST_MS = 10_000

/** Serves until it is closed. @throws the system's error where it cannot listen there. */
export async function servePage(
  place: PagePlace,
  desk: Desk,
  world: World,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer({
    maxHeaderSize: HEADERS_MOST,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 5_000,
  })
  server.maxConnections = CONNECTIONS_MOST
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    serve(request, desk)
      .then((replied) => send(response, replied))
      .catch((error: unknown) => {
        const id = logBug(world, 'local page', error)
        send(response, {
          status: 500,
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          body: `incident ${id}`,
        })
      })
  })
  server.on('clientError', (_error, socket) => void socket.destroy())
  await listening(server, place)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : place.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server, { host, port }: PagePlace): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function serve(request: IncomingMessage, desk: Desk): Promise<Replied> {
  const body = request.method === 'POST' ? await bodyOf(request) : ''
  if (body === null) return { status: 413, headers: { connection: 'close' }, body: '' }
  const { method = 'GET', url = '/', headers } = request
  return answer({ method, url, headers, body }, desk)
}

/** The whole body, or null if it is more than any form of ours. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue
    size += part.length
    if (size > BODY_MOST) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Nothing from elsewhere, no script, no frame, nothing kept. */
const ALWAYS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not no-referrer: browsers would then say of our own forms that they come from nowhere.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

function send(response: ServerResponse, { status, headers, body }: Replied): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { ...ALWAYS, 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}
