/**
 * Whatever becomes of a device's answers on their way (cut short, of another type, with holes, in another language, beyond counting, endless):
 * a reading with what is sure, a named miss for the rest, and no number that the device did not say.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  collect,
  type Instructions,
  identify,
  normalise,
  type Observation,
  type Profile,
  probe,
  questions,
} from '@platen/collector'
import { RecordedSession } from '@platen/collector/testing'
import { type Meter, meterKey, type Reading } from '@platen/model'
import { Oid, type Value, type Varbind } from '@platen/snmp'
import { bodiesOf, readingSchema, toJson } from '@platen/wire'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkedInInstructions, KNOWLEDGE, readRecording, recordingsIn } from './catalogue.ts'

const STAMP = { id: '0'.repeat(32), at: '2026-01-01T00:00:00.000Z', monotonic: 0, address: '192.0.2.10' }
const PRIVATE = '1.3.6.1.4.1.'
const corpus = resolve(KNOWLEDGE, '../../shared/corpus')
const hasCorpus = existsSync(join(corpus, 'recordings'))
if (!hasCorpus) console.log(`real recordings are not damaged: ${corpus} is not there`)

interface Device {
  readonly name: string
  readonly rows: readonly Varbind[]
  readonly profile: Profile
  readonly observation: Observation
  readonly reading: Reading
}

async function devicesIn(folders: readonly string[], instructions: Instructions): Promise<readonly Device[]> {
  const paths = (await Promise.all(folders.map((folder) => recordingsIn(folder)))).flat()
  const read = await Promise.all(paths.map((path) => readRecording(path, instructions)))
  return read.flatMap(({ name, session, printer }) =>
    printer === null ? [] : [{ name, rows: session.rows, ...printer }],
  )
}

for (const [which, folders, least] of [
  ['our own recordings', [join(KNOWLEDGE, 'recordings')], 34],
  ['the recordings of real devices', [join(corpus, 'recordings'), join(corpus, 'odd')], 60],
] as const) {
  describe.skipIf(which !== 'our own recordings' && !hasCorpus)(`${which}, damaged`, () => {
    let instructions: Instructions
    let devices: readonly Device[] = []
    const some = fc.nat().map((at) => {
      const device = devices[at % devices.length]
      if (device === undefined) throw new Error('no recording')
      return device
    })

    beforeAll(async () => {
      instructions = await checkedInInstructions()
      devices = await devicesIn(folders, instructions)
      expect(devices.length).toBeGreaterThanOrEqual(least)
    })

    const interpret = ({ profile, observation }: Device, answers: ReadonlyMap<string, Value>): Reading =>
      normalise({ observation: { ...observation, answers }, profile, instructions, stamp: STAMP })

    const holds = (device: Device, answers: ReadonlyMap<string, Value>): Reading => {
      const reading = interpret(device, answers)
      expect(faultsOf(reading), device.name).toEqual([])
      expect(inventedIn(reading, answers), device.name).toEqual([])
      return reading
    }

    it('cut at any line, read as what is left of them', async () => {
      await fc.assert(
        fc.asyncProperty(some, fc.nat(), async (device, line) => {
          const session = new RecordedSession(device.rows.slice(0, line % (device.rows.length + 1)), STAMP.address)
          const probed = await probe(session, instructions)
          if (probed.kind !== 'printer') return
          const profile = identify(probed.answer, instructions)
          const observation = await collect(session, profile)
          const reading = normalise({ observation, profile, instructions, stamp: STAMP })
          expect(faultsOf(reading), device.name).toEqual([])
          expect(inventedIn(reading, observation.answers), device.name).toEqual([])
          if (profile === device.profile) expect(unsaid(device, reading), `${device.name} at ${line}`).toEqual([])
        }),
        { numRuns: 150 },
      )
    })

    it('with holes in their tables, lose the cells and what is made of them', () => {
      fc.assert(
        fc.property(some, fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (device, holes) => {
          const objects = [...device.observation.answers.keys()]
          const gone = new Set(holes.map((at) => objects[at % objects.length]))
          holds(device, new Map([...device.observation.answers].filter(([object]) => !gone.has(object))))
        }),
        { numRuns: 300 },
      )
    })

    it('with answers of the wrong type, read those of the right one', () => {
      const wrong: fc.Arbitrary<Value> = fc.oneof(
        fc.constant<Value>({ type: 'null' }),
        fc.constant<Value>({ type: 'octets', value: new TextEncoder().encode('not a number') }),
        fc.integer({ min: -(2 ** 31), max: -1 }).map((value): Value => ({ type: 'integer', value })),
        fc.constant<Value>({ type: 'oid', value: Oid.parse('1.3.6.1') }),
        fc.uint8Array({ maxLength: 20 }).map((value): Value => ({ type: 'octets', value })),
      )
      const swaps = fc.array(fc.tuple(fc.nat(), wrong), { minLength: 1, maxLength: 30 })
      fc.assert(
        fc.property(some, swaps, (device, all) => {
          const answers = new Map(device.observation.answers)
          const objects = [...answers.keys()]
          for (const [at, value] of all) answers.set(objects[at % objects.length] ?? '', value)
          holds(device, answers)
        }),
        { numRuns: 300 },
      )
    })

    it('in a language nobody knows, keep what goes by code, and say which labels they were', () => {
      for (const device of devices) {
        const isText = ([object, value]: readonly [string, Value]) =>
          object.startsWith(PRIVATE) && value.type === 'octets'
        const text = (at: number): Value => ({ type: 'octets', value: new TextEncoder().encode(`Ωμέγα ${at}`) })
        const answers = new Map(
          [...device.observation.answers].map((each, at) => [each[0], isText(each) ? text(at) : each[1]]),
        )
        holds(device, answers)
      }
    })

    it('with counts beyond 2^32, give none of them and put no other in the place of a total', () => {
      let missed = 0
      for (const device of devices) {
        const { meters } = device.reading
        const total = meters.find((meter) => meterKey(meter) === 'total.all.all.all/impressions')
        const own = total?.source.objects.filter((object) => {
          const value = device.observation.answers.get(object)
          return object.startsWith(PRIVATE) && value !== undefined && countOf(value).includes(total.value)
        })
        if (total === undefined || own === undefined || own.length === 0) continue
        const answers = new Map(device.observation.answers)
        for (const object of own) answers.set(object, { type: 'counter64', value: 2n ** 33n })
        const reading = holds(device, answers)
        expect(
          reading.meters.some((meter) => meterKey(meter) === meterKey(total)),
          device.name,
        ).toBe(false)
        expect(
          reading.misses.map(({ subject }) => subject),
          device.name,
        ).toContain(meterKey(total))
        missed++
      }
      expect(missed).toBeGreaterThanOrEqual(2)
    })

    it('with the questions for their own totals lost, name the total as missed and put no other in its place', () => {
      let missed = 0
      for (const device of devices) {
        const total = device.reading.meters.find((meter) => meterKey(meter) === 'total.all.all.all/impressions')
        const [object] = total?.source.objects.filter((one) => one.startsWith(PRIVATE)) ?? []
        const subject = object === undefined ? null : askedIn(device.profile, object)
        if (total === undefined || object === undefined || subject === null) continue
        const lost = new Set(total.source.objects)
        const answers = new Map([...device.observation.answers].filter(([one]) => !lost.has(one)))
        const misses = [{ subject, reason: 'silent' as const, detail: 'no answer' }]
        const { profile } = device
        const observation = { ...device.observation, answers, misses }
        const reading = normalise({ observation, profile, instructions, stamp: STAMP })
        const other = reading.meters.find((meter) => meterKey(meter) === meterKey(total))
        // The same counter by another object of the maker's is no other counter.
        if (other?.source.objects.some((one) => one.startsWith(PRIVATE))) continue
        expect(other, device.name).toBeUndefined()
        const named = reading.misses.map((miss) => `${miss.subject} ${miss.detail}`).join(' ')
        expect(named, device.name).toContain(rowless(device.profile, total) ? meterKey(total) : subject)
        missed++
      }
      expect(missed).toBeGreaterThanOrEqual(3)
    })

    it('with texts of 64 KB, keep texts of bounded length', () => {
      const endless: Value = { type: 'octets', value: new Uint8Array(65_536).fill(0x41) }
      for (const device of devices) {
        const answers = new Map(
          [...device.observation.answers].map(([object, value]) => [object, value.type === 'octets' ? endless : value]),
        )
        const reading = holds(device, answers)
        expect((reading.identity.serial ?? '').length, device.name).toBeLessThanOrEqual(64)
        for (const { description } of reading.supplies) expect(description.length).toBeLessThanOrEqual(1_024)
      }
    })
  })
}

/** Whether a rule without rows tells a meter: of a table that is not there nobody knows which meters it would have told. */
function rowless({ meters }: Profile, { source }: Meter): boolean {
  return meters.some(
    ({ rows, value }) => rows === undefined && source.objects.some((object) => JSON.stringify(value).includes(object)),
  )
}

