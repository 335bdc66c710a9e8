import {
  bodiesOf,
  checkLineProof,
  envelopesMost,
  fromBase64url,
  generateSealingKey,
  generateSigningKey,
  packDelivery,
  recipientOf,
} from '@platen/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Device, DeviceProof, Devices, History, Meters } from '../api.ts'
import type { Database } from '../db/database.ts'
import { testEngines } from '../testing/engines.ts'
import { TestOnsite } from '../testing/onsite.ts'
import { makeReading, Rig, toner, totalMeter } from '../testing/rig.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const counts = z.object({ n: z.int() })

describe.each(testEngines())('deliveries on $name', (engine) => {
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
  const tenant = () => BigInt(rig.me.tenant.id)
  const count = async (sql: string): Promise<number> =>
    (await database.as({ role: 'migrate', tenant: tenant() }, (queries) => queries.row(counts, sql)))?.n ?? -1
  const rowsInAll = () =>
    count(`select ((select count(*) from reading) + (select count(*) from receipt) + (select count(*) from envelope)
      + (select count(*) from device) + (select count(*) from quarantine))::int as n`)
  const deviceOf = async (model: string): Promise<Device> => {
    const found = await rig.admin.get<Devices>(`/api/devices?search=${encodeURIComponent(model)}`)
    if (found.rows.length !== 1) throw new Error(`${found.rows.length} devices called ${model}`)
    return await rig.admin.get<Device>(`/api/devices/${found.rows[0]?.id}`)
  }

  /** An invitation to the site of an Onsite that is already there. */
  const secondInvitation = async (first: string): Promise<{ email: string; password: string }> => {
    const { onsites } = await rig.admin.get<{ onsites: { id: string; site: { id: string } }[] }>('/api/onsites')
    const site = onsites.find(({ id }) => id === first)?.site.id
    return await rig.admin.post('/api/onsites', { name: 'Second', site, email: 'second@x.example' })
  }

  test('refuses by name what is no delivery, and stores nothing of it', async () => {
    const onsite = await rig.onsite()
    const before = await rowsInAll()
    expect(await onsite.send(new Uint8Array())).toEqual({ ok: false, status: 400, refused: 'notADelivery' })
    expect(await onsite.send(utf8('<html>Please log in</html>'))).toMatchObject({ refused: 'notADelivery' })
    const whole = packDelivery([await onsite.readings(makeReading({ at: '2026-11-16T09:00:00.000Z' }))])
    expect(await onsite.send(whole.slice(0, -1))).toMatchObject({ refused: 'notADelivery' })
    expect(await onsite.send(packDelivery([utf8('PF1 and then nothing')]))).toMatchObject({ refused: 'notAnEnvelope' })
    expect(await rowsInAll()).toBe(before)
  })

  test('refuses a body over the cap before it is read', async () => {
    const onsite = await rig.onsite()
    expect(await onsite.send(new Uint8Array(4 * 1024 * 1024 + 1))).toEqual({
      ok: false,
      status: 413,
      refused: 'tooLarge',
    })
  })

  test('refuses every flipped byte of a delivery, and stores nothing', async () => {
    const onsite = await rig.onsite()
    const envelope = await onsite.readings(makeReading({ at: '2026-11-16T09:00:00.000Z' }))
    const before = await rowsInAll()
    for (let place = 0; place < envelope.length; place += 37) {
      const flipped = envelope.slice()
      flipped[place] = (flipped[place] ?? 0) ^ 1
      const delivered = await onsite.deliver(flipped)
      expect(delivered.ok, `byte ${place}`).toBe(false)
    }
    expect(await rowsInAll()).toBe(before)
  })

  test('refuses foreign envelopes: sealed to another, signed by another, of an unknown Onsite, of two Onsites', async () => {
    const [onsite, other] = [await rig.onsite(), await rig.onsite()]
    const [body = new Uint8Array()] = bodiesOf([makeReading({ at: '2026-11-16T09:00:00.000Z' })]).bodies
    const before = await rowsInAll()
    const elsewhere = recipientOf((await generateSealingKey()).publicKey)
    expect(await onsite.deliver(await onsite.seal(body, { recipient: elsewhere }))).toMatchObject({
      refused: 'notSealedToUs',
    })
    const forged = await onsite.seal(body, { signingKey: await generateSigningKey() })
    expect(await onsite.deliver(forged)).toMatchObject({ refused: 'badSignature' })
    expect(await onsite.deliver(await onsite.seal(body, { onsite: 'nobody' }))).toMatchObject({
      status: 404,
      refused: 'unknownOnsite',
    })
    expect(await onsite.deliver(await onsite.seal(body, { onsite: other.id }))).toMatchObject({
      refused: 'badSignature',
    })
    const both = [await onsite.seal(body), await other.seal(body)]
    expect(await onsite.deliver(...both)).toMatchObject({ refused: 'mixedOnsites' })
    expect(await rowsInAll()).toBe(before)
  })

  test('refuses a revoked Onsite by name, also one it remembers', async () => {
    const onsite = await rig.onsite()
    await onsite.report(makeReading({ at: '2026-11-16T09:00:00.000Z', serial: 'REV-1', mac: null }))
    expect((await rig.admin.ask('POST', `/api/onsites/${onsite.id}/revoke`)).statusCode).toBe(204)
    const before = await rowsInAll()
    const next = await onsite.readings(makeReading({ at: '2026-11-16T09:05:00.000Z', serial: 'REV-1', mac: null }))
    expect(await onsite.deliver(next)).toEqual({ ok: false, status: 410, refused: 'revoked' })
    expect(await rowsInAll()).toBe(before)
  })

  test('gives a replay the same receipt again and stores nothing: ingest twice is ingest once', async () => {
    const onsite = await rig.onsite()
    const envelopes = [
      await onsite.readings(makeReading({ at: '2026-11-16T08:00:00.000Z', serial: 'RPL-1', total: 10n })),
      await onsite.readings(makeReading({ at: '2026-11-16T09:00:00.000Z', serial: 'RPL-1', total: 20n })),
      await onsite.contact(),
    ]
    const first = await onsite.deliver(...envelopes)
    const before = await rowsInAll()
    const again = await onsite.deliver(...envelopes)
    expect(first.ok && first.answer.receipts.map(({ fate }) => fate)).toEqual(['kept', 'kept', 'kept'])
    expect(again.ok && again.answer.receipts.map(({ fate }) => fate)).toEqual(['known', 'known', 'known'])
    const places = (one: typeof first) =>
      one.ok ? one.answer.receipts.map(({ epoch, seq, hash }) => [epoch, seq, hash]) : []
    expect(places(again)).toEqual(places(first))
    const twice = await onsite.deliver(...envelopes, ...envelopes)
    expect(twice.ok && twice.answer.receipts.length).toBe(6)
    expect(await rowsInAll()).toBe(before)
  })

  test('stores a delivery once that comes twice at the same moment, and a printer once that two Onsites meet at the same moment', async () => {
    const first = await rig.onsite()
    const envelope = await first.readings(makeReading({ at: '2026-11-16T08:00:00.000Z', serial: 'ONCE-1', mac: null }))
    const both = await Promise.all([first.deliver(envelope), first.deliver(envelope), first.deliver(envelope)])
    const fates = both.map((one) => (one.ok ? one.answer.receipts[0]?.fate : one.refused))
    expect(fates.sort()).toEqual(['kept', 'known', 'known'])
    const second = await TestOnsite.enrol(rig.central, rig.clock, await secondInvitation(first.id))
    const met = (at: string) => makeReading({ at, serial: 'MET-1', mac: '02:00:5e:30:00:01' })
    await Promise.all([first.report(met('2026-11-16T08:10:00.000Z')), second.report(met('2026-11-16T08:11:00.000Z'))])
    expect((await deviceOf('MET-1')).lastSeen).toBe('2026-11-16T08:11:00.000Z')
  })

  test('raises the fork alarm when a place in the sequence is taken by another envelope, and keeps it aside once', async () => {
    const onsite = await rig.onsite()
    await onsite.report(makeReading({ at: '2026-11-16T08:00:00.000Z', serial: 'FRK-1', total: 10n }))
    onsite.seq = 0
    const cloned = await onsite.readings(makeReading({ at: '2026-11-16T09:00:00.000Z', serial: 'FRK-1', total: 99n }))
    const delivered = await onsite.deliver(cloned)
    expect(delivered.ok && delivered.answer.receipts).toMatchObject([{ fate: 'quarantined', reason: 'forked' }])
    const before = await rowsInAll()
    expect(await onsite.deliver(cloned)).toMatchObject({ ok: true })
    expect(await rowsInAll()).toBe(before)
    const { onsites } = await rig.admin.get<{ onsites: { id: string; alarm: string | null }[] }>('/api/onsites')
    expect(onsites.find(({ id }) => id === onsite.id)?.alarm).toBe('forked')
    expect((await deviceOf('FRK-1')).meters[0]?.value).toBe('10')
  })

  test('counts the envelopes of a chain that never came, in whatever order the others do', async () => {
    const onsite = await rig.onsite()
    const all: Uint8Array[] = []
    for (let hour = 0; hour < 5; hour++)
      all.push(await onsite.readings(makeReading({ at: `2026-11-16T0${hour}:00:00.000Z`, serial: 'GAP-1' })))
    const missing = async () => {
      const { onsites } = await rig.admin.get<{ onsites: { id: string; missing: number }[] }>('/api/onsites')
      return onsites.find(({ id }) => id === onsite.id)?.missing
    }
    const [first, second, third, fourth, fifth] = all
    if (!first || !second || !third || !fourth || !fifth) throw new Error('five were sealed')
    await onsite.deliver(first, fifth)
    expect(await missing()).toBe(3)
    await onsite.deliver(third, first, third)
    expect(await missing()).toBe(2)
    // Another life of its database begins at one again: nothing of it is missing.
    onsite.epoch = '77'.repeat(16)
    onsite.seq = 1
    await onsite.report(makeReading({ at: '2026-11-16T09:00:00.000Z', serial: 'GAP-1' }))
    expect(await missing()).toBe(2)
    await onsite.deliver(fourth, second)
    expect(await missing()).toBe(0)
  })

  test('keeps a bad line aside with its reason and stores the rest; a name with NUL costs nothing', async () => {
    const onsite = await rig.onsite()
    const lines = bodiesOf([
      makeReading({ at: '2026-11-16T09:00:00.000Z', serial: 'BAD-1' }),
      makeReading({ at: '2026-11-16T09:00:00.000Z', serial: 'BAD-2', model: 'NULNAME' }),
      makeReading({ at: '2026-11-16T09:00:00.000Z', serial: 'BAD-3', total: 2n ** 64n - 1n }),
      makeReading({ at: '2026-11-16T09:00:00.000Z', serial: 'XXXX', mac: null, address: 'withheld' }),
    ]).bodies.map((body) => new TextDecoder().decode(body))
    const text = lines.join('').replace('NULNAME', 'Odd\\u0000Name')
    const delivered = await onsite.deliver(await onsite.seal(utf8(`{"id":"future"}\nnot json\n${text}`)))
    expect(delivered.ok && delivered.answer.receipts).toMatchObject([{ fate: 'kept' }])
    const aside = await database.as({ role: 'web', tenant: tenant() }, (queries) =>
      queries.rows(
        z.object({ item: z.int(), reason: z.string() }),
        'select item, reason from quarantine where onsite_id = $1 order by item',
        [onsite.id],
      ),
    )
    expect(aside).toEqual([
      { item: 0, reason: 'badReading' },
      { item: 1, reason: 'notJson' },
      { item: 4, reason: 'meterTooLarge' },
      { item: 5, reason: 'noEvidence' },
    ])
    expect((await deviceOf('BAD-2')).model).toBe('OddName')
    expect((await deviceOf('BAD-1')).proof.seq).toBe(0)
  })

  test('receipts an envelope whose body is no body, so that it does not come for ever', async () => {
    const onsite = await rig.onsite()
    const delivered = await onsite.deliver(await onsite.seal(utf8('{"outbox":"full"}\n'), { kind: 'contact' }))
    expect(delivered.ok && delivered.answer.receipts).toMatchObject([{ fate: 'quarantined', reason: 'badContact' }])
  })

  test('takes as many envelopes as a delivery may hold', async () => {
    const onsite = await rig.onsite()
    const envelopes: Uint8Array[] = []
    for (let place = 0; place < envelopesMost; place++) envelopes.push(await onsite.contact())
    const delivered = await onsite.deliver(...envelopes)
    expect(delivered.ok && delivered.answer.receipts.length).toBe(envelopesMost)
  })

  test('takes only as much of a delivery as memory allows, and the rest when it comes again', async () => {
    const onsite = await rig.onsite()
    const envelopes: Uint8Array[] = []
    for (let place = 0; place < 60; place++) {
      // Text that differs enough to pass the ratio cap, as readings do.
      const words = Array.from(
        { length: 1000 },
        (_, word) => `${(place * 1e9 + word * 7919).toString(16)}${'x'.repeat(240)}`,
      )
      const line = `${words.join('')}\n`
      envelopes.push(await onsite.seal(utf8(line + line)))
    }
    const fates: string[] = []
    for (let round = 0; round < 2; round++) {
      const delivered = await onsite.deliver(...envelopes.slice(fates.length))
      if (delivered.ok) fates.push(...delivered.answer.receipts.map(({ fate }) => fate))
      if (round === 0) expect(fates.length).toBeGreaterThan(40)
      if (round === 0) expect(fates.length).toBeLessThan(60)
    }
    expect(fates).toEqual(new Array(60).fill('kept'))
  })

  test('folds readings into the same state, rows and events whatever the order they come in', async () => {
    const totals = [100n, 140n, 140n, 90n, 95n, 10_000_000n, 10_000_001n]
    const at = (place: number) => `2026-11-${10 + place}T09:00:00.000Z`
    const told: unknown[] = []
    for (const order of [
      [0, 1, 2, 3, 4, 5, 6],
      [6, 5, 4, 3, 2, 1, 0],
      [3, 0, 6, 1, 5, 2, 4],
    ]) {
      const onsite = await rig.onsite()
      for (const place of order) {
        const meters = [totalMeter(totals[place] ?? 0n)]
        await onsite.report(
          makeReading({ at: at(place), serial: `ORD-${onsite.id}`, mac: null, meters, id: `${place}`.repeat(32) }),
        )
      }
      const device = await deviceOf(`ORD-${onsite.id}`)
      const history = await rig.admin.get<History>(`/api/devices/${device.id}/history`)
      const asOf = await Promise.all(
        [0, 1, 2, 3, 4, 5, 6].map(async (place) => {
          const meters = await rig.admin.get<Meters>(
            `/api/meters?date=${at(place).slice(0, 10)}&search=ORD-${onsite.id}`,
          )
          return meters.rows[0]?.meters
        }),
      )
      const events = history.points.filter(({ event }) => event !== null)
      told.push({
        total: device.meters[0]?.value,
        lastSeen: device.lastSeen,
        proof: device.proof.reading,
        events,
        asOf,
      })
    }
    expect(told[0]).toMatchObject({
      total: '10000001',
      events: [
        { at: at(3), value: '90', event: 'restarted' },
        { at: at(5), value: '10000000', event: 'implausible' },
      ],
    })
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
  })

  test('stores a row only when something changed, and the first of each month', async () => {
    const onsite = await rig.onsite()
    const serial = 'ROW-1'
    const report = async (at: string, total: bigint) => await onsite.report(makeReading({ at, serial, total }))
    for (const day of ['28', '29', '30']) await report(`2026-09-${day}T09:00:00.000Z`, 5n)
    await report('2026-10-01T09:00:00.000Z', 5n)
    await report('2026-10-02T09:00:00.000Z', 5n)
    await report('2026-10-03T09:00:00.000Z', 6n)
    const device = await deviceOf(serial)
    expect(await count(`select count(*)::int as n from reading where device_id = ${device.id}`)).toBe(3)
    expect(device.lastSeen).toBe('2026-10-03T09:00:00.000Z')
    const asOf = async (date: string) =>
      (await rig.admin.get<Meters>(`/api/meters?search=${serial}&date=${date}`)).rows[0]
    expect(await asOf('2026-09-27')).toMatchObject({ way: 'none', readAt: null, meters: {} })
    expect(await asOf('2026-09-29')).toMatchObject({ way: 'exact', meters: { 'total.all.all.all/impressions': '5' } })
    expect(await asOf('2026-10-02')).toMatchObject({ way: 'exact', readAt: '2026-10-02T09:00:00.000Z' })
    expect(await asOf('2026-10-05')).toMatchObject({
      way: 'before',
      readAt: '2026-10-03T09:00:00.000Z',
      meters: { 'total.all.all.all/impressions': '6' },
    })
  })

  test('knows a printer that two Onsites of one customer see as one, and never one of another customer', async () => {
    const first = await rig.onsite()
    const stranger = await rig.onsite()
    const reading = (at: string, total: bigint) => makeReading({ at, total, serial: 'TWO-1', mac: '02:00:5e:20:00:01' })
    await first.report(reading('2026-11-16T08:00:00.000Z', 10n))
    await stranger.report(reading('2026-11-16T08:30:00.000Z', 77n))
    expect((await rig.admin.get<Devices>('/api/devices?search=TWO-1')).total).toBe(2)
    const second = await TestOnsite.enrol(rig.central, rig.clock, await secondInvitation(first.id))
    await second.report(reading('2026-11-16T09:00:00.000Z', 12n))
    await second.report(
      makeReading({ at: '2026-11-16T09:10:00.000Z', total: 13n, serial: null, mac: '02:00:5e:20:00:01' }),
    )
    const found = await rig.admin.get<Devices>('/api/devices?search=TWO-1')
    expect(found.rows.map(({ total }) => total).sort()).toEqual(['13', '77'])
  })

  test('opens an alert once and closes it when the printer no longer says it', async () => {
    const onsite = await rig.onsite()
    const jam = {
      group: 8,
      groupIndex: 1,
      code: 8,
      severity: 'critical',
      training: 3,
      location: 1,
      text: 'Jam',
    } as const
    const say = async (at: string, alerts: readonly (typeof jam)[]) =>
      await onsite.report(makeReading({ at, serial: 'ALR-1', status: { device: 'down', errors: ['jammed'], alerts } }))
    await say('2026-11-16T08:00:00.000Z', [jam])
    await say('2026-11-16T08:10:00.000Z', [jam, jam])
    expect((await deviceOf('ALR-1')).status).toMatchObject({
      device: 'down',
      errors: ['jammed'],
      alerts: [{ text: 'Jam', since: '2026-11-16T08:00:00.000Z' }],
    })
    await say('2026-11-16T08:20:00.000Z', [])
    expect((await deviceOf('ALR-1')).status.alerts).toEqual([])
  })

  test('shows supplies as the printer said them, and the raw answers out of the envelope', async () => {
    const onsite = await rig.onsite()
    const supplies = [toner(80, '1'), { ...toner(0, '2'), level: { kind: 'some' } as const }]
    await onsite.report(makeReading({ at: '2026-11-16T08:00:00.000Z', serial: 'SUP-1', supplies }))
    await onsite.report(
      makeReading({
        at: '2026-11-16T08:10:00.000Z',
        serial: 'SUP-1',
        supplies: [toner(11, '1')],
        total: 2n ** 53n + 1n,
      }),
    )
    const device = await deviceOf('SUP-1')
    expect(device.supplies.map(({ index, level }) => [index, level])).toEqual([
      ['1', { kind: 'measured', left: 11, capacity: 100 }],
    ])
    expect(device.meters[0]?.value).toBe('9007199254740993')
    expect(device.observation).toEqual({ '1.3.6.1.2.1.43.10.2.1.4.1.1': '65|9007199254740993' })
  })

  test('hears of an Onsite by what is new, not by a delivery that somebody sends again', async () => {
    const onsite = await rig.onsite()
    const envelopes = [await onsite.readings(makeReading({ at: '2026-11-16T08:00:00.000Z', serial: 'DEAD-1' }))]
    await onsite.deliver(...envelopes)
    const lastContact = async () => {
      const { onsites } = await rig.admin.get<{ onsites: { id: string; lastContact: string }[] }>('/api/onsites')
      return onsites.find(({ id }) => id === onsite.id)?.lastContact
    }
    const first = await lastContact()
    rig.clock.move(3_600_000)
    expect((await onsite.deliver(...envelopes)).ok).toBe(true)
    expect(await lastContact()).toBe(first)
    await onsite.deliver(await onsite.contact())
    expect(await lastContact()).toBe(new Date(rig.clock.now()).toISOString())
    rig.clock.move(-3_600_000)
  })

  test('tells how an Onsite is, and how wrong its clock goes', async () => {
    const onsite = await rig.onsite()
    const at = new Date(rig.clock.now() + 3_600_000).toISOString()
    await onsite.deliver(await onsite.contact({ outbox: { waiting: 7, oldest: at } }, { at }))
    const { onsites } = await rig.admin.get<{ onsites: { id: string }[] }>('/api/onsites')
    expect(onsites.find(({ id }) => id === onsite.id)).toMatchObject({
      contact: 'onTime',
      waiting: 7,
      clockSkewSeconds: 3600,
    })
  })

  test('proves the newest reading to an outsider, also when the sealing key it came under is destroyed', async () => {
    const onsite = await rig.onsite()
    await onsite.report(
      makeReading({ at: '2026-11-16T08:00:00.000Z', serial: 'PRV-1', mac: null, total: 4_711n }),
      makeReading({ at: '2026-11-16T08:00:00.000Z', serial: 'PRV-2', mac: null }),
    )
    const before = await deviceOf('PRV-1')
    rig.clock.move(130 * 86_400_000)
    await rig.central.intake.keyring.rotate()
    await rig.signIn()
    const device = await deviceOf('PRV-1')
    expect(device.observation).toEqual(before.observation)
    expect(Object.keys(device.observation)).not.toHaveLength(0)
    const { signingKey, ...proof } = await rig.admin.get<DeviceProof>(`/api/devices/${device.id}/proof`)
    expect(signingKey).toBe(onsite.signingKey)
    const checked = checkLineProof(proof, fromBase64url(signingKey))
    expect(checked).toMatchObject({ ok: true, header: { onsite: onsite.id, seq: device.proof.seq } })
    expect(checked.ok && checked.line).toContain('"4711"')
    expect(JSON.stringify(proof)).not.toContain('PRV-2')
  })
})
