/** The service's ear for traps: the thread, whom it hears, and which printers are to be looked at because of it. */
import type { Onsite } from './onsite.ts'
import { TrapHints } from './trap-hints.ts'
import type { TrapPlace } from './trap-port.ts'
import { type TrapThread, TrapWatch } from './trap-watch.ts'

/** Starts the thread that hears traps on a port. */
export type TrapStart = (place: Pick<TrapPlace, 'port'>) => TrapThread

/** Hears nothing where no thread is given or the configuration says port 0. */
export class TrapEar {
  readonly #onsite: Onsite
  readonly #hints: TrapHints
  readonly #watch: TrapWatch | undefined
  #heard = new AbortController()

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
    await this.#watch?.close()
  }

  #hear(address: string): void {
    this.#hints.hear(address)
    this.#heard.abort()
  }

  /** Heard are printers we know, where they may be asked: what cannot be asked need not be heard. */
  #update(): void {
    const { store, local } = this.#onsite
    const settings = store.get('settings')
    if (settings === null || !local.scope.ok) return
    const { scope } = local.scope.scope.narrow(settings.ranges)
    const known = store.devices().map(({ address }) => address)
    this.#watch?.update({
      known: known.filter((address) => scope.allows(address).ok),
      communities: [...settings.communities, ...settings.access.flatMap(({ communities }) => communities)],
    })
  }

  #note(port: number, state: 'starting' | 'listening' | 'deaf', code: string): void {
    const { store, world } = this.#onsite
    const before = store.get('traps')
    if (before?.state === state && before.code === code && before.port === port) return
    store.set('traps', { state, port, code })
    if (code !== '') world.log({ level: 'warning', what: `traps are not heard on port ${port}`, detail: code })
  }
}
