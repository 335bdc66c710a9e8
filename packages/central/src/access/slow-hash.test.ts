import { describe, expect, it } from 'vitest'
import { SlowHash } from './slow-hash.ts'

describe('the slow hash', () => {
  it('refuses when too many wait, and works on afterwards', async () => {
    const slowHash = new SlowHash({ queueMost: 1 })
    const salt = new Uint8Array(16)
    const hashes = await Promise.all([1, 2, 3, 4].map(() => slowHash.hash('secret', salt)))
    expect(hashes.map((hash) => hash?.length ?? null)).toEqual([32, 32, 32, null])
    expect((await slowHash.hash('secret', salt))?.length).toBe(32)
  })

  it('depends on secret and salt', async () => {
    const slowHash = new SlowHash()
    const [one, two, three] = await Promise.all([
      slowHash.hash('a', new Uint8Array(16)),
      slowHash.hash('b', new Uint8Array(16)),
      slowHash.hash('a', new Uint8Array(16).fill(1)),
    ])
    expect(one).not.toEqual(two)
    expect(one).not.toEqual(three)
  })
})
