/**
 * When which printers are asked next: one place on a fixed grid for each kind of look the settings have, within working hours, and the
 * closings at their minute. Intervals are of the monotonic clock, hours and closings of the best wall time there is.
 */
import type { Settings } from '@platen/wire'
import { closingsAround, isOpen, opensAt, type Zone, zoneOf } from './local-time.ts'
import { type LookKind, nextRoundAt } from './schedule.ts'

/** When hours begin, not every site asks in the same second. */
const OPENING_JITTER_MS = 5 * 60_000
/** Wall time may be set while we wait: hours and closings are looked at again this often at least. */
const MOST_AHEAD_MS = 60 * 60_000
/** A swapped printer brings the inventory forward, but not more often than this: addresses may change all morning. */
const INVENTORY_REST_MS = 60 * 60_000
/** Printers that were silent at a closing are asked again this often, for so long. */
const CLOSING_AGAIN_MS = 15 * 60_000
export const CLOSING_OPEN_MS = 24 * 60 * 60_000

/** The kinds that have an interval, the widest first: a wider look does what the narrower ones would. */
const GRIDS = ['inventory', 'round', 'supplies', 'status'] as const
type Grid = (typeof GRIDS)[number]

/** Both clocks: milliseconds of the program's life, and since 1970. */
export interface Times {
  now(): number
  wall(): number
}

/** What was done before this start: wall times. */
export interface Past {
  readonly inventory: number | null
  readonly round: number | null
  /** The newest closing that was read, or begun to be. */
  readonly closing: number | null
}

/** A look that is due at a moment of the monotonic clock. */
export interface Due {
  readonly at: number
  readonly kind: LookKind
}

/** The looks to come. */
export class Agenda {
  readonly #times: Times
  readonly #dice: () => number
  #settings: Settings
  #zone: Zone
  /** Beginning of each grid; the place in it that is next, and when that is looked at: a little later. Infinite for kinds the settings do not have. */
  readonly #anchors: Record<Grid, number>
  readonly #places: Record<Grid, number>
  readonly #next: Record<Grid, number>
  #inventoryAt = Number.NEGATIVE_INFINITY
  /** The newest closing done with, by the wall clock. */
  #closed: number
  #again: number = Number.POSITIVE_INFINITY

