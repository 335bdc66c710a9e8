/**
 * An Onsite put together: store, outbox, scope, instructions and the way to Central behind six verbs. Everything from outside comes in by
 * `OnsiteOptions`, so that the program, the tests and the benchmarks run the same code.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, type Transport, udpTransport } from '@platen/snmp'
import { Access, openAccess } from './access.ts'
import { type Asked, type AskJob, askOne } from './ask.ts'
import { type Checked, checkWay } from './check-way.ts'
import { type Config, checkConfig, loadConfig, saveConfig } from './config.ts'
import { noteFault, tellCentral } from './contact.ts'
import { attempted, type DatabaseFault, type OpenDatabase, openDatabase, stateFiles } from './database.ts'
import { type Delivered, type DeliveryJob, deliver } from './deliver.ts'
import { type Enrolled, enrol } from './enrol.ts'
import { type Exchange, httpExchange, type Way } from './exchange.ts'
import { Gate, guarded } from './gate.ts'
import { writeHealth } from './health.ts'
import { keepIdentity } from './identity-file.ts'
import { readInstructions } from './instruction-files.ts'
import { Ledger } from './ledger.ts'
import { Live } from './live.ts'
import { installInstructions, type LocalFailure, loadBoth, loadInstructions, loadScope, type Places } from './local.ts'
import { Outbox } from './outbox.ts'
import { PROGRAM } from './program.ts'
import { type Environment, proxyFor } from './proxy-from.ts'
import { openToWork } from './recover.ts'
import { putInForce, type Renewal, type RenewalJob, takeOffer } from './renew-instructions.ts'
import type { Scope } from './scope.ts'
import { accessOwner } from './seal.ts'
import { Store } from './store.ts'
import { conclude, type Trial, trialOf } from './trial.ts'
import { type RoundDone, type RoundGround, type RoundWatch, wholeRound } from './whole-round.ts'
import { moment, type World } from './world.ts'

/** Before Central has sent settings, only `ask` needs any. */
const FIRST_RULES = { access: [], communities: ['public'], timeoutMs: 1000, tries: 3 }

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
  /** The machine's environment, for its proxies. */
  readonly environment?: Environment
  /** Cap of the outbox in bytes. */
  readonly outboxCap?: number
}

/** What enrolling needs from a person. */
export interface EnrolWish {
  readonly server: string
  readonly email: string
  readonly password: string
  readonly proxy?: string | undefined
  readonly ca?: string | undefined
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
  | { readonly ok: false; readonly reason: 'notEnrolled' | 'badConfig' | 'standby'; readonly detail: string }

/** How a call to Central went, and what came of the instructions it offered. */
export type Contacted = Delivered & { readonly renewal?: Renewal }

/** Opens a state folder. */
export function openOnsite(options: OnsiteOptions): { readonly ok: true; readonly onsite: Onsite } | DatabaseFault {
  const { folder, world } = options
  const opened = options.access === 'look' ? openDatabase(folder, 'look') : openToWork(folder, world)
  if (!opened.ok) return opened
  const onsite = new Onsite(options, opened.database)
  if (options.access !== 'look') onsite.keepIdentity()
  return { ok: true, onsite }
}

/** An open Onsite. */
export class Onsite {
  readonly store: Store
  readonly outbox: Outbox
  readonly ledger: Ledger
  readonly world: World
  /** What is done just now. */
  readonly live = new Live()
  readonly #options: OnsiteOptions
  readonly #database: OpenDatabase
  readonly #places: Places
  /** Rounds under way: instructions are never exchanged in one. */
  #rounds = 0

  constructor(options: OnsiteOptions, database: OpenDatabase) {
    this.#options = options
    this.#database = database
    this.world = options.world
    this.store = new Store(database.sqlite, database.reserve)
    const { sqlite } = database
    const { store } = this
    this.ledger = new Ledger(sqlite, store)
    this.outbox = new Outbox({ sqlite, store, ledger: this.ledger, cap: options.outboxCap })
    const scopeFile = options.scopeFile ?? join(options.folder, stateFiles.scope)
    this.#places = { folder: options.folder, scopeFile }
  }

