import { describe, expect, it } from 'vitest'
import { createDatabase } from './database.ts'
import type { Engine } from './engine.ts'

/** An engine whose transactions fail with these codes, one after the other, and then succeed. */
function failing(...codes: readonly string[]): Engine & { tries: number } {
  const engine = {
    kind: 'embedded' as const,
    tries: 0,
    query: async () => [],
    exec: async () => {},
    close: async () => {},
    transaction: async <T>(_start: object, run: (connection: { query: () => Promise<[]> }) => Promise<T>) => {
      const result = await run({ query: async () => [] })
      const code = codes[engine.tries]
      engine.tries += 1
      if (code !== undefined) throw Object.assign(new Error(code), { code })
      return result
    },
  }
  return engine
}

describe("the database's transactions", () => {
  it('come a second time where the database undid the first for the sake of another', async () => {
    for (const code of ['40P01', '40001']) {
      const engine = failing(code)
      expect(await createDatabase(engine).as({ role: 'door' }, async () => 7)).toBe(7)
      expect(engine.tries).toBe(2)
    }
  })

  it('fail when that does not help, and at once for any other reason', async () => {
    const twice = failing('40P01', '40P01')
    await expect(createDatabase(twice).as({ role: 'door' }, async () => 7)).rejects.toThrow('40P01')
    expect(twice.tries).toBe(2)
    const other = failing('23505')
    await expect(createDatabase(other).as({ role: 'door' }, async () => 7)).rejects.toThrow('23505')
    expect(other.tries).toBe(1)
  })
})
