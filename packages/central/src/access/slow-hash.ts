/**
 * Slow hashes for what people type. At most two run at once, so that a flood of sign-ins cannot stall intake, which shares the
 * thread pool; a queue that is too long is refused rather than kept waiting.
 */
import { scrypt } from 'node:crypto'

/** scrypt's N: with 8 blocks 32 MiB and about 0.1 s of one core (measured), the cost of each guess. */
const costly = 2 ** 15
const memoryMost = 64 * 1024 * 1024
const hashBytes = 32
const atOnce = 2
/** Five seconds' worth: whoever comes later is told to come again. */
const queueMost = 100

/** Hashes one at a time per slot. `hash` answers null when too many wait. */
export class SlowHash {
  readonly #queueMost: number
  readonly #cost: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(options: { readonly queueMost?: number; readonly cost?: number } = {}) {
    this.#queueMost = options.queueMost ?? queueMost
    this.#cost = options.cost ?? costly
  }

  async hash(secret: Uint8Array | string, salt: Uint8Array): Promise<Uint8Array | null> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= this.#queueMost) return null
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await derive(secret, salt, this.#cost)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

function derive(secret: Uint8Array | string, salt: Uint8Array, N: number): Promise<Uint8Array> {
  const cost = { N, r: 8, p: 1, maxmem: memoryMost }
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, hashBytes, cost, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
