/**
 * The requests on their way, by id. A hash table of our own: `Map` makes a new table every few hundred entries that come
 * and go, and each table that grew old kept the garbage of all later ones (measured: twice the CPU a device).
 */
import type { Flight } from './flight.ts'

const LEAST_BUCKETS = 1_024

/** Finds flights by request id; ids are random, so their low bits are the hash. */
export class LiveFlights {
  #buckets: (Flight | undefined)[] = emptyBuckets(LEAST_BUCKETS)
  #size = 0

  get size(): number {
    return this.#size
  }

  get(id: number): Flight | undefined {
    let flight = this.#buckets[id & (this.#buckets.length - 1)]
    while (flight !== undefined && flight.id !== id) flight = flight.sameBucket
    return flight
  }

  /** Adds a flight whose id no other has. */
  add(flight: Flight): void {
    if (this.#size >= this.#buckets.length) this.#grow()
    this.#put(flight)
    this.#size++
  }

  /** Removes a flight; harmless if it is not among them. */
  delete(flight: Flight): void {
    const at = flight.id & (this.#buckets.length - 1)
    let before: Flight | undefined
    let here = this.#buckets[at]
    while (here !== undefined && here !== flight) {
      before = here
      here = here.sameBucket
    }
    if (here === undefined) return
    if (before === undefined) this.#buckets[at] = flight.sameBucket
    else before.sameBucket = flight.sameBucket
    flight.sameBucket = undefined
    this.#size--
  }

  #put(flight: Flight): void {
    const at = flight.id & (this.#buckets.length - 1)
    flight.sameBucket = this.#buckets[at]
    this.#buckets[at] = flight
  }

  #grow(): void {
    const old = this.#buckets
    this.#buckets = emptyBuckets(old.length * 2)
    for (const first of old) {
      for (let flight = first; flight !== undefined; ) {
        const next: Flight | undefined = flight.sameBucket
        this.#put(flight)
        flight = next
      }
    }
  }
}

function emptyBuckets(count: number): (Flight | undefined)[] {
  return new Array<Flight | undefined>(count).fill(undefined)
}
