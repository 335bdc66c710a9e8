/** Knowledge with its witness: every recording reads as written down, asks exactly what its profile says, and nothing else passes for a printer. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { evidenceOf, explain, normalise, observationOf, questions } from '@platen/collector'
import { meterKey, percentLeft, type Reading } from '@platen/model'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  checkedInInstructions,
  KNOWLEDGE,
  type ReadRecording,
  readingText,
  readRecording,
  recordingsIn,
} from './catalogue.ts'

/** How many there are: a loop that ends early must fail. */
const EXPECTED = { recordings: 34, nonPrinters: 6, profiles: 20 }
/** Requests of a full read, from the packet plan of the design. */
const MOST_REQUESTS = 20

type Printer = ReadRecording & { readonly printer: NonNullable<ReadRecording['printer']> }

describe('the recordings of knowledge/', () => {
  let read: Printer[] = []
  let others: ReadRecording[] = []

  beforeAll(async () => {
    const instructions = await checkedInInstructions()
    const paths = await recordingsIn(join(KNOWLEDGE, 'recordings'))
    const all = await Promise.all(paths.map((path) => readRecording(path, instructions)))
    read = all.flatMap((one) => (one.printer === null ? [] : [{ ...one, printer: one.printer }]))
    const strangers = await recordingsIn(join(KNOWLEDGE, 'recordings/nonprinters'))
    others = await Promise.all(strangers.map((path) => readRecording(path, instructions)))
  })

  it('accepts no device that is not a printer', () => {
    expect(others).toHaveLength(EXPECTED.nonPrinters)
    expect(others.map(({ probed }) => probed.kind)).toEqual(others.map(() => 'other'))
  })

  it('recognises every printer, and every profile has at least one', async () => {
    expect(read).toHaveLength(EXPECTED.recordings)
    const profiles = new Set(read.map(({ printer }) => printer.profile.profile))
    const known = (await checkedInInstructions()).profiles.map(({ profile }) => profile)
    expect(known).toHaveLength(EXPECTED.profiles)
    expect([...profiles].sort()).toEqual([...known].sort())
  })

  it('reads every recording as its reading says', async () => {
    let compared = 0
    for (const { name, printer } of read) {
      const written: unknown = JSON.parse(await readFile(join(KNOWLEDGE, 'readings', `${name}.json`), 'utf8'))
      expect(JSON.parse(readingText(printer.reading)), name).toEqual(written)
      compared++
    }
    expect(compared).toBe(EXPECTED.recordings)
  })

  it('says where each recording came from in its first line', async () => {
    const paths = [
      ...(await recordingsIn(join(KNOWLEDGE, 'recordings'))),
      ...(await recordingsIn(join(KNOWLEDGE, 'recordings/nonprinters'))),
    ]
    for (const path of paths) expect(await readFile(path, 'utf8'), path).toMatch(/^# origin: /)
  })

  it('asks exactly the objects of the profile and nothing else', () => {
    for (const { name, session, printer } of read) {
      const { scalars, tables } = questions(printer.profile)
      expect(
        session.got.map(({ text }) => text),
        name,
      ).toEqual(scalars)
      expect(session.largestGet, name).toBeLessThanOrEqual(22)
      const columns = tables.flatMap((table) => table.columns)
      const begun = new Set(
        session.followed.map(({ text }) => columns.find((column) => text === column || text.startsWith(`${column}.`))),
      )
      expect(begun.has(undefined), `${name} followed something that is no column of its profile`).toBe(false)
      expect(session.cost.requests, name).toBeLessThanOrEqual(MOST_REQUESTS)
    }
  })

  it('gets every cell of every column it asks, though one walk goes through several', () => {
    let compared = 0
    for (const { name, session, printer } of read) {
      for (const { columns, rows } of questions(printer.profile).tables) {
        for (const column of columns) {
          const cells = session.rows.filter(({ oid }) => oid.text.startsWith(`${column}.`)).slice(0, rows)
          const got = cells.filter(({ oid }) => printer.observation.answers.has(oid.text))
          expect(got.length, `${name} ${column}`).toBe(cells.length)
          compared += cells.length
        }
      }
    }
    expect(compared).toBeGreaterThan(3_000)
  })

  it('keeps only answers of objects it asked for', () => {
    for (const { name, printer } of read) {
      const { scalars, tables } = questions(printer.profile)
      const prefixes = tables.flatMap((table) => table.columns.map((column) => `${column}.`))
      const foreign = [...printer.observation.answers.keys()].filter(
        (object) => !scalars.includes(object) && !prefixes.some((prefix) => object.startsWith(prefix)),
      )
      expect(foreign, name).toEqual([])
    }
  })

  it('never gives two meters one name, nor a number out of range', () => {
    for (const { name, printer } of read) checkRanges(name, printer.reading)
  })

  it('makes the same meters again from the observation a reading carries', async () => {
    const instructions = await checkedInInstructions()
    for (const { name, printer } of read) {
      const { id, at, monotonic, address, observation, meters, checks } = printer.reading
      const again = normalise({
        observation: observationOf(observation),
        profile: printer.profile,
        instructions,
        stamp: { id, at, monotonic, address },
      })
      expect(again.meters, name).toEqual(meters)
      expect(again.checks, name).toEqual(checks)
    }
  })

  it('explains every answer and tells of every meter which object it came from', () => {
    for (const { name, printer } of read) {
      const { observation, profile, reading } = printer
      const lines = explain(observation, profile, reading)
      expect(lines.length, name).toBeGreaterThanOrEqual(observation.answers.size)
      for (const meter of reading.meters) {
        const key = `meter ${meterKey(meter)} = ${meter.value}`
        const told = lines.filter(({ became }) => became.includes(key)).map(({ object }) => object)
        expect(meter.source.objects, `${name} ${key}`).toEqual(expect.arrayContaining(told))
        expect(told.length, `${name} ${key}`).toBeGreaterThan(0)
      }
    }
  })

  it('believes no printer once its branch is on the list of what is never one', async () => {
    const instructions = await checkedInInstructions()
    let refused = 0
    for (const { probed } of read) {
      if (probed.kind !== 'printer' || probed.answer.objectId === null) continue
      expect(evidenceOf(probed.answer, { ...instructions, never: [probed.answer.objectId] })).toBeNull()
      refused++
    }
    expect(refused).toBe(EXPECTED.recordings)
  })
})

function checkRanges(name: string, reading: Reading): void {
  const keys = reading.meters.map(meterKey)
  expect(new Set(keys).size, name).toBe(keys.length)
  for (const { value } of reading.meters) expect(value >= 0n && value < 1n << 33n, name).toBe(true)
  const indexes = reading.supplies.map(({ index }) => index)
  expect(new Set(indexes).size, name).toBe(indexes.length)
  for (const { level } of [...reading.supplies, ...reading.inputs]) {
    const percent = percentLeft(level)
    expect(percent === null || (percent >= 0 && percent <= 100), name).toBe(true)
    expect(percent === null, name).toBe(level.kind !== 'measured')
  }
  for (const { feedMicrometres: feed, crossFeedMicrometres: cross } of reading.inputs) {
    for (const size of [feed, cross]) expect(size === null || (size > 50_000 && size <= 50_000_000), name).toBe(true)
  }
}
