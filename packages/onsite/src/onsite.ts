/**
 * An Onsite put together: store, outbox, scope, instructions and the way to Central behind six verbs. Everything from outside comes in by
 * `OnsiteOptions`, so that the program, the tests and the benchmarks run the same code.
 */
import { join } from 'node:path'
import { Client, type Transport, udpTransport } from '@platen/snmp'
import { type Asked, type AskJob, askOne } from './ask.ts'
import { type Config, checkConfig, loadConfig, saveConfig } from './config.ts'
import { noteRound, tellCentral } from './contact.ts'
import { type DatabaseFault, type OpenDatabase, openDatabase, stateFiles } from './database.ts'
import { type Delivered, deliver } from './deliver.ts'
import { type Enrolled, enrol } from './enrol.ts'
import { type Exchange, httpExchange } from './exchange.ts'
import { Gate } from './gate.ts'
import { Ledger } from './ledger.ts'
import { installInstructions, type LocalFailure, loadBoth, loadInstructions, loadScope, type Places } from './local.ts'
import { Outbox } from './outbox.ts'
import { PROGRAM } from './program.ts'
import { type KeptReading, round } from './round.ts'
import type { KnownDevice } from './store.ts'
import { Store } from './store.ts'
import type { Fate, Tally } from './tally.ts'
import { allTargets } from './targets.ts'
import { moment, type World } from './world.ts'

/** Rounds in a row without an answer after which a printer is asked with everybody else again, not before them. */
const MISSES_UNTIL_FORGOTTEN = 48
/** Before Central has sent settings, only `ask` needs any. */
const FIRST_RULES = { communities: ['public'], timeoutMs: 1000, tries: 3 }

/** What an Onsite is made from. */
export interface OnsiteOptions {
  /** State folder; made if it is not there. */
  readonly folder: string
  /** Scope file; default `scope.toml` in the state folder. */
  readonly scopeFile?: string
  readonly world: World
  /** `look` opens beside a working Onsite, for status and ask. */
  readonly access?: 'work' | 'look'
  readonly exchange?: (config: Config) => Exchange
  readonly transport?: () => Promise<Transport>
  /** Cap of the outbox in bytes. */
  readonly outboxCap?: number
}

/** What enrolling needs from a person. */
export interface EnrolWish {
  readonly server: string
  readonly email: string
  readonly password: string
  readonly proxy?: string | undefined
  readonly snmpPort?: number | undefined
  readonly hostName?: string
  /** Files to install first: the key that signs instructions (PEM), and signed instructions. */
  readonly trust?: string | undefined
  readonly instructions?: string | undefined
}

/** A failure of something local, in one form for screens. */
export type Hindrance =
  | LocalFailure
  | DatabaseFault
  | { readonly ok: false; readonly reason: 'notEnrolled' | 'badConfig'; readonly detail: string }

/** How a round went. */
export type RoundDone =
  | {
      readonly ok: true
      readonly tally: Tally
      readonly startedAt: string
      readonly endedAt: string
      readonly milliseconds: number
      readonly refusedRanges: readonly string[]
    }
  | Hindrance

/** Hooks of a round; `total` is how many addresses may be asked. */
export interface RoundWatch {
  readonly signal?: AbortSignal
  readonly onFate?: (address: string, fate: Fate, progress: { tally: Tally; total: number }) => void
  /** Readings that are on the disk: acknowledged. */
  readonly onKept?: (kept: readonly KeptReading[]) => void
}

/** Opens a state folder. */
export function openOnsite(options: OnsiteOptions): { readonly ok: true; readonly onsite: Onsite } | DatabaseFault {
  const opened = openDatabase(options.folder, options.access ?? 'work')
  return opened.ok ? { ok: true, onsite: new Onsite(options, opened.database) } : opened
}

/** An open Onsite. */
export class Onsite {
  readonly store: Store
  readonly outbox: Outbox
  readonly ledger: Ledger
  readonly world: World
  readonly #options: OnsiteOptions
  readonly #database: OpenDatabase
  readonly #places: Places

  constructor(options: OnsiteOptions, database: OpenDatabase) {
    this.#options = options
    this.#database = database
    this.world = options.world
    this.store = new Store(database.sqlite)
    this.outbox = new Outbox(database.sqlite, this.store, options.outboxCap)
    this.ledger = new Ledger(database.sqlite)
    const scopeFile = options.scopeFile ?? join(options.folder, stateFiles.scope)
    this.#places = { folder: options.folder, scopeFile }
  }

