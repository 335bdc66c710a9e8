/**
 * How many device readings a second Central takes in: sealed deliveries are opened, verified, parsed, folded and committed, on a real
 * PostgreSQL. Printed as readings a second and as a share of the limit: COPY of the same rows into an unlogged table, in the same run.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Central, createCentral, openDatabase, openKeyring, realClock, realDice, takeIn } from '@platen/central'
import { pino } from 'pino'
import { hasPostgres, startPostgres } from '../../e2e/peers/postgres.ts'
import { Person } from '../../tools/run/people.ts'
import { chanceOf, devicesOf, readingOf } from '../../tools/seed/fleet.ts'
import { MadeUpOnsite } from '../../tools/seed/onsite.ts'
import { copyRows, profileOf } from './limit.ts'

/** The bar of the design: what an hour's peak of 500,000 devices needs, with room. */
const bar = 2000
const onsites = 8
const devicesEach = 50
const rounds = 40
const connections = 4
const minute = 60_000

interface Line {
  readonly onsite: string
  readonly deliveries: readonly Uint8Array[]
}

async function main(): Promise<void> {
  const given = process.env.PLATEN_TEST_POSTGRES
  if (given === undefined && !hasPostgres) {
    console.log('intake: needs PostgreSQL on this machine, or its URL in PLATEN_TEST_POSTGRES: skipped')
    return
  }
  const own = given === undefined ? await startPostgres() : null
  const keys = mkdtempSync(path.join(tmpdir(), 'platen-bench-'))
  const url = own?.url ?? given ?? ''
  const clock = realClock(Date.now)
  const logger = pino({ level: 'warn' })
  const central = await createCentral({
    database: await openDatabase({ url, log: logger }),
    keyring: await openKeyring({ directory: keys, clock, dice: realDice }),
    clock,
    dice: realDice,
    logger,
    web: null,
    publicUrl: null,
  })
  try {
    const lines = await prepare(central)
    const bytes = lines.flatMap(({ deliveries }) => deliveries).reduce((sum, one) => sum + one.length, 0)
    const readings = onsites * devicesEach * rounds
    console.log(
      `${readings} readings in ${onsites * rounds} deliveries, ${Math.round(bytes / readings)} bytes a reading sealed`,
    )
    const took = await takeAll(central, lines)
    const rate = readings / took.seconds
    const limit = await copyRows(url)
    console.log(`intake            ${Math.round(rate)} readings/s (${took.cpu.toFixed(2)} ms CPU of Central a reading)`)
    console.log(`limit (COPY)      ${Math.round(limit.rate)} rows/s, ${limit.rows} rows stored`)
    console.log(`share of limit    ${(rate / limit.rate).toFixed(3)}`)
    console.log(`stored            ${profileOf(limit)}`)
    console.log(rate >= bar ? `ok: at least ${bar} readings/s` : `FAILED: under ${bar} readings/s`)
    if (rate < bar) process.exitCode = 1
  } finally {
    await central.close()
    await own?.stop()
    rmSync(keys, { recursive: true, force: true })
  }
}

/** Enrols Onsites and seals every delivery before the clock starts: sealing is the Onsites' work. */
async function prepare(central: Central): Promise<readonly Line[]> {
  const server = await central.listen({ host: '127.0.0.1', port: 0 })
  const admin = await central.seedAdmin({
    email: 'bench@provider.example',
    name: 'B',
    provider: 'Bench',
    language: 'en',
  })
  if (!admin.ok) throw new Error(admin.detail)
  const person = await Person.signIn(server, admin)
  const customer = await person.place('customer', person.node, 'Customer')
  const chance = chanceOf(1)
  const start = Date.now() - rounds * minute
  const lines: Line[] = []
  for (let site = 0; site < onsites; site++) {
    const place = await person.place('site', customer, `Site ${site}`)
    const { email, password } = await person.invite(place, `Onsite ${site}`, 'it@customer.example')
    const onsite = await MadeUpOnsite.enrol({ server, email, password, fetch, bytes: randomBytes, now: Date.now })
    const devices = devicesOf(chance, site, devicesEach)
    const deliveries: Uint8Array[] = []
    for (let round = 0; round < rounds; round++) {
      const readings = devices.map((device) => {
        const id = randomBytes(16).toString('hex')
        return readingOf(device, { id, at: start + round * minute, day: round, monotonic: round * minute })
      })
      deliveries.push(...(await onsite.pack(readings)))
    }
    lines.push({ onsite: `Onsite ${site}`, deliveries })
  }
  return lines
}

/** Takes all deliveries in, each Onsite's in order, some Onsites at once, as the HTTP door would. */
async function takeAll(central: Central, lines: readonly Line[]): Promise<{ seconds: number; cpu: number }> {
  const waiting = [...lines]
  const started = performance.now()
  const before = process.cpuUsage()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) {
        for (const delivery of line.deliveries) {
          const taken = await takeIn(central.intake, delivery)
          if (!taken.ok || taken.stored.readings !== devicesEach) throw new Error(`${line.onsite}: not all were stored`)
        }
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  return { seconds, cpu: (user + system) / 1000 / (onsites * devicesEach * rounds) }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
