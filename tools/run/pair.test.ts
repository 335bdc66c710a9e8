/** Two real Onsites with one scope and a real Central, by one clock: each printer is read by one of them, whatever becomes of the other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createCentral, openDatabase, openKeyring, realClock, realDice } from '@platen/central'
import { openOnsite, realWorld, run } from '@platen/onsite'
import { readRecordings, startFleet } from '@platen/simulator'
import { systemClock } from '@platen/snmp'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installOnsite } from './onsite.ts'
import { Person, record } from './people.ts'

const HOUR = 3_600_000
const PRINTERS = 5
const port = 17_471
const ranges = [`127.47.0.1-127.47.0.${PRINTERS}`]

type OpenOnsite = Extract<ReturnType<typeof openOnsite>, { ok: true }>['onsite']

describe('two Onsites of one site', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'platen-pair-'))
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  let ahead = 0
  const wall = () => Date.now() + ahead
  let person: Person
  let fleet: Awaited<ReturnType<typeof startFleet>>
  let first: OpenOnsite
  let second: OpenOnsite

  async function enrolled(url: string, site: string, name: string): Promise<{ onsite: OpenOnsite; id: string }> {
    const state = path.join(folder, name)
    installOnsite({ state, keys: path.join(folder, 'signing') }, { ranges, demo: true })
    const opened = openOnsite({ folder: state, world: realWorld({ wall, dice: Math.random, log: () => {} }) })
    if (!opened.ok) throw new Error(opened.reason)
    const { onsite } = opened
    ends.push(() => onsite.close())
    const { onsite: id, email, password } = await person.invite(site, name, `${name}@customer.example`)
    const done = await onsite.enrol({ server: url, email, password, snmpPort: port })
    if (!done.ok) throw new Error(`${done.reason} ${done.detail}`)
    return { onsite, id }
  }

  beforeAll(async () => {
    const logger = pino({ level: 'silent' })
    const clock = realClock(wall)
    const database = await openDatabase({ directory: path.join(folder, 'database'), log: logger })
    const keyring = await openKeyring({ directory: path.join(folder, 'keys'), clock, dice: realDice })
    const central = await createCentral({
      database,
      clock,
      dice: realDice,
      keyring,
      logger,
      web: null,
      publicUrl: null,
    })
    ends.push(() => central.close())
    const url = await central.listen({ host: '127.0.0.1', port: 0 })
    const admin = await central.seedAdmin({ email: 'a@b.example', name: 'A', provider: 'P', language: 'en' })
    if (!admin.ok) throw new Error(admin.detail)
    person = await Person.signIn(url, admin)
    const recordings = await readRecordings([path.resolve(import.meta.dirname, '../../knowledge/recordings')])
    fleet = await startFleet({ recordings, port, base: '127.47.0.1', count: PRINTERS, seed: 1, clock: systemClock })
    ends.push(() => fleet.close())
    const site = await person.place('site', await person.place('customer', person.node, 'C'), 'S')
    const [one, other] = [await enrolled(url, site, 'cellar'), await enrolled(url, site, 'attic')]
    await person.standBy(other.id, one.id)
    first = one.onsite
    second = other.onsite
  }, 60_000)
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })

  const devices = async () => Number((await person.get('/api/overview')).devices)

  it('read each printer once: one reads, the other asks nobody', async () => {
    await first.deliver()
    expect(await second.deliver()).toMatchObject({ ok: true, settingsChanged: true })
    expect(await first.round()).toMatchObject({ ok: true, tally: { read: PRINTERS } })
    const asked = fleet.asked()
    expect(await second.round()).toEqual({ ok: false, reason: 'standby', detail: 'cellar' })
    expect(fleet.asked()).toBe(asked)
    await first.deliver()
    await second.deliver()
    expect(await devices()).toBe(PRINTERS)
  })

  it('go on when one is lost: the other reads, and the devices stay the same ones', async () => {
    ahead += 2 * HOUR
    expect(await second.deliver()).toMatchObject({ ok: true, settingsChanged: true })
    expect(await second.round()).toMatchObject({ ok: true, tally: { read: PRINTERS } })
    await second.deliver()
    expect(await devices()).toBe(PRINTERS)
    const { rows } = await person.get('/api/devices')
    expect(new Set((Array.isArray(rows) ? rows : []).map((row) => String(record(row).serial))).size).toBe(PRINTERS)
  })

  it('stay one reader when the lost one comes back: it asks Central first, and stands by', async () => {
    const asked = fleet.asked()
    const stop = new AbortController()
    const told: string[] = []
    await run(first, {
      signal: stop.signal,
      onContact: (done) => {
        told.push(done.ok ? 'told' : done.reason)
        if (told.length === 2) stop.abort()
      },
      onRound: (done) => {
        told.push(done.ok ? 'read' : done.reason)
        if (told.length === 2) stop.abort()
      },
    })
    expect(told).toEqual(['told', 'standby'])
    expect(fleet.asked()).toBe(asked)
    expect(await second.round()).toMatchObject({ ok: true, tally: { read: PRINTERS } })
  })
})
