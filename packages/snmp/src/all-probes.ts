/** The probes of all sweeps under way: they take turns in sending, and what is heard is matched with whichever it answers. */
import type { Flight } from './flight.ts'
import type { Probes } from './probes.ts'
import type { Outcome } from './session.ts'

/** Every sweep of one client. */
export class AllProbes {
  #each: Probes[] = []
  #turn = 0

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
