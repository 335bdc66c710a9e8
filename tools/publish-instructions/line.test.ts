/** The whole way of instructions with real programs: signed offline, on Central's shelf, fetched by an Onsite, named by its readings, and kept readings interpreted by a correction. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createCentral, openDatabase, openKeyring, realClock, realDice } from '@platen/central'
import { openOnsite, realWorld, stateFiles, statusOf } from '@platen/onsite'
import { parseSnmprec, startFleet } from '@platen/simulator'
import { systemClock } from '@platen/snmp'
import { makeInstructionKey, signBundle } from '@platen/wire'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inviteOnsite, Person, record } from '../run/people.ts'

const bundle = resolve(import.meta.dirname, '../../knowledge/instructions.gen.json')
const recording = [
  '1.3.6.1.2.1.1.1.0|4|Acme LaserThing 9000',
  '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1.1',
  '1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5',
  '1.3.6.1.2.1.25.3.2.1.3.1|4|Acme LaserThing 9000',
  '1.3.6.1.2.1.43.5.1.1.17.1|4|ACME123456',
  '1.3.6.1.2.1.43.10.2.1.3.1.1|2|7',
  '1.3.6.1.2.1.43.10.2.1.4.1.1|65|41234',
].join('\n')
const key = makeInstructionKey()
const total = 'total.all.all.all/impressions'

/** The repository's instructions; a mistaken version counts every impression twice. */
function signed(version: string, isMistaken: boolean): string {
  const json = JSON.parse(readFileSync(bundle, 'utf8'))
  for (const profile of json.profiles) {
    if (profile.profile === 'standard' && isMistaken) {
      profile.meters[0].value = { sum: [{ column: 'life' }, { column: 'life' }] }
    }
  }
  return signBundle(JSON.stringify({ ...json, version }), key.privatePem)
}

describe('instructions on their whole way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'platen-line-'))
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  let central: Awaited<ReturnType<typeof createCentral>>
  let person: Person
  let onsite: Extract<ReturnType<typeof openOnsite>, { ok: true }>['onsite']

  beforeAll(async () => {
    const logger = pino({ level: 'silent' })
    const clock = realClock(Date.now)
    const database = await openDatabase({ directory: join(folder, 'database'), log: logger })
    const keyring = await openKeyring({ directory: join(folder, 'keys'), clock, dice: realDice })
    central = await createCentral({ database, clock, dice: realDice, keyring, logger, web: null, publicUrl: null })
    ends.push(() => central.close())
    const url = await central.listen({ host: '127.0.0.1', port: 0 })
    const admin = await central.seedAdmin({ email: 'a@b.example', name: 'A', provider: 'P', language: 'en' })
    if (!admin.ok) throw new Error(admin.detail)
    person = await Person.signIn(url, admin)
    const port = 17_461
    const recordings = [{ name: 'acme', rows: parseSnmprec(recording).rows }]
    const fleet = await startFleet({ recordings, port, base: '127.46.0.1', count: 1, seed: 1, clock: systemClock })
    ends.push(() => fleet.close())
    const state = join(folder, 'onsite')
    const opened = openOnsite({ folder: state, world: realWorld({ wall: Date.now, dice: Math.random, log: () => {} }) })
    if (!opened.ok) throw new Error(opened.reason)
    onsite = opened.onsite
    ends.push(() => onsite.close())
    writeFileSync(join(state, stateFiles.scope), 'demo = true\nranges = ["127.46.0.1"]\n')
    writeFileSync(join(folder, 'trust.pem'), key.publicPem)
    const invitation = await inviteOnsite(person, { customer: 'C', site: 'S', onsite: 'O', email: 'it@c.example' })
    const trust = join(folder, 'trust.pem')
    const enrolled = await onsite.enrol({ server: url, ...invitation, snmpPort: port, trust })
    if (!enrolled.ok) throw new Error(`${enrolled.reason} ${enrolled.detail}`)
  }, 60_000)
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })

  const inForce = () => {
    const { instructions } = statusOf(onsite)
    return instructions.ok ? instructions.version : instructions.reason
  }
  const device = async () => {
    const { rows } = await person.get('/api/devices')
    const [first] = Array.isArray(rows) ? rows : []
    return await person.get(`/api/devices/${record(first).id}`)
  }
  const totalOf = ({ meters }: Record<string, unknown>) =>
    (Array.isArray(meters) ? meters : []).find((meter) => meter.key === total)?.value

  /** What the simulated printer said of its life count. */
  const countedBy = ({ observation }: Record<string, unknown>) =>
    BigInt(String(record(observation)['1.3.6.1.2.1.43.10.2.1.4.1.1']).replace('65|', ''))

  it('an Onsite enrolled with the trusted key alone gets its first ones from Central, and its readings name them', async () => {
    expect(inForce()).toBe('missing')
    expect(await central.addInstructions(signed('1.0.0', true), key.publicPem)).toMatchObject({ ok: true })
    expect(await onsite.deliver()).toMatchObject({ ok: true, renewal: { kind: 'waits', version: '1.0.0' } })
    expect(await onsite.round()).toMatchObject({ ok: true, tally: { kept: 1 } })
    expect(await onsite.deliver()).toMatchObject({ ok: true })
    const shown = await device()
    expect([shown.instructions, totalOf(shown)]).toEqual(['1.0.0', `${2n * countedBy(shown)}`])
  })

  it('a correction reaches it in one visit, is in force in the next round, and what was read before is interpreted once more', async () => {
    const counted = `${countedBy(await device())}`
    await central.addInstructions(signed('1.0.1', false), key.publicPem)
    expect(await onsite.deliver()).toMatchObject({ ok: true, renewal: { kind: 'waits', version: '1.0.1' } })
    expect(inForce()).toBe('1.0.0')
    const done = await central.reread({ since: 0, apply: true })
    expect(done).toMatchObject({ ok: true, version: '1.0.1', ended: true, counts: { changed: 1 } })
    const shown = await device()
    expect([shown.instructions, totalOf(shown)]).toEqual(['1.0.1', counted])
    expect(shown.rereads).toMatchObject([
      { from: '1.0.0', to: '1.0.1', meters: [{ key: total, before: `${2n * BigInt(counted)}`, after: counted }] },
    ])
    await onsite.round()
    await onsite.deliver()
    expect(inForce()).toBe('1.0.1')
    const after = await device()
    expect([after.instructions, totalOf(after)]).toEqual(['1.0.1', `${countedBy(after)}`])
    const { versions } = await person.get('/api/instructions')
    expect(versions).toMatchObject([
      { version: '1.0.1', onsites: [{ name: 'O' }] },
      { version: '1.0.0', onsites: [] },
    ])
  })
})
