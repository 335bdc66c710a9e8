/**
 * A stand-in for Central in the browser tests: serves the built app with Central's own CSP, and answers /api from made-up data.
 * Every answer is parsed by the contract's schema before it leaves, so that the tests cannot drift from what Central promises.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import {
  type Device,
  deviceSchema,
  devicesQuerySchema,
  devicesSchema,
  historyQuerySchema,
  historySchema,
  type Me,
  meSchema,
  metersCsvQuerySchema,
  metersQuerySchema,
  metersSchema,
  newOnsiteAnswerSchema,
  newOnsiteSchema,
  newPlaceSchema,
  type Onsite,
  onsiteSchema,
  onsitesSchema,
  overviewSchema,
  type Place,
  placeSchema,
  placesSchema,
  signInSchema,
  suppliesQuerySchema,
  suppliesSchema,
} from '@platen/central/api'
import { devicesAnswer, historyAnswer, metersAnswer, overviewAnswer, suppliesAnswer } from './answers.ts'
import { madeDevices } from './made-devices.ts'
import { madeOnsites } from './made-onsites.ts'
import { placesOf } from './made-places.ts'

/** What the pages may load, as Central says it. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

export const credentials = { email: 'anna@example.com', password: 'correct horse' } as const

interface World {
  readonly now: number
  readonly devices: readonly Device[]
  readonly onsites: Onsite[]
  readonly places: Place[]
  readonly me: Me
}

/** Turns of a test: what the stand-in should do instead of answering. */
export interface Mood {
  /** Every API request but signing in and `me` fails with this status. */
  failWith: number | null
  /** Milliseconds before lists are answered. */
  slow: number
  mayEdit: boolean
}

export interface StandIn {
  readonly url: string
  readonly mood: Mood
  /** Paths with queries of every API request so far. */
  readonly asked: string[]
  close(): Promise<void>
}

export interface StandInOptions {
  readonly directory: string
  readonly devices: number
  readonly now: number
  readonly port?: number
}

