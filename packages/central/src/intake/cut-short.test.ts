import type { Reading, ReadKind } from '@platen/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Device, DeviceProof, Devices, History, Meters, Supplies } from '../api.ts'
import { testEngines } from '../testing/engines.ts'
import { cutShort, makeReading, Rig, toner, totalMeter } from '../testing/rig.ts'

const total = 'total.all.all.all/impressions'
const jam = {
  group: 8,
  groupIndex: 1,
  code: 8,
  severity: 'critical',
  training: 3,
  location: 1,
  text: 'Jam',
} as const

/** Deliveries are made in order, but two Onsites that see one printer know nothing of one another. */
const orders = [
  ['full', 'meters', 'status'],
  ['meters', 'status', 'full'],
  ['status', 'full', 'meters'],
  ['meters', 'full', 'status'],
  ['status', 'meters', 'full'],
].map((order) => ({ order: order.map((name) => z.enum(['full', 'meters', 'status']).parse(name)) }))

describe.each(testEngines())('a printer that falls silent half-way, on $name', (engine) => {
  let rig: Rig

  beforeAll(async () => {
    if (!engine.missing) rig = await Rig.start(await engine.open())
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  const test = it.skipIf(engine.missing)
  const deviceOf = async (serial: string): Promise<Device> => {
    const found = await rig.admin.get<Devices>(`/api/devices?search=${serial}`)
    if (found.rows.length !== 1) throw new Error(`${found.rows.length} devices with ${serial}`)
    return await rig.admin.get<Device>(`/api/devices/${found.rows[0]?.id}`)
  }
  const asOf = async (serial: string, date: string) =>
    (await rig.admin.get<Meters>(`/api/meters?search=${serial}&date=${date}`)).rows[0]
  const reading = (serial: string, day: number, value: bigint, own: Partial<Reading> = {}): Reading => ({
    ...makeReading({
      at: `2026-11-${day}T09:00:00.000Z`,
      serial,
      total: value,
      supplies: [toner(80, '1'), toner(40, '2')],
      status: { device: 'down', errors: ['jammed'], alerts: [jam] },
    }),
    ...own,
  })
  const silent = ['marker', 'supplies', 'inputs', 'alerts']

  test('keeps meters, supplies and alerts as they were last read, and says since when', async () => {
    const onsite = await rig.onsite()
    const before = reading('CUT-1', 10, 1000n)
    await onsite.report(before)
    await onsite.report(cutShort(reading('CUT-1', 11, 1100n), ...silent))
    const device = await deviceOf('CUT-1')
    expect(device).toMatchObject({
      lastSeen: '2026-11-11T09:00:00.000Z',
      meters: [{ key: total, value: '1000' }],
      status: { device: 'down', alerts: [{ text: 'Jam', since: '2026-11-10T09:00:00.000Z' }] },
      older: Object.fromEntries(['meters', 'supplies', 'inputs', 'alerts'].map((one) => [one, before.at])),
      proof: { reading: before.id, at: before.at, seq: 0 },
      misses: silent.map((subject) => ({ subject, reason: 'silent' })),
    })
    expect(device.supplies.map(({ index, level }) => [index, level.kind])).toEqual([
      ['1', 'measured'],
      ['2', 'measured'],
    ])
    expect(device.observation).toEqual(before.observation)
    const [row] = (await rig.admin.get<Devices>('/api/devices?search=CUT-1')).rows
    expect(row).toMatchObject({ total: '1000', alerts: 1, lowest: { percent: 40 } })
    const supplies = await rig.admin.get<Supplies>('/api/supplies?view=all&search=CUT-1')
    expect(supplies.rows.map(({ lastSeen }) => lastSeen)).toEqual([before.at, before.at])
    const proof = await rig.admin.get<DeviceProof>(`/api/devices/${device.id}/proof`)
    expect(proof.line).toBeDefined()
  })

  test('of which only the status was asked keeps its meters, supplies, trays and what was missing of it', async () => {
    const onsite = await rig.onsite()
    const before = reading('LOOK-1', 10, 1000n, { misses: [{ subject: 'serial', reason: 'placeholder', detail: '' }] })
    await onsite.report(before)
    const look = reading('LOOK-1', 11, 1100n)
    await onsite.report({
      ...look,
      meters: [],
      checks: [],
      supplies: [],
      inputs: [],
      observation: {},
      misses: [],
      status: { device: 'idle', errors: [], alerts: [] },
      visit: { kind: 'status', keptAt: before.at, kept: [] },
    })
    const device = await deviceOf('LOOK-1')
    expect(device).toMatchObject({
      lastSeen: look.at,
      meters: [{ key: total, value: '1000' }],
      status: { device: 'idle', alerts: [] },
      inputs: before.inputs,
      misses: [{ subject: 'serial' }],
      older: { meters: before.at, supplies: before.at, inputs: before.at },
    })
    expect(device.supplies).toHaveLength(2)
  })

  test('keeps output trays, covers and programs as they were last told, whatever later visits ask', async () => {
    const onsite = await rig.onsite()
    const level = { kind: 'measured', left: 200, capacity: 500 } as const
    const outputs = [{ index: '1.1', name: 'Face down', level, unit: 'sheets' } as const]
    const cover = (state: 'open' | 'closed') => [{ index: '1.1', description: 'Front', state }]
    const firmwareParts = [{ name: 'Engine', version: '2.14' }]
    const whole = reading('PARTS-1', 11, 1000n, { outputs, covers: cover('closed'), firmwareParts })
    await onsite.report(whole)
    const { meters: _, checks: __, ...rest } = reading('PARTS-1', 12, 1100n, { covers: cover('open') })
    const look: Reading = {
      ...rest,
      meters: [],
      checks: [],
      supplies: [],
      inputs: [],
      observation: {},
      visit: { kind: 'status', keptAt: whole.at, kept: [] },
    }
    await onsite.report(look)
    expect(await deviceOf('PARTS-1')).toMatchObject({ outputs, covers: cover('open'), firmwareParts })
    // An older Onsite that never asked takes nothing away.
    await onsite.report(reading('PARTS-1', 10, 900n))
    expect(await deviceOf('PARTS-1')).toMatchObject({ outputs, covers: cover('open'), firmwareParts })
    await onsite.report(reading('PARTS-2', 10, 900n))
    expect(await deviceOf('PARTS-2')).not.toHaveProperty('outputs')
  })

  test('is whole again with its next whole reading: what is gone then is gone', async () => {
    const onsite = await rig.onsite()
    await onsite.report(reading('CUT-2', 10, 1000n))
    await onsite.report(cutShort(reading('CUT-2', 11, 1100n), ...silent))
    const supplies = [toner(79, '1')]
    await onsite.report(reading('CUT-2', 12, 1200n, { supplies, status: { device: 'idle', errors: [], alerts: [] } }))
    const device = await deviceOf('CUT-2')
    expect(device.meters.map(({ value }) => value)).toEqual(['1200'])
    expect(device.supplies.map(({ index }) => index)).toEqual(['1'])
    expect(device.status.alerts).toEqual([])
    expect(device).not.toHaveProperty('older')
    const history = await rig.admin.get<History>(`/api/devices/${device.id}/history`)
    expect(history.points.map(({ value, event }) => [value, event])).toEqual([
      ['1000', null],
      ['1200', null],
    ])
  })

  test.each(orders)(
    'keeps what a visit did not ask for, its up time and what was missed, arriving as $order',
    async ({ order }) => {
      const onsite = await rig.onsite()
      const serial = `PART-${order.join('-')}`
      const misses = [{ subject: 'meters', reason: 'absent', detail: '', code: 'metersNotSaid' }] as const
      const full = reading(serial, 10, 1000n, { misses })
      const visited = (day: number, kind: ReadKind, own: Partial<Reading>): Reading => ({
        ...reading(serial, day, 0n),
        meters: [],
        supplies: [],
        status: { device: 'unknown', errors: [], alerts: [] },
        observation: {},
        visit: { kind, keptAt: full.at, kept: [] },
        ...own,
      })
      const status = visited(11, 'status', { upTime: 4_000, status: { device: 'printing', errors: [], alerts: [] } })
      const meters = visited(12, 'meters', { upTime: null, meters: [totalMeter(1010n)] })
      const all = { full, meters, status }
      for (const name of order) await onsite.report(all[name])
      const device = await deviceOf(serial)
      expect(device).toMatchObject({
        lastSeen: meters.at,
        upTime: 4_000,
        misses,
        status: { device: 'printing', alerts: [] },
        older: { supplies: full.at, inputs: full.at, status: status.at, alerts: status.at },
      })
      expect(device.meters.map(({ value }) => value)).toEqual(['1010'])
      expect(device.supplies.map(({ index }) => index)).toEqual(['1', '2'])
    },
  )

  test('shows a device of which only a visit for some parts has come', async () => {
    const onsite = await rig.onsite()
    const visit = { kind: 'status', keptAt: '2026-11-09T09:00:00.000Z', kept: [] } as const
    const misses = [{ subject: 'serial', reason: 'placeholder', detail: '' }] as const
    await onsite.report({ ...reading('PART-2', 10, 0n), meters: [], supplies: [], observation: {}, visit, misses })
    expect(await deviceOf('PART-2')).toMatchObject({ meters: [], supplies: [], misses })
  })

  test('is as of a date what it last said, and never a blank called exact', async () => {
    const onsite = await rig.onsite()
    await onsite.report(reading('CUT-3', 10, 1000n))
    await onsite.report(cutShort(reading('CUT-3', 12, 1100n), ...silent))
    expect(await asOf('CUT-3', '2026-11-12')).toMatchObject({
      way: 'before',
      readAt: '2026-11-10T09:00:00.000Z',
      meters: { [total]: '1000' },
    })
    await onsite.report(reading('CUT-3', 14, 1000n))
    expect(await asOf('CUT-3', '2026-11-12')).toMatchObject({ way: 'exact', meters: { [total]: '1000' } })
    await onsite.report(reading('CUT-3', 15, 1300n))
    expect(await asOf('CUT-3', '2026-11-13')).toMatchObject({ way: 'exact', meters: { [total]: '1000' } })
    expect(await asOf('CUT-3', '2026-11-15')).toMatchObject({ way: 'exact', meters: { [total]: '1300' } })
  })

  test('shows nothing where it never said anything, and its first whole reading judges nothing', async () => {
    const onsite = await rig.onsite()
    await onsite.report(cutShort(reading('CUT-4', 10, 5000n), ...silent))
    expect(await asOf('CUT-4', '2026-11-10')).toMatchObject({ way: 'none', readAt: null, meters: {} })
    await onsite.report(reading('CUT-4', 11, 10n))
    const device = await deviceOf('CUT-4')
    const { points } = await rig.admin.get<History>(`/api/devices/${device.id}/history`)
    expect(points.map(({ value, event }) => [value, event])).toEqual([['10', null]])
  })

  test('ends in the same state whatever the order its readings come in', async () => {
    const told: unknown[] = []
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
      [2, 1, 3, 0],
    ]) {
      const onsite = await rig.onsite()
      const serial = `CUT-${onsite.id}`
      const all = [
        reading(serial, 10, 1000n),
        cutShort(reading(serial, 11, 0n), 'marker', 'supplies'),
        reading(serial, 12, 1200n, { supplies: [toner(3, '1')] }),
        cutShort(reading(serial, 13, 0n), ...silent),
      ].map((one, place) => ({ ...one, id: `${place}`.repeat(32), identity: { ...one.identity, mac: null } }))
      for (const place of order) await onsite.report(...all.slice(place, place + 1))
      const { id, serial: _, identity: __, proof, onsite: ___, customer, site, ...device } = await deviceOf(serial)
      const { points } = await rig.admin.get<History>(`/api/devices/${id}/history`)
      const days = await Promise.all(['10', '11', '12', '13'].map((day) => asOf(serial, `2026-11-${day}`)))
      told.push({
        device: { ...device, firstSeen: '', status: { ...device.status, alerts: device.status.alerts.length } },
        proof: proof.reading,
        values: points.map(({ value, event }) => [value, event]),
        days: days.map((one) => one?.meters),
      })
    }
    expect(told[0]).toMatchObject({
      proof: '2'.repeat(32),
      values: [
        ['1000', null],
        ['1200', null],
      ],
    })
    for (const one of told) expect(one).toEqual(told[0])
  })
})
