/** Kept readings under corrected instructions: what is replaced, what stays, and that nothing of it is silent. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Instructions, normalise, observationOf, parseInstructions } from '@platen/collector/interpret'
import type { Reading } from '@platen/model'
import { makeInstructionKey, signBundle } from '@platen/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Device, Devices, History, Meters } from '../api.ts'
import type { Database } from '../db/database.ts'
import { testEngines } from '../testing/engines.ts'
import type { TestOnsite } from '../testing/onsite.ts'
import { makeReading, Rig } from '../testing/rig.ts'

const knowledge = resolve(import.meta.dirname, '../../../../knowledge/instructions.gen.json')
const key = makeInstructionKey()
const total = 'total.all.all.all/impressions'
const count = '1.3.6.1.2.1.43.10.2.1.4.1.1'

/** The repository's instructions as another version, the standard profile's first meter changed as wanted. */
function made(version: string, meter: object = {}, more: readonly object[] = []): Instructions {
  const json: Instructions = JSON.parse(readFileSync(knowledge, 'utf8'))
  const profiles = json.profiles.map((profile) => {
    if (profile.profile !== 'standard') return profile
    const [first, ...rest] = profile.meters
    const labels = { ...profile.labels, odd: { copy: ['never said'] } }
    return { ...profile, labels, meters: [{ ...first, ...meter }, ...more, ...rest] }
  })
  const parsed = parseInstructions({ ...json, version, profiles })
  if (!parsed.ok) throw new Error(parsed.problems.join())
  return parsed.instructions
}

/** Counts every sheet twice: the mistake. */
const wrong = made('1.0.0', { value: { sum: [{ column: 'life' }, { column: 'life' }] } })
const right = made('2.0.0')
/** Knows no name for the life count, and takes the marker's unit for a count of prints: another meter is gained when it is corrected. */
const blind = made('1.5.0', { work: { label: { column: 'unit' }, in: 'odd' }, unit: 'impressions' }, [
  { rows: 'marker', unit: 'impressions', work: 'print', value: { column: 'unit' }, confidence: 'A' },
])

/** A reading as an Onsite with these instructions makes it of a printer that has counted so far. */
function readBy(instructions: Instructions, at: string, counted: number, own: { serial?: string } = {}): Reading {
  const profile = instructions.profiles.find((one) => one.profile === 'standard')
  if (profile === undefined) throw new Error('there is always a standard profile')
  const plain = makeReading({ at, mac: null, ...own })
  const { id, monotonic, address } = plain
  const answers = { '1.3.6.1.2.1.43.10.2.1.3.1.1': '2|7', [count]: `65|${counted}` }
  const observation = observationOf(answers)
  const read = normalise({ observation, profile, instructions, stamp: { id, at, monotonic, address } })
  const { meters, checks, misses } = read
  return { ...plain, meters, checks, misses, instructions: instructions.version, observation: read.observation }
}

