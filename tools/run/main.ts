/**
 * `./run`: Platen on one machine, as a first look or for a small office. Central with its database and the simulated printers live in
 * this process, the Onsite in its own, as in a customer's network; what is kept is under `var/demo` or `var/network`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createCentral, openDatabase, openKeyring, realClock, realDice } from '@platen/central'
import { pino } from 'pino'
import { type RunOptions, readRun, usage } from './arguments.ts'
import { builtWeb } from './built.ts'
import { snmpPortOf, startDemoFleet } from './fleet.ts'
import { installOnsite, onsiteCommand, onsiteService, signedInstructions } from './onsite.ts'
import { inviteOnsite, Person, record } from './people.ts'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())

const read = readRun(process.argv.slice(2))
if (read.kind === 'help') console.log(usage)
else if (read.kind === 'wrong') {
  console.error(`${read.detail}\n\n${usage}`)
  process.exitCode = 64
} else await run(read.options)

/** Starts everything in the order it depends on, and ends it in the other. */
async function run(options: RunOptions): Promise<void> {
  const data = path.resolve(options.data)
  if (options.fresh) forget(data)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const closing: (() => Promise<unknown>)[] = []
  try {
    const { url, login, central } = await startCentral(options, data, closing)
    const fleet = options.ranges.length > 0 ? null : await startDemoFleet(options)
    if (fleet !== null) closing.push(() => fleet.close())
    const person = await Person.signIn(url, login)
    const folders = { state: path.join(data, 'onsite'), keys: path.join(data, 'keys') }
    installOnsite(folders, { ranges: fleet?.ranges ?? options.ranges, demo: fleet !== null })
    const { signed, trust } = signedInstructions(folders)
    const added = await central.addInstructions(signed, trust)
    if (!added.ok) console.log(`Central does not serve these instructions: ${added.detail}`)
    await enrolOnce({ folders, person, url, snmpPort: snmpPortOf(options) })
    const service = onsiteService(folders, (text) => writeFileSync(path.join(data, 'onsite.log'), text, { flag: 'a' }))
    const ended = new Promise<void>((resolve) => service.once('close', () => resolve()))
    closing.push(() => {
      service.kill('SIGTERM')
      return ended
    })
    console.log(screen({ url, login, data, fleet, ranges: options.ranges }))
    await Promise.race([watch(person, fleet?.printers ?? null), ended])
    if (!stopping.signal.aborted) await Promise.race([ended, stopped()])
    if (!stopping.signal.aborted)
      throw new Error(`The Onsite ended by itself; ${path.join(data, 'onsite.log')} says why.`)
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  } finally {
    process.stdout.write('\nStopping ...')
    for (const close of closing.reverse()) await close()
    console.log(' everything is kept; the same command goes on from here.')
  }
}

/** Removes what an earlier run kept, and only that: another folder named by mistake stays. */
function forget(data: string): void {
  if (!existsSync(data)) return
  if (!existsSync(path.join(data, 'login.json'))) throw new Error(`${data} was not made by ./run: nothing is removed.`)
  rmSync(data, { recursive: true })
}

async function startCentral(options: RunOptions, data: string, closing: (() => Promise<unknown>)[]) {
  const web = builtWeb((line) => console.log(line))
  const logger = pino(
    { level: 'info' },
    pino.destination({ dest: path.join(data, 'central.log'), mkdir: true, sync: true }),
  )
  const clock = realClock(Date.now)
  const server = process.env.DATABASE_URL
  console.log(
    server === undefined ? 'Starting Central with its embedded database ...' : 'Starting Central on PostgreSQL ...',
  )
  const database = await openDatabase(
    server === undefined ? { directory: path.join(data, 'database'), log: logger } : { url: server, log: logger },
  )
  const keyring = await openKeyring({ directory: path.join(data, 'central-keys'), clock, dice: realDice })
  const central = await createCentral({ database, clock, dice: realDice, keyring, logger, web, publicUrl: null })
  closing.push(() => central.close())
  const url = await central.listen({ host: '127.0.0.1', port: options.port })
  const file = path.join(data, 'login.json')
  if (existsSync(file)) return { url, central, login: readLogin(file) }
  const admin = await central.seedAdmin({
    email: 'admin@platen.example',
    name: 'Admin',
    provider: 'Platen',
    language: 'en',
  })
  if (!admin.ok)
    throw new Error(
      server === undefined
        ? `${admin.detail}, but ${file} with its password is gone. Use another --data, or --fresh.`
        : `${admin.detail}, and it was not made by this run. Use a database of its own for demo, for network and for each --data.`,
    )
  writeFileSync(file, JSON.stringify({ email: admin.email, password: admin.password }), { mode: 0o600 })
  return { url, central, login: { email: admin.email, password: admin.password } }
}

function readLogin(file: string): { email: string; password: string } {
  const { email, password } = record(JSON.parse(readFileSync(file, 'utf8')))
  return { email: String(email), password: String(password) }
}

/** Enrols the Onsite at the first run; later ones find it enrolled. */
async function enrolOnce(parts: {
  folders: { state: string; keys: string }
  person: Person
  url: string
  snmpPort: number
}): Promise<void> {
  const { folders, person, url, snmpPort } = parts
  if (existsSync(path.join(folders.state, 'onsite.toml'))) return
  console.log('Enrolling an Onsite ...')
  const names = {
    customer: 'Example Ltd',
    site: 'Head office',
    onsite: 'Onsite on this machine',
    email: 'it@customer.example',
  }
  const invitation = await inviteOnsite(person, names)
  const words = ['enrol', '--server', url, '--email', invitation.email, '--snmp-port', String(snmpPort)]
  const enrolled = await onsiteCommand(folders, words, `${invitation.password}\n`)
  if (enrolled.code !== 0) throw new Error(`The Onsite could not enrol:\n${enrolled.output}`)
}

function screen(parts: {
  url: string
  login: { email: string; password: string }
  data: string
  fleet: { printers: number; others: number } | null
  ranges: readonly string[]
}): string {
  const { url, login, data, fleet, ranges } = parts
  const reads =
    fleet === null
      ? `the printers in ${ranges.join(', ')}`
      : `${fleet.printers} simulated printers and leaves ${fleet.others} other devices alone`
  return `
  Platen is running.

    open      ${url}
    e-mail    ${login.email}
    password  ${login.password}

  The Onsite reads ${reads}.
  Everything is kept in ${data}. Ctrl-C stops; the same command goes on from there.
`
}

/** Shows how many devices Central knows until the fleet is complete, or a real network has had its first minute. */
async function watch(person: Person, expected: number | null): Promise<void> {
  const started = performance.now()
  let shown = -1
  while (!stopping.signal.aborted && (expected !== null || performance.now() - started < 60_000)) {
    const devices = Number((await person.get('/api/overview')).devices)
    const seconds = Math.round((performance.now() - started) / 1000)
    if (devices !== shown)
      console.log(`  ${devices}${expected === null ? '' : ` of ${expected}`} printers read after ${seconds} s`)
    shown = devices
    if (expected !== null && devices >= expected) return
    await wait(1000, undefined, { signal: stopping.signal }).catch(() => {})
  }
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.signal.aborted) resolve()
    stopping.signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
