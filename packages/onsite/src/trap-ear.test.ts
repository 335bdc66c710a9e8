import { afterEach, expect, it } from 'vitest'
import { plainSettings } from './fake-central.testing.ts'
import { printer, Rig } from './rig.testing.ts'
import { TrapEar } from './trap-ear.ts'
import { FakeThread } from './trap-thread.testing.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

it('hears printers by what they are asked by, as an engine that never goes back in time', async () => {
  const central = await rig.central()
  central.settings = {
    ...plainSettings,
    communities: ['others'],
    access: [{ ranges: ['127.54.0.2'], users: [], communities: ['second'] }],
  }
  const recordings = [printer]
  const { port } = await rig.fleet({ base: '127.54.0.1', recordings, count: 1, agent: { community: 'others' } })
  await rig.fleet({ base: '127.54.0.2', recordings, count: 1, port, agent: { community: 'second' } })
  const scope = 'demo = true\nranges = ["127.54.0.1-127.54.0.2"]\n'
  const { onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  expect(await onsite.round()).toMatchObject({ ok: true, tally: { read: 2 } })

  const life = async (work: (ear: TrapEar, thread: FakeThread) => Promise<void> = async () => undefined) => {
    const thread = new FakeThread()
    const ear = new TrapEar(onsite, () => thread)
    await settled()
    thread.tell({ kind: 'listening' })
    await settled()
    await work(ear, thread)
    await ear.close()
    return thread.orders.map(({ engine }) => engine)
  }
  const first = await life(async (ear, thread) => {
    expect(thread.orders.at(-1)?.groups).toEqual([
      { known: ['127.54.0.2'], communities: ['second'], users: [] },
      { known: ['127.54.0.1'], communities: ['others'], users: [] },
    ])
    const before = thread.orders.at(-1)?.engine
    // Nothing has changed: what the thread remembers of senders stays.
    ear.allRead()
    await settled()
    expect(thread.orders.at(-1)?.engine).toEqual(before)
    central.settings = { ...central.settings, version: 2, communities: ['others', 'more'] }
    await onsite.deliver()
    ear.allRead()
    await settled()
    expect(thread.orders.at(-1)?.engine.boots).toBe((before?.boots ?? 0) + 1)
  })
  const second = await life()
  const all = [...first, ...second]
  expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  expect(all[0]?.id).toMatch(/^80007ed905[0-9a-f]{16}$/)
  expect(all.map(({ boots }) => boots)).toEqual(all.map(({ boots }) => boots).toSorted((one, other) => one - other))
  expect(second[0]?.boots).toBeGreaterThan(first.at(-1)?.boots ?? 0)
})
