/** SNMPv3 users and communities for ranges: in which order, at whom, and that nothing secret gets out and nothing is ever asked more weakly. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeMessage, type Transport, type User, udpTransport } from '@platen/snmp'
import { generateSealingKey, type Settings, sealUserSecret } from '@platen/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { type AccessOwner, openAccess } from './access.ts'
import { type FakeCentral, plainSettings } from './fake-central.testing.ts'
import type { Manner } from './gate.ts'
import { healthOf } from './health.ts'
import type { Onsite } from './onsite.ts'
import { printer, Rig } from './rig.testing.ts'
import { accessOwner } from './seal.ts'
import { applySettings } from './settings.ts'
import { statusOf } from './status.ts'
import type { Fate } from './tally.ts'
import { waysOf } from './who-is.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const AUTH = 'canary-auth-7f31'
const PRIVACY = 'canary-privacy-9c2e'
const COMMUNITY = 'canary-community-51aa'
const USER: User = {
  name: 'meter',
  auth: { protocol: 'sha256', password: AUTH },
  privacy: { protocol: 'aes128', password: PRIVACY },
}

type Entry = Settings['access'][number]

async function sealedUser(
  owner: AccessOwner,
  passwords = { auth: AUTH, privacy: PRIVACY },
): Promise<Entry['users'][number]> {
  const user = { name: 'meter', context: '', auth: 'sha256', privacy: 'aes128' } as const
  const sealed = await sealUserSecret({ ...user, onsite: owner.onsite }, passwords, owner.sealingKey.publicKey)
  return { ...user, sealed }
}

async function anOwner(): Promise<AccessOwner> {
  return { onsite: 'onsite-1', sealingKey: await generateSealingKey() }
}

describe('what an address is asked by', () => {
  const plain = { name: 'plain', context: '', auth: null, privacy: null, sealed: null }

  it('is one entry of the settings, the first that holds it, and nothing of another', async () => {
    const owner = await anOwner()
    const access = [
      { ranges: ['10.0.0.0/24', '10.0.5.1-10.0.5.9'], users: [await sealedUser(owner)], communities: ['first'] },
      { ranges: ['10.0.0.0/16', 'fe80::1/64'], users: [], communities: ['second'] },
    ]
    const { access: opened, problems } = await openAccess({ access, communities: ['others'] }, owner)
    const by = (address: string) => {
      const { users, communities } = opened.of(address)
      return [...users.map(({ name }) => name), ...communities.map(({ community }) => community.reveal())]
    }
    expect(by('10.0.0.7')).toEqual(['meter', 'first'])
    expect(by('10.0.5.9')).toEqual(['meter', 'first'])
    expect(by('10.0.5.10')).toEqual(['second'])
    expect(by('10.1.0.1')).toEqual(['others'])
    expect(by('printer.example')).toEqual(['others'])
    expect(problems).toEqual(['range fe80::1/64 of the credentials is not used: hostBits'])
  })

  it('leaves out a user whose passwords were sealed to other keys or for another Onsite, and says so in words', async () => {
    const owner = await anOwner()
    const others = [await anOwner(), { ...owner, onsite: 'onsite-2' }]
    for (const other of others) {
      const access = [{ ranges: ['10.0.0.1'], users: [await sealedUser(other)], communities: [] }]
      const opened = await openAccess({ access, communities: ['others'] }, owner)
      const means = opened.access.of('10.0.0.1')
      expect(means.users).toMatchObject([{ name: 'meter', user: null }])
      expect(waysOf(means, null, 0)).toEqual([])
      expect(opened.problems).toEqual([
        'the passwords of SNMPv3 user meter cannot be opened here, so it is not used: enter them again in Central',
      ])
    }
  })

  it('is users first, and for who answered to one that user or a stronger one, and never a community', async () => {
    const owner = await anOwner()
    const users = [plain, await sealedUser(owner)]
    const access = [{ ranges: ['10.0.0.1'], users, communities: ['a', 'b'] }]
    const settings = { access, communities: ['others'] }
    const means = (await openAccess(settings, owner)).access.of('10.0.0.1')
    const said = (known: Manner | null, plainWay: 'all' | number = 0.9) =>
      waysOf(means, known, plainWay).map(({ version, credential }) => {
        const user = means.users.find((one) => one.credential === credential)?.name
        return `${version} ${user ?? means.communities.find((one) => one.credential === credential)?.community.reveal()}`
      })
    expect(said(null)).toEqual(['v3 plain', 'v3 meter', 'v2c a', 'v2c b', 'v1 b'])
    expect(said(null, 'all').slice(4)).toEqual(['v1 a', 'v1 b'])
    const [weak, strong] = means.users
    const [, second] = means.communities
    expect(said({ version: 'v2c', credential: second?.credential ?? '' })).toEqual([
      'v3 plain',
      'v3 meter',
      'v2c b',
      'v2c a',
      'v1 b',
    ])
    expect(said({ version: 'v1', credential: second?.credential ?? '' })).toEqual([
      'v3 plain',
      'v3 meter',
      'v1 b',
      'v2c b',
      'v2c a',
    ])
    expect(said({ version: 'v3', credential: strong?.credential ?? '' })).toEqual(['v3 meter'])
    expect(said({ version: 'v3', credential: weak?.credential ?? '' })).toEqual(['v3 plain', 'v3 meter'])
    expect(said({ version: 'v3', credential: 'of a user that is gone' })).toEqual(said(null))
    // Still in the settings, though it cannot be used: better silent than weaker.
    const closed = (await openAccess(settings, await anOwner())).access.of('10.0.0.1')
    expect(waysOf(closed, { version: 'v3', credential: strong?.credential ?? '' }, 0)).toEqual([])
  })
})

/** A transport that writes down by what each address was asked in the clear. */
async function listening(heard: string[]): Promise<Transport> {
  const transport = await udpTransport()
  const send = transport.send.bind(transport)
  return Object.assign(transport, {
    send: (bytes: Uint8Array, address: string, port: number, watched: boolean) => {
      const decoded = decodeMessage(bytes)
      if (decoded.ok) heard.push(`${address} ${decoded.message.version} ${decoded.message.community}`)
      send(bytes, address, port, watched)
    },
  })
}

