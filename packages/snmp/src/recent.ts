/** A table that keeps what was used last: how everything that strangers can make grow is kept within a limit. */

/** At most `most` entries; the one used longest ago goes first. */
export class Recent<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#entries.size
  }

  /** The entry of this key, a new one if there is none. */
  get(key: Key, make: () => Value): Value {
    const known = this.#entries.get(key)
    // A `Map` keeps the order in which keys were set: the first one is the one used longest ago.
    if (known !== undefined) this.#entries.delete(key)
    else if (this.#entries.size >= this.#most) this.#dropOldest()
    const value = known ?? make()
    this.#entries.set(key, value)
    return value
  }

  /** The entry of this key, which does not count as use. */
  peek(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key)
      return
    }
  }
}
