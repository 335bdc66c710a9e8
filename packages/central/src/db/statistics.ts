/**
 * Keeps the embedded engine's statistics and free space in order, which PostgreSQL does by itself (autovacuum) and the embedded engine
 * never does: without statistics a list of 10,000 devices takes two seconds instead of a twentieth (measured).
 */
import type { Engine } from './engine.ts'

/** Readings after which a young database is looked at; each time twice as many, up to the most. */
const first = 1000
const most = 64_000

/** Counts readings stored and looks at the tables when there are many new ones. */
export class Statistics {
  readonly #engine: Engine
  #since = 0
  #next = first

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Notes readings stored; answers when the tables have been looked at, where it was time for that. */
  async note(readings: number): Promise<void> {
    this.#since += readings
    if (this.#engine.kind !== 'embedded' || this.#since < this.#next) return
    this.#since = 0
    this.#next = Math.min(most, 2 * this.#next)
    await this.#engine.exec('analyze')
  }

  /** Frees space and looks at the tables, where anything was stored since. */
  async tidy(): Promise<void> {
    if (this.#engine.kind !== 'embedded' || this.#since === 0) return
    this.#since = 0
    await this.#engine.exec('vacuum (analyze)')
  }
}
