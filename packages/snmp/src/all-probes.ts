/** The probes of all sweeps under way: they take turns in sending, and what is heard is matched with whichever it answers. */
import type { Flight } from './flight.ts'
import { laneOf } from './lanes.ts'
import type { Probes } from './probes.ts'
import { Recent } from './recent.ts'
import type { Outcome } from './session.ts'

/** Addresses that sent nonsense which are remembered until their probes end: a flood must not fill memory. */
const MOST_NONSENSE = 1_024

/** Every sweep of one client. */
export class AllProbes {
  #each: Probes[] = []
  #turn = 0
  readonly #nonsense = new Recent<string, { detail: string }>(MOST_NONSENSE)

  /** Addresses under way or waiting to be asked. */
  get live(): number {
    return this.#each.reduce((sum, probes) => sum + probes.live, 0)
  }

  /** Addresses waiting to be asked. */
  get waiting(): number {
    return this.#each.reduce((sum, probes) => sum + probes.waiting, 0)
  }

  add(probes: Probes, address: string): void {
    if (!this.#each.includes(probes)) this.#each.push(probes)
    probes.ask(address)
  }

  /** Sends one probe; false if none waits. */
  sendNext(now: number): boolean {
    const { length } = this.#each
    for (let at = 0; at < length; at++) {
      if (this.#each[this.#turn++ % length]?.sendNext(now)) return true
    }
    if (length > 0) this.#dismiss()
    return false
  }

  has(id: number): boolean {
    for (const probes of this.#each) if (probes.find(id) >= 0) return true
    return false
  }

  /** The probe with this id, made a flight. */
  land(id: number): Flight | undefined {
    for (const probes of this.#each) {
      const slot = probes.find(id)
      if (slot >= 0) return probes.land(slot)
    }
    return undefined
  }

  /** The probe that was sent there just now, made a flight. */
  landRecent(address: string, port: number): Flight | undefined {
    for (const probes of this.#each) {
      const slot = probes.probing.port === port ? probes.findRecent(address) : -1
      if (slot >= 0) return probes.land(slot)
    }
    return undefined
  }

  /** Something came from there that is no answer. */
  refused(address: string, port: number, detail: string): void {
    if (this.#each.length > 0) this.#nonsense.get(laneOf(address, port), () => ({ detail })).detail = detail
  }

  /** What to say of an address where no answer came from: more than silence if nonsense did. */
  fateOf(probes: Probes, address: string): Outcome {
    const { probing } = probes
    const name = this.#nonsense.size > 0 ? laneOf(address, probing.port) : ''
    const heard = this.#nonsense.peek(name)
    if (heard === undefined) return probes.silence
    this.#nonsense.delete(name)
    return { ok: false, reason: 'malformed', detail: heard.detail }
  }

  /** Ends the probes of one signal, or all. */
  abort(signal: AbortSignal | undefined, outcome: Outcome): void {
    for (const probes of this.#each) {
      if (signal === undefined || probes.probing.signal === signal) probes.abort(outcome)
    }
    this.#dismiss()
  }

  /** Sweeps that have nothing under way come back with their next address. */
  #dismiss(): void {
    this.#each = this.#each.filter((probes) => !probes.rest())
  }
}