/** An enrolled Onsite with printers that know the user, and by a community too. */
async function secured(base: string, count: number) {
  const central = await rig.central()
  const agent = { users: [USER], community: COMMUNITY }
  const { fleet, port } = await rig.fleet({ base, recordings: [printer], count, agent })
  const inTheClear: string[] = []
  const scope = `demo = true\nranges = ["${base}-${fleet.addresses.at(-1)}"]\n`
  const changes = { transport: () => listening(inTheClear) }
  const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port, changes })
  const owner = accessOwner(onsite.store)
  if (owner === null) throw new Error('not enrolled')
  const set = async (access: Settings['access'], more: Partial<Settings> = {}) => {
    central.settings = { ...plainSettings, ...more, access, version: central.settings.version + 1 }
    expect(await onsite.deliver()).toMatchObject({ ok: true, settingsChanged: true })
  }
  return { central, fleet, inTheClear, folder, onsite, owner, set }
}

async function fatesOf(onsite: Onsite): Promise<Record<string, Fate>> {
  const fates: Record<string, Fate> = {}
  const onFate = (address: string, fate: Fate) => {
    fates[address] = fate
  }
  expect(await onsite.round({ onFate })).toMatchObject({ ok: true })
  return fates
}

/** What Central was told in the contacts it got. */
function problemsOf(central: FakeCentral): readonly string[] {
  return central.contacts.flatMap(({ problems }) => problems)
}

