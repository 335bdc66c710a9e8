import { describe, expect, it } from 'vitest'
import type { Queries } from '../db/engine.ts'
import { Layouts, rememberedMost } from './layouts.ts'

/** A table in which every number has a layout, and how many were asked for. */
function table(): Queries & { asked: number } {
  const queries = {
    asked: 0,
    rows: async (row, _sql, params = []) => {
      const numbers = params[1]
      if (!Array.isArray(numbers)) throw new Error('no numbers')
      queries.asked += numbers.length
      return numbers.map((number) => row.parse({ layout_id: number, hash: `h${number}`, keys: [] }))
    },
    row: async () => null,
    run: async () => {},
  } satisfies Queries & { asked: number }
  return queries
}

describe('the memory of layouts', () => {
  it('still tells what was remembered when it is emptied for what is new', async () => {
    const layouts = new Layouts('meter_layout', async () => {})
    const queries = table()
    const many = Array.from({ length: rememberedMost - 1 }, (_, place) => BigInt(place))
    await layouts.describe(queries, 1n, many)
    expect(queries.asked).toBe(many.length)
    const described = await layouts.describe(queries, 1n, [0n, 900_000n, 900_001n])
    expect(queries.asked).toBe(many.length + 2)
    expect([0n, 900_000n, 900_001n].map((number) => described(number).hash)).toEqual(['h0', 'h900000', 'h900001'])
  })
})
