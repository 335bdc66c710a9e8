/**
 * What an Onsite needs from outside itself: time, dice, names, and somewhere to tell what happened. The composition root (main.ts) brings
 * the real ones, tests bring their own.
 */
import { lookup as lookUp } from 'node:dns/promises'
import { systemClock } from '@platen/snmp'
import type { Lookup } from './targets.ts'

/** Two clocks and a timer. Order comes from `now`, which never goes back; `wall` is for people and for receipts. */
export interface Clock {
  /** Monotonic milliseconds since this program started. */
  now(): number
  /** A random name of this start, 8 bytes in hex: what `now` said in another life cannot be compared. */
  readonly life: string
  /** Milliseconds since 1970 as the machine believes. */
  wall(): number
  /** Calls back once after so many milliseconds; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void
}

/** One thing worth a line in the log. Values never hold secrets: passwords, communities and keys have no field here. */
export interface LogLine {
  readonly level: 'info' | 'warning' | 'error'
  readonly what: string
  readonly detail: string
}

/** Everything that is not the program itself. */
export interface World {
  readonly clock: Clock
  /** A number from 0 up to 1. */
  readonly dice: () => number
  /** Random bytes nobody can guess. */
  readonly bytes: (length: number) => Uint8Array
  readonly lookup: Lookup
  readonly log: (line: LogLine) => void
}

/** The real world, around what only a composition root may bring: the wall clock, the dice, and where log lines go. */
export function realWorld(root: Pick<World, 'dice' | 'log'> & Pick<Clock, 'wall'>): World {
  const bytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const life = Buffer.from(bytes(8)).toString('hex')
  return {
    clock: { now: systemClock.now, after: systemClock.after, wall: root.wall, life },
    dice: root.dice,
    bytes,
    lookup: resolveName,
    log: root.log,
  }
}

async function resolveName(name: string): Promise<readonly string[]> {
  try {
    return (await lookUp(name, { all: true })).map(({ address }) => address)
  } catch (error) {
    // ENOTFOUND, EAI_AGAIN and their kind: the name is not known now, which the caller has a word for.
    if (error instanceof Error && 'code' in error) return []
    throw error
  }
}

/** Logs a bug with an id to be found by, and answers the id. */
export function logBug({ bytes, log }: Pick<World, 'bytes' | 'log'>, what: string, error: unknown): string {
  const id = Buffer.from(bytes(4)).toString('hex')
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  log({ level: 'error', what: `${what} failed, incident ${id}`, detail })
  return id
}

/** The moment a clock's wall shows, as ISO 8601 in UTC with milliseconds. */
export function moment(wall: number): string {
  return new Date(wall).toISOString()
}

/** Waits so many milliseconds or until the signal; true if the time passed, false if the signal came first. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false)
    const stop = () => {
      cancel()
      resolve(false)
    }
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', stop)
      resolve(true)
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** A second signal that comes so many milliseconds after the first; `forget` takes it back while it has not come. */
export function cutAfter(
  clock: Clock,
  signal: AbortSignal,
  milliseconds: number,
): { readonly cut: AbortSignal; forget(): void } {
  const cut = new AbortController()
  let cancel: (() => void) | null = null
  const begin = () => {
    cancel = clock.after(milliseconds, () => cut.abort())
  }
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return {
    cut: cut.signal,
    forget() {
      signal.removeEventListener('abort', begin)
      cancel?.()
    },
  }
}
