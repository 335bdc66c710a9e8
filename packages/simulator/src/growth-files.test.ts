import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modelFor } from './fleet.ts'
import { printersOf, readGrowthModels, readRecordings } from './index.ts'
import { STANDARD_MODEL } from './standard-growth.ts'
import { HandClock, read } from './testing.ts'

const root = resolve(import.meta.dirname, '../../..')
const own = resolve(root, 'knowledge/recordings')
const corpus = resolve(root, '../shared/corpus')
const AGES = [0, 1, 500, 9_000].map((hours) => 5_000 + hours * 3_600_000)

/** Numbers of one column by their index, as a device of ours reads at an age. */
type Column = ReadonlyMap<string, number>

/** All devices made of our recordings with this object, each with a way to read numbers at every age. */
async function devicesWith(object: string) {
  const recordings = (await readRecordings([own])).filter(({ rows }) =>
    rows.some(({ oid }) => oid.text.startsWith(object)),
  )
  const printers = printersOf({
    recordings,
    port: 0,
    base: '127.21.0.1',
    count: recordings.length,
    seed: 'files',
    clock: new HandClock(),
    growth: await readGrowthModels(),
  })
  return printers.flatMap((printer, at) =>
    AGES.map((age) => {
      const view = printer.view(age)
      const column = (prefix: string): Column =>
        new Map(
          (recordings[at]?.rows ?? [])
            .filter(({ oid }) => oid.text.startsWith(`${prefix}.`))
            .map(({ oid }) => [oid.text.slice(prefix.length + 1), Number(read(view, oid.text))]),
        )
      return { name: printer.recording, column, text: (oid: string) => read(view, oid) }
    }),
  )
}

const sum = (column: Column): number => [...column.values()].reduce((total, value) => total + value, 0)

describe.skipIf(!existsSync(own))('growth files', () => {
  it('keep works, sizes, colours and sides adding up where columns are joined by label', async () => {
    const base = '1.3.6.1.4.1.1347'
    const devices = await devicesWith(`${base}.43.10.1.1.12`)
    expect(devices.length).toBeGreaterThanOrEqual(3 * AGES.length)
    for (const { name, column } of devices) {
      const total = sum(column(`${base}.43.10.1.1.12`))
      expect(sum(column(`${base}.42.2.1.1.1.6`)), name).toBe(total)
      expect(
        sum(column(`${base}.42.2.1.1.1.7`)) + sum(column(`${base}.42.2.1.1.1.8`)) + sum(column(`${base}.42.2.1.1.1.9`)),
        name,
      ).toBe(total)
      expect(sum(column(`${base}.42.2.5.1.1.1`)) + sum(column(`${base}.42.2.5.1.1.2`)), name).toBe(total)
      const works = column(`${base}.42.3.1.1.1.1`)
      if (works.size > 0) expect(sum(works), name).toBe(total)
      for (const [work, count] of works) {
        const byMode = column(`${base}.42.3.1.2.1.1.${work}`)
        if (byMode.size > 0) expect(sum(byMode), `${name} ${work}`).toBe(count)
      }
    }
  })

  it('keep mono and colour adding up to the life count where counters are single objects', async () => {
    const base = '1.3.6.1.4.1.11.2.3.9.4.2.1.4.1.2'
    const devices = await devicesWith(`${base}.6.0`)
    expect(devices.length).toBeGreaterThanOrEqual(2 * AGES.length)
    for (const { name, column } of devices) {
      expect(sum(column(`${base}.6`)) + sum(column(`${base}.7`)), name).toBe(sum(column('1.3.6.1.2.1.43.10.2.1.4')))
    }
  })

  it('keep packed counters adding up', async () => {
    const object = '1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.10.0'
    const devices = await devicesWith(object)
    expect(devices.length).toBeGreaterThanOrEqual(3 * AGES.length)
    for (const { name, text } of devices) {
      const records = new Map(
        [...(text(object) ?? '').matchAll(/(..)0104(.{8})/gy)].map(([, tag, value]) => [
          tag,
          Number.parseInt(value ?? '', 16),
        ]),
      )
      const [total, mono, full = 0] = ['00', '01', '02'].map((tag) => records.get(tag))
      if (total !== undefined && mono !== undefined) expect(mono + full, name).toBe(total)
      expect(records.size, name).toBeGreaterThan(0)
    }
  })

  it('keep counters adding up that are named by a code', async () => {
    const devices = await devicesWith('1.3.6.1.4.1.367.3.2.1.2.19.5.1.9')
    for (const { name, column } of devices) {
      const codes = column('1.3.6.1.4.1.367.3.2.1.2.19.5.1.2')
      const counts = new Map(
        [...column('1.3.6.1.4.1.367.3.2.1.2.19.5.1.9')].map(([index, count]) => [codes.get(index), count]),
      )
      const count = (code: number) => counts.get(code) ?? 0
      expect(count(200) + count(300) + count(400), name).toBe(count(10))
      expect(count(401) + count(403), name).toBe(count(400))
    }
    expect(devices.length).toBeGreaterThan(0)
  })
})

describe.skipIf(!existsSync(corpus))(
  'growth files on the corpus of real recordings (skipped where ../shared is missing)',
  () => {
    it('keep the sums that held when the device was recorded', async () => {
      const checks: { recording: string; sum_of: string[]; equals: string[] }[] = JSON.parse(
        await readFile(`${corpus}/checks.json`, 'utf8'),
      )
      const recordings = (await readRecordings([`${corpus}/recordings`])).filter(({ name }) =>
        checks.some(({ recording }) => recording === name),
      )
      const printers = printersOf({
        recordings,
        port: 0,
        base: '127.21.0.1',
        count: recordings.length,
        seed: 'files',
        clock: new HandClock(),
        growth: await readGrowthModels(),
      })
      const broken = new Set<string>()
      for (const { recording, sum_of, equals } of checks) {
        const printer = printers.find((each) => each.recording === recording)
        if (printer === undefined) throw new Error(`no recording ${recording}`)
        for (const age of AGES) {
          const total = (oids: readonly string[]) =>
            oids.reduce((all, oid) => all + Number(read(printer.view(age), oid)), 0)
          if (total(sum_of) !== total(equals)) broken.add(`${recording}: ${sum_of.join(' + ')} = ${equals}`)
        }
      }
      // A device without a growth file moves by its standard objects alone: its private sums stand still.
      const models = await readGrowthModels()
      const known = recordings
        .filter((recording) => modelFor(recording, models) !== STANDARD_MODEL)
        .map(({ name }) => name)
      expect(known.length).toBeGreaterThanOrEqual(3)
      expect([...broken].filter((line) => known.some((name) => line.startsWith(name)))).toEqual([])
    })
  },
)
