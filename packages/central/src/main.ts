/**
 * The program `platen-central`: reads its arguments and environment, opens database and keys, and serves, migrates or makes the first
 * administrator. Screens go to standard output, the log as JSON lines to standard error.
 */
import { readFileSync } from 'node:fs'
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
import type { RereadCounts } from './reread/runs.ts'

const help = `platen-central: keeps what Onsites deliver and shows it to people

  platen-central serve         answers Onsites and people until it is stopped
  platen-central migrate       brings the database up to date and stops
  platen-central seed-admin --email E-MAIL [--name NAME] [--provider NAME] [--language de|en]
                               makes the first administrator; the password is shown once
  platen-central add-person --email E-MAIL --role ROLE --place NUMBER [--name NAME] [--language de|en]
                               makes a person who sees a place and what is below it; roles are providerAdmin,
                               dealerAdmin, dealerUser, customerAdmin, customerUser
  platen-central add-instructions --file FILE --trust PEM
                               puts signed instructions on the shelf: Onsites fetch the newest at their next visit.
                               PEM is the public key they must be signed with; the private one does not belong here
  platen-central reread [--since DAY] [--to VERSION] [--apply]
                               interprets kept readings once more by corrected profiles and counts what would change;
                               --apply replaces it, keeping the old values. DAY (UTC) is the first of this month unless
                               told otherwise: earlier readings stay. Stopped, the same words go on where it was.
                               With the embedded database, stop the service first

Environment
  DATABASE_URL        PostgreSQL 15 or newer; without it the embedded database is used
  PLATEN_DATA         folder of the embedded database and of the keys (./var/central)
  PLATEN_HOST         address to listen on (127.0.0.1)
  PLATEN_PORT         port to listen on (8080)
  PLATEN_PUBLIC_URL   where Onsites and people reach this Central, if not there
  PLATEN_TRUST_PROXY  reverse proxies of your own that set X-Forwarded-For: how many (1), or their addresses
                      (10.0.0.5,10.1.0.0/16); without it callers are counted by the address they come from
  PLATEN_WEB          folder of the built web app
  PLATEN_INSTRUCTIONS, PLATEN_INSTRUCTIONS_TRUST
                      signed instructions and their public key, as for add-instructions: looked at when serving begins
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
  PLATEN_INSTRUCTIONS: z.string().min(1).optional(),
  PLATEN_INSTRUCTIONS_TRUST: z.string().min(1).optional(),
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
  const { PLATEN_INSTRUCTIONS: file, PLATEN_INSTRUCTIONS_TRUST: trust } = environment
  // Central serves without them too: readings must not wait for a file.
  if (file !== undefined) console.log(await addFrom(central, { file, trust }))
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

/** Puts a file on the shelf and says in words what came of it. */
async function addFrom(
  central: Central,
  { file, trust }: { readonly file?: string | undefined; readonly trust?: string | undefined },
): Promise<string> {
  if (file === undefined || trust === undefined)
    return 'Instructions need a file and the public key they are signed with.'
  const added = await central.addInstructions(readFileSync(file, 'utf8'), readFileSync(trust, 'utf8'))
  if (!added.ok) {
    process.exitCode = 1
    return `Instructions refused: ${added.reason}: ${added.detail}`
  }
  return added.isNew
    ? `Instructions ${added.version} are on the shelf. Onsites with older ones fetch them at their next visit.`
    : `Instructions ${added.version} were on the shelf already.`
}

async function addInstructions(environment: Environment, options: object): Promise<void> {
  const files = z.object({ file: z.string(), trust: z.string() }).safeParse(options)
  if (!files.success) return fail('add-instructions: --file and --trust are needed')
  const central = await assemble(environment)
  console.log(await addFrom(central, files.data))
  await central.close()
}

const rereadSchema = z.object({
  since: z.iso.date().optional(),
  to: z.string().optional(),
  apply: z.boolean().default(false),
})

/** What was read before this month is billed, most likely: it stays unless somebody names a day. */
async function reread(environment: Environment, options: object): Promise<void> {
  const wish = rereadSchema.safeParse(options)
  if (!wish.success) return fail(`reread: ${z.prettifyError(wish.error)}`)
  const { to: version, apply } = wish.data
  const since = Date.parse(`${wish.data.since ?? `${new Date(Date.now()).toISOString().slice(0, 7)}-01`}T00:00:00Z`)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const central = await assemble(environment)
  let said = 0
  const onProgress = (counts: RereadCounts): void => {
    if (Date.now() - said < 2000) return
    said = Date.now()
    console.log(`  ${counts.devices} devices, ${counts.changed} readings ${apply ? 'changed' : 'would change'} ...`)
  }
  const done = await central.reread({ version, since, apply, signal: stop.signal, onProgress })
  await central.close()
  if (!done.ok) return fail(`reread: ${done.detail}`)
  const { counts, ended } = done
  const fates = `${counts.changed} ${apply ? 'changed' : 'would change'}, ${counts.same} the same, ${counts.incomplete} need answers that were not kept, ${counts.noProfile} of a profile that is gone, ${counts.unproved} without proof, ${counts.failed} failed`
  console.log(
    `${ended ? 'Done' : 'Stopped; the same words go on from here'}. By instructions ${done.version}, ${counts.devices} devices since ${new Date(since).toISOString().slice(0, 10)}: ${fates}.`,
  )
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
      file: { type: 'string' },
      trust: { type: 'string' },
      since: { type: 'string' },
      to: { type: 'string' },
      apply: { type: 'boolean' },
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
  if (command === 'add-instructions') return await addInstructions(environment.data, values)
  if (command === 'reread') return await reread(environment.data, values)
  if (command === 'help') console.log(help)
  else fail(help)
}

main().catch((error: unknown) => fail(textOf(error)))
