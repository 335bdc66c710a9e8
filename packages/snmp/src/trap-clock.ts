/**
 * The clock of an engine that tells things unasked. It is learnt as RFC 3414 section 3.2 step 7b has it, with one thing more: where a
 * message that was held back sets it back, nothing as old as what was heard before is taken again.
 */
import { LATCHED_BOOTS, TIME_WINDOW } from './usm-engine.ts'

/** snmpEngineBoots and snmpEngineTime, in seconds. */
export interface EngineTime {
  readonly boots: number
  readonly time: number
}

/**
 * One engine's clock. Whatever it accepted is refused 151 seconds later at the latest; until then the receiver remembers it
 * (`repeats.ts`).
 */
export class TrapClock {
  /** What the clock is reckoned from, and when that was on our own clock, in milliseconds. */
  #told: (EngineTime & { readonly at: number }) | undefined
  /** The latest time accepted since the engine's last start. */
  #latest = -1
  /** Nothing this old is accepted. */
  #floor = -1

  /** @param known the latest that was accepted before our own start, at which all of it is forgotten: nothing that old is accepted. */
  constructor(known?: EngineTime & { readonly now: number }) {
    if (known === undefined) return
    this.#told = { boots: known.boots, time: known.time, at: known.now }
    this.#latest = known.time
    this.#floor = known.time
  }

  /** The latest time accepted; nothing before there was one. */
  get latest(): EngineTime | undefined {
    return this.#told && { boots: this.#told.boots, time: this.#latest }
  }

  /** Judges the clock of an authentic message that came now, in milliseconds, and learns from it. */
  accept(boots: number, time: number, now: number): boolean {
    const told = this.#told
    if (boots === LATCHED_BOOTS || (told !== undefined && boots < told.boots)) return false
    if (told === undefined || boots > told.boots) this.#restart(boots, time, now)
    else {
      const expected = told.time + Math.floor((now - told.at) / 1_000)
      if (time >= expected) this.#told = { boots, time, at: now }
      else if (time < expected - TIME_WINDOW) {
        // Held back on the way, or of an engine whose clock is slow or stood still: we cannot know.
        if (time <= this.#latest) return false
        this.#floor = this.#latest
        this.#told = { boots, time, at: now }
      }
      if (time <= this.#floor) return false
    }
    this.#latest = Math.max(this.#latest, time)
    return true
  }

  #restart(boots: number, time: number, now: number): void {
    this.#told = { boots, time, at: now }
    this.#latest = time
    this.#floor = -1
  }
}