/** The question an object is asked in, as a miss names it. */
function askedIn(profile: Profile, object: string): string | null {
  const { scalars, tables } = questions(profile)
  const at = scalars.indexOf(object)
  if (at >= 0) return `objects ${at + 1} to ${at + 1}`
  return tables.find(({ columns }) => columns.some((column) => object.startsWith(`${column}.`)))?.name ?? null
}

/** What the line would not take. */
function faultsOf(reading: Reading): readonly string[] {
  if (bodiesOf([reading]).tooLong.length > 0) return ['the line is too long']
  const parsed = readingSchema.safeParse(JSON.parse(JSON.stringify(toJson(reading))))
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** Meters and levels that are neither one answer nor the sum of the answers they name. */
function inventedIn({ meters, supplies }: Reading, answers: ReadonlyMap<string, Value>): readonly string[] {
  const invented = meters.filter((meter) => !isSaid(meter, answers)).map((meter) => `${meterKey(meter)} ${meter.value}`)
  for (const { index, level, source } of supplies)
    if (level.kind === 'measured' && source.objects.every((object) => !answers.has(object)))
      invented.push(`supply ${index}`)
  return invented
}

function isSaid({ value, source }: Meter, answers: ReadonlyMap<string, Value>): boolean {
  const said = source.objects.map((object) => ({ object, value: answers.get(object) }))
  if (said.length === 0 || said.some((one) => one.value === undefined)) return false
  // Packed records hold many numbers in one string; what they say is proved where they are taken apart.
  if (said.some((one) => one.value?.type === 'octets' && one.object.endsWith('.0'))) return true
  const counts = said.flatMap((one) =>
    one.value === undefined ? [] : countOf(one.value).map((count) => ({ ...one, count })),
  )
  if (counts.some(({ count }) => count === value)) return true
  const byColumn = new Map<string, bigint>()
  for (const { object, count } of counts)
    for (let end = object.lastIndexOf('.'); end > PRIVATE.length; end = object.lastIndexOf('.', end - 1))
      byColumn.set(object.slice(0, end), (byColumn.get(object.slice(0, end)) ?? 0n) + count)
  return [...byColumn.values()].includes(value)
}

function countOf(value: Value): readonly bigint[] {
  switch (value.type) {
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'counter64':
    case 'timeTicks':
      return [BigInt(value.value)]
    case 'octets': {
      const text = new TextDecoder().decode(value.value).trim()
      return /^\d{1,18}$/.test(text) ? [BigInt(text)] : []
    }
    default:
      return []
  }
}

/** Single counters that the whole device told, the cut one does not, and no miss names. */
function unsaid(device: Device, cut: Reading): readonly string[] {
  const has = new Set(cut.meters.map(meterKey))
  const named = cut.misses.map(({ subject, detail }) => `${subject}, ${detail}`).join(', ')
  const scalars = new Set(
    [...device.observation.answers.keys()].filter(
      (object) =>
        !Object.values(device.profile.tables).some(({ columns }) =>
          Object.values(columns).some((column) => object.startsWith(`${column}.`)),
        ),
    ),
  )
  return device.reading.meters
    .filter((meter) => meter.source.objects.every((object) => scalars.has(object)))
    .map(meterKey)
    .filter((key) => !has.has(key) && !named.includes(key))
}
