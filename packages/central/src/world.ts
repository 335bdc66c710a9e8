/**
 * What Central takes from the world: time, chance and a place to say things. Composition roots hand them in, tests hand in their own.
 */

/** Wall time in milliseconds since 1970, and a way to be called later; `after` answers the way to cancel. */
export interface Clock {
  now(): number
  after(milliseconds: number, run: () => void): () => void
}

/** A source of unguessable bytes. */
export interface Dice {
  bytes(count: number): Uint8Array
}

/** Where Central says what it does; fields never hold secrets. The shape of a pino logger. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