describe('a round over printers with SNMPv3', () => {
  it('reads them as their user, says nothing in the clear, and knows them again by it', async () => {
    const { fleet, inTheClear, onsite, owner, set } = await secured('127.31.1.1', 2)
    await set([{ ranges: ['127.31.1.0/24'], users: [await sealedUser(owner)], communities: [COMMUNITY] }])
    for (let n = 0; n < 2; n += 1)
      expect(await fatesOf(onsite)).toEqual(Object.fromEntries(fleet.addresses.map((address) => [address, 'read'])))
    expect(inTheClear).toEqual([])
    expect(onsite.store.devices()).toMatchObject([{ version: 'v3' }, { version: 'v3' }])
    expect(await onsite.ask('127.31.1.1')).toMatchObject({
      ok: true,
      manner: { version: 'v3', user: 'meter' },
      vain: [],
    })
    expect(inTheClear).toEqual([])
  })

  it('ends refused where the password is another, tells it the second time, and asks no known printer by a community', async () => {
    const { central, inTheClear, onsite, owner, set } = await secured('127.31.2.1', 2)
    const entry = { ranges: ['127.31.2.0/24'], communities: [COMMUNITY] }
    await set([{ ...entry, users: [await sealedUser(owner)] }])
    await fatesOf(onsite)
    const wrong = await sealedUser(owner, { auth: 'not-the-password', privacy: PRIVACY })
    await set([{ ...entry, users: [wrong] }])
    expect(await fatesOf(onsite)).toEqual({ '127.31.2.1': 'refused', '127.31.2.2': 'refused' })
    await onsite.deliver()
    expect(problemsOf(central)).toEqual([])
    await fatesOf(onsite)
    await onsite.deliver()
    const told = 'SNMPv3 user meter has another password or protocol at 127.31.2.1, 127.31.2.2'
    expect(problemsOf(central)).toEqual([told])
    expect(await onsite.ask('127.31.2.1')).toMatchObject({ ok: false, reason: 'refused', detail: 'wrongPassword' })
    expect(inTheClear).toEqual([])
    // The user is gone from the settings: what is left there may be used.
    await set([{ ...entry, users: [] }])
    expect(await fatesOf(onsite)).toEqual({ '127.31.2.1': 'read', '127.31.2.2': 'read' })
    expect(new Set(inTheClear.map((line) => line.split(' ')[2]))).toEqual(new Set([COMMUNITY]))
  })

  it('is silent at a known printer that is silent, and does not try to wake it by a community', async () => {
    const { inTheClear, onsite, owner, set, fleet } = await secured('127.31.3.1', 1)
    await set([{ ranges: ['127.31.3.1'], users: [await sealedUser(owner)], communities: [COMMUNITY] }])
    expect(await fatesOf(onsite)).toEqual({ '127.31.3.1': 'read' })
    await fleet.close()
    const [fate] = Object.values(await fatesOf(onsite))
    expect(['silent', 'unreachable']).toContain(fate)
    expect(inTheClear).toEqual([])
    // However long it is away: who waits for it to be forgotten is not shown a community either.
    onsite.store.missed('127.31.3.1', 1)
    expect(onsite.store.devices()).toEqual([])
    await fatesOf(onsite)
    expect(inTheClear).toEqual([])
    // It is known no more: no round waits for it, and an inventory asks for it as the user it answered to.
    expect(await onsite.round({ kind: 'round' })).toMatchObject({ ok: true, tally: { silent: 0, unreachable: 0 } })
    expect(onsite.store.proven()).toMatchObject([{ address: '127.31.3.1', version: 'v3' }])
  })

  it('shows a stranger nothing of another entry, and its own communities only after its users', async () => {
    const { inTheClear, onsite, owner, set } = await secured('127.31.4.1', 2)
    const stranger = { name: 'stranger', context: '', auth: null, privacy: null, sealed: null }
    await set(
      [
        { ranges: ['127.31.4.1'], users: [stranger], communities: [COMMUNITY] },
        { ranges: ['127.31.4.2'], users: [stranger], communities: [] },
        { ranges: ['127.31.4.0/24'], users: [await sealedUser(owner)], communities: ['never'] },
      ],
      { communities: ['never either'] },
    )
    expect(await fatesOf(onsite)).toEqual({ '127.31.4.1': 'read', '127.31.4.2': 'refused' })
    expect(new Set(inTheClear)).toEqual(new Set([`127.31.4.1 v2c ${COMMUNITY}`]))
  })

  it('keeps every password and community out of ledger, status, health, log, answers and files', async () => {
    const { folder, onsite, owner, set } = await secured('127.31.5.1', 1)
    const right = await sealedUser(owner)
    const entry = { ranges: ['127.31.5.1'], communities: [COMMUNITY] }
    await set([{ ...entry, users: [right] }])
    await fatesOf(onsite)
    const asked = await onsite.ask('127.31.5.1')
    const wrong = await sealedUser(owner, { auth: `wrong-${AUTH}`, privacy: PRIVACY })
    await set([{ ...entry, users: [wrong] }])
    await fatesOf(onsite)
    await fatesOf(onsite)
    const refused = await onsite.ask('127.31.5.1')
    const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'))
    const said = [
      JSON.stringify([asked, refused, statusOf(onsite), healthOf(onsite), rig.lines], bigints),
      JSON.stringify([...onsite.ledger.lines()]),
      JSON.stringify(onsite.store.devices()),
      ...files,
    ].join('\n')
    expect(asked).toMatchObject({ ok: true })
    expect(refused).toMatchObject({ ok: false, reason: 'refused' })
    expect(said).toContain('127.31.5.1')
    for (const canary of [AUTH, PRIVACY, COMMUNITY, right.sealed ?? '']) expect(said.includes(canary)).toBe(false)
  })
})

