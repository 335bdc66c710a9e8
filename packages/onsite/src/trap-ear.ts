/** The service's ear for traps: the thread, whom it hears, and which printers are to be looked at because of it. */
import type { Secret, User } from '@platen/snmp'
import { type Means, openAccess } from './access.ts'
import type { Onsite } from './onsite.ts'
import { accessOwner } from './seal.ts'
import { TrapHints } from './trap-hints.ts'
import type { TrapOrders, TrapPlace } from './trap-port.ts'
import { type TrapThread, TrapWatch } from './trap-watch.ts'
import { logBug } from './world.ts'

/** An enterprise number that is reserved for documentation (RFC 5612), and the format 'octets' (RFC 3411, SnmpEngineID). */
const ENGINE_ID_HEAD = '80007ed905'

/** Starts the thread that hears traps on a port. */
export type TrapStart = (place: Pick<TrapPlace, 'port'>) => TrapThread

/** Hears nothing where no thread is given or the configuration says port 0. */
export class TrapEar {
  readonly #onsite: Onsite
  readonly #hints: TrapHints
  readonly #watch: TrapWatch | undefined
  #heard = new AbortController()
  #closed = false
  /** Communities and users as the thread was last told them. */
  #told = ''

  constructor(onsite: Onsite, start: TrapStart | undefined) {
    this.#onsite = onsite
    this.#hints = new TrapHints(onsite.world.clock)
    const { config } = onsite.local
    const port = config.ok ? config.config.trapPort : 0
    if (start === undefined || port === 0) return
    this.#watch = new TrapWatch({
      start: () => start({ port }),
      clock: onsite.world.clock,
      onHeard: (address) => this.#hear(address),
      onState: (state, code) => this.#note(port, state, code),
    })
    this.#update()
  }

  /** Aborted when a printer was heard since `nextAt` was last asked for. */
  get heard(): AbortSignal {
    return this.#heard.signal
  }

  /** When the next printer is to be looked at. */
  get nextAt(): number {
    if (this.#heard.signal.aborted) this.#heard = new AbortController()
    return this.#hints.nextAt
  }

  /** The printers to be looked at now. */
  takeDue(): string[] {
    return this.#hints.takeDue()
  }

  /** A round is over: what was told before is in it, and it may have met new printers. */
  allRead(): void {
    this.#hints.allRead()
    this.#update()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#watch?.close()
  }

  #hear(address: string): void {
    this.#hints.hear(address)
    this.#heard.abort()
  }

  #update(): void {
    if (this.#watch === undefined) return
    this.#tell(this.#watch).catch((error: unknown) => logBug(this.#onsite.world, 'traps', error))
  }

  /** Heard are printers we know, where they may be asked and by what: what cannot be asked need not be heard. */
  async #tell(watch: TrapWatch): Promise<void> {
    const { store, local } = this.#onsite
    const settings = store.get('settings')
    if (settings === null || !local.scope.ok) return
    const { scope } = local.scope.scope.narrow(settings.ranges)
    const { access } = await openAccess(settings, accessOwner(store))
    if (this.#closed) return
    const known = new Map<Means, string[]>(access.all.map((means) => [means, []]))
    for (const { address } of store.devices())
      if (scope.allows(address).ok) known.get(access.of(address))?.push(address)
    const groups = [...known].map(([means, addresses]) => ({ known: addresses, ...credentialsOf(means) }))
    watch.update({
      groups,
      engine: this.#engine(JSON.stringify(groups.map(({ users, communities }) => [users, communities]))),
    })
  }

  /** An engine begins anew with its credentials, and with its thread: it must not seem to go back in time (RFC 3414 section 2.3). */
  #engine(credentials: string): TrapOrders['engine'] {
    const { store, world } = this.#onsite
    const known = store.get('engine') ?? {
      id: `${ENGINE_ID_HEAD}${Buffer.from(world.bytes(8)).toString('hex')}`,
      boots: 0,
    }
    if (credentials === this.#told && known.boots > 0) return known
    this.#told = credentials
    const engine = { ...known, boots: known.boots + 1 }
    store.set('engine', engine)
    return engine
  }

  #note(port: number, state: 'starting' | 'listening' | 'deaf', code: string): void {
    const { store, world } = this.#onsite
    if (state === 'listening') {
      this.#told = ''
      this.#update()
    }
    const before = store.get('traps')
    if (before?.state === state && before.code === code && before.port === port) return
    store.set('traps', { state, port, code })
    if (code !== '') world.log({ level: 'warning', what: `traps are not heard on port ${port}`, detail: code })
  }
}

/** As the thread is told them: passwords stay in this process. */
function credentialsOf({ users, communities }: Means): Pick<TrapOrders['groups'][number], 'communities' | 'users'> {
  return {
    communities: communities.map(({ community }) => community.reveal()),
    users: users.flatMap(({ user }) => (user === null ? [] : [toldUser(user)])),
  }
}

function toldUser({ name, auth, privacy }: User): TrapOrders['groups'][number]['users'][number] {
  return {
    name,
    ...(auth === undefined ? {} : { auth: { protocol: auth.protocol, password: revealed(auth.password) } }),
    ...(privacy === undefined ? {} : { privacy: { protocol: privacy.protocol, password: revealed(privacy.password) } }),
  }
}

function revealed(password: Secret | string): string {
  return typeof password === 'string' ? password : password.reveal()
}
