/** Meters that may not simply be billed, from the reading that is delivered to what people see of it, also of a day long past. */
import type { Meter, Reading } from '@platen/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Device, Devices, Meters } from '../api.ts'
import { testEngines } from '../testing/engines.ts'
import type { TestOnsite } from '../testing/onsite.ts'
import { makeReading, Rig } from '../testing/rig.ts'
import { doubtsAt } from './doubts.ts'

const total = 'total.all.all.all/impressions'
const mono = 'total.mono.all.all/impressions'
const full = 'total.full.all.all/impressions'

/** What a printer says that counts all, black and colour; of colour one source alone knows. */
function counted(at: string, counts: { all: bigint; mono: bigint; full: bigint }): Reading {
  const meter = (colour: Meter['colour'], value: bigint, confidence: Meter['source']['confidence']): Meter => ({
    unit: 'impressions',
    work: 'total',
    colour,
    size: 'all',
    sides: 'all',
    value,
    source: { objects: [], profile: 'standard', confidence },
  })
  const left = counts.mono + counts.full
  return {
    ...makeReading({ at, mac: null }),
    meters: [meter('all', counts.all, 'A'), meter('mono', counts.mono, 'A'), meter('full', counts.full, 'D')],
    checks: [{ name: 'coloursTotal', left, right: counts.all, holds: left === counts.all }],
  }
}

describe('doubts as they are kept', () => {
  it('are places and kinds, and none where there is nothing', () => {
    expect([...doubtsAt([0, 3, 300])]).toEqual([
      [0, 'unproved'],
      [1, 'disputed'],
      [150, 'unproved'],
    ])
    expect(doubtsAt(null).size).toBe(0)
  })
})

describe.each(testEngines())('doubts about meters in $name', (engine) => {
  let rig: Rig
  let onsite: TestOnsite
  beforeAll(async () => {
    if (engine.missing) return
    rig = await Rig.start(await engine.open())
    onsite = await rig.onsite()
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  it.skipIf(engine.missing)(
    'are those of the reading that a day is billed by, and those of now on the page',
    async () => {
      await onsite.report(
        counted('2026-11-10T10:00:00.000Z', { all: 100n, mono: 60n, full: 39n }),
        counted('2026-11-12T10:00:00.000Z', { all: 110n, mono: 68n, full: 42n }),
        counted('2026-11-14T10:00:00.000Z', { all: 120n, mono: 70n, full: 0n }),
      )
      const listed = async (date: string) => (await rig.admin.get<Meters>(`/api/meters?date=${date}`)).rows[0]
      expect((await listed('2026-11-10'))?.doubts).toEqual({
        [total]: 'disputed',
        [mono]: 'disputed',
        [full]: 'unproved',
      })
      expect(await listed('2026-11-12')).not.toHaveProperty('doubts')
      const { rows } = await rig.admin.get<Devices>('/api/devices')
      const device = await rig.admin.get<Device>(`/api/devices/${rows[0]?.id}`)
      expect(device.meters.map(({ key, doubt }) => [key, doubt])).toEqual([
        [total, 'disputed'],
        [mono, 'disputed'],
        [full, 'unproved'],
      ])
      const csv = await rig.admin.ask('GET', '/api/meters.csv?date=2026-11-10&language=en')
      expect(csv.body).toContain(`${full},${total} ${mono},100,60,39`)
    },
  )
})
