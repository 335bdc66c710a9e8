/**
 * What a sweep must know of each address it waits for, in plain arrays: a /16 under way takes a few megabytes and gives the garbage
 * collector nothing to do, where an object for each would be carried about until its time-out.
 */

const LEAST = 4_096

/** The end of a chain. */
const NONE = -1

/** Numbered slots; a slot that is taken has an id, an address and what its owner writes into the columns. */
export class ProbeSlots {
  /** The live request id; 0 when it is no longer waited for. */
  ids = new Int32Array(LEAST)
  sentAt = new Float64Array(LEAST)
  tries = new Uint8Array(LEAST)
  /** What it counts for in the window while its answer is expected. */
  expected = new Float32Array(LEAST)
  readonly addresses: string[] = new Array<string>(LEAST).fill('')
  /** The next slot whose id has the same low bits, or the next free one. */
  #after = new Int32Array(LEAST).fill(NONE)
  #buckets = new Int32Array(LEAST).fill(NONE)
  #free = NONE
  /** Slots taken so far at the same time. */
  #used = 0
  #live = 0

  /** Addresses that are waited for. */
  get live(): number {
    return this.#live
  }

  /** The slot of a live id, or -1. */
  find(id: number): number {
    const { ids } = this
    let slot = this.#buckets[id & (ids.length - 1)] ?? NONE
    while (slot !== NONE && ids[slot] !== id) slot = this.#after[slot] ?? NONE
    return slot
  }

  /** A slot for an address under an id that no other has. */
  take(address: string, id: number): number {
    let slot = this.#free
    if (slot !== NONE) this.#free = this.#after[slot] ?? NONE
    else {
      if (this.#used === this.ids.length) this.#grow()
      slot = this.#used++
    }
    this.ids[slot] = id
    this.addresses[slot] = address
    this.tries[slot] = 0
    this.expected[slot] = 0
    this.#chain(slot, id)
    this.#live++
    return slot
  }

  /** It is no longer waited for; the slot stays its owner's until it is freed. */
  end(slot: number): void {
    const id = this.ids[slot] ?? 0
    if (id === 0) return
    const bucket = id & (this.ids.length - 1)
    const after = this.#after
    let here = this.#buckets[bucket] ?? NONE
    if (here === slot) this.#buckets[bucket] = after[slot] ?? NONE
    else {
      while (after[here] !== slot) here = after[here] ?? NONE
      after[here] = after[slot] ?? NONE
    }
    this.ids[slot] = 0
    this.addresses[slot] = ''
    this.#live--
  }

  /** Gives back the slot of one that was ended. */
  free(slot: number): void {
    this.#after[slot] = this.#free
    this.#free = slot
  }

  #chain(slot: number, id: number): void {
    const bucket = id & (this.ids.length - 1)
    this.#after[slot] = this.#buckets[bucket] ?? NONE
    this.#buckets[bucket] = slot
  }

  /** Doubles everything; called when no slot is free, so all chains are made anew. */
  #grow(): void {
    const old = this.ids
    const length = old.length * 2
    this.ids = new Int32Array(length)
    this.ids.set(old)
    this.sentAt = grown(this.sentAt, new Float64Array(length))
    this.tries = grown(this.tries, new Uint8Array(length))
    this.expected = grown(this.expected, new Float32Array(length))
    this.#after = new Int32Array(length).fill(NONE)
    this.#buckets = new Int32Array(length).fill(NONE)
    old.forEach((id, slot) => {
      if (id !== 0) this.#chain(slot, id)
    })
  }
}

function grown<T extends Float64Array | Float32Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}

/** Slots in the order they came, by place: places are counted from the first one ever and never change. */
export class SlotLine {
  #ring = new Int32Array(LEAST)
  /** The places of the first slot in line and of the next one to come. */
  head = 0
  tail = 0

  at(place: number): number {
    return this.#ring[place & (this.#ring.length - 1)] ?? NONE
  }

  push(slot: number): void {
    if (this.tail - this.head === this.#ring.length) this.#grow()
    this.#ring[this.tail & (this.#ring.length - 1)] = slot
    this.tail++
  }

  /** The first slot, or -1 if there is none. */
  shift(): number {
    return this.head === this.tail ? NONE : this.at(this.head++)
  }

  #grow(): void {
    const ring = new Int32Array(this.#ring.length * 2)
    for (let place = this.head; place < this.tail; place++) ring[place & (ring.length - 1)] = this.at(place)
    this.#ring = ring
  }
}
