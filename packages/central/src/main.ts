/**
 * The program `platen-central`: reads its arguments and environment, opens database and keys, and serves, migrates or makes the first
 * administrator. Screens go to standard output, the log as JSON lines to standard error.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { z } from 'zod'
import type { MadePerson } from './access/admin.ts'
import { type Central, createCentral } from './central.ts'
import { migrate } from './db/migrate.ts'
import { openDatabase } from './db/open.ts'
import { readTrustedProxies } from './http/trusted-proxies.ts'
import { openKeyring } from './keys/keyring.ts'
import { realClock, realDice } from './real-world.ts'

const help = `platen-central: keeps what Onsites deliver and shows it to people

  platen-central serve         answers Onsites and people until it is stopped
  platen-central migrate       brings the database up to date and stops
  platen-central seed-admin --email E-MAIL [--name NAME] [--provider NAME] [--language de|en]
                               makes the first administrator; the password is shown once
  platen-central add-person --email E-MAIL --role ROLE --place NUMBER [--name NAME] [--language de|en]
                               makes a person who sees a place and what is below it; roles are providerAdmin,
                               dealerAdmin, dealerUser, customerAdmin, customerUser

Environment
  DATABASE_URL        PostgreSQL 15 or newer; without it the embedded database is used
  PLATEN_DATA         folder of the embedded database and of the keys (./var/central)
  PLATEN_HOST         address to listen on (127.0.0.1)
  PLATEN_PORT         port to listen on (8080)
  PLATEN_PUBLIC_URL   where Onsites and people reach this Central, if not there
  PLATEN_TRUST_PROXY  reverse proxies of your own that set X-Forwarded-For: how many (1), or their addresses
                      (10.0.0.5,10.1.0.0/16); without it callers are counted by the address they come from
  PLATEN_WEB          folder of the built web app
`

const environmentSchema = z.object({
  DATABASE_URL: z.string().min(1).optional(),
  PLATEN_DATA: z.string().min(1).default('var/central'),
  PLATEN_HOST: z.string().min(1).default('127.0.0.1'),
  PLATEN_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  PLATEN_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  PLATEN_TRUST_PROXY: z
    .string()
    .default('no')
    .transform((text, context) => {
      const read = readTrustedProxies(text)
      if (read.ok) return read.proxies
      context.addIssue(read.detail)
      return z.NEVER
    }),
  PLATEN_WEB: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL('../../web/dist', import.meta.url))),
})
type Environment = z.output<typeof environmentSchema>

const adminSchema = z.object({
  email: z.email().max(254),
  name: z.string().trim().min(1).max(120).default('Administrator'),
  provider: z.string().trim().min(1).max(120).default('My company'),
  language: z.enum(['de', 'en']).default('en'),
})

const personSchema = adminSchema.omit({ provider: true }).extend({
  role: z.enum(['providerAdmin', 'dealerAdmin', 'dealerUser', 'customerAdmin', 'customerUser']),
  place: z.coerce.bigint().positive(),
})

const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }))

async function open(environment: Environment) {
  const data = resolve(environment.PLATEN_DATA)
  const where =
    environment.DATABASE_URL === undefined ? { directory: `${data}/database` } : { url: environment.DATABASE_URL }
  return { data, database: await openDatabase({ ...where, log, onLost: endLost }) }
}

/** Without its database Central is only in the way: whoever supervises it starts it again, and it finds all that was committed. */
function endLost(reason: string): void {
  console.error(`${reason}. Central ends, since nothing can be kept or shown any more. Start it again.`)
  process.exit(1)
}

async function assemble(environment: Environment) {
  const { data, database } = await open(environment)
  const clock = realClock(() => Date.now())
  return await createCentral({
    database,
    clock,
    dice: realDice,
    keyring: await openKeyring({ directory: `${data}/keys`, clock, dice: realDice }),
    logger: log,
    web: environment.PLATEN_WEB,
    publicUrl: environment.PLATEN_PUBLIC_URL ?? null,
    trustProxy: environment.PLATEN_TRUST_PROXY,
  })
}

async function serve(environment: Environment): Promise<void> {
  const central = await assemble(environment)
  const url = await central.listen({ host: environment.PLATEN_HOST, port: environment.PLATEN_PORT })
  console.log(`Platen Central answers at ${url}\nStop it with Ctrl-C.`)
  const stop = (): void => {
    console.log('Stopping.')
    central.close().catch((error: unknown) => fail(`It did not stop cleanly: ${textOf(error)}`))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

async function migrateOnly(environment: Environment): Promise<void> {
  const { database } = await open(environment)
  const applied = await migrate(database)
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`)
  await database.close()
}

async function seed(environment: Environment, options: object): Promise<void> {
  const admin = adminSchema.safeParse(options)
  if (!admin.success) return fail(`seed-admin: ${z.prettifyError(admin.error)}`)
  await make(environment, (central) => central.seedAdmin(admin.data))
}

async function add(environment: Environment, options: object): Promise<void> {
  const person = personSchema.safeParse(options)
  if (!person.success) return fail(`add-person: ${z.prettifyError(person.error)}`)
  await make(environment, (central) => central.addPerson(person.data))
}

async function make(environment: Environment, run: (central: Central) => Promise<MadePerson>): Promise<void> {
  const central = await assemble(environment)
  const made = await run(central)
  await central.close()
  if (!made.ok) return fail(made.detail)
  console.log(`${made.email} can sign in.

  E-mail    ${made.email}
  Password  ${made.password}

The password is shown only now. Only a slow hash of it is kept.`)
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      provider: { type: 'string' },
      language: { type: 'string' },
      role: { type: 'string' },
      place: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const environment = environmentSchema.safeParse(process.env)
  if (!environment.success) return fail(`The environment is wrong.\n${z.prettifyError(environment.error)}`)
  const [command = 'help', ...rest] = values.help === true ? [] : positionals
  if (rest.length > 0) return fail(help)
  if (command === 'serve') return await serve(environment.data)
  if (command === 'migrate') return await migrateOnly(environment.data)
  if (command === 'seed-admin') return await seed(environment.data, values)
  if (command === 'add-person') return await add(environment.data, values)
  if (command === 'help') console.log(help)
  else fail(help)
}

main().catch((error: unknown) => fail(textOf(error)))
