/** What is known of another SNMP engine: its id, and its clock as its own authentic messages told it (RFC 3414 sections 2.2 and 2.3). */
import type { Reply } from './flight.ts'

/** A message may be so many seconds old (RFC 3414 section 2.2.3). */
export const TIME_WINDOW = 150

/** An engine that has counted so many starts is never in time again until it is set up anew (RFC 3414 section 2.2.3). */
export const LATCHED_BOOTS = 2_147_483_647

/** The clock of an engine that is not ours. */
class RemoteClock {
  /** What was told last, and when on our own clock, in milliseconds. */
  #told: { readonly boots: number; readonly time: number; readonly at: number } | undefined

  /** snmpEngineBoots and snmpEngineTime as they should be now; zeros before anything authentic was heard (section 4). */
  at(now: number): { readonly boots: number; readonly time: number } {
    const told = this.#told
    if (told === undefined) return { boots: 0, time: 0 }
    return { boots: told.boots, time: told.time + Math.floor((now - told.at) / 1_000) }
  }

  /**
   * Judges the clock of an authentic message and learns from it (section 3.2 step 7b). A clock never goes back: who has
   * recorded old messages cannot play them again.
   */
  accept(boots: number, time: number, now: number): boolean {
    const told = this.#told
    if (boots === LATCHED_BOOTS) return false
    if (told === undefined || boots > told.boots || (boots === told.boots && time > told.time)) {
      this.#told = { boots, time, at: now }
      return true
    }
    return boots === told.boots && time >= this.at(now).time - TIME_WINDOW
  }
}

/** An engine that is asked, by the address it is asked at. Two devices with the same id, which occurs, are two engines. */
export class RemoteEngine {
  readonly clock = new RemoteClock()
  #id: Uint8Array | undefined
  #isDoubted = false
  #isPinned = false
  readonly #onPinned: (engine: RemoteEngine) => void
  /** Users whose signature the engine knows: `signed` as long as none of its enciphered answers was read, then `read`. */
  readonly users = new Map<string, 'signed' | 'read'>()
  /** Who waits for the discovery under way. */
  waiting: Set<(reply: Reply) => void> | undefined

  /** @param onPinned called once, when the id is proven. */
  constructor(onPinned: (engine: RemoteEngine) => void = () => undefined) {
    this.#onPinned = onPinned
  }

  /** The id as it was learnt last. */
  get id(): Uint8Array | undefined {
    return this.#id
  }

  /** Whether there is no id, or one that had better be asked for again. */
  get isUnknown(): boolean {
    return this.#id === undefined || this.#isDoubted
  }

  /** Whether the id was proven by a signed answer, or given by the caller: it is then not given up for anybody's word. */
  get isPinned(): boolean {
    return this.#isPinned
  }

  /** Takes an id that nothing proves yet. */
  learn(id: Uint8Array): void {
    if (this.#isPinned) return
    this.#id = Uint8Array.from(id)
    this.#isDoubted = false
  }

  pin(): void {
    this.#isDoubted = false
    if (this.#isPinned || this.#id === undefined) return
    this.#isPinned = true
    this.#onPinned(this)
  }

  doubt(): void {
    this.#isDoubted = !this.#isPinned
  }
}
