import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { collect, type Instructions, identify, normalise, parseInstructions, probe } from '@platen/collector'
import { meterKey, percentLeft, type Reading } from '@platen/model'
import { Client, systemClock, udpTransport } from '@platen/snmp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fleet, readGrowthModels, readRecordings, startFleet } from './index.ts'
import { HandClock } from './testing.ts'

const knowledge = resolve(import.meta.dirname, '../../../knowledge')
// Several runs may go on at once on one machine.
const PORT = 20_000 + (process.pid % 20_000)
const DAY = 24 * 3_600_000

async function instructionsOf(): Promise<Instructions> {
  const parsed = parseInstructions(JSON.parse(await readFile(`${knowledge}/instructions.gen.json`, 'utf8')))
  if (!parsed.ok) throw new Error('the bundle in knowledge/ is not understood')
  return parsed.instructions
}

/** One device read as an Onsite reads it; nothing if it is no printer. */
async function readOne(client: Client, address: string, instructions: Instructions): Promise<Reading | undefined> {
  const session = client.session({ address, port: PORT, version: 'v2c', community: 'public' })
  const found = await probe(session, instructions)
  if (found.kind !== 'printer') return undefined
  const profile = identify(found.answer, instructions)
  const observation = await collect(session, profile)
  return normalise({
    observation,
    profile,
    instructions,
    stamp: { id: address, at: '2026-01-01T00:00:00.000Z', monotonic: 0, address },
  })
}

const metersOf = (reading: Reading) => new Map(reading.meters.map((meter) => [meterKey(meter), meter.value]))

describe.skipIf(!existsSync(`${knowledge}/instructions.gen.json`))(
  'a fleet of our own recordings, read as an Onsite reads it',
  () => {
    const clock = new HandClock()
    let fleet: Fleet
    let client: Client
    let ages: (readonly Reading[])[]

    beforeAll(async () => {
      const instructions = await instructionsOf()
      const recordings = await readRecordings([`${knowledge}/recordings`])
      fleet = await startFleet({
        recordings,
        port: PORT,
        base: '127.20.40.1',
        count: recordings.length * 2,
        seed: 'sums',
        clock,
        growth: await readGrowthModels(),
      })
      client = new Client({ transport: await udpTransport(), clock: systemClock })
      const read = async () => {
        const readings = await Promise.all(fleet.addresses.map((address) => readOne(client, address, instructions)))
        return readings.filter((reading) => reading !== undefined)
      }
      ages = [await read()]
      for (const days of [0.3, 20, 90]) {
        clock.turn(days * DAY)
        ages.push(await read())
      }
    })

    afterAll(async () => {
      await client.close()
      await fleet.close()
    })

    it('is a printer at every address, each with a serial number of its own', () => {
      for (const readings of ages) {
        expect(readings.length).toBe(fleet.addresses.length)
        const serials = readings.map(({ identity }) => identity.serial).filter((serial) => serial !== null)
        expect(new Set(serials).size).toBe(serials.length)
        expect(serials.length).toBeGreaterThan(readings.length / 2)
      }
    })

    it('keeps every sum its profile knows, at every age; one that was off when recorded stays off by as much', () => {
      const gaps = (readings: readonly Reading[]) =>
        readings.flatMap(({ address, checks }) =>
          checks.map(({ name, left, right }) => `${address} ${name}: ${left - right}`),
        )
      const [first = [], ...later] = ages
      for (const readings of later) expect(gaps(readings)).toEqual(gaps(first))
      const holding = first.flatMap(({ checks }) => checks).filter(({ holds }) => holds)
      expect(holding.length).toBeGreaterThan(20)
    })

    it('never lets a meter fall, and lets one rise on every device', () => {
      const [first, ...later] = ages
      for (const readings of later) {
        for (const [at, reading] of readings.entries()) {
          const before = metersOf(first?.[at] ?? reading)
          const now = [...metersOf(reading)]
          for (const [key, value] of now)
            expect(value, `${reading.address} ${key}`).toBeGreaterThanOrEqual(before.get(key) ?? 0n)
          if (readings === later.at(-1) && now.length > 0) {
            expect(
              now.some(([key, value]) => value > (before.get(key) ?? 0n)),
              `${reading.address} ${reading.identity.model}`,
            ).toBe(true)
          }
        }
      }
    })

    it('shows supplies between empty and full, at different levels on different devices', () => {
      const shares = (ages.at(-1) ?? []).flatMap(({ supplies }) =>
        supplies.map(({ level }) => percentLeft(level)).filter((share) => share !== null),
      )
      expect(shares.length).toBeGreaterThan(50)
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...shares)).toBeLessThanOrEqual(100)
      expect(new Set(shares.map((share) => Math.round(share))).size).toBeGreaterThan(20)
    })
  },
)