describe.each(testEngines())('kept readings in $name', (engine) => {
  let database: Database
  let rig: Rig
  let onsite: TestOnsite

  beforeAll(async () => {
    if (engine.missing) return
    database = await engine.open()
    rig = await Rig.start(database)
    onsite = await rig.onsite()
    for (const one of [
      wrong,
      blind,
      right,
      made('2.1.0'),
      made('3.0.0', { value: { get: '1.3.6.1.2.1.43.5.1.1.1.1' } }),
    ])
      await rig.central.addInstructions(signBundle(JSON.stringify(one), key.privatePem), key.publicPem)
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  const test = it.skipIf(engine.missing)
  const since = Date.parse('2026-11-10T00:00:00.000Z')
  const reread = (version: string, own: object = {}) => rig.central.reread({ version, since, apply: true, ...own })
  const deviceOf = async (serial: string): Promise<Device> => {
    const { rows } = await rig.admin.get<Devices>(`/api/devices?search=${serial}`)
    return await rig.admin.get<Device>(`/api/devices/${rows[0]?.id}`)
  }
  const totalOf = (device: Device) => device.meters.find((meter) => meter.key === total)?.value
  const historyOf = async ({ id }: Device) => (await rig.admin.get<History>(`/api/devices/${id}/history`)).points
  const countRows = async (sql: string) =>
    (await database.as({ role: 'migrate' }, (queries) => queries.row(z.object({ n: z.int() }), sql)))?.n

  test('stay as they are where there are no such instructions, and where nobody says to replace them', async () => {
    await onsite.report(
      readBy(wrong, '2026-11-09T10:00:00.000Z', 100),
      readBy(wrong, '2026-11-11T10:00:00.000Z', 150),
      readBy(wrong, '2026-11-12T10:00:00.000Z', 150),
      readBy(wrong, '2026-11-13T10:00:00.000Z', 170),
    )
    expect(await reread('9.9.9')).toMatchObject({ ok: false, reason: 'noInstructions' })
    const looked = await reread('2.0.0', { apply: false })
    expect(looked).toMatchObject({ ok: true, ended: true, counts: { devices: 1, changed: 2, same: 0 } })
    const device = await deviceOf('SN-4711')
    expect([totalOf(device), device.instructions, device.rereads]).toEqual(['340', '1.0.0', []])
    expect(await countRows('select count(*)::int as n from reread_run')).toBe(0)
  })

  test('are replaced by what the signed answers say now, with the old values, both versions and the moment beside them', async () => {
    // The Onsite has the corrected ones already: half the count looks as if the counter had gone back.
    await onsite.report(readBy(right, '2026-11-14T10:00:00.000Z', 180))
    const before = await deviceOf('SN-4711')
    expect((await historyOf(before)).map(({ value, event }) => [value, event])).toEqual([
      ['200', null],
      ['300', null],
      ['340', null],
      ['180', 'restarted'],
    ])
    const done = await reread('2.0.0')
    expect(done).toMatchObject({ ok: true, version: '2.0.0', ended: true, counts: { devices: 1, changed: 2 } })
    const device = await deviceOf('SN-4711')
    expect([totalOf(device), device.instructions]).toEqual(['180', '2.0.0'])
    const meters = (from: string, to: string) => [{ key: total, before: from, after: to }]
    const versions = { from: '1.0.0', to: '2.0.0', rereadAt: '2026-11-16T10:00:00.000Z' }
    expect(device.rereads).toEqual([
      { ...versions, at: '2026-11-13T10:00:00.000Z', meters: meters('340', '170') },
      { ...versions, at: '2026-11-11T10:00:00.000Z', meters: meters('300', '150') },
    ])
    // What was read before the day named stays, and so the step from it is shown for what it is.
    expect(await historyOf(device)).toEqual([
      { at: '2026-11-09T10:00:00.000Z', value: '200', event: null },
      { at: '2026-11-11T10:00:00.000Z', value: '150', event: 'restarted', before: '300' },
      { at: '2026-11-13T10:00:00.000Z', value: '170', event: null, before: '340' },
      { at: '2026-11-14T10:00:00.000Z', value: '180', event: null },
    ])
    const asOf = async (date: string) => (await rig.admin.get<Meters>(`/api/meters?date=${date}`)).rows[0]
    expect(await asOf('2026-11-12')).toMatchObject({
      way: 'exact',
      meters: { [total]: '150' },
      rereadAt: versions.rereadAt,
    })
    expect(await asOf('2026-11-10')).toMatchObject({ meters: { [total]: '200' } })
    expect(await asOf('2026-11-10')).not.toHaveProperty('rereadAt')
  })

  test('of the latest state are replaced too, also where it has no row of its own', async () => {
    await onsite.report(
      readBy(wrong, '2026-11-13T11:00:00.000Z', 50, { serial: 'SN-STATE' }),
      readBy(wrong, '2026-11-13T12:00:00.000Z', 50, { serial: 'SN-STATE' }),
    )
    expect(totalOf(await deviceOf('SN-STATE'))).toBe('100')
    expect(await reread('2.0.0')).toMatchObject({ counts: { changed: 1 } })
    const device = await deviceOf('SN-STATE')
    expect([totalOf(device), device.instructions, device.lastSeen]).toEqual(['50', '2.0.0', '2026-11-13T12:00:00.000Z'])
    // The answers in the envelope, and its proof, are those of the state's reading as ever.
    expect(device.observation).toMatchObject({ [count]: '65|50' })
    await onsite.report(readBy(right, '2026-11-13T13:00:00.000Z', 50, { serial: 'SN-STATE' }))
    expect(totalOf(await deviceOf('SN-STATE'))).toBe('50')
  })

  test('gain meters that were not known before, and claim nothing of them between the moments they were read', async () => {
    const said = { serial: 'SN-GAIN' }
    await onsite.report(
      readBy(blind, '2026-11-11T08:00:00.000Z', 50, said),
      readBy(blind, '2026-11-12T08:00:00.000Z', 55, said),
      readBy(blind, '2026-11-13T08:00:00.000Z', 60, said),
    )
    const before = await deviceOf('SN-GAIN')
    expect(before.meters.map((meter) => [meter.key, meter.value])).toEqual([['print.all.all.all/impressions', '7']])
    // All three looked the same: one row, and the state.
    expect(await reread('2.0.0')).toMatchObject({ counts: { changed: 1 } })
    const device = await deviceOf('SN-GAIN')
    expect(device.meters.map((meter) => [meter.key, meter.value])).toEqual([[total, '60']])
    expect((await historyOf(device)).map(({ at, value }) => [at, value])).toEqual([
      ['2026-11-11T08:00:00.000Z', '50'],
      ['2026-11-13T08:00:00.000Z', '60'],
    ])
    const { rows } = await rig.admin.get<Meters>('/api/meters?date=2026-11-12&search=SN-GAIN')
    expect(rows[0]).toMatchObject({ way: 'before', readAt: '2026-11-11T08:00:00.000Z', meters: { [total]: '50' } })
    expect(device.rereads[1]?.meters).toEqual([
      { key: 'print.all.all.all/impressions', before: '7', after: null },
      { key: total, before: null, after: '50' },
    ])
  })

  test('are not looked at where the profile is the same, and stay where the correction needs answers that nobody kept', async () => {
    expect(await reread('2.1.0', { since: 0 })).toMatchObject({ counts: { same: 0, incomplete: 0 } })
    const incomplete = await reread('3.0.0')
    expect(incomplete).toMatchObject({ counts: { changed: 0, incomplete: 6 } })
    expect(totalOf(await deviceOf('SN-4711'))).toBe('180')
  })

  test('stay where their envelope is gone or does not prove them any more', async () => {
    await onsite.report(readBy(wrong, '2026-11-13T14:00:00.000Z', 60, { serial: 'SN-TAMPERED' }))
    await database.as({ role: 'migrate' }, (queries) =>
      queries.run(
        `update envelope set kept = set_byte(kept, length(kept) - 20, (get_byte(kept, length(kept) - 20) + 1) % 256)
         where envelope_id = (select envelope_id from device_state t join device d using (tenant_id, device_id) where d.serial = 'SN-TAMPERED')`,
      ),
    )
    expect(await reread('2.0.0')).toMatchObject({ counts: { changed: 0, unproved: 1 } })
    expect(totalOf(await deviceOf('SN-TAMPERED'))).toBe('120')
  })

  test('are gone through to the end by the same words where somebody stopped on the way, each changed once', async () => {
    const many = Array.from({ length: 130 }, (_, n) =>
      readBy(wrong, new Date(Date.parse('2026-11-12T00:00:00.000Z') + n * 60_000).toISOString(), 1000 + n, {
        serial: 'SN-LONG',
      }),
    )
    await onsite.report(...many)
    await onsite.report(readBy(wrong, '2026-11-13T15:00:00.000Z', 70, { serial: 'SN-LATER' }))
    let pages = 0
    for (let ended = false; !ended; ) {
      const stop = new AbortController()
      const done = await reread('2.0.0', {
        signal: stop.signal,
        onProgress: () => {
          pages += 1
          stop.abort()
        },
      })
      ended = done.ok && done.ended
      if (ended) expect(done).toMatchObject({ counts: { changed: 131, devices: 6 } })
    }
    expect(pages).toBeGreaterThan(6)
    expect(
      await countRows(
        `select count(*)::int as n from (select from reread group by device_id, at having count(*) > 1) x`,
      ),
    ).toBe(0)
    expect(totalOf(await deviceOf('SN-LONG'))).toBe('1129')
    const points = await historyOf(await deviceOf('SN-LONG'))
    expect(points.map(({ value }) => Number(value))).toEqual(many.map((_, n) => 1000 + n))
    expect(points.filter(({ event }) => event !== null)).toEqual([])
    expect(totalOf(await deviceOf('SN-LATER'))).toBe('70')
  })
})
