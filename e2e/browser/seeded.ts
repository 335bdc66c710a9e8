/** Seeded dice for made-up fleets: the same seed gives the same fleet, so that a failing test can be seen again. */

export interface Dice {
  /** An integer from 0 to `below` - 1. */
  roll(below: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  hex(length: number): string
}

/** Mulberry32 over the seed: even enough for test data, and nothing else. */
export function seededDice(seed: number): Dice {
  let state = seed >>> 0
  const roll = (below: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
  return {
    roll,
    pick: (items) => items[roll(items.length)] ?? items[0],
    hex: (length) => Array.from({ length }, () => roll(16).toString(16)).join(''),
  }
}
