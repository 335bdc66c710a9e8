/**
 * One HTTP exchange with Central: one connection, opened for it and closed after it, directly or through an HTTP proxy. It knows sockets
 * and limits and nothing of what is said; who answered, Central or something on the way, is judged in call.ts.
 */
import { randomBytes } from 'node:crypto'
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { getCACertificates, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { ProxyLogin } from './proxy-login.ts'

/** What is sent. */
export interface Ask {
  readonly method: 'GET' | 'POST'
  /** Path on Central, e.g. `/onsite/deliver`. */
  readonly path: string
  readonly body?: Uint8Array
  /** Ends the exchange at once, as if the connection had broken. */
  readonly signal?: AbortSignal
}

/** What came back, unjudged. */
export interface Reply {
  readonly ok: true
  readonly status: number
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Why nothing came back. After `reset` and `timeout` the request may have arrived all the same. */
export type ExchangeFailure =
  | 'unreachable'
  | 'nameUnknown'
  | 'timeout'
  | 'reset'
  | 'tls'
  | 'tooLarge'
  | 'proxyUnreachable'
  | 'proxyRefused'

/** A reply, or why there is none; `status` is what a proxy said to CONNECT, and `asked` the login it wants. */
export type Exchanged =
  | Reply
  | {
      readonly ok: false
      readonly reason: ExchangeFailure
      readonly detail: string
      readonly status?: number
      readonly asked?: string
    }

/** Does one exchange. A parameter of everything above, so that tests bring their own network. */
export type Exchange = (ask: Ask) => Promise<Exchanged>

/** Bytes of an answer. Central's largest has half of that. */
const ANSWER_MOST = 1024 * 1024
/**
 * No byte either way for so long, or no connection: the other end is gone, whatever TCP believes. A write under way gets the time once
 * more from Node, so a dead line is noticed within a minute.
 */
const IDLE_MS = 30_000
/** Longest exchange: 4 MiB over the slowest line that is still worth waiting for. */
const EXCHANGE_MS = 10 * 60_000

/** Where to and through what. Times are parameters for tests only. */
export interface Way {
  readonly server: string
  readonly proxy?: string | undefined
  readonly idleMs?: number
  readonly exchangeMs?: number
  /** Certificates to trust besides the machine's, in PEM: those of a proxy that opens TLS. */
  readonly ca?: string | undefined
}

/** What is asked to learn how a proxy wants to be logged in at: short, public, and without content that would be sent twice. */
const SHORT: Ask = { method: 'GET', path: '/onsite/keys' }

const PROXY_LOGIN_WANTED = 407

/** The exchange over real sockets. What it learns of a proxy's login it remembers. */
export function httpExchange(way: Way): Exchange {
  const server = new URL(way.server)
  const proxy = way.proxy === undefined ? null : new URL(way.proxy)
  const login = proxy === null ? null : new ProxyLogin(proxy, () => randomBytes(24).toString('base64'))
  const once = (ask: Ask) => exchangeOnce(way, { ask, server, proxy, login })
  return async (ask) => {
    const isHeavy = ask.body !== undefined && server.protocol === 'http:'
    if (isHeavy && login?.state === 'notAsked') {
      const { signal } = ask
      learnFrom(await once(signal === undefined ? SHORT : { ...SHORT, signal }), login)
    }
    const got = await once(ask)
    return learnFrom(got, login) ? once(ask) : got
  }
}

/** Whether the answer is a proxy's question for a login that we can answer now. */
function learnFrom(got: Exchanged, login: ProxyLogin | null): boolean {
  if (login === null || got.status !== PROXY_LOGIN_WANTED) return false
  const asked = got.ok ? got.headers['proxy-authenticate'] : got.asked
  return asked !== undefined && login.learn(asked)
}

async function exchangeOnce(way: Way, one: Pick<Call, 'ask' | 'server' | 'proxy' | 'login'>): Promise<Exchanged> {
  const { ask, server, proxy } = one
  const deadline = AbortSignal.timeout(way.exchangeMs ?? EXCHANGE_MS)
  const signal = ask.signal === undefined ? deadline : AbortSignal.any([deadline, ask.signal])
  const call = { ...one, idleMs: way.idleMs ?? IDLE_MS, signal, ca: way.ca }
  try {
    if (server.protocol === 'http:') return await answerOf(plainRequest(call), call)
    const socket = proxy === null ? undefined : await tunnel(call, proxy)
    return await answerOf(await tlsRequest(call, socket), call)
  } catch (error) {
    if (ask.signal?.aborted === true) return { ok: false, reason: 'reset', detail: 'ended by us' }
    return failureOf(error, proxy !== null)
  }
}

interface Call {
  readonly ask: Ask
  readonly server: URL
  readonly proxy: URL | null
  readonly login: ProxyLogin | null
  readonly idleMs: number
  readonly signal: AbortSignal
  readonly ca: string | undefined
}

/** A failure on its way to the one place that turns it into a value. */
class Failure extends Error {
  readonly reason: ExchangeFailure
  readonly status: number | undefined
  readonly asked: string | undefined

  constructor(reason: ExchangeFailure, detail: string, response?: IncomingMessage) {
    super(detail)
    this.reason = reason
    this.status = response?.statusCode
    this.asked = response?.headers['proxy-authenticate']?.toString()
  }
}

function headersFor(call: Call): Record<string, string> {
  const { body } = call.ask
  const content =
    body === undefined ? {} : { 'Content-Type': 'application/octet-stream', 'Content-Length': String(body.length) }
  return { Host: call.server.host, Connection: 'close', 'Cache-Control': 'no-store', ...content }
}

function plainRequest(call: Call): ClientRequest {
  const { server, proxy, ask } = call
  const hop = proxy ?? server
  const url = new URL(ask.path, server)
  // RFC 9112 section 3.2.2: to a proxy the whole address is named.
  const path = proxy === null ? url.pathname : url.href
  const headers = { ...headersFor(call), ...call.login?.header(ask.method, path) }
  return httpRequest({ ...base(call, hop), path, headers })
}

/** A socket through the proxy to Central (RFC 9110 section 9.3.6); only TLS goes through it. */
function tunnel(call: Call, proxy: URL): Promise<Socket> {
  const target = `${call.server.hostname}:${call.server.port === '' ? '443' : call.server.port}`
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      ...base(call, proxy),
      method: 'CONNECT',
      path: target,
      headers: { Host: target, ...call.login?.header('CONNECT', target) },
    })
    guard(request, call, reject)
    request.once('connect', (response: IncomingMessage, socket: Socket) => {
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(refusal(response))
    })
    request.once('close', () => reject(unanswered()))
    // Some proxies answer CONNECT with a page of their own and no tunnel.
    request.once('response', (response) => {
      response.destroy()
      reject(refusal(response))
    })
    request.end()
  })
}

