import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { meterKey } from '@platen/model'
import { udpTransport } from '@platen/snmp'
import { afterEach, describe, expect, it } from 'vitest'
import { Access } from './access.ts'
import { plainSettings } from './fake-central.testing.ts'
import { loadBoth } from './local.ts'
import { aSwitch, installTestInstructions, printer, Rig } from './rig.testing.ts'
import type { KeptReading } from './round.ts'
import type { Fate } from './tally.ts'
import { wholeRound } from './whole-round.ts'

const rig = new Rig()
afterEach(() => rig.clear())

function credentialOf(community: string): string {
  return Access.byCommunities([community]).of('192.0.2.1').communities[0]?.credential ?? ''
}

function scopeOf(...ranges: string[]): string {
  return `demo = true\nranges = ${JSON.stringify(ranges)}\n`
}

describe('a round', () => {
  it('does not begin without enrolment, scope or signed instructions, and says which', async () => {
    const folder = rig.prepared(scopeOf('127.30.0.1'))
    expect(await rig.open(folder).round()).toMatchObject({ ok: false, reason: 'notEnrolled' })
    const central = await rig.central()
    const made = await rig.enrolled({ scope: scopeOf('127.30.0.1'), central })
    writeFileSync(join(made.folder, 'scope.toml'), 'ranges = ["10.0.0.1/24"]')
    expect(await made.onsite.round()).toMatchObject({ reason: 'badScope', problems: [{ line: 1, reason: 'hostBits' }] })
    writeFileSync(join(made.folder, 'scope.toml'), scopeOf('127.30.0.1'))
    const signed = readFileSync(join(made.folder, 'instructions.signed'), 'utf8')
    writeFileSync(
      join(made.folder, 'instructions.signed'),
      signed.replace('sysDescr', 'sysDescR').replace('1.3.6', '1.3.7'),
    )
    expect(await made.onsite.round()).toMatchObject({ reason: 'badSignature' })
    installTestInstructions(rig.folder())
    writeFileSync(join(made.folder, 'trust.pem'), 'nonsense')
    expect(await made.onsite.round()).toMatchObject({ reason: 'badTrust' })
  })

  it('gives every address a named fate, collects printers only, and costs a silent host its time-outs and no more', async () => {
    const central = await rig.central()
    const { fleet, port } = await rig.fleet({
      base: '127.30.1.1',
      recordings: [printer, aSwitch],
      count: 8,
      faults: (number) => (number === 4 ? [{ kind: 'silent' }] : number === 6 ? [{ kind: 'garbage', length: 40 }] : []),
    })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.1.1-127.30.1.10'), central, snmpPort: port })
    const fates = new Map<string, Fate>()
    const kept: KeptReading[] = []
    const done = await onsite.round({
      onFate: (address, fate) => void fates.set(address, fate),
      onKept: (readings) => void kept.push(...readings),
    })
    expect(done).toMatchObject({ ok: true, tally: { read: 2, other: 4, kept: 2, notKept: 0 } })
    expect(fates.size).toBe(10)
    expect(fates.get('127.30.1.5')).toBe('silent')
    expect(['refused', 'unreachable', 'silent']).toContain(fates.get('127.30.1.7'))
    expect(kept.map(({ address }) => address)).toEqual(['127.30.1.1', '127.30.1.3'])
    expect(kept[0]?.reading.identity.model).toContain('LaserThing')
    expect(kept[0]?.reading.meters.length).toBeGreaterThan(0)
    // 200 ms and two tries: a silent host is two packets and 400 ms.
    if (done.ok) expect(done.milliseconds).toBeLessThan(3000)
    expect(fleet.asked()).toBeLessThan(40)
    expect(onsite.store.devices().map(({ address, credential }) => [address, credential])).toEqual([
      ['127.30.1.1', credentialOf('public')],
      ['127.30.1.3', credentialOf('public')],
    ])
  })

  it('asks no address outside the scope, whatever the settings say, and reports the ranges it did not use', async () => {
    const central = await rig.central()
    central.settings = { ...plainSettings, ranges: ['127.30.2.0/24', '127.30.2.2-127.30.2.3'] }
    const { fleet, port } = await rig.fleet({ base: '127.30.2.1', recordings: [printer], count: 8 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.2.1-127.30.2.3'), central, snmpPort: port })
    const done = await onsite.round()
    expect(done).toMatchObject({ ok: true, tally: { read: 2 }, refusedRanges: ['127.30.2.0/24'] })
    expect(fleet.printers.map((one) => one.address)).toHaveLength(8)
    expect(onsite.store.devices().map(({ address }) => address)).toEqual(['127.30.2.2', '127.30.2.3'])
    await onsite.deliver()
    expect(central.contacts[0]?.problems.join()).toContain('127.30.2.0/24')
  })

  it('asks known printers first and under the community that worked', async () => {
    const central = await rig.central()
    central.settings = { ...plainSettings, communities: ['wrong', 'public'], timeoutMs: 100, tries: 1 }
    const { fleet, port } = await rig.fleet({ base: '127.30.3.5', recordings: [printer], count: 1 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.3.1-127.30.3.6'), central, snmpPort: port })
    await onsite.round()
    expect(onsite.store.device('127.30.3.5')?.credential).toBe(credentialOf('public'))
    const before = fleet.asked()
    const order: string[] = []
    await onsite.round({ onFate: (address) => void order.push(address) })
    expect(order[0]).toBe('127.30.3.5')
    expect(order).toHaveLength(6)
    expect(fleet.asked() - before).toBeLessThan(before)
  })

  it('finds a printer that speaks nothing but SNMPv1, remembers it, and asks it right away from then on', async () => {
    const central = await rig.central()
    const { fleet, port } = await rig.fleet({
      base: '127.30.16.1',
      recordings: [printer],
      count: 1,
      agent: { versions: ['v1'] },
    })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.16.1'), central, snmpPort: port })
    const kept: KeptReading[] = []
    const first = await onsite.round({ onKept: (readings) => void kept.push(...readings) })
    expect(first).toMatchObject({ ok: true, tally: { read: 1, kept: 1 } })
    expect(kept[0]?.reading).toMatchObject({ identity: { serial: expect.stringMatching(/^ACM/) } })
    expect(kept[0]?.reading.supplies).toHaveLength(1)
    expect(kept[0]?.reading.meters.length).toBeGreaterThan(0)
    expect(onsite.store.device('127.30.16.1')).toMatchObject({ version: 'v1' })
    const before = fleet.asked()
    const again = await onsite.round()
    expect(again).toMatchObject({ tally: { read: 1 } })
    // Without the two unanswered tries in v2c, and without all that stays as it is.
    expect(fleet.asked() - before).toBe(2)
    expect(await onsite.ask('127.30.16.1')).toMatchObject({ ok: true })
  })

  it('asks a known printer for what moves, and says in the reading what it did not ask', async () => {
    const central = await rig.central()
    const { fleet, port } = await rig.fleet({ base: '127.30.19.1', recordings: [printer], count: 1 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.19.1'), central, snmpPort: port })
    const kept: KeptReading[] = []
    const onKept = (readings: readonly KeptReading[]) => void kept.push(...readings)
    await onsite.round({ onKept })
    const first = fleet.asked()
    await onsite.round({ onKept })
    expect(fleet.asked() - first).toBe(1)
    const [full, steady] = kept.map(({ reading }) => reading)
    if (full === undefined || steady === undefined) throw new Error('two readings')
    expect(full.visit).toBeUndefined()
    expect(steady.visit).toEqual({ kind: 'steady', keptAt: full.at, kept: ['1.3.6.1.2.1.43.10.2.1.3.1.1'] })
    expect(steady.identity).toEqual(full.identity)
    expect(steady.supplies).toEqual(full.supplies)
    expect(steady.meters.map(meterKey)).toEqual(full.meters.map(meterKey))
    await onsite.deliver()
    expect(central.readings.size).toBe(2)
  })

  it('reads all of a known printer again where another one stands in its place, in the same visit', async () => {
    const central = await rig.central()
    const { port } = await rig.fleet({
      base: '127.30.20.1',
      recordings: [printer],
      count: 1,
      faults: () => [{ kind: 'swap', after: 1_500 }],
    })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.20.1'), central, snmpPort: port })
    const kept: KeptReading[] = []
    const onKept = (readings: readonly KeptReading[]) => void kept.push(...readings)
    await onsite.round({ onKept })
    await new Promise((resolve) => setTimeout(resolve, 1_600))
    await onsite.round({ onKept })
    await onsite.round({ onKept })
    const [first, second, third] = kept.map(({ reading }) => reading)
    expect(second?.visit).toBeUndefined()
    expect(second?.identity.serial).not.toBe(first?.identity.serial)
    expect(third).toMatchObject({ identity: { serial: second?.identity.serial }, visit: { keptAt: second?.at } })
  })

  it('asks a known printer that has gone silent one try more than anybody, and forgets nothing', async () => {
    const central = await rig.central()
    central.settings = { ...plainSettings, timeoutMs: 200, tries: 2 }
    const { fleet, port } = await rig.fleet({
      base: '127.30.21.1',
      recordings: [printer],
      count: 1,
      faults: () => [{ kind: 'reboot', after: 1_500, lasts: 60_000 }],
    })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.21.1'), central, snmpPort: port })
    await onsite.round()
    await new Promise((resolve) => setTimeout(resolve, 1_600))
    const before = fleet.asked()
    expect(await onsite.round()).toMatchObject({ tally: { silent: 1 } })
    // Two tries of what moves, two in smaller questions, one probe in the same way, one in v1.
    expect(fleet.asked() - before).toBe(6)
    expect(onsite.store.rowsOf('127.30.21.1')).not.toBe(null)
  })

  it('asks a silent address a datagram for each try and community but the last try, which is in v1', async () => {
    const central = await rig.central()
    central.settings = { ...plainSettings, communities: ['a', 'b', 'public'], timeoutMs: 200, tries: 2 }
    const { fleet, port } = await rig.fleet({
      base: '127.30.17.1',
      recordings: [printer],
      count: 1,
      faults: () => [{ kind: 'silent' }],
    })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.17.1'), central, snmpPort: port })
    const done = await onsite.round()
    expect(done).toMatchObject({ ok: true, tally: { silent: 1 } })
    expect(fleet.asked()).toBe(3 * (2 - 1) + 1)
    if (done.ok) expect(done.milliseconds).toBeLessThan(7 * 200 + 600)
  })

  it('finds it under whichever community, one round or another', async () => {
    const central = await rig.central()
    central.settings = { ...plainSettings, communities: ['a', 'public'], timeoutMs: 100, tries: 1 }
    const { port } = await rig.fleet({
      base: '127.30.18.1',
      recordings: [printer],
      count: 1,
      agent: { versions: ['v1'] },
    })
    let dice = 0
    const changes = { world: rig.world({ dice: () => dice }) }
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.18.1'), central, snmpPort: port, changes })
    expect(await onsite.round()).toMatchObject({ tally: { silent: 1 } })
    dice = 0.5
    expect(await onsite.round()).toMatchObject({ tally: { read: 1 } })
    expect(onsite.store.device('127.30.18.1')).toMatchObject({ version: 'v1', credential: credentialOf('public') })
    dice = 0
    expect(await onsite.round()).toMatchObject({ tally: { read: 1 } })
  })

  it('loses one reading, not fifty, to a printer that brings out a bug', async () => {
    const central = await rig.central()
    const odd = printer.replace('1.3.6.1.4.1.99999.1.1', '1.3.6.1.4.1.99999.7.1')
    const { port } = await rig.fleet({
      base: '127.30.15.1',
      recordings: [...Array.from({ length: 4 }, () => printer), odd, ...Array.from({ length: 5 }, () => printer)],
      count: 10,
    })
    const { folder, onsite } = await rig.enrolled({
      scope: scopeOf('127.30.15.1-127.30.15.10'),
      central,
      snmpPort: port,
    })
    const loaded = loadBoth({ folder, scopeFile: join(folder, 'scope.toml') })
    const settings = onsite.store.get('settings')
    if (!loaded.ok || settings === null) throw new Error('prepared')
    const { scope, instructions } = loaded
    const standard = instructions.profiles.find(({ profile }) => profile === 'standard')
    if (standard === undefined) throw new Error('no standard profile')
    // A profile that passes for checked and throws when the reading is made.
    const brand = {
      vendor: 'Acme',
      objectId: [],
      printers: [],
      get id(): string[] {
        throw new Error('a bug')
      },
    }
    const match = { ...standard.match, objectId: ['1.3.6.1.4.1.99999.7'] }
    const broken = { ...standard, profile: 'broken', match, brands: [brand] }
    const ground = {
      settings,
      scope,
      instructions: { ...instructions, profiles: [broken, ...instructions.profiles] },
      config: { server: central.url, snmpPort: port, trapPort: 0, page: 'off' },
      transport: await udpTransport(),
    }
    const kept: string[] = []
    const done = await wholeRound(onsite, ground, {
      onKept: (some) => void kept.push(...some.map(({ address }) => address)),
    })
    expect(done).toMatchObject({ ok: true, tally: { read: 9, kept: 9, failed: 1 } })
    expect(kept).not.toContain('127.30.15.5')
    const [bug] = rig.lines.filter(({ level }) => level === 'error')
    expect(bug?.what).toMatch(/^reading 127\.30\.15\.5 failed, incident [0-9a-f]{8}$/)
    expect(bug?.detail).toContain('a bug')
    expect(onsite.store.get('round')).toMatchObject({ asked: 10, printers: 9, failed: 1 })
    await onsite.deliver()
    expect(central.readings.size).toBe(9)
    expect(central.contacts[0]?.problems.join()).toMatch(/incident [0-9a-f]{8}/)
  })

  it('leaves masked things out before sealing, and still remembers the printer', async () => {
    const central = await rig.central()
    central.settings = {
      ...plainSettings,
      masks: { address: true, hostName: true, mac: true, location: true, contact: true },
    }
    const named = printer.replace('1.3.6.1.2.1.1.5.0|', '1.3.6.1.2.1.1.4.0|4|Jo Doe 4711\n1.3.6.1.2.1.1.5.0|')
    const { port } = await rig.fleet({ base: '127.30.4.1', recordings: [named], count: 1 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.4.1'), central, snmpPort: port })
    const kept: KeptReading[] = []
    await onsite.round({ onKept: (readings) => void kept.push(...readings) })
    expect(kept[0]?.reading).toMatchObject({ address: 'withheld', identity: { hostName: null, location: null } })
    expect(JSON.stringify(kept[0]?.reading.identity)).not.toMatch(/lobby-printer|Third floor|Jo Doe/)
    expect(onsite.store.device('127.30.4.1')).not.toBe(null)
  })

  it('ends early at the signal, keeps what it has, and says how many were not asked', async () => {
    const central = await rig.central()
    const { port } = await rig.fleet({ base: '127.30.5.1', recordings: [printer], count: 4 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.5.0/24', '127.30.8.0/22'), central, snmpPort: port })
    const end = new AbortController()
    const done = await onsite.round({ signal: end.signal, onFate: (_address, fate) => fate === 'read' && end.abort() })
    if (!done.ok) throw new Error(done.reason)
    expect(done.tally.kept).toBe(done.tally.read)
    expect(done.tally.kept).toBeGreaterThan(0)
    expect(done.tally.notAsked).toBeGreaterThan(500)
  })

  it('does not wait for silent hosts when it is stopped, and keeps no reading that the stop cut short', async () => {
    const central = await rig.central()
    central.settings = { ...plainSettings, timeoutMs: 60_000, tries: 10 }
    const { port } = await rig.fleet({
      base: '127.30.14.1',
      recordings: [printer],
      count: 2,
      // Answers the probe and dies in the middle of being read.
      faults: (number) => (number === 1 ? [{ kind: 'slow', delay: 200 }] : []),
    })
    const world = rig.world()
    // The five seconds of grace are over at once.
    const after = (milliseconds: number, callback: () => void) =>
      world.clock.after(milliseconds === 5000 ? 1 : milliseconds, callback)
    const changes = { world: { ...world, clock: { ...world.clock, after } } }
    const { onsite } = await rig.enrolled({
      scope: scopeOf('127.30.14.1-127.30.14.9'),
      central,
      snmpPort: port,
      changes,
    })
    const end = new AbortController()
    const done = await onsite.round({ signal: end.signal, onFate: (_address, fate) => fate === 'read' && end.abort() })
    if (!done.ok) throw new Error(done.reason)
    expect(done.tally).toMatchObject({ read: 1, kept: 1, notAsked: 8 })
    expect(done.milliseconds).toBeLessThan(5000)
  })

  it('puts at most fifty readings into an envelope, and nothing readable onto the disk', async () => {
    const central = await rig.central()
    const { port } = await rig.fleet({ base: '127.30.10.1', recordings: [printer], count: 120 })
    const { folder, onsite } = await rig.enrolled({ scope: scopeOf('127.30.10.0/25'), central, snmpPort: port })
    const batches: number[] = []
    const serials: string[] = []
    await onsite.round({
      onKept: (kept) => {
        batches.push(kept.length)
        serials.push(...kept.flatMap(({ reading }) => reading.identity.serial ?? []))
      },
    })
    expect(batches).toEqual([50, 50, 20])
    expect(new Set(serials).size).toBe(120)
    const disk = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
    expect(serials.filter((serial) => disk.includes(serial))).toEqual([])
    expect(onsite.outbox.waiting()).toMatchObject({ envelopes: 3, readings: 120 })
  })

  it('survives a full disk: the round ends, the loss is counted and told to Central', async () => {
    const central = await rig.central()
    const { port } = await rig.fleet({ base: '127.30.11.1', recordings: [printer], count: 3 })
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.11.1-127.30.11.3'), central, snmpPort: port })
    const append = onsite.outbox.append.bind(onsite.outbox)
    onsite.outbox.append = async () => ({ ok: false, reason: 'diskFull', detail: 'SQLITE_FULL' })
    expect(await onsite.round()).toMatchObject({ ok: true, tally: { read: 3, kept: 0, notKept: 3 } })
    onsite.outbox.append = append
    await onsite.deliver()
    expect(central.contacts[0]?.problems.join()).toContain('3 readings not kept')
  })
})

describe('asking one printer', () => {
  it('refuses what is out of scope, and tells silent hosts from things that are no printers', async () => {
    const { port } = await rig.fleet({ base: '127.30.12.1', recordings: [printer, aSwitch], count: 2 })
    const central = await rig.central()
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.12.1-127.30.12.3'), central, snmpPort: port })
    expect(await onsite.ask('127.30.12.9')).toMatchObject({ ok: false, reason: 'outside' })
    expect(await onsite.ask('lobby')).toMatchObject({ ok: false, reason: 'nameNotAgreed' })
    expect(await onsite.ask('127.30.12.3')).toMatchObject({ ok: false, reason: 'silent' })
    expect(await onsite.ask('127.30.12.2')).toMatchObject({
      ok: false,
      reason: 'notAPrinter',
      detail: 'Acme Switch 24',
    })
  })

  it('explains every object asked and every number got, and keeps nothing', async () => {
    const { port } = await rig.fleet({ base: '127.30.13.1', recordings: [printer], count: 1 })
    const central = await rig.central()
    const { onsite } = await rig.enrolled({ scope: scopeOf('127.30.13.1'), central, snmpPort: port })
    const asked = await onsite.ask('127.30.13.1')
    if (!asked.ok) throw new Error(asked.reason)
    const life = asked.lines.find(({ object }) => object === '1.3.6.1.2.1.43.10.2.1.4.1.1')
    expect(life?.became.join()).toContain('total')
    expect(asked.lines.every(({ answer }) => answer !== '')).toBe(true)
    expect(asked.cost.requests).toBeGreaterThan(1)
    expect(onsite.outbox.waiting().envelopes).toBe(0)
    expect(onsite.ledger.last(1)[0]).toMatchObject({ what: 'asked' })
  })
})
