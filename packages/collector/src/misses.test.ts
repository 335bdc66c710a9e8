import { missCodes, missParams } from '@platen/model'
import { describe, expect, it } from 'vitest'
import { english, missOf } from './misses.ts'

describe('the words of a miss', () => {
  it('are there for every code and speak of what the code speaks of, and of nothing else', () => {
    expect(Object.keys(english).sort()).toEqual([...missCodes].sort())
    for (const code of missCodes) {
      const named = [...english[code].matchAll(/\{(\w+)\}/gu)].map(([, name]) => name)
      expect(missParams[code], code).toEqual(expect.arrayContaining(named))
      const given = Object.fromEntries(missParams[code].map((name) => [name, `QQ${name}`]))
      const miss = missOf('marker', 'absent', { code, ...given })
      expect(miss.params, code).toEqual(given)
      expect(miss.detail, code).not.toMatch(/\{|\}/u)
      for (const name of named) expect(miss.detail, code).toContain(`QQ${name}`)
    }
  })
})
