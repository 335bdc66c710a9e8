/** Seeded dice: the same seed gives the same fleet, the same faults and the same growth, on every machine. */

/** Answers numbers from 0 up to but not including 1. */
export type Dice = () => number

const SCALE = 4_294_967_296

/** Dice for one purpose: the texts and numbers given are what they depend on, and nothing else. Mixing as in Steele's SplitMix, 32 bits. */
export function diceOf(...seeds: readonly (string | number)[]): Dice {
  let state = hash(seeds.join('\u0000'))
  return () => {
    state = (state + 0x9e37_79b9) >>> 0
    return mix(state) / SCALE
  }
}

/** A whole number from `least` to `most`, both included. */
export const between = (dice: Dice, least: number, most: number): number =>
  least + Math.floor(dice() * (most - least + 1))

/** A number for any text, well spread over 32 bits (FNV-1a, then mixed). */
export function hash(text: string): number {
  let value = 0x811c_9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x0100_0193)
  return mix(value >>> 0)
}

function mix(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2_ae35)
  return (second ^ (second >>> 16)) >>> 0
}