/** Starts it on a free port of this machine. */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const world = worldOf(options)
  const mood: Mood = { failWith: null, slow: 0, mayEdit: true }
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    response.setHeader('Content-Security-Policy', policy)
    if (!url.pathname.startsWith('/api/')) return void sendFile(response, options.directory, url.pathname)
    asked.push(url.pathname + url.search)
    void answer({ request, response, url, world, mood }).catch((error: unknown) => {
      console.error(error)
      send(response, 500, { code: 'broken', message: String(error) })
    })
  })
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}`,
    mood,
    asked,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

function worldOf({ devices, now }: StandInOptions): World {
  const made = madeDevices(devices, now)
  const onsites = devices === 0 ? [] : madeOnsites(now)
  const count = (place: string) =>
    made.filter(({ customer, site }) => place === 'p1' || customer.id === place || site.id === place).length
  return {
    now,
    devices: made,
    onsites,
    places: placesOf(count),
    me: {
      id: 'u1',
      email: credentials.email,
      name: 'Anna Beispiel',
      role: 'dealerAdmin',
      tenant: { id: 't1', name: 'Bürotechnik Weiß' },
      node: { id: 'p1', name: 'Bürotechnik Weiß', kind: 'dealer' },
      mayEdit: true,
      language: 'en',
    },
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly world: World
  readonly mood: Mood
}

async function answer(exchange: Exchange): Promise<ServerResponse> {
  const { request, response, url, world, mood } = exchange
  const path = url.pathname.slice('/api'.length)
  if (request.method === 'POST' && request.headers['x-platen'] !== '1')
    return send(response, 403, { code: 'notAllowed', message: 'no header' })
  if (path === '/sign-in') return signIn(exchange)
  if (!(request.headers.cookie ?? '').includes('session=1'))
    return send(response, 401, { code: 'notSignedIn', message: 'Sign in.' })
  if (path === '/me') return send(response, 200, meSchema.parse({ ...world.me, mayEdit: mood.mayEdit }))
  if (path === '/sign-out') {
    response.setHeader('Set-Cookie', 'session=0; Path=/; Max-Age=0')
    return response.writeHead(204).end()
  }
  if (mood.failWith !== null) return send(response, mood.failWith, { code: 'broken', message: 'on request' })
  if (mood.slow > 0) await new Promise((done) => setTimeout(done, mood.slow))
  return request.method === 'POST' ? change(exchange, path) : look(exchange, path)
}

async function signIn({ request, response, world }: Exchange): Promise<ServerResponse> {
  const given = signInSchema.parse(await bodyOf(request))
  if (given.email !== credentials.email || given.password !== credentials.password)
    return send(response, 401, { code: 'wrongPassword', message: 'E-mail or password is wrong.' })
  response.setHeader('Set-Cookie', 'session=1; Path=/; HttpOnly; SameSite=Strict')
  return send(response, 200, meSchema.parse(world.me))
}

function look({ response, url, world }: Exchange, path: string): ServerResponse {
  const query = Object.fromEntries(url.searchParams)
  const today = new Date(world.now).toISOString().slice(0, 10)
  const [, head, id, tail] = path.split('/')
  const device = head === 'devices' && id !== undefined ? world.devices.find((each) => each.id === id) : undefined
  if (path === '/overview')
    return send(response, 200, overviewSchema.parse(overviewAnswer(world.devices, world.onsites)))
  if (path === '/places') return send(response, 200, placesSchema.parse({ places: world.places }))
  if (path === '/onsites') return send(response, 200, onsitesSchema.parse({ onsites: world.onsites }))
  if (path === '/devices')
    return send(response, 200, devicesSchema.parse(devicesAnswer(world.devices, devicesQuerySchema.parse(query))))
  if (path === '/supplies')
    return send(response, 200, suppliesSchema.parse(suppliesAnswer(world.devices, suppliesQuerySchema.parse(query))))
  if (path === '/meters')
    return send(response, 200, metersSchema.parse(metersAnswer(world.devices, metersQuerySchema.parse(query), today)))
  if (path === '/meters.csv') return sendCsv(response, metersCsvQuerySchema.parse(query).language)
  if (device !== undefined && tail === undefined) return send(response, 200, deviceSchema.parse(device))
  if (device !== undefined && tail === 'history') {
    const { meter, from } = historyQuerySchema.parse(query)
    return send(response, 200, historySchema.parse(historyAnswer(device, meter, from, world.now)))
  }
  return send(response, 404, { code: 'notFound', message: 'There is nothing here.' })
}

async function change({ request, response, world }: Exchange, path: string): Promise<ServerResponse> {
  if (path === '/places') {
    const place = newPlaceSchema.parse(await bodyOf(request))
    const made: Place = { id: `n${world.places.length}`, ...place, devices: 0 }
    world.places.push(made)
    return send(response, 201, placeSchema.parse(made))
  }
  if (path === '/onsites') return addOnsite(response, world, newOnsiteSchema.parse(await bodyOf(request)))
  const index = world.onsites.findIndex(({ id }) => path === `/onsites/${id}/revoke`)
  const onsite = world.onsites[index]
  if (onsite === undefined) return send(response, 404, { code: 'notFound', message: 'There is no such Onsite.' })
  world.onsites[index] = { ...onsite, state: 'revoked' }
  return send(response, 200, onsiteSchema.parse(world.onsites[index]))
}

function addOnsite(
  response: ServerResponse,
  world: World,
  wanted: ReturnType<typeof newOnsiteSchema.parse>,
): ServerResponse {
  const site = world.places.find(({ id }) => id === wanted.site)
  const customer = world.places.find(({ id }) => id === site?.parent)
  const [like] = madeOnsites(world.now).filter(({ state }) => state === 'awaiting')
  if (site === undefined || customer === undefined || like === undefined)
    return send(response, 404, { code: 'notFound', message: 'There is no such site.' })
  const onsite: Onsite = {
    ...like,
    id: `o${world.onsites.length + 10}`,
    name: wanted.name,
    site: { id: site.id, name: site.name },
    customer: { id: customer.id, name: customer.name },
  }
  world.onsites.push(onsite)
  const made = {
    onsite,
    email: wanted.email,
    password: 'K7QM-2XWD-9FHT-R3VA-6PZE-1NBG-8CYS-4JUK',
    server: 'http://central.example',
    expiresAt: new Date(world.now + 7 * 86_400_000).toISOString(),
    command: `platen-onsite enrol --server http://central.example --email ${wanted.email}`,
  }
  return send(response, 201, newOnsiteAnswerSchema.parse(made))
}

function send(response: ServerResponse, status: number, body: unknown): ServerResponse {
  return response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body))
}

function sendCsv(response: ServerResponse, language: 'de' | 'en'): ServerResponse {
  const heading = language === 'de' ? 'Gerät;Gesamt' : 'Device;Total'
  return response
    .writeHead(200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="meters.csv"',
    })
    .end(`\uFEFF${heading}\r\nAcme;1\r\n`)
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  return body
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

async function sendFile(response: ServerResponse, directory: string, path: string): Promise<ServerResponse> {
  const file = extname(path) === '' ? '/index.html' : normalize(path)
  const body = await readFile(join(directory, file)).catch(() => null)
  if (body === null) return response.writeHead(404).end()
  return response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(body)
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      done(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
