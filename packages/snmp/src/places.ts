/**
 * Places in the kernel's table of neighbours. A device on our own link takes one when it is first asked and keeps it as long as
 * the kernel must: a neighbour that is sought cannot be thrown out, nor one that was found a moment ago.
 */
import { Line } from './line.ts'
import type { Neighbours } from './neighbours.ts'

/** Linux asks for a neighbour three times, a second apart, before it fails and can be thrown out (mcast_solicit, retrans_time_ms; arp(7)). */
const SEEKING = 3_200

/** Linux throws nothing out whose state changed in the last five seconds (neigh_forced_gc). */
const FOUND = 5_200

/** What a device's lane carries of its place. */
export interface Placed {
  /** Whether a place is needed at all; unknown until it is first asked. */
  onLink: boolean | undefined
  /** Since when and how its place is held. */
  place: 'none' | 'sought' | 'found'
  placeSince: number
}

/** Gives out places, and takes each back when its time is over. Times are milliseconds of one clock. */
export class Places<T extends Placed> {
  readonly #neighbours: Neighbours
  readonly #nameOf: (device: T) => string
  readonly #sought = new Line<T>()
  readonly #found = new Line<T>()
  #free: number

  constructor(neighbours: Neighbours, nameOf: (device: T) => string) {
    this.#neighbours = neighbours
    this.#nameOf = nameOf
    this.#free = neighbours.most
  }

  /** Whether the device may be sent to now; it has its place then, if it needs one. */
  take(device: T, now: number): boolean {
    device.onLink ??= this.#neighbours.isOnLink(this.#nameOf(device))
    if (!device.onLink) return true
    this.#release(now)
    if (device.place !== 'none') return true
    if (this.#free === 0) return false
    this.#free--
    device.place = 'sought'
    device.placeSince = now
    this.#sought.push(device)
    return true
  }

  /** The device has answered: the kernel found it. */
  found(device: T, now: number): void {
    if (device.place !== 'sought') return
    device.place = 'found'
    device.placeSince = now
    this.#found.push(device)
  }

  /** Milliseconds until a place is free; 0 if one is. */
  freeIn(now: number): number {
    this.#release(now)
    if (this.#free > 0) return 0
    const sought = this.#sought.first
    const found = this.#found.first
    const soughtEnd = sought === undefined ? Number.POSITIVE_INFINITY : sought.placeSince + SEEKING
    const foundEnd = found === undefined ? Number.POSITIVE_INFINITY : found.placeSince + FOUND
    return Math.max(1, Math.min(soughtEnd, foundEnd) - now)
  }

  #release(now: number): void {
    for (let one = this.#sought.first; one !== undefined; one = this.#sought.first) {
      // Since it was found it stands in the other line.
      if (one.place === 'sought' && one.placeSince + SEEKING > now) break
      this.#sought.shift()
      if (one.place === 'sought') this.#giveBack(one)
    }
    for (let one = this.#found.first; one !== undefined; one = this.#found.first) {
      if (one.placeSince + FOUND > now) break
      this.#found.shift()
      this.#giveBack(one)
    }
  }

  #giveBack(device: T): void {
    device.place = 'none'
    this.#free++
  }
}