  /** What the administrator wrote, as it is now. */
  get local() {
    return {
      scope: loadScope(this.#places),
      instructions: loadInstructions(this.#places),
      waiting: readInstructions(this.#places.folder, 'waiting'),
      config: loadConfig(this.#places.folder),
    }
  }

  /** Writes who we are beside the database, if it is not there yet. */
  keepIdentity(): void {
    const fault = keepIdentity(this.#places.folder, this.store)
    if (fault !== null) this.world.log({ level: 'warning', what: 'state.identity not written', detail: fault.detail })
  }

  /** The proxy on the way to Central, of onsite.toml or of the environment. */
  get proxy(): string | null {
    const loaded = loadConfig(this.#places.folder)
    return loaded.ok ? (this.#way(loaded.config).proxy ?? null) : null
  }

  /** Enrols at Central and writes onsite.toml. */
  async enrol(wish: EnrolWish): Promise<Enrolled | Hindrance> {
    const { server, proxy, ca, snmpPort } = wish
    const checked = checkConfig({ server, proxy, ca, snmpPort })
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
    if (!enrolled.ok) return enrolled
    const saved = attempted(() => saveConfig(this.#places.folder, checked.config))
    this.keepIdentity()
    return saved.ok ? enrolled : saved
  }

  /** One round now: reads and keeps, delivers nothing. Instructions that wait come in force first, and are judged by what it reads. */
  async round(watch: RoundWatch = {}): Promise<RoundDone> {
    if (this.#rounds === 0) putInForce(this.#renewal)
    const ready = this.#ready()
    const done = ready.ok ? await this.#roundOn(ready, watch) : ready
    writeHealth(this, this.#places.folder)
    return done
  }

  async #roundOn(ready: Omit<RoundGround, 'transport'>, watch: RoundWatch): Promise<RoundDone> {
    this.#rounds += 1
    try {
      const trial = trialOf(this.store)
      const transport = await this.#transport(ready.scope)
      const done = await wholeRound(this, { ...ready, transport }, watched(watch, trial))
      if (done.ok) conclude(this.#renewal, ready.instructions.version, trial.verdict)
      return done
    } finally {
      this.#rounds -= 1
    }
  }

  /** Calls Central: tells how things are, delivers what waits, takes settings, fetches newer instructions. */
  async deliver(signal: AbortSignal = new AbortController().signal): Promise<Contacted | Hindrance> {
    const delivered = await this.#deliver(signal)
    writeHealth(this, this.#places.folder)
    return delivered
  }

  async #deliver(signal: AbortSignal): Promise<Contacted | Hindrance> {
    const config = loadConfig(this.#places.folder)
    if (!config.ok)
      return config.reason === 'missing' ? notEnrolled : { ok: false, reason: 'badConfig', detail: config.detail }
    if (this.store.get('identity') === null) return notEnrolled
    const { store, outbox, ledger } = this
    const { clock, bytes } = this.world
    const exchange = this.#exchange(config.config)
    const done = await this.#deliverAll({ exchange, store, outbox, ledger, clock, bytes, signal })
    if (!done.ok || done.offer === null || signal.aborted) return done
    return { ...done, renewal: await takeOffer({ ...this.#renewal, exchange, signal }, done.offer) }
  }

  async #deliverAll(job: DeliveryJob): Promise<Delivered | Hindrance> {
    const told = await tellCentral(this)
    const delivered = await deliver(job)
    this.keepIdentity()
    if (!delivered.ok && !('refusal' in delivered)) noteFault(this, delivered)
    if (delivered.ok && delivered.fault !== null) noteFault(this, delivered.fault)
    if (told === null || !delivered.ok) return delivered
    // A disk too full for the contact: what was delivered made room for it.
    if (delivered.envelopes === 0 || (await tellCentral(this)) !== null)
      return delivered.envelopes === 0 ? told : { ...delivered, fault: told }
    const after = await deliver(job)
    if (!after.ok) return after
    const settingsChanged = delivered.settingsChanged || after.settingsChanged
    return { ...after, envelopes: delivered.envelopes + after.envelopes, settingsChanged, fault: told }
  }

  /** Asks Central who it is, and delivers nothing: whether the way there is open, and whether it is the Central that was enrolled at. */
  async checkWay(): Promise<Checked | Hindrance> {
    const config = loadConfig(this.#places.folder)
    const central = this.store.get('central')
    if (!config.ok && config.reason === 'badConfig') return { ok: false, reason: 'badConfig', detail: config.detail }
    if (!config.ok || central === null) return notEnrolled
    const { clock } = this.world
    return checkWay(this.#exchange(config.config), { central, clock })
  }

  /** Reads one printer and explains it; keeps and sends nothing but a line in the ledger. */
  async ask(target: string, community?: string): Promise<Asked | Hindrance> {
    const local = loadBoth(this.#places)
    if (!local.ok) return local
    const config = loadConfig(this.#places.folder)
    if (!config.ok && config.reason === 'badConfig') return { ok: false, reason: 'badConfig', detail: config.detail }
    const settings = this.store.get('settings')
    const rules = settings ?? FIRST_RULES
    const { access } =
      community === undefined
        ? await openAccess(rules, accessOwner(this.store))
        : { access: Access.byCommunities([community]) }
    const { scope } = local.scope.narrow(settings?.ranges ?? [])
    const { clock, bytes, lookup } = this.world
    const port = config.ok ? config.config.snmpPort : 161
    const client = new Client({ transport: guarded(await this.#transport(scope), scope, port), clock })
    try {
      const gate = new Gate(client, scope, { ...rules, access, port })
      const mannerOf = (at: string) => this.store.device(at)
      const job: AskJob = { target, scope, lookup, gate, mannerOf, instructions: local.instructions, clock, bytes }
      const asked = await askOne(job)
      if (!asked.ok) return asked
      const { address, cost } = asked
      const fault = this.ledger.add(moment(clock.wall()), 'asked', { address, requests: cost.requests })
      if (fault !== null) this.world.log({ level: 'warning', what: 'not in the ledger', detail: fault.detail })
      return asked
    } finally {
      await client.close()
    }
  }

  /** A whole copy of the database as of now, under the same key, while others go on writing. */
  copyDatabase(path: string): DatabaseFault | null {
    const copied = attempted(() => this.#database.sqlite.prepare('VACUUM INTO ?').run(path))
    return copied.ok ? null : copied
  }

  get #renewal(): RenewalJob {
    const { store, ledger } = this
    return { folder: this.#places.folder, store, ledger, clock: this.world.clock }
  }

  close(): void {
    this.#database.close()
  }

  #exchange(config: Config): Exchange {
    return (this.#options.exchange ?? ((given) => httpExchange(this.#way(given))))(config)
  }

  /** The way to Central as configuration and environment have it. */
  #way({ server, proxy, ca }: Config): Way {
    const through = proxyFor(server, proxy, this.#options.environment ?? {}) ?? undefined
    return { server, proxy: through, ca: ca === undefined ? undefined : readFileSync(ca, 'utf8') }
  }

  /** No IPv6 socket where no IPv6 address is agreed. */
  #transport(scope: Scope): Promise<Transport> {
    return (this.#options.transport ?? (() => udpTransport(scope.hasSix ? {} : { address6: '' })))()
  }

  #ready() {
    const settings = this.store.get('settings')
    const config = loadConfig(this.#places.folder)
    if (settings === null || this.store.get('identity') === null || (!config.ok && config.reason === 'missing'))
      return notEnrolled
    if (!config.ok) return { ok: false, reason: 'badConfig', detail: config.detail } as const
    // Of two Onsites with one scope one reads; the other waits for Central's word.
    if (settings.duty === 'standby') return { ok: false, reason: 'standby', detail: settings.partner ?? '' } as const
    const local = loadBoth(this.#places)
    return local.ok ? ({ ...local, settings, config: config.config } as const) : local
  }
}

/** The hooks of a round, with a trial beside them. */
function watched(watch: RoundWatch, trial: Trial): RoundWatch {
  return {
    ...watch,
    onFate: (address, fate, progress) => {
      trial.onFate(address, fate)
      watch.onFate?.(address, fate, progress)
    },
    onKept: (kept) => {
      trial.onKept(kept)
      watch.onKept?.(kept)
    },
  }
}

const notEnrolled = { ok: false, reason: 'notEnrolled', detail: '' } as const
