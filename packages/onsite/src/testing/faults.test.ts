import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ANSWERS, answerAll } from './answers.ts'
import { awayFor, WAITS } from './away.ts'
import { hasCompiler, onBadDisk } from './bad-disk.ts'
import { BEHAVIOURS } from './behaviours.ts'
import { areSound } from './books.ts'
import { CLOCKS, turnClocks } from './clocks.ts'
import { cutEverywhere } from './cuts.ts'
import { exchanged } from './exchanged.ts'
import { fallIntoHoles, namespace } from './holes.ts'
import { amongHostile } from './hostile.ts'
import { kill, MOMENTS } from './kills.ts'
import { mutate } from './mutants.ts'
import { STORMS } from './trap-storms.ts'

const noNamespace = namespace === null ? ' (skipped: no network namespace may be made here)' : ''
const noCompiler = hasCompiler ? '' : ' (skipped: needs gcc)'
/** Of the hostile data beside the project. */
const list = resolve(import.meta.dirname, '../../../../../shared/badinput/own/hostile-printer-behaviours.json')
const noList = existsSync(list) ? '' : ` (skipped: ${list} is not here)`
const quiet = () => undefined

describe('killed with SIGKILL', () => {
  it('100 times, at random and at nine named moments: what it acknowledged arrives exactly once, no number is missing', {
    timeout: 400_000,
  }, async () => {
    const report = await kill(100, Math.random, quiet)
    expect(report).toMatchObject({ lost: [], doubled: [], forks: 0, gaps: [], brokenLedger: null })
    expect(Object.keys(report.kills)).toEqual(MOMENTS)
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
    expect(report).toMatchObject({ missed: [], bugs: [], wrong: [] })
    const fates = Object.values(report.fates)
    expect(fates).toHaveLength(Object.keys(BEHAVIOURS).length)
    expect(fates).not.toContain('notAsked')
    expect(report.fates).toMatchObject({ 'wrong-address': 'silent', 'wrong-port': 'silent', thousandfold: 'read' })
    // The slowest of them answers some twenty times just before its time is over; nobody waits for two in a row.
    expect(report.among - report.without).toBeLessThan(60_000)
  })
})

describe('what is no behaviour of one address in one round', () => {
  it.each(Object.keys(STORMS))(
    '%s makes us look at printers we know, once, and at nobody else',
    {
      timeout: 60_000,
    },
    async (name) => {
      expect(await STORMS[name]?.({ milliseconds: 1_500, senders: 500 })).toBe(null)
    },
  )

  it('dhcp-swap leaves each number with its printer, and is noticed', { timeout: 60_000 }, async () => {
    expect(await exchanged()).toBe(null)
  })
})

describe(`the behaviours asked for${noList}`, () => {
  it.skipIf(!existsSync(list))('are all there, by name', () => {
    const { cases } = z
      .object({ cases: z.array(z.object({ name: z.string() })) })
      .parse(JSON.parse(readFileSync(list, 'utf8')))
    const ours = new Set([...Object.keys(BEHAVIOURS), ...Object.keys(STORMS), 'dhcp-swap'])
    expect(cases.map(({ name }) => name).filter((name) => !ours.has(name))).toEqual([])
    expect(cases.length).toBeGreaterThan(35)
  })
})

describe('a database after an accident', () => {
  it('is worked with, begun anew, or what is wrong with it is named', { timeout: 120_000 }, async () => {
    const report = await mutate(60, Math.random, quiet)
    expect(report.fell).toEqual([])
    const ends = Object.keys(report.ends)
    // Only a spoilt key cannot be mended; that we are not who we were is never the end.
    expect(ends.filter((end) => !/^read, unreachable|^not opened: wrongKey$/.test(end))).toEqual([])
  })
})

describe("what comes back in place of Central's answer", () => {
  it('is not believed and costs nothing, and the next true answer is taken', { timeout: 120_000 }, async () => {
    const report = await answerAll(1, quiet)
    expect(report.wrong).toEqual([])
    expect(Object.keys(report.ends)).toEqual(Object.keys(ANSWERS))
    expect(Object.keys(ANSWERS).length).toBeGreaterThan(45)
    expect(areSound(report.books)).toBe(true)
  })
})

describe('an exchange that is cut', () => {
  it('in the request or the answer, by reset or by an end, loses nothing and doubles nothing', {
    timeout: 120_000,
  }, async () => {
    const report = await cutEverywhere(97, Math.random, quiet)
    expect(report.wrong).toEqual([])
    expect(areSound(report.books)).toBe(true)
    expect(report.octets.request).toBeGreaterThan(1_500)
    expect(report.octets.answer).toBeGreaterThan(500)
    expect(report.cuts).toBeGreaterThan(40)
  })
})

describe(`a connection that dies without a word${noNamespace}`, () => {
  it.skipIf(namespace === null)(
    'is given up in its time, wherever it died, and was the only one',
    {
      timeout: 120_000,
    },
    async () => {
      const fallen = await fallIntoHoles(300, quiet)
      expect(fallen).toHaveLength(10)
      expect(fallen.filter(({ ended, connections }) => ended !== 'timeout' || connections !== 1)).toEqual([])
      // Twice the time, and what a busy machine adds.
      expect(fallen.filter(({ milliseconds }) => milliseconds > 5_000)).toEqual([])
    },
  )
})

describe('a clock that is wrong, jumps, or changes its hour', () => {
  it('changes neither what arrives, nor its order, nor its intervals, nor the 14 days', {
    timeout: 240_000,
  }, async () => {
    const report = await turnClocks(quiet)
    expect(report.wrong).toEqual([])
    expect(report.cases).toBe(Object.keys(CLOCKS).length)
    expect(report.cases).toBeGreaterThanOrEqual(20)
  })
})

describe('Central away for three days', () => {
  it('is called neither more nor less often than is right, and is told everything once', {
    timeout: 120_000,
  }, async () => {
    const report = await awayFor(72, 6 * 60)
    expect(areSound(report.books)).toBe(true)
    expect(report.bugs).toEqual([])
    expect(report.rounds).toBeGreaterThanOrEqual(12)
    expect(report.tries).toBeGreaterThan((72 * 3_600_000) / WAITS.most)
    expect(report.waits.shortest).toBeGreaterThanOrEqual(WAITS.least)
    expect(report.waits.longest).toBeLessThanOrEqual(WAITS.most)
    expect(report.caughtUpIn).toBeLessThan(WAITS.most)
  })
})

describe(`a disk on which writes and syncs fail${noCompiler}`, () => {
  it.skipIf(!hasCompiler)(
    'ends no life but by name, and what was acknowledged in between arrives once',
    {
      timeout: 180_000,
    },
    async () => {
      const report = await onBadDisk(7, quiet)
      expect(report.fell).toEqual([])
      expect(report.worked + report.refused).toBe(7)
      expect(report.worked).toBeGreaterThan(0)
      expect(areSound(report.books)).toBe(true)
    },
  )
})
