import { describe, expect, it } from 'vitest'
import { amongHostile, BEHAVIOURS } from './hostile.ts'
import { kill } from './kills.ts'
import { mutate } from './mutants.ts'

describe('killed with SIGKILL', () => {
  it('100 times, at random and at seven named moments: what it acknowledged arrives exactly once, no number is missing', {
    timeout: 400_000,
  }, async () => {
    const report = await kill(100, Math.random, () => undefined)
    expect(report).toMatchObject({ lost: [], doubled: [], forks: 0, gaps: [], brokenLedger: null })
    expect(Object.values(report.kills).reduce((sum, count) => sum + count, 0)).toBe(100)
    // Enough was at stake.
    expect(report.acknowledged).toBeGreaterThan(1_000)
  })
})

describe('hostile printers', () => {
  it('cost no honest printer its reading, and the round no more than their own time', {
    timeout: 120_000,
  }, async () => {
    const report = await amongHostile(60)
    expect(report).toMatchObject({ missed: [], bugs: [] })
    const fates = Object.values(report.fates)
    expect(fates).toHaveLength(Object.keys(BEHAVIOURS).length)
    expect(fates).not.toContain('notAsked')
    expect(report.fates).toMatchObject({ 'wrong address': 'silent', 'wrong port': 'silent', thousandfold: 'read' })
    // The slowest of them answers some twenty times just before its time is over; nobody waits for two in a row.
    expect(report.among - report.without).toBeLessThan(60_000)
  })
})

describe('a database after an accident', () => {
  it('is worked with, begun anew, or what is wrong with it is named', { timeout: 120_000 }, async () => {
    const report = await mutate(60, Math.random, () => undefined)
    expect(report.fell).toEqual([])
    const ends = Object.keys(report.ends)
    // Only a spoilt key cannot be mended; that we are not who we were is never the end.
    expect(ends.filter((end) => !/^read, unreachable|^not opened: wrongKey$/.test(end))).toEqual([])
  })
})
