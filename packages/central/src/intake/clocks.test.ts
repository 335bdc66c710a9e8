import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Devices, History } from '../api.ts'
import { testEngines } from '../testing/engines.ts'
import type { TestOnsite } from '../testing/onsite.ts'
import { makeReading, Rig } from '../testing/rig.ts'

const hour = 3_600_000

describe.each(testEngines())('an Onsite with a wrong clock, on $name', (engine) => {
  let rig: Rig

  beforeAll(async () => {
    if (!engine.missing) rig = await Rig.start(await engine.open())
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  const test = it.skipIf(engine.missing)
  const sealed = async (onsite: TestOnsite, own: { clock: number; up: number; total: bigint; life?: string }) => {
    const at = new Date(own.clock).toISOString()
    const { up: monotonic, total, life = 'aa'.repeat(8) } = own
    const reading = makeReading({ at, monotonic, total, serial: `CLK-${onsite.id}`, mac: null })
    return await onsite.sealedAt({ at, monotonic, life }, reading)
  }
  const historyOf = async (onsite: TestOnsite) => {
    const { rows } = await rig.admin.get<Devices>(`/api/devices?search=CLK-${onsite.id}`)
    const { points } = await rig.admin.get<History>(`/api/devices/${rows[0]?.id}/history`)
    return points.map(({ at, value, event }) => [(Date.parse(at) - rig.clock.now()) / hour, value, event])
  }
  const kept = async (delivered: ReturnType<TestOnsite['deliver']>): Promise<void> => {
    const answer = await delivered
    expect(answer.ok && answer.answer.receipts.every(({ fate }) => fate === 'kept')).toBe(true)
  }

  test('that says 1970 is heard in the order and at the distances of its own time, over deliveries', async () => {
    const onsite = await rig.onsite()
    const say = (hours: number) => sealed(onsite, { clock: hours * hour, up: hours * hour, total: BigInt(100 + hours) })
    await kept(onsite.deliver(await say(0), await say(3)))
    rig.clock.move(4 * hour)
    await kept(onsite.deliver(await say(4), await say(7)))
    expect(await historyOf(onsite)).toEqual([
      [-7, '100', null],
      [-4, '103', null],
      [-3, '104', null],
      [0, '107', null],
    ])
  })

  test('that was started anew while it could not deliver invents nothing', async () => {
    const onsite = await rig.onsite()
    const say = (hours: number, life: string, total: bigint) =>
      sealed(onsite, { clock: hours * hour, up: hours * hour, life: life.repeat(8), total })
    await kept(
      onsite.deliver(
        await say(1, 'aa', 100n),
        await say(6, 'aa', 200n),
        await say(0, 'bb', 300n),
        await say(2, 'bb', 400n),
      ),
    )
    const told = await historyOf(onsite)
    expect(told.map(([, value, event]) => [value, event])).toEqual(
      ['100', '200', '300', '400'].map((value) => [value, null]),
    )
    expect(told.map(([at]) => Math.round(Number(at)))).toEqual([-7, -2, -2, 0])
  })

  test('that was set back goes on, over deliveries and with what comes again', async () => {
    const onsite = await rig.onsite()
    const now = rig.clock.now()
    const first = await sealed(onsite, { clock: now, up: 5 * hour, total: 100n })
    await kept(onsite.deliver(first))
    rig.clock.move(2 * hour)
    await kept(onsite.deliver(await sealed(onsite, { clock: now - 24 * hour, up: 7 * hour, total: 200n })))
    const again = await onsite.deliver(first)
    expect(again.ok && again.answer.receipts).toMatchObject([{ fate: 'known' }])
    rig.clock.move(hour)
    await kept(onsite.deliver(await sealed(onsite, { clock: now + 3 * hour, up: 8 * hour, total: 300n })))
    expect(await historyOf(onsite)).toEqual([
      [-3, '100', null],
      [-1, '200', null],
      [0, '300', null],
    ])
  })
})
