/** A later visit must say what a full read would have said at that moment, or nothing: over all our recordings, the real ones and the odd ones. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  collect,
  type Instructions,
  identify,
  type KnownRows,
  knownRowsText,
  type LaterKind,
  normalise,
  parseKnownRows,
  probe,
  type Recalled,
  recall,
  remember,
} from '@platen/collector'
import type { Reading } from '@platen/model'
import { type GrowthModel, type Printer, printersOf, readGrowthModels, readRecordings } from '@platen/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE } from '../knowledge/catalogue.ts'
import { wiredTo } from './device.ts'

const HOUR = 3_600_000
const BEGAN = Date.parse('2026-01-01T00:00:00.000Z')
/** Moments after the full read. */
const LATER = [0, 0.2 * HOUR, 7 * HOUR, 23.9 * HOUR]

const corpus = resolve(KNOWLEDGE, '../../shared/corpus')
const folders = [
  { name: 'our recordings', paths: [join(KNOWLEDGE, 'recordings')], remembered: 32, met: 110 },
  {
    name: 'the real and the odd recordings',
    paths: [join(corpus, 'recordings'), join(corpus, 'odd')],
    remembered: 54,
    met: 190,
  },
]

describe.each(folders)('a later visit to $name', ({ paths, remembered, met }) => {
  const isThere = paths.every((path) => existsSync(path))
  if (!isThere) console.log(`not visited again: ${paths.join(', ')}`)
  let instructions: Instructions
  let growth: readonly GrowthModel[]
  const devices: { readonly printer: Printer; readonly full: Reading; readonly rows: KnownRows }[] = []

  beforeAll(async () => {
    if (!isThere) return
    instructions = await checkedInInstructions()
    growth = await readGrowthModels()
    const recordings = await readRecordings(paths)
    const printers = printersOf({
      recordings,
      port: 161,
      base: '127.20.50.1',
      count: recordings.length,
      seed: 'again',
      clock: { now: () => 0, after: () => () => undefined },
      growth,
    })
    for (const printer of printers) {
      const read = await readAll(printer, instructions, 0)
      const kept = read?.rows == null ? null : parseKnownRows(knownRowsText(read.rows) ?? '')
      // What comes back from the disk is what was put there.
      if (read !== null) expect(kept).toEqual(read.rows)
      if (read !== null && kept !== null) devices.push({ printer, full: read.reading, rows: kept })
    }
  })

  it.skipIf(!isThere)(
    'says what a full read says at the same moment, while the device prints and empties its supplies',
    async () => {
      expect(devices.length).toBeGreaterThanOrEqual(remembered)
      let same = 0
      for (const { printer, rows } of devices) {
        for (const age of LATER) {
          const again = await visit(printer, { rows, instructions, age, kind: 'steady' })
          const full = await readAll(printer, instructions, age)
          if (!again.ok) {
            // The only thing that grows in a device that prints is a supply that was replaced.
            expect([again.doubt, age > 0], `${printer.recording} after ${age}`).toEqual(['supply', true])
            continue
          }
          const { visit: said, observation: told, ...reading } = again.reading
          const { observation: all = {}, ...whole } = full?.reading ?? {}
          expect(reading, `${printer.recording} after ${age}`).toEqual({ ...whole, at: reading.at })
          // Cells beside those that a meter came from are not asked again.
          expect(all).toMatchObject(told)
          expect(said?.keptAt, printer.recording).toBe(rows.at)
          same++
        }
      }
      expect(same).toBeGreaterThanOrEqual(met)
    },
    120_000,
  )

  it.skipIf(!isThere)(
    'asks every meter, every level and every status anew',
    async () => {
      let counted = 0
      for (const { printer, rows } of devices) {
        const again = await visit(printer, { rows, instructions, age: HOUR, kind: 'steady' })
        if (!again.ok) continue
        const { isKept } = again.observation.visited
        for (const { value, source } of again.reading.meters) {
          const fresh = source.objects.filter((object) => !isKept(object))
          expect(fresh.length, `${printer.recording}: ${value} of ${source.objects.join()}`).toBeGreaterThan(0)
          // Nothing that was a number of this meter is remembered: what is, only names it or finds its row.
          for (const object of source.objects) if (isKept(object)) expect(rows.kept).toContain(`${object}|`)
          counted++
        }
        for (const { level, source } of again.reading.supplies)
          if (level.kind === 'measured')
            expect(
              source.objects.some((object) => !isKept(object)),
              printer.recording,
            ).toBe(true)
      }
      expect(counted).toBeGreaterThan(250)
    },
    60_000,
  )

  it.skipIf(!isThere)(
    'reads the same meters when it asks for nothing else',
    async () => {
      for (const { printer, rows } of devices) {
        const again = await visit(printer, { rows, instructions, age: 7 * HOUR, kind: 'meters' })
        const full = await readAll(printer, instructions, 7 * HOUR)
        if (!again.ok) throw new Error(`${printer.recording}: ${again.doubt}`)
        expect(again.reading.meters, printer.recording).toEqual(full?.reading.meters)
        expect(again.reading.identity, printer.recording).toEqual(full?.reading.identity)
        expect(again.reading).toMatchObject({ visit: { kind: 'meters' }, supplies: [], inputs: [] })
      }
    },
    60_000,
  )

  it.skipIf(!isThere).each(['status', 'supplies'] as const)(
    'says of the %s what a full read says, and nothing else',
    async (kind) => {
      let same = 0
      for (const { printer, rows } of devices) {
        const age = 0.2 * HOUR
        const again = await visit(printer, { rows, instructions, age, kind })
        const full = await readAll(printer, instructions, age)
        if (!again.ok) {
          expect([again.doubt, kind], printer.recording).toEqual(['supply', 'supplies'])
          continue
        }
        const { identity, upTime, status, covers, supplies, inputs, outputs } = again.reading
        const whole = full?.reading
        expect({ identity, upTime, status, covers }, printer.recording).toEqual({
          identity: whole?.identity,
          upTime: whole?.upTime,
          status: whole?.status,
          covers: whole?.covers,
        })
        expect({ supplies, inputs, outputs }, printer.recording).toEqual(
          kind === 'status'
            ? { supplies: [], inputs: [] }
            : { supplies: whole?.supplies, inputs: whole?.inputs, outputs: whole?.outputs },
        )
        expect(again.reading).toMatchObject({ visit: { kind }, meters: [], checks: [], observation: {} })
        same++
      }
      expect(same).toBeGreaterThanOrEqual(remembered - 4)
    },
    60_000,
  )
})

interface Again {
  readonly rows: KnownRows
  readonly instructions: Instructions
  readonly age: number
  readonly kind: LaterKind
}

async function visit(printer: Printer, { age, ...known }: Again): Promise<Recalled> {
  const { session, close } = wiredTo(printer, { address: printer.address, at: age })
  try {
    const now = BEGAN + age
    return await recall({ session, ...known, now, stamp: () => stampAt(printer, age) })
  } finally {
    await close()
  }
}

async function readAll(
  printer: Printer,
  instructions: Instructions,
  age: number,
): Promise<{ readonly reading: Reading; readonly rows: KnownRows | null } | null> {
  const { session, close } = wiredTo(printer, { address: printer.address, at: age })
  try {
    const probed = await probe(session, instructions)
    if (probed.kind !== 'printer') return null
    const profile = identify(probed.answer, instructions)
    const observation = await collect(session, profile)
    const reading = normalise({ observation, profile, instructions, stamp: stampAt(printer, age) })
    return { reading, rows: remember({ observation, reading, profile }) }
  } finally {
    await close()
  }
}

function stampAt({ address }: Printer, age: number) {
  return { id: '0'.repeat(32), at: new Date(BEGAN + age).toISOString(), monotonic: 0, address }
}
