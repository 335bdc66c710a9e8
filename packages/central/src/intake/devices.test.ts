import type { Reading } from '@platen/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Device, Devices, Onsite } from '../api.ts'
import type { Database } from '../db/database.ts'
import { testEngines } from '../testing/engines.ts'
import { TestOnsite } from '../testing/onsite.ts'
import { cutShort, makeReading, Rig } from '../testing/rig.ts'

const gone = ['device', 'network', 'marker', 'supplies', 'inputs', 'alerts']

describe.each(testEngines())('which device a reading is of, on $name', (engine) => {
  let rig: Rig
  let database: Database

  beforeAll(async () => {
    if (engine.missing) return
    database = await engine.open()
    rig = await Rig.start(database)
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  const test = it.skipIf(engine.missing)
  const seenBy = async (onsite: TestOnsite): Promise<Onsite | undefined> =>
    (await rig.admin.get<{ onsites: Onsite[] }>('/api/onsites')).onsites.find(({ id }) => id === onsite.id)
  const asideOf = async (onsite: TestOnsite) =>
    await database.as({ role: 'web', tenant: BigInt(rig.me.tenant.id) }, (queries) =>
      queries.rows(z.object({ reason: z.string() }), 'select reason from quarantine where onsite_id = $1', [onsite.id]),
    )
  const at = (minute: number): string => new Date(Date.UTC(2026, 10, 16, 8, minute)).toISOString()
  const second = async (first: TestOnsite): Promise<TestOnsite> => {
    const site = (await seenBy(first))?.site.id
    const invitation = await rig.admin.post<{ email: string; password: string }>('/api/onsites', {
      name: 'Second',
      site,
      email: `second-${first.id}@x.example`,
    })
    return await TestOnsite.enrol(rig.central, rig.clock, invitation)
  }

  test('is the one last seen at its address, where the printer fell silent before it said who it is', async () => {
    const onsite = await rig.onsite()
    const reading = (minute: number) => makeReading({ at: at(minute), serial: 'WHO-1', address: '10.0.1.7' })
    await onsite.report(reading(0))
    await onsite.report(cutShort(reading(5), ...gone))
    expect((await seenBy(onsite))?.devices).toBe(1)
    const [row] = (await rig.admin.get<Devices>('/api/devices?search=WHO-1')).rows
    expect(row).toMatchObject({ serial: 'WHO-1', vendor: 'Acme', total: '1000', lastSeen: at(5) })
    await onsite.report(reading(10), cutShort(reading(15), ...gone))
    expect((await seenBy(onsite))?.devices).toBe(1)
    expect(await asideOf(onsite)).toEqual([])
  })

  test('is put aside by name where nobody is known there, or several are', async () => {
    const onsite = await rig.onsite()
    const reading = (minute: number, serial: string, address: string) =>
      makeReading({ at: at(minute), serial, mac: null, address })
    await onsite.report(cutShort(reading(0, 'WHO-2', '10.0.2.7'), ...gone))
    expect(await seenBy(onsite)).toMatchObject({ devices: 0, quarantined: 1 })
    await onsite.report(reading(1, 'WHO-3', '10.0.2.7'), reading(2, 'WHO-4', '10.0.2.7'))
    await onsite.report(cutShort(reading(3, 'WHO-4', '10.0.2.7'), ...gone))
    expect(await seenBy(onsite)).toMatchObject({ devices: 2, quarantined: 2 })
    const other = await second(onsite)
    await other.report(cutShort(reading(4, 'WHO-3', '10.0.2.8'), ...gone))
    expect(await seenBy(other)).toMatchObject({ devices: 0, quarantined: 1 })
    expect((await asideOf(onsite)).map(({ reason }) => reason)).toEqual(['identityMissed', 'identityMissed'])
  })

  test('is new where the printer says all it has to say and that is only an address', async () => {
    const onsite = await rig.onsite()
    await onsite.report(makeReading({ at: at(0), serial: null, mac: null, address: '10.0.3.7' }))
    expect(await seenBy(onsite)).toMatchObject({ devices: 1, quarantined: 0 })
  })

  test('is the same when only the maker was not said before', async () => {
    const onsite = await rig.onsite()
    const reading = (minute: number, vendor: string | null, mac: string | null = '02:00:5e:40:00:01') =>
      makeReading({ at: at(minute), vendor, serial: 'VND-1', mac })
    await onsite.report(reading(0, null))
    await onsite.report(reading(5, 'Acme'))
    await onsite.report(reading(10, 'Acme', null))
    const found = await rig.admin.get<Devices>('/api/devices?search=VND-1')
    expect(found.rows.map(({ vendor, lastSeen }) => [vendor, lastSeen])).toEqual([['Acme', at(10)]])
  })

  test('is found while two Onsites of one customer tell of the same printers at once, and neither waits for the other in a ring', async () => {
    const first = await rig.onsite()
    const onsites = [first, await second(first)]
    const shared = Array.from({ length: 8 }, (_, place) => `RNG-${first.id.slice(0, 6)}-${place}`)
    const rounds = 20
    // One tells of what it knows and of something new; what the other says of the same printers is known only by their MACs.
    const readings = (round: number, who: number): readonly Reading[] => {
      const known = shared.map((serial, place) =>
        makeReading({
          at: at(round),
          serial,
          mac: `02:00:5e:50:00:0${place}`,
          vendor: who === 0 ? 'Acme' : `Maker ${round}`,
        }),
      )
      const own = makeReading({ at: at(round), serial: `OWN-${first.id.slice(0, 6)}-${round}`, mac: null })
      return who === 0 ? [...known, own] : known.toReversed()
    }
    await first.report(...readings(0, 0))
    for (let round = 1; round < rounds; round++) {
      await Promise.all(onsites.map((onsite, who) => onsite.report(...readings(round, who))))
    }
    const found = await rig.admin.get<Devices>(`/api/devices?search=RNG-${first.id.slice(0, 6)}&size=200`)
    expect(found.total).toBe(shared.length)
    const one = await rig.admin.get<Device>(`/api/devices/${found.rows[0]?.id}`)
    expect(one.lastSeen).toBe(at(rounds - 1))
    if (database.engine.kind === 'postgres') {
      // The statistics of a session are flushed within a second.
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const counted = 'select deadlocks::int as n from pg_stat_database where datname = current_database()'
      expect(await database.engine.query(counted, [])).toEqual([{ n: 0 }])
    }
  })
})