describe('an Onsite on standby', () => {
  it('makes no round and asks nobody, says so, and reads again when Central says so', async () => {
    const { inTheClear, onsite, set } = await secured('127.31.6.1', 1)
    await set([], { duty: 'standby', partner: 'Head office', communities: [COMMUNITY] })
    expect(await onsite.round()).toEqual({ ok: false, reason: 'standby', detail: 'Head office' })
    expect(await onsite.round({ only: ['127.31.6.1'] })).toMatchObject({ reason: 'standby' })
    expect(inTheClear).toEqual([])
    expect(statusOf(onsite)).toMatchObject({ standbyFor: 'Head office' })
    expect(healthOf(onsite)).toMatchObject({ ok: true })
    await set([], { duty: 'active', partner: 'Head office', communities: [COMMUNITY] })
    expect(await fatesOf(onsite)).toEqual({ '127.31.6.1': 'read' })
    expect(statusOf(onsite)).toMatchObject({ standbyFor: null })
  })
})

describe('settings of a newer Central', () => {
  it('are taken as far as they are known here, and what is ignored is told once a version', async () => {
    const { onsite } = await secured('127.31.7.1', 1)
    const newer = { ...plainSettings, version: 2, intervalMinutes: 30 }
    const applied = [0, 1, 2].map(() => applySettings(onsite.store, newer, ['coffee', 'tea']))
    expect(applied).toEqual(['applied', 'same', 'same'])
    const told = 'settings of a newer Central that this program does not know are ignored: coffee, tea'
    expect(onsite.store.get('problems')).toEqual([told])
    onsite.store.forget('problems')
    expect(applySettings(onsite.store, newer, ['coffee', 'tea'])).toBe('same')
    expect(onsite.store.get('problems')).toBe(null)
    // The same version of which a newer program here understands more.
    expect(applySettings(onsite.store, { ...newer, zone: 'Europe/Vienna' })).toBe('applied')
    expect(applySettings(onsite.store, plainSettings)).toBe('older')
  })
})
