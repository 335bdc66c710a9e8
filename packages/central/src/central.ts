/**
 * Central put together: database, keys, the door for Onsites, the door for people, the web app. Everything from outside comes in by
 * `CentralOptions`; nothing runs before `listen`.
 */
import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { z } from 'zod'
import { addPerson, type MadePerson, type NewAdmin, type NewPerson, seedAdmin } from './access/admin.ts'
import { accessRoutes } from './access/routes.ts'
import { SignIn } from './access/sign-in.ts'
import { SlowHash } from './access/slow-hash.ts'
import type { Database } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { Partitions } from './db/partitions.ts'
import { Statistics } from './db/statistics.ts'
import { Enrolment } from './enrol/enrol.ts'
import { enrolRoutes } from './enrol/routes.ts'
import { fleetRoutes } from './fleet/routes.ts'
import { guardApi } from './http/guard.ts'
import { openOnsiteDoor } from './http/onsite-door.ts'
import { type App, createServer } from './http/server.ts'
import type { TrustedProxies } from './http/trusted-proxies.ts'
import { serveWebApp } from './http/web-app.ts'
import { instructionDoor, instructionRoutes } from './instructions/routes.ts'
import { type AddedInstructions, InstructionShelf } from './instructions/shelf.ts'
import { Ingest } from './intake/ingest.ts'
import { OnsiteDoor } from './intake/onsites.ts'
import { intakeRoutes } from './intake/routes.ts'
import type { IntakeParts } from './intake.ts'
import type { Keyring } from './keys/keyring.ts'
import { meterRoutes } from './meters/routes.ts'
import { onsiteRoutes } from './onsites/routes.ts'
import { placeRoutes } from './places/routes.ts'
import { type RereadDone, type RereadWish, rereadAll } from './reread/run.ts'
import { supplyRoutes } from './supplies/routes.ts'
import type { Clock, Dice } from './world.ts'

/** What Central is made of. `web` is the folder of the built app, null for none; `publicUrl` null means the address it listens on. */
export interface CentralOptions {
  readonly database: Database
  readonly clock: Clock
  readonly dice: Dice
  readonly keyring: Keyring
  readonly logger: FastifyBaseLogger
  readonly web: string | null
  readonly publicUrl: string | null
  /** Whose X-Forwarded-For is believed: own reverse proxies, by number or address. */
  readonly trustProxy?: TrustedProxies
  /** How passwords are hashed, if not at full cost. */
  readonly slowHash?: SlowHash
}

/** A Central that can be started and stopped. */
export interface Central {
  /** Starts to answer; port 0 takes any. Answers the URL it is reached by. */
  listen(where: { readonly host: string; readonly port: number }): Promise<string>
  /** Stops answering and closes the database. */
  close(): Promise<void>
  /** Makes the first administrator of a new tenant. */
  seedAdmin(admin: NewAdmin): Promise<MadePerson>
  /** Makes a person at a place, who sees it and what is below it. */
  addPerson(person: NewPerson): Promise<MadePerson>
  /** Puts signed instructions on the shelf, for Onsites to fetch from now on. */
  addInstructions(signed: string, trustPem: string): Promise<AddedInstructions>
  /** Interprets kept readings once more. */
  reread(wish: RereadWish): Promise<RereadDone>
  /** The line without HTTP, for benchmarks. */
  readonly intake: IntakeParts
  /** The server, for tests that ask it without a socket. */
  readonly app: App
  /** Every route's method and address. */
  readonly routes: readonly { readonly method: string; readonly url: string }[]
}

/** Keys and partitions are looked at this often; both have weeks of room. */
const upkeepEvery = 3_600_000

/** Brings the schema up to date and puts Central together. */
export async function createCentral(options: CentralOptions): Promise<Central> {
  const { database, clock, dice, keyring, logger } = options
  for (const name of await migrate(database)) logger.info({ migration: name }, 'migrated')
  const slowHash = options.slowHash ?? new SlowHash()
  const partitions = new Partitions(database)
  const door = new OnsiteDoor(database)
  const statistics = new Statistics(database.engine)
  const shelf = new InstructionShelf(database, clock)
  const ingest = new Ingest(database, partitions)
  const intake: IntakeParts = { door, partitions, ingest, statistics, keyring, shelf, clock }
  let url = options.publicUrl ?? 'http://127.0.0.1'
  const secure = url.startsWith('https:')
  const app = await createServer({ logger, dice, clock, secure, trustProxy: options.trustProxy ?? false })
  const routes: { method: string; url: string }[] = []
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) routes.push({ method, url: route.url })
  })
  const signIn = new SignIn({ database, clock, dice, slowHash })
  guardApi(app, signIn, secure)
  accessRoutes(app, { signIn, database, secure })
  placeRoutes(app, { database, clock })
  fleetRoutes(app, { database, clock, door })
  supplyRoutes(app, { database })
  meterRoutes(app, { database, clock })
  onsiteRoutes(app, { database, keyring, clock, dice, slowHash, publicUrl: () => url })
  instructionRoutes(app, { database })
  healthRoutes(app, database)
  const enrolment = new Enrolment({ database, keyring, clock, slowHash })
  await openOnsiteDoor(app, (door) => {
    enrolRoutes(door, { enrolment, keyring })
    intakeRoutes(door, intake)
    instructionDoor(door, shelf)
  })
  await serveWebApp(app, options.web)
  const stopUpkeep = await startUpkeep({ partitions, statistics, keyring, clock, logger })
  return {
    app,
    routes,
    intake,
    seedAdmin: (admin) => seedAdmin({ database, clock, dice, slowHash }, admin),
    addInstructions: (signed, trustPem) => shelf.add(signed, trustPem),
    reread: (wish) => rereadAll({ database, shelf, clock, logger }, wish),
    addPerson: (person) => addPerson({ database, clock, dice, slowHash }, person),
    listen: async ({ host, port }) => {
      await app.listen({ host, port })
      if (options.publicUrl === null) url = urlOf(app, host)
      return url
    },
    close: async () => {
      stopUpkeep()
      await app.close()
      await database.close()
    },
  }
}

/** Says whether the database answers, and the API's description. */
function healthRoutes(app: App, database: Database): void {
  app.route({
    method: 'GET',
    url: '/api/health',
    config: { open: true },
    schema: { response: { 200: z.object({ ok: z.literal(true) }) } },
    handler: async () => {
      await database.as({ role: 'door' }, (queries) => queries.run('select 1'))
      return { ok: true as const }
    },
  })
  app.route({ method: 'GET', url: '/api/openapi.json', schema: { hide: true }, handler: () => app.swagger() })
}

async function startUpkeep(parts: {
  readonly partitions: Partitions
  readonly statistics: Statistics
  readonly keyring: Keyring
  readonly clock: Clock
  readonly logger: FastifyBaseLogger
}): Promise<() => void> {
  const { partitions, statistics, keyring, clock, logger } = parts
  await partitions.ahead(clock.now())
  let cancel = () => {}
  const again = (): void => {
    cancel = clock.after(upkeepEvery, () => {
      Promise.all([partitions.ahead(clock.now()), keyring.rotate(), statistics.tidy()])
        .catch((error: unknown) => logger.error({ err: error }, 'upkeep failed; it is tried again in an hour'))
        .finally(again)
    })
  }
  again()
  return () => cancel()
}

function urlOf(app: App, host: string): string {
  const address: AddressInfo | string | null = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
