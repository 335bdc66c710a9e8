/** How much one recording may cost: requests, octets and time, so that a device that never ends does not cost a network or a person more. */
import type { Clock, SessionCost } from '@platen/snmp'

/** Why nothing more is asked. */
export type Spent = 'requests' | 'octets' | 'time' | 'stopped'

/** The bounds of one recording. */
export class Budget {
  readonly #limits: { readonly requests: number; readonly octets: number; readonly seconds: number }
  readonly #clock: Pick<Clock, 'now'>
  readonly #cost: Readonly<SessionCost>
  readonly #startedAt: number
  readonly #stop: AbortSignal

  constructor(options: {
    readonly limits: { readonly requests: number; readonly octets: number; readonly seconds: number }
    readonly clock: Pick<Clock, 'now'>
    readonly cost: Readonly<SessionCost>
    /** Raised when a person stops it. */
    readonly stop: AbortSignal
  }) {
    this.#limits = options.limits
    this.#clock = options.clock
    this.#cost = options.cost
    this.#stop = options.stop
    this.#startedAt = options.clock.now()
  }

  /** What is used up, or null while something is left. */
  spent(): Spent | null {
    if (this.#stop.aborted) return 'stopped'
    if (this.#cost.requests >= this.#limits.requests) return 'requests'
    if (this.octets >= this.#limits.octets) return 'octets'
    return this.seconds >= this.#limits.seconds ? 'time' : null
  }

  get requests(): number {
    return this.#cost.requests
  }

  get octets(): number {
    return this.#cost.bytesOut + this.#cost.bytesIn
  }

  get seconds(): number {
    return (this.#clock.now() - this.#startedAt) / 1_000
  }
}
