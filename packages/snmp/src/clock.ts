/** Time as the client sees it: a parameter, so that tests decide when it passes. */

/** A monotonic clock in milliseconds and a way to be woken; `after` answers what cancels it. After 0 is when the event loop comes round. */
export interface Clock {
  now(): number
  after(milliseconds: number, wake: () => void): () => void
}

/** The real clock, for composition roots. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, wake) {
    // A time-out is a millisecond at least, in which a sweep could send a hundred datagrams.
    if (milliseconds === 0) {
      const turn = setImmediate(wake)
      return () => clearImmediate(turn)
    }
    const timer = setTimeout(wake, milliseconds)
    return () => clearTimeout(timer)
  },
}