  /** What the administrator wrote, as it is now. */
  get local() {
    return {
      scope: loadScope(this.#places),
      instructions: loadInstructions(this.#places),
      config: loadConfig(this.#places.folder),
    }
  }

  /** Enrols at Central and writes onsite.toml. */
  async enrol(wish: EnrolWish): Promise<Enrolled | Hindrance> {
    const { server, proxy, snmpPort } = wish
    const checked = checkConfig({ server, proxy, snmpPort })
    if (!checked.ok) return { ok: false, reason: 'badConfig', detail: checked.detail }
    const scope = loadScope(this.#places)
    if (!scope.ok) return scope
    if (wish.trust !== undefined || wish.instructions !== undefined) {
      const installed = installInstructions(this.#places, wish)
      if (!installed.ok) return installed
    }
    const { store, outbox, ledger } = this
    const { clock, bytes } = this.world
    const { email, password, hostName = null } = wish
    const person = { email, password, hostName, scopeHash: scope.scope.hash, program: PROGRAM }
    const enrolled = await enrol({
      exchange: this.#exchange(checked.config),
      store,
      outbox,
      ledger,
      clock,
      bytes,
      ...person,
    })
    if (enrolled.ok) saveConfig(this.#places.folder, checked.config)
    return enrolled
  }

  /** One round now: reads and keeps, delivers nothing. */
  async round(watch: RoundWatch = {}): Promise<RoundDone> {
    const ready = this.#ready()
    if (!ready.ok) return ready
    const { clock, bytes, lookup } = this.world
    const { settings, instructions, config } = ready
    const { scope, refused } = ready.scope.narrow(settings.ranges)
    for (const { range, reason } of refused) this.store.report(`range ${range} of the settings is not used: ${reason}`)
    const started = { wall: clock.wall(), now: clock.now() }
    const known = this.store.devices()
    const communities = new Map(known.map(({ address, community }) => [address, community]))
    const client = new Client({ transport: await this.#transport(), clock })
    const gate = new Gate(client, scope, { ...settings, port: config.snmpPort })
    const total = scope.size
    const context = {
      store: this.store,
      clock,
      program: PROGRAM,
      scopeHash: scope.hash,
      instructions: instructions.version,
    }
    try {
      const tally = await round({
        targets: knownFirst(known, allTargets(scope, lookup)),
        gate,
        instructions,
        masks: settings.masks,
        outbox: this.outbox,
        context,
        bytes,
        signal: watch.signal ?? new AbortController().signal,
        communityOf: (address) => communities.get(address) ?? 0,
        onFate: (address, fate, sofar) => {
          if (communities.has(address) && (fate === 'silent' || fate === 'unreachable'))
            this.store.missed(address, MISSES_UNTIL_FORGOTTEN)
          watch.onFate?.(address, fate, { tally: sofar, total })
        },
        onKept: (kept) => {
          this.store.saw(kept.map(remembered))
          watch.onKept?.(kept)
        },
      })
      const endedAt = moment(clock.wall())
      const startedAt = moment(started.wall)
      noteRound(this, { tally, startedAt, endedAt, scope: scope.hash, instructions: instructions.version })
      const milliseconds = clock.now() - started.now
      return { ok: true, tally, startedAt, endedAt, milliseconds, refusedRanges: refused.map(({ range }) => range) }
    } finally {
      await client.close()
    }
  }

  /** Calls Central: tells how things are, delivers what waits, takes settings. */
  async deliver(signal: AbortSignal = new AbortController().signal): Promise<Delivered | Hindrance> {
    const config = loadConfig(this.#places.folder)
    if (!config.ok)
      return config.reason === 'missing' ? notEnrolled : { ok: false, reason: 'badConfig', detail: config.detail }
    if (this.store.get('identity') === null) return notEnrolled
    const told = await tellCentral(this)
    if (told !== null) return told
    const { store, outbox, ledger } = this
    const { clock, bytes } = this.world
    return deliver({ exchange: this.#exchange(config.config), store, outbox, ledger, clock, bytes, signal })
  }

  /** Reads one printer and explains it; keeps and sends nothing but a line in the ledger. */
  async ask(target: string, community?: string): Promise<Asked | Hindrance> {
    const local = loadBoth(this.#places)
    if (!local.ok) return local
    const config = loadConfig(this.#places.folder)
    if (!config.ok && config.reason === 'badConfig') return { ok: false, reason: 'badConfig', detail: config.detail }
    const settings = this.store.get('settings')
    const rules = { ...(settings ?? FIRST_RULES), ...(community === undefined ? {} : { communities: [community] }) }
    const { scope } = local.scope.narrow(settings?.ranges ?? [])
    const { clock, bytes, lookup } = this.world
    const client = new Client({ transport: await this.#transport(), clock })
    try {
      const gate = new Gate(client, scope, { ...rules, port: config.ok ? config.config.snmpPort : 161 })
      const job: AskJob = { target, scope, lookup, gate, instructions: local.instructions, clock, bytes }
      const asked = await askOne(job)
      if (asked.ok)
        this.ledger.add(moment(clock.wall()), 'asked', { address: asked.address, requests: asked.cost.requests })
      return asked
    } finally {
      await client.close()
    }
  }

  close(): void {
    this.#database.close()
  }

  #exchange(config: Config): Exchange {
    return (this.#options.exchange ?? ((way) => httpExchange(way)))(config)
  }

  #transport(): Promise<Transport> {
    return (this.#options.transport ?? (() => udpTransport({ address6: '' })))()
  }

  #ready() {
    const settings = this.store.get('settings')
    const config = loadConfig(this.#places.folder)
    if (settings === null || this.store.get('identity') === null || (!config.ok && config.reason === 'missing'))
      return notEnrolled
    if (!config.ok) return { ok: false, reason: 'badConfig', detail: config.detail } as const
    const local = loadBoth(this.#places)
    return local.ok ? ({ ...local, settings, config: config.config } as const) : local
  }
}

const notEnrolled = { ok: false, reason: 'notEnrolled', detail: '' } as const

/** Printers met before, then everybody else; nobody twice. */
async function* knownFirst(known: readonly KnownDevice[], all: AsyncIterable<string>): AsyncGenerator<string> {
  const seen = new Set<string>()
  for (const { address } of known) {
    seen.add(address)
    yield address
  }
  for await (const address of all) if (!seen.has(address)) yield address
}

function remembered({ reading, address, community }: KeptReading): Omit<KnownDevice, 'failures'> {
  const { vendor, model, serial } = reading.identity
  const life = reading.meters.find(
    ({ work, colour, size, sides }) => work === 'total' && colour === 'all' && size === 'all' && sides === 'all',
  )
  return {
    address,
    vendor,
    model,
    serial,
    profile: reading.profile,
    community,
    life: life?.value.toString() ?? null,
    seen: reading.at,
  }
}