function refusal(response: IncomingMessage): Failure {
  return new Failure('proxyRefused', `the proxy answered ${response.statusCode} to CONNECT`, response)
}

async function tlsRequest(call: Call, through: Socket | undefined): Promise<ClientRequest> {
  const options = {
    ...base(call, call.server),
    path: new URL(call.ask.path, call.server).pathname,
    headers: headersFor(call),
  }
  if (through === undefined) return httpsRequest({ ...options, ...trustOf(call) })
  const socket = await secured(call, through)
  // With an agent, even `false`, Node would make a connection of its own.
  const { agent: _none, ...plain } = options
  return httpRequest({ ...plain, createConnection: () => socket })
}

function secured(call: Call, through: Socket): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ socket: through, ...nameFor(call.server), ...trustOf(call) }, () => resolve(socket))
    socket.setTimeout(call.idleMs, () => socket.destroy(new Failure('timeout', `no byte for ${call.idleMs} ms`)))
    socket.once('error', reject)
  })
}

/** Node's own list alone would not know the certificate that a company puts on all its machines. */
function trustOf({ ca }: Call): { ca: string[] } {
  const own = ca === undefined ? [] : [ca]
  return { ca: [...getCACertificates('default'), ...getCACertificates('system'), ...own] }
}

/** RFC 6066 section 3: a literal address is not sent as a server name; the certificate is checked against `host` all the same. */
function nameFor({ hostname }: URL): { host: string; servername?: string } {
  return isIP(hostname) === 0 ? { host: hostname, servername: hostname } : { host: hostname }
}

function base(call: Call, hop: URL): RequestOptions {
  const port = hop.port === '' ? (hop.protocol === 'https:' ? 443 : 80) : Number(hop.port)
  const hostname = hop.hostname.replace(/^\[|\]$/g, '')
  // A new connection each time: proxies close idle ones without a word, and the sheet promises a closed session.
  // The time-out from here on: what is set at the request begins only when the connection stands, and a black hole never lets it.
  return { method: call.ask.method, hostname, port, agent: false, signal: call.signal, timeout: call.idleMs }
}

function guard(request: ClientRequest, call: Call, reject: (error: Error) => void): void {
  request.setTimeout(call.idleMs, () => request.destroy(new Failure('timeout', `no byte for ${call.idleMs} ms`)))
  request.once('error', reject)
}

/** A request may end with neither an error nor an answer: Node drops one that changes the protocol (101) without a word. */
function unanswered(): Failure {
  return new Failure('reset', 'the connection ended without an answer')
}

function answerOf(request: ClientRequest, call: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let isAnswered = false
    guard(request, call, reject)
    request.once('close', () => isAnswered || reject(unanswered()))
    request.once('response', (response) => {
      isAnswered = true
      readBody(response).then((body) => {
        request.destroy()
        resolve({ ok: true, status: response.statusCode ?? 0, headers: plainHeaders(response), body })
      }, reject)
    })
    request.end(call.ask.body)
  })
}

async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response) {
    if (!(part instanceof Uint8Array)) throw new Error('a response without an encoding gives bytes')
    size += part.length
    if (size > ANSWER_MOST) {
      response.destroy()
      throw new Failure('tooLarge', `more than ${ANSWER_MOST} bytes`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function plainHeaders(response: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) if (typeof value === 'string') plain[name] = value
  return plain
}

function failureOf(error: unknown, viaProxy: boolean): Exchanged {
  if (!(error instanceof Error)) throw error
  if (error instanceof Failure) {
    const { reason, message: detail, status, asked } = error
    const said = { ...(status === undefined ? {} : { status }), ...(asked === undefined ? {} : { asked }) }
    return { ok: false, reason, detail, ...said }
  }
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return { ok: false, reason: 'timeout', detail: 'the exchange took too long' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  // An error without a code is a mistake of ours, not of the network.
  if (code === null) throw error
  return { ok: false, reason: reasonOf(code, viaProxy), detail: `${code}: ${error.message}` }
}

function reasonOf(code: string, viaProxy: boolean): ExchangeFailure {
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EACCES)$/.test(code))
    return viaProxy ? 'proxyUnreachable' : 'unreachable'
  if (/^(ENOTFOUND|EAI_)/.test(code)) return viaProxy ? 'proxyUnreachable' : 'nameUnknown'
  if (code === 'ETIMEDOUT') return 'timeout'
  if (/CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_SSL|^EPROTO|^HOSTNAME_MISMATCH/.test(code)) return 'tls'
  // What is left ends a connection that stood: ECONNRESET, EPIPE, a cut or broken answer (HPE_*).
  return 'reset'
}
