import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Device, devicesQuerySchema, metersQuerySchema, type Onsite, suppliesQuerySchema } from '../api.ts'
import type { Database } from '../db/database.ts'
import { findDevice } from '../fleet/device.ts'
import { meterHistory } from '../fleet/history.ts'
import { listDevices } from '../fleet/list.ts'
import { overview } from '../fleet/overview.ts'
import { instructionVersions } from '../instructions/store.ts'
import { allMeters, listMeters } from '../meters/store.ts'
import { setStandby, wantDuty } from '../onsites/duty.ts'
import { inviteOnsite } from '../onsites/invite.ts'
import { changeSettings, onsiteSettings } from '../onsites/settings.ts'
import { addOnsite, listOnsites, revokeOnsite } from '../onsites/store.ts'
import { addPlace, listPlaces } from '../places/store.ts'
import { realDice } from '../real-world.ts'
import { listSupplies } from '../supplies/store.ts'
import { testEngines } from '../testing/engines.ts'
import { TestOnsite } from '../testing/onsite.ts'
import { Browser, makeReading, newProvider, Rig } from '../testing/rig.ts'
import type { Scope } from './scope.ts'
import { SlowHash } from './slow-hash.ts'

/** Every exported function of Central that takes a scope first, found in its sources: a new one must not be forgotten here. */
function takingScope(): readonly string[] {
  const sources = fileURLToPath(new URL('..', import.meta.url))
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== join('access', 'scope.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(sources, file), 'utf8')
      const taking = /export (?:(?:async )?function (\w+)(?:<[^>]*>)?|const (\w+) = (?:async )?)\(\s*\w+: Scope\b/g
      return [...text.matchAll(taking)].map(([, named, assigned]) => named ?? assigned ?? '')
    })
}

