/** The real clock and dice, for composition roots to hand in. */
import { randomBytes } from 'node:crypto'
import type { Clock, Dice } from './world.ts'

/** Timers that keep no process alive by themselves, around the wall clock that only a composition root may bring. */
export function realClock(wall: () => number): Clock {
  return {
    now: wall,
    after: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds)
      timer.unref()
      return () => clearTimeout(timer)
    },
  }
}

/** The operating system's dice. */
export const realDice: Dice = { bytes: (count) => new Uint8Array(randomBytes(count)) }
