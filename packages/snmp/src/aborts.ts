/**
 * Ends requests when their caller's signal says so. A signal gets one listener however many requests hang on it: an
 * `EventTarget` looks through all its listeners for each one added, which for a sweep would be quadratic.
 */
import type { Flight } from './flight.ts'

export class Aborts {
  readonly #flights = new WeakMap<AbortSignal, Set<Flight>>()
  readonly #end: (flight: Flight) => void

  /** @param end called once for each flight whose signal was raised while it was watched. */
  constructor(end: (flight: Flight) => void) {
    this.#end = end
  }

  watch(flight: Flight, signal: AbortSignal): void {
    const known = this.#flights.get(signal)
    if (known !== undefined) {
      known.add(flight)
      return
    }
    const flights = new Set([flight])
    this.#flights.set(signal, flights)
    signal.addEventListener('abort', () => this.#abort(flights), { once: true })
  }

  forget(flight: Flight, signal: AbortSignal): void {
    this.#flights.get(signal)?.delete(flight)
  }

  #abort(flights: Set<Flight>): void {
    const all = [...flights]
    flights.clear()
    for (const flight of all) this.#end(flight)
  }
}