describe.each(testEngines())('the scope of a person, on $name', (engine) => {
  let database: Database
  let rig: Rig
  let device: string
  let onsite: string
  let site: string
  let customer: string
  let own: Scope
  const foreign = new Map<string, Scope>()

  beforeAll(async () => {
    if (engine.missing) return
    database = await engine.open()
    rig = await Rig.start(database)
    const invitation = await rig.invite()
    const other = await rig.invite()
    const enrolled = await TestOnsite.enrol(rig.central, rig.clock, invitation)
    await enrolled.report(makeReading({ at: '2026-11-16T09:00:00.000Z' }))
    onsite = invitation.onsite.id
    site = invitation.site
    customer = invitation.customer
    const tenant = BigInt(rig.me.tenant.id)
    const top = `/${rig.me.node.id}/`
    own = { tenant, person: 1n, node: BigInt(customer), path: `${top}${customer}/`, mayEdit: true }
    await newProvider(rig.central, 'otto@other.example', 'Other provider')
    const path = `${top}${other.customer}/`
    foreign.set('another customer', { ...own, node: BigInt(other.customer), path })
    foreign.set('another provider', { ...own, tenant: tenant + 1n, path: '/2/' })
    foreign.set('another provider that claims our path', { ...own, tenant: tenant + 1n })
    foreign.set('another provider that claims everything', { ...own, tenant: tenant + 1n, path: '/' })
    foreign.set('a path that only begins like ours', { ...own, path: `${top}${customer}0/` })
    const [found] = (await listDevices(own, database, devicesQuerySchema.parse({}), rig.clock.now())).rows
    device = found?.id ?? ''
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  const test = it.skipIf(engine.missing)
  const day = { date: '2026-11-16', start: Date.parse('2026-11-16'), end: Date.parse('2026-11-17') }
  const settings = {
    version: 1,
    name: 'x',
    intervalMinutes: 60,
    looks: { statusMinutes: null, suppliesMinutes: null, inventoryMinutes: null },
    hours: null,
    closing: null,
    zone: 'UTC',
    packetsPerSecond: 600,
    ranges: [],
    communities: ['public'],
    access: [],
    duty: 'active' as const,
    partner: null,
    timeoutMs: 1000,
    tries: 1,
    masks: { address: false, hostName: false, mac: false, location: false, contact: false },
  }
  const newOnsite = () => ({
    id: `stolen-${Math.random()}`,
    name: 'x',
    site: BigInt(site),
    email: 'x@x.example',
    secretHash: Uint8Array.of(1),
    settings,
    now: 0,
    expiresAt: 1,
  })

  /** Every store function that takes a scope, and how much of the one device, Onsite and customer it answers. */
  const functions: Readonly<Record<string, (scope: Scope) => Promise<number>>> = {
    listDevices: async (scope) => {
      const { rows, total, facets } = await listDevices(scope, database, devicesQuerySchema.parse({}), rig.clock.now())
      return rows.length + total + facets.vendors.length + facets.statuses.length + facets.presences.length
    },
    findDevice: async (scope) =>
      (await findDevice(scope, database, BigInt(device), rig.clock.now())) === null ? 0 : 1,
    meterHistory: async (scope) =>
      (await meterHistory(scope, database, { device: BigInt(device), meter: 'total.all.all.all/impressions' }))?.points
        .length ?? 0,
    overview: async (scope) => {
      const { devices, low, unknowable, onsites } = await overview(scope, database, rig.clock.now())
      return devices + low + unknowable + onsites.all
    },
    listSupplies: async (scope) => {
      const { rows, counts } = await listSupplies(scope, database, suppliesQuerySchema.parse({ view: 'all' }))
      return rows.length + counts.all
    },
    listMeters: async (scope) => {
      const { rows, total } = await listMeters(scope, database, {
        query: metersQuerySchema.parse({}),
        day,
        page: 1,
        size: 50,
      })
      return rows.length + total
    },
    allMeters: async (scope) => (await allMeters(scope, database, { query: metersQuerySchema.parse({}), day })).length,
    listOnsites: async (scope) =>
      (await listOnsites(scope, database, rig.clock.now())).filter(({ id }) => id === onsite).length,
    instructionVersions: async (scope) =>
      (await instructionVersions(scope, database)).versions.filter((one) => one.onsites.some(({ id }) => id === onsite))
        .length,
    addOnsite: async (scope) => ((await addOnsite(scope, database, newOnsite())) ? 1 : 0),
    listPlaces: async (scope) =>
      (await listPlaces(scope, database)).filter(({ id }) => id === site || id === customer).length,
    addPlace: async (scope) =>
      (await addPlace(scope, database, { parent: BigInt(customer), kind: 'site', name: 'x', now: 0 })).ok ? 1 : 0,
    onsiteSettings: async (scope) => ((await onsiteSettings(scope, database, onsite)) === null ? 0 : 1),
    changeSettings: async (scope) => {
      const settings = await onsiteSettings(own, database, onsite)
      if (settings === null) throw new Error('the Onsite has settings')
      return (await changeSettings(scope, database, { onsite, settings })).ok ? 1 : 0
    },
    inviteOnsite: async (scope) => {
      const { keyring } = rig.central.intake
      const publicUrl = () => 'http://central.example'
      const parts = {
        database,
        keyring,
        clock: rig.clock,
        dice: realDice,
        slowHash: new SlowHash({ cost: 16 }),
        publicUrl,
      }
      return (await inviteOnsite(scope, parts, { name: 'x', site: BigInt(site), email: 'x@x.example' })).ok ? 1 : 0
    },
    setStandby: async (scope) => ((await setStandby(scope, database, { onsite, of: null, now: 0 })).ok ? 1 : 0),
    // It has no partner: to who may see it that is said, to nobody else.
    wantDuty: async (scope) => {
      const wanted = await wantDuty(scope, database, { onsite, now: 0 })
      return wanted.ok || wanted.reason !== 'notFound' ? 1 : 0
    },
    revokeOnsite: async (scope) => ((await revokeOnsite(scope, database, onsite, 0)) ? 1 : 0),
  }

  test('answers nothing of what is not in it, from any store function, and everything of what is', async () => {
    for (const [name, ask] of Object.entries(functions)) {
      for (const [who, scope] of foreign) expect(await ask(scope), `${name} as ${who}`).toBe(0)
      expect(await ask(own), name).toBeGreaterThan(0)
    }
    // This one answers SQL, which is tried with every list above.
    expect([...Object.keys(functions), 'deviceCondition'].sort()).toEqual([...takingScope()].sort())
  })

  test('holds at the door too: a customer sees nothing of another by any address, and changes nothing', async () => {
    const { email, password } = await addCustomerUser('berta@customer.example')
    const browser = new Browser(rig.central)
    await browser.post('/api/sign-in', { email, password })
    const seen = await browser.get<{ onsites: Onsite[] }>('/api/onsites')
    expect(seen.onsites.map(({ state }) => state)).toEqual(['revoked'])
    for (const url of [`/api/devices/${device}`, `/api/devices/${device}/history`])
      expect((await browser.ask('GET', url)).statusCode, url).toBe(404)
    const lists = ['/api/devices', '/api/supplies?view=all', '/api/meters']
    for (const url of lists) {
      for (const place of [
        '',
        `place=${site}`,
        `place=${customer}`,
        `place=${rig.me.node.id}`,
        'place=1%25',
        'search=Acme',
      ])
        expect(
          (await browser.get<{ rows: unknown[]; total: number }>(`${url}${url.includes('?') ? '&' : '?'}${place}`))
            .rows,
          `${url} ${place}`,
        ).toEqual([])
    }
    expect((await browser.ask('GET', '/api/meters.csv')).body).not.toContain('SN-4711')
    const changes: [string, object][] = [
      ['/api/places', { parent: customer, kind: 'site', name: 'x' }],
      ['/api/onsites', { site, name: 'x', email: 'x@x.example' }],
      [`/api/onsites/${onsite}/revoke`, {}],
    ]
    expect((await browser.ask('GET', `/api/onsites/${onsite}/settings`)).statusCode).toBe(403)
    for (const [url, body] of changes) expect((await browser.ask('POST', url, body)).statusCode, url).toBe(403)
    expect((await rig.admin.get<Device>(`/api/devices/${device}`)).serial).toBe('SN-4711')
  })

  async function addCustomerUser(email: string) {
    const elsewhere = await rig.invite()
    const made = await rig.central.addPerson({
      email,
      name: 'Berta',
      role: 'customerUser',
      place: BigInt(elsewhere.customer),
      language: 'de',
    })
    const wrong = await rig.central.addPerson({
      email: 'x@x.example',
      name: 'X',
      role: 'providerAdmin',
      place: BigInt(elsewhere.customer),
      language: 'de',
    })
    expect(wrong).toMatchObject({ ok: false, reason: 'wrongRole' })
    await rig.admin.ask('POST', `/api/onsites/${elsewhere.onsite.id}/revoke`)
    if (!made.ok) throw new Error(made.detail)
    return made
  }
})
