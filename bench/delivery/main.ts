/**
 * Central away, and back: 500 printers are read hourly on a clock that is moved on, everything is sealed and kept as always, and then told
 * to a real Central over HTTP. Prints the octets a reading takes in the outbox, what 90 days of them would take against the outbox's cap,
 * and how many times faster than they were read the readings are delivered. A bar that is missed ends it with 1.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createCentral, openDatabase, openKeyring, realClock, realDice } from '@platen/central'
import { keepHeapLean, openOnsite, realWorld, stateFiles } from '@platen/onsite'
import { pino } from 'pino'
import { hasPostgres, startPostgres } from '../../e2e/peers/postgres.ts'
import { installOnsite } from '../../tools/run/onsite.ts'
import { inviteOnsite, Person } from '../../tools/run/people.ts'
import { startFleet } from '../fleet.ts'

const printers = 500
/** 90 days, hourly. */
const hoursInAll = 90 * 24
/** Hours that are really read: 5 % of them, if not said. */
const hours = Number(process.argv[2] ?? hoursInAll / 20)
const hour = 3_600_000
/** The outbox's cap (`OUTBOX_CAP_BYTES`). */
const capBytes = 2 * 1024 ** 3
/** Design: times faster than real time. */
const catchUpLeast = 50
const port = 16_210

const folder = mkdtempSync(path.join(tmpdir(), 'platen-bench-'))
const folders = { state: path.join(folder, 'onsite'), keys: path.join(folder, 'keys') }
keepHeapLean()
const fleet = await startFleet({ count: printers, port, base: '127.41.0.1' })
const postgres = hasPostgres ? await startPostgres() : null
const clock = realClock(Date.now)
const logger = pino({ level: 'silent' })
const central = await createCentral({
  database: await openDatabase(postgres === null ? { log: logger } : { url: postgres.url, log: logger }),
  clock,
  dice: realDice,
  keyring: await openKeyring({ directory: path.join(folder, 'central'), clock, dice: realDice }),
  logger,
  web: null,
  publicUrl: null,
})
try {
  await measure()
} finally {
  await central.close()
  await postgres?.stop()
  fleet.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(): Promise<void> {
  const { onsite, person, later } = await enrolled()
  const began = performance.now()
  let read = 0
  for (let at = 0; at < hours; at += 1) {
    const done = await onsite.round({ kind: at === 0 ? 'inventory' : 'round' })
    if (!done.ok || done.tally.kept !== printers) throw new Error(`not all were read: ${JSON.stringify(done)}`)
    read += done.tally.kept
    later(hour)
    if ((at + 1) % 12 === 0) console.log(`${at + 1} of ${hours} hours, ${read} readings`)
  }
  const readSeconds = (performance.now() - began) / 1000
  const { readings, bytes, envelopes } = onsite.outbox.waiting()
  if (readings !== read) throw new Error(`${readings} of ${read} readings wait`)
  const each = bytes / readings
  const file = path.join(folders.state, stateFiles.database)
  const onDisk = (statSync(file).size + statSync(`${file}-wal`).size) / readings
  const ofAll = (octets: number) => octets * printers * hoursInAll
  const deliveredAt = performance.now()
  while (onsite.outbox.waiting().envelopes > 0) {
    const delivered = await onsite.deliver()
    if (!delivered.ok) throw new Error(`not delivered: ${delivered.reason} ${delivered.detail}`)
  }
  const seconds = (performance.now() - deliveredAt) / 1000
  onsite.close()
  const { devices } = await person.get('/api/overview')
  const rate = readings / seconds
  const times = rate / (printers / 3_600)
  const database = postgres === null ? 'the embedded database' : 'PostgreSQL'
  console.log(
    `${readings} readings of ${hours} hours (${((hours / hoursInAll) * 100).toFixed(1)} % of 90 days) in ${envelopes} envelopes, read and sealed in ${readSeconds.toFixed(0)} s`,
  )
  console.log(`outbox        ${each.toFixed(0)} octets a reading; file ${onDisk.toFixed(0)} octets a reading`)
  console.log(
    `90 days       ${(ofAll(each) / 1e6).toFixed(0)} MB of ${(capBytes / 1e6).toFixed(0)} MB (cap), extrapolated; file ${(ofAll(onDisk) / 1e6).toFixed(0)} MB`,
  )
  console.log(
    `delivery      ${rate.toFixed(0)} readings/s to a real Central on ${database}, ${times.toFixed(0)} x real time (bar ${catchUpLeast}); 90 days in ${((hoursInAll / times) * 60).toFixed(0)} min`,
  )
  console.log(`Central has   ${String(devices)} of ${printers} devices`)
  if (ofAll(each) > capBytes) missed(`90 days do not fit the outbox`)
  if (times < catchUpLeast) missed(`delivery is ${times.toFixed(0)} x real time, the bar is ${catchUpLeast}`)
  if (devices !== printers) missed(`Central has ${String(devices)} devices`)
}

function missed(what: string): void {
  console.log(`MISSED: ${what}`)
  process.exitCode = 1
}

/** An Onsite whose clocks stand so many hours back, and can be moved on. */
async function enrolled() {
  const url = await central.listen({ host: '127.0.0.1', port: 0 })
  const someone = { email: 'bench@platen.example', name: 'Bench', provider: 'Bench', language: 'en' } as const
  const admin = await central.seedAdmin(someone)
  if (!admin.ok) throw new Error(admin.detail)
  const person = await Person.signIn(url, admin)
  const place = { customer: 'Customer', site: 'Site', onsite: 'Onsite', email: 'it@customer.example' }
  const { email, password } = await inviteOnsite(person, place)
  installOnsite(folders, { ranges: fleet.ranges, demo: true })
  let moved = 0
  const start = Date.now() - hours * hour
  const world = realWorld({
    wall: () => start + moved + performance.now(),
    dice: Math.random,
    log: ({ what, detail }) => console.error(what, detail),
  })
  const { now } = world.clock
  const opened = openOnsite({
    folder: folders.state,
    world: { ...world, clock: { ...world.clock, now: () => now() + moved } },
  })
  if (!opened.ok) throw new Error(`${opened.reason}: ${opened.detail}`)
  const { onsite } = opened
  const done = await onsite.enrol({ server: url, email, password, snmpPort: port })
  if (!done.ok) throw new Error(`${done.reason}: ${done.detail}`)
  const later = (milliseconds: number) => {
    moved += milliseconds
  }
  return { onsite, person, later }
}
