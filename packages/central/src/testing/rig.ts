/** A whole Central for tests, asked without a socket, with a clock and dice that the test holds. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Meter, Reading, Supply } from '@platen/model'
import type { LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { SlowHash } from '../access/slow-hash.ts'
import type { Me, NewOnsiteAnswer, Place } from '../api.ts'
import { type Central, createCentral } from '../central.ts'
import type { Database } from '../db/database.ts'
import { openKeyring } from '../keys/keyring.ts'
import { realDice } from '../real-world.ts'
import type { Clock } from '../world.ts'
import { TestOnsite } from './onsite.ts'

/** A clock that stands until it is moved. */
export class HandClock implements Clock {
  #now: number
  constructor(at: string) {
    this.#now = Date.parse(at)
  }
  now(): number {
    return this.#now
  }
  after(): () => void {
    return () => {}
  }
  move(milliseconds: number): void {
    this.#now += milliseconds
  }
}

/** A browser: keeps its cookie, and says nothing of itself but what it is told to. */
export class Browser {
  readonly #central: Central
  #cookie = ''
  constructor(central: Central) {
    this.#central = central
  }
  async ask(method: 'GET' | 'POST' | 'PUT', url: string, body?: object, headers = {}): Promise<LightMyRequestResponse> {
    const response = await this.#central.app.inject({
      method,
      url,
      headers: { cookie: this.#cookie, 'x-platen': '1', ...headers },
      ...(body === undefined ? {} : { payload: body }),
    })
    const given = response.cookies[0]
    if (given !== undefined) this.#cookie = `${given.name}=${given.value}`
    return response
  }
  /** Another window with the same cookie. */
  copy(): Browser {
    const other = new Browser(this.#central)
    other.#cookie = this.#cookie
    return other
  }
  /** Asks and expects success. */
  async get<T>(url: string): Promise<T> {
    const response = await this.ask('GET', url)
    if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${response.body}`)
    return response.json<T>()
  }
  async post<T>(url: string, body: object): Promise<T> {
    const response = await this.ask('POST', url, body)
    if (response.statusCode >= 300) throw new Error(`${url}: ${response.statusCode} ${response.body}`)
    return response.json<T>()
  }
}

interface Login {
  readonly email: string
  readonly password: string
}

/** A Central with its first administrator signed in. */
export class Rig {
  readonly central: Central
  readonly clock: HandClock
  readonly admin: Browser
  readonly me: Me
  readonly keys: string
  readonly #login: Login
  #customers = 0

  constructor(parts: { central: Central; clock: HandClock; admin: Browser; me: Me; keys: string; login: Login }) {
    this.central = parts.central
    this.clock = parts.clock
    this.admin = parts.admin
    this.me = parts.me
    this.keys = parts.keys
    this.#login = parts.login
  }

  static async start(
    database: Database,
    own: { readonly web?: string; readonly slowHash?: SlowHash } = {},
  ): Promise<Rig> {
    const clock = new HandClock('2026-11-16T10:00:00.000Z')
    const keys = mkdtempSync(join(tmpdir(), 'platen-keys-'))
    const central = await createCentral({
      database,
      clock,
      dice: realDice,
      keyring: await openKeyring({ directory: keys, clock, dice: realDice }),
      logger: pino({ level: 'silent' }),
      web: own.web ?? null,
      // Most tests let somebody in and are not about what that costs.
      slowHash: own.slowHash ?? new SlowHash({ cost: 16 }),
      publicUrl: 'http://central.example',
    })
    const admin = new Browser(central)
    const { email, password } = await newProvider(central, 'anna@provider.example', 'Provider')
    const me = await admin.post<Me>('/api/sign-in', { email, password })
    return new Rig({ central, clock, admin, me, keys, login: { email, password } })
  }

  /** Signs the administrator in again, where time has ended the session. */
  async signIn(): Promise<void> {
    await this.admin.post('/api/sign-in', this.#login)
  }

  /** A customer with one site and an invited Onsite. */
  async invite(
    browser = this.admin,
    node = this.me.node.id,
  ): Promise<NewOnsiteAnswer & { site: string; customer: string }> {
    this.#customers += 1
    const name = `Customer ${this.#customers}`
    const customer = await browser.post<Place>('/api/places', { parent: node, kind: 'customer', name })
    const site = await browser.post<Place>('/api/places', { parent: customer.id, kind: 'site', name: 'Head office' })
    const email = `it@customer${this.#customers}.example`
    const invitation = await browser.post<NewOnsiteAnswer>('/api/onsites', { name: 'Onsite', site: site.id, email })
    return { ...invitation, site: site.id, customer: customer.id }
  }

  /** An Onsite of a new customer, enrolled. */
  async onsite(): Promise<TestOnsite> {
    return await TestOnsite.enrol(this.central, this.clock, await this.invite())
  }

  async stop(): Promise<void> {
    await this.central.close()
    rmSync(this.keys, { recursive: true, force: true })
  }
}

/** Another provider on the same Central: another tenant. */
export async function newProvider(central: Central, email: string, provider: string) {
  const made = await central.seedAdmin({ email, name: 'Admin', provider, language: 'en' })
  if (!made.ok) throw new Error(made.detail)
  return made
}

const source = { objects: ['1.3.6.1.2.1.43.10.2.1.4.1.1'], profile: 'standard', confidence: 'A' } as const

/** The meter of everything. */
export function totalMeter(value: bigint): Meter {
  return { unit: 'impressions', work: 'total', colour: 'all', size: 'all', sides: 'all', value, source }
}

/** A black toner of which so much per cent is left. */
export function toner(left: number, index = '1'): Supply {
  return {
    index,
    kind: 'toner',
    class: 'consumed',
    colorant: 'black',
    description: 'Black toner',
    partNumber: 'T-1',
    serial: null,
    unit: 'percent',
    level: { kind: 'measured', left, capacity: 100 },
    source,
  }
}

/** An ordinary reading, but for what is said. */
export function makeReading(own: {
  readonly at: string
  readonly total?: bigint
  readonly serial?: string | null
  readonly mac?: string | null
  readonly address?: string
  readonly id?: string
  readonly meters?: readonly Meter[]
  readonly supplies?: readonly Supply[]
  readonly status?: Reading['status']
  readonly model?: string
  readonly vendor?: string | null
  readonly misses?: Reading['misses']
  readonly monotonic?: number
}): Reading {
  return {
    id: own.id ?? Buffer.from(realDice.bytes(16)).toString('hex'),
    at: own.at,
    monotonic: own.monotonic ?? Math.max(0, Date.parse(own.at) - Date.parse('2026-01-01T00:00:00.000Z')),
    address: own.address ?? '10.0.0.7',
    upTime: 1234,
    identity: {
      vendor: own.vendor === undefined ? 'Acme' : own.vendor,
      model: own.model ?? 'Acme 9000',
      serial: own.serial === undefined ? 'SN-4711' : own.serial,
      assetNumber: null,
      mac: own.mac === undefined ? '02:00:5e:10:00:01' : own.mac,
      hostName: 'prn-1',
      location: 'Büro',
      contact: null,
      firmware: '1.0',
      description: null,
      objectId: '1.3.6.1.4.1.32473.1',
    },
    meters: own.meters ?? [totalMeter(own.total ?? 1000n)],
    supplies: own.supplies ?? [toner(80)],
    inputs: [],
    status: own.status ?? { device: 'idle', errors: [], alerts: [] },
    checks: [],
    misses: own.misses ?? [],
    profile: 'standard',
    instructions: '1',
    observation: { '1.3.6.1.2.1.43.10.2.1.4.1.1': `65|${own.total ?? 1000n}` },
  }
}

/** What a printer that falls silent half-way leaves of a reading: `silent` names the tables it no longer answered. */
export function cutShort(reading: Reading, ...silent: readonly string[]): Reading {
  const lost = (table: string): boolean => silent.includes(table)
  const nobody = lost('device') && lost('network')
  return {
    ...reading,
    identity: nobody ? { ...reading.identity, vendor: null, model: null, serial: null, mac: null } : reading.identity,
    meters: lost('marker') ? [] : reading.meters,
    supplies: lost('supplies') ? [] : reading.supplies,
    inputs: lost('inputs') ? [] : reading.inputs,
    status: {
      device: lost('device') ? 'unknown' : reading.status.device,
      errors: lost('device') ? [] : reading.status.errors,
      alerts: lost('alerts') ? [] : reading.status.alerts,
    },
    misses: silent.map((subject) => ({ subject, reason: 'silent' as const, detail: 'no answer' })),
  }
}
