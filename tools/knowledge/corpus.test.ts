/** The collector against real devices' recordings, which lie beside the repository and are never copied into it. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Instructions } from '@platen/collector'
import type { Reading } from '@platen/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE, type ReadRecording, readRecording, recordingsIn } from './catalogue.ts'
import { type Facts, readCounters, readFacts } from './facts.ts'

const corpus = resolve(KNOWLEDGE, '../../shared/corpus')
const hasCorpus = existsSync(join(corpus, 'recordings'))
if (!hasCorpus) console.log(`real recordings are not tested: ${corpus} is not there`)

describe.skipIf(!hasCorpus)('the recordings of real devices', () => {
  let instructions: Instructions
  let printers: ReadRecording[] = []
  const facts = new Map<string, Facts>()

  beforeAll(async () => {
    instructions = await checkedInInstructions()
    const paths = await recordingsIn(join(corpus, 'recordings'))
    printers = await Promise.all(paths.map((path) => readRecording(path, instructions)))
    for (const { name } of printers) facts.set(name, await readFacts(join(corpus, 'facts'), name))
  })

  it('accepts none of the devices that are no printers', async () => {
    const paths = await recordingsIn(join(corpus, 'nonprinters'))
    const read = await Promise.all(paths.map((path) => readRecording(path, instructions)))
    expect(read.length).toBeGreaterThanOrEqual(30)
    expect(read.filter(({ printer }) => printer !== null).map(({ name }) => name)).toEqual([])
  })

  it('recognises every printer that shows anything of the Printer-MIB', () => {
    const shown = printers.filter(({ session }) =>
      session.rows.some(({ oid }) => oid.text.startsWith('1.3.6.1.2.1.43.')),
    )
    expect(shown.length).toBeGreaterThanOrEqual(40)
    expect(shown.filter(({ printer }) => printer === null).map(({ name }) => name)).toEqual([])
  })

  it('survives every odd recording without an exception', async () => {
    const paths = await recordingsIn(join(corpus, 'odd'))
    const read = await Promise.all(paths.map((path) => readRecording(path, instructions)))
    expect(read.length).toBeGreaterThanOrEqual(28)
    for (const { printer, name } of read)
      for (const text of textsOf(printer?.reading)) expect(text, name).not.toMatch(/\p{Cc}/u)
  })

  it('reads the serial numbers that the devices tell', () => {
    let compared = 0
    for (const { name, reading } of readings(printers)) {
      const serial = facts.get(name)?.serial
      if (serial === undefined) continue
      expect(reading.identity.serial, name).toBe(serial)
      compared++
    }
    expect(compared).toBeGreaterThanOrEqual(14)
  })

  it('reads every life count, as the meter or beside it', () => {
    let compared = 0
    for (const { name, reading } of readings(printers)) {
      for (const life of facts.get(name)?.lifeCounts ?? []) {
        const counts = [...reading.meters.map(({ value }) => value), ...reading.checks.map(({ right }) => right)]
        expect(counts, name).toContain(BigInt(life))
        compared++
      }
    }
    expect(compared).toBeGreaterThanOrEqual(26)
  })

  it('reads every supply with the level and capacity the device said', () => {
    let measured = 0
    let compared = 0
    for (const { name, reading } of readings(printers)) {
      for (const told of facts.get(name)?.supplies ?? []) {
        const supply = reading.supplies.find(({ index }) => index === told.index)
        expect(supply?.level, `${name} ${told.index}`).toEqual(told.level)
        compared++
        if (told.level.kind === 'measured') measured++
      }
    }
    expect(compared).toBeGreaterThanOrEqual(130)
    expect(measured).toBeGreaterThanOrEqual(90)
  })

  it('reads packed records as another program of the same devices does', async () => {
    let compared = 0
    for (const { name, session } of printers) {
      const profile = instructions.profiles.find(({ records }) =>
        Object.values(records).some(({ object }) => session.rows.some(({ oid }) => oid.text === object)),
      )
      const counts = await readCounters(join(corpus, 'expected'), name)
      if (profile === undefined || counts.length === 0) continue
      const { printer } = await readRecording(
        join(corpus, 'recordings', `${name}.snmprec`),
        instructions,
        profile.profile,
      )
      if (printer === null) continue
      const values = printer.reading.meters.map(({ value }) => value)
      expect(values, name).toEqual(expect.arrayContaining([...counts]))
      compared++
    }
    expect(compared).toBeGreaterThanOrEqual(5)
  })

  it('finds every sum kept that should be, and the two totals of one device apart', () => {
    const checks = readings(printers).flatMap(({ reading }) => reading.checks)
    expect(checks.length).toBeGreaterThanOrEqual(14)
    expect(checks.filter(({ holds }) => !holds).map(({ name }) => name)).toEqual(['lifeCount'])
  })

  it('asks no device more than 25 requests', () => {
    for (const { name, printer } of printers)
      expect(printer?.observation.cost.requests ?? 0, name).toBeLessThanOrEqual(25)
  })
})

function readings(read: readonly ReadRecording[]): readonly { name: string; reading: Reading }[] {
  return read.flatMap(({ name, printer }) => (printer === null ? [] : [{ name, reading: printer.reading }]))
}

function textsOf(reading: Reading | undefined): readonly string[] {
  if (reading === undefined) return []
  const { identity, supplies, inputs, status } = reading
  return [
    ...Object.values(identity).filter((value) => value !== null),
    ...supplies.map(({ description }) => description),
    ...inputs.map(({ name }) => name),
    ...status.alerts.map(({ text }) => text),
  ]
}
