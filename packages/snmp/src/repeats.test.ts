import { expect, it } from 'vitest'
import { Repeats } from './repeats.ts'

it('a mark is remembered for 301 seconds at least, and not for ever', () => {
  const repeats = new Repeats()
  expect(repeats.has('one', 0)).toBe(false)
  repeats.add('one', 200_000)
  expect(repeats.has('one', 501_000)).toBe(true)
  expect(repeats.has('one', 1_200_000)).toBe(false)
  repeats.add('one', 1_200_000)
  expect(repeats.has('one', 9_000_000)).toBe(false)
})

it('of more marks than are remembered the oldest go first', () => {
  const repeats = new Repeats()
  for (let mark = 0; mark < 600_000; mark++) repeats.add(`${mark}`, 0)
  expect(repeats.has('0', 0)).toBe(false)
  expect(repeats.has('599999', 0)).toBe(true)
  expect(repeats.has('400000', 0)).toBe(true)
})