  constructor(settings: Settings, past: Past, world: { readonly times: Times; readonly dice: () => number }) {
    this.#times = world.times
    this.#dice = world.dice
    this.#settings = settings
    this.#zone = zoneOf(settings.zone) ?? utc()
    const now = this.#times.now()
    // A service that is restarted often does not ask printers more often; with a clock that jumped, a round too many is harmless.
    const rest = (done: number | null, minutes: number | null): number => {
      if (minutes === null) return Number.POSITIVE_INFINITY
      const age = done === null ? Number.NaN : this.#times.wall() - done
      return age >= 0 && age < minutes * 60_000 ? now + minutes * 60_000 - age : now
    }
    const wider = Math.max(past.round ?? Number.NEGATIVE_INFINITY, past.inventory ?? Number.NEGATIVE_INFINITY)
    const newest = Number.isFinite(wider) ? wider : null
    const minutes = minutesOf(settings)
    this.#next = {
      inventory: rest(past.inventory, minutes.inventory),
      round: rest(newest, minutes.round),
      supplies: rest(newest, minutes.supplies),
      status: rest(newest, minutes.status),
    }
    this.#anchors = { ...this.#next }
    this.#places = { ...this.#next }
    // What was missed for less than a day is made up for.
    const around = closingsAround(settings.closing, this.#zone, this.#times.wall())
    const isLate = around !== null && this.#times.wall() - around.last < CLOSING_OPEN_MS
    this.#closed =
      past.closing ?? (isLate && newest !== null && newest < around.last ? around.last - 1 : this.#times.wall())
  }

  /** What comes next; `at` may be over already. Never more than an hour ahead: `kind` null means to ask again then. */
  get next(): { readonly at: number; readonly kind: LookKind | null } {
    const now = this.#times.now()
    const due = [this.#firstGrid(now), this.#nextClosing(now)].filter((one) => one !== null)
    const [first] = due.sort((one, other) => one.at - other.at)
    if (first === undefined || first.at > now + MOST_AHEAD_MS) return { at: now + MOST_AHEAD_MS, kind: null }
    return first
  }

  /** When printers are asked next, for people, however far ahead. */
  get planned(): Due | null {
    const now = this.#times.now()
    const due = [this.#firstGrid(now), this.#nextClosing(now)].filter((one) => one !== null)
    return due.sort((one, other) => one.at - other.at)[0] ?? null
  }

  /** The look is over: it and all narrower ones take their next place. */
  done(kind: LookKind): void {
    if (kind === 'closing') return
    const now = this.#times.now()
    if (kind === 'inventory') this.#inventoryAt = now
    const minutes = minutesOf(this.#settings)
    for (const grid of GRIDS.slice(GRIDS.indexOf(kind))) this.#placeAfter(now, grid, minutes[grid])
  }

  /** The closing that is due has been begun: wall time at which it was due. */
  close(): number {
    const around = closingsAround(this.#settings.closing, this.#zone, this.#times.wall())
    this.#closed = around?.last ?? this.#times.wall()
    this.#again = Number.POSITIVE_INFINITY
    return this.#closed
  }

  /** Some printers were silent at a closing: they are asked again after a while; false ends it. */
  askAgain(isWanted: boolean): void {
    this.#again = isWanted ? this.#times.now() + CLOSING_AGAIN_MS : Number.POSITIVE_INFINITY
  }

  /** Another printer stands where one was known: who else has moved is found out now, unless that has just been done. */
  bringInventoryForward(): void {
    const { inventory } = minutesOf(this.#settings)
    if (inventory === null) return
    const soon = Math.max(this.#times.now(), this.#inventoryAt + INVENTORY_REST_MS)
    if (soon < this.#next.inventory) this.#set('inventory', soon)
  }

  /** A round now: there was nothing to read with until now. */
  startNow(): void {
    this.#set(minutesOf(this.#settings).inventory === null ? 'round' : 'inventory', this.#times.now())
  }

  /** New settings: grids that changed begin anew from here. False where this machine does not know their time zone. */
  take(settings: Settings): boolean {
    const [before, after] = [minutesOf(this.#settings), minutesOf(settings)]
    this.#settings = settings
    const zone = zoneOf(settings.zone)
    this.#zone = zone ?? utc()
    const now = this.#times.now()
    for (const grid of GRIDS) {
      if (before[grid] === after[grid]) continue
      this.#anchors[grid] = now
      this.#placeAfter(now, grid, after[grid])
    }
    return zone !== null
  }

  #placeAfter(now: number, grid: Grid, intervalMinutes: number | null): void {
    const next = (minutes: number, dice: number) =>
      nextRoundAt({ anchor: this.#anchors[grid], now, intervalMinutes: minutes, dice })
    if (intervalMinutes === null) this.#set(grid, Number.POSITIVE_INFINITY)
    else this.#set(grid, next(intervalMinutes, 0), next(intervalMinutes, this.#dice()))
  }

  #set(grid: Grid, place: number, at = place): void {
    this.#places[grid] = place
    this.#next[grid] = at
  }

  /** The first look on a grid; of those whose place has come by then the widest, which does for all. Outside hours it waits for them. */
  #firstGrid(now: number): Due | null {
    const soonest = Math.min(...GRIDS.map((grid) => this.#next[grid]))
    if (soonest === Number.POSITIVE_INFINITY) return null
    const wall = this.#times.wall() + Math.max(0, soonest - now)
    const { hours } = this.#settings
    const wait = isOpen(hours, this.#zone, wall) ? 0 : opensAt(hours, this.#zone, wall) - wall + this.#openingJitter
    const at = Math.max(soonest, now) + wait
    const kind = GRIDS.find((grid) => this.#places[grid] <= at) ?? 'round'
    return { at: wait === 0 ? soonest : at, kind: this.#isEverybodyInRounds && kind === 'round' ? 'inventory' : kind }
  }

  /** Thrown once for each agenda: looked at often, it must not move. */
  get #openingJitter(): number {
    this.#jitter ??= this.#dice() * OPENING_JITTER_MS
    return this.#jitter
  }
  #jitter: number | undefined

  get #isEverybodyInRounds(): boolean {
    return this.#settings.looks.inventoryMinutes === null
  }

  #nextClosing(now: number): Due | null {
    const wall = this.#times.wall()
    const around = closingsAround(this.#settings.closing, this.#zone, wall)
    if (around === null) return null
    // A clock that was ahead by years must not put closings off for as long.
    this.#closed = Math.min(this.#closed, wall)
    const isDue = around.last > this.#closed && wall - around.last < CLOSING_OPEN_MS
    const at = isDue ? now + around.last - wall : Math.min(this.#again, now + around.next - wall)
    return { at, kind: 'closing' }
  }
}

function minutesOf({ intervalMinutes, looks }: Settings): Readonly<Record<Grid, number | null>> {
  const { inventoryMinutes, suppliesMinutes, statusMinutes } = looks
  return { inventory: inventoryMinutes, round: intervalMinutes, supplies: suppliesMinutes, status: statusMinutes }
}

function utc(): Zone {
  const zone = zoneOf('UTC')
  if (zone === null) throw new Error('this machine has no time zones')
  return zone
}
