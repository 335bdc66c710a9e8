/** Time as the client sees it: a parameter, so that tests decide when it passes. */

/** A monotonic clock in milliseconds and a way to be woken; `after` answers what cancels it. */
export interface Clock {
  now(): number
  after(milliseconds: number, wake: () => void): () => void
}

/** The real clock, for composition roots. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, wake) {
    const timer = setTimeout(wake, milliseconds)
    return () => clearTimeout(timer)
  },
}
