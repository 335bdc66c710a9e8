/** A table that keeps what was used last: how everything that strangers can make grow is kept within a limit. */

/** One entry between the one used after it and the one used before it. */
interface Entry<Key, Value> {
  readonly key: Key
  readonly value: Value
  newer: Entry<Key, Value> | undefined
  older: Entry<Key, Value> | undefined
}

/**
 * At most `most` entries; the one used longest ago goes first. Each call takes the same time however many there are: the order
 * is a list of our own, since a `Map` that loses its first key again and again walks over all that were ever lost.
 */
export class Recent<Key, Value> {
  readonly #entries = new Map<Key, Entry<Key, Value>>()
  readonly #most: number
  #newest: Entry<Key, Value> | undefined
  #oldest: Entry<Key, Value> | undefined

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#entries.size
  }

  /** The entry of this key, a new one if there is none. */
  get(key: Key, make: () => Value): Value {
    const known = this.#entries.get(key)
    if (known === undefined) return this.#add(key, make())
    if (known !== this.#newest) {
      this.#unlink(known)
      this.#link(known)
    }
    return known.value
  }

  /** The entry of this key, which does not count as use. */
  peek(key: Key): Value | undefined {
    return this.#entries.get(key)?.value
  }

  /** Keys and values, the one used last first; they must not change meanwhile. */
  *[Symbol.iterator](): Generator<readonly [Key, Value]> {
    for (let entry = this.#newest; entry !== undefined; entry = entry.older) yield [entry.key, entry.value]
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#unlink(entry)
  }

  #add(key: Key, value: Value): Value {
    if (this.#entries.size >= this.#most && this.#oldest !== undefined) this.delete(this.#oldest.key)
    const entry = { key, value, newer: undefined, older: undefined }
    this.#entries.set(key, entry)
    this.#link(entry)
    return value
  }

  #link(entry: Entry<Key, Value>): void {
    entry.older = this.#newest
    if (this.#newest === undefined) this.#oldest = entry
    else this.#newest.newer = entry
    this.#newest = entry
  }

  #unlink(entry: Entry<Key, Value>): void {
    if (entry.newer === undefined) this.#newest = entry.older
    else entry.newer.older = entry.older
    if (entry.older === undefined) this.#oldest = entry.newer
    else entry.older.newer = entry.newer
    entry.newer = undefined
    entry.older = undefined
  }
}
