import type { Reading } from '@platen/model'
import { afterEach, describe, expect, it } from 'vitest'
import { Batch, type Kept } from './batch.ts'
import type { Appended } from './outbox.ts'
import { printer, Rig } from './rig.testing.ts'

const rig = new Rig()
afterEach(() => rig.clear())

/** One reading of a simulated printer, and what an envelope of it is headed by. */
async function read() {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: '127.31.9.1', recordings: [printer], count: 1 })
  const scope = `demo = true\nranges = ["127.31.9.1"]\n`
  const { onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  const readings: Reading[] = []
  await onsite.round({ onKept: (kept) => readings.push(...kept.map((one) => one.reading)) })
  const [reading] = readings
  if (reading === undefined) throw new Error('the printer was not read')
  const { store, world } = onsite
  return { reading, context: { store, clock: world.clock, program: 'test', scopeHash: '', instructions: 'test' } }
}

/** A disk that takes an envelope when it is told to. */
function slowDisk() {
  const waiting: ((appended: Appended) => void)[] = []
  return {
    waiting,
    append: () => new Promise<Appended>((resolve) => waiting.push(resolve)),
    take: () => waiting.shift()?.({ ok: true, seq: 1, hash: '', dropped: 0 }),
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('readings on their way into envelopes', () => {
  it('wait at their printers while one envelope is being sealed and the next is full', async () => {
    const { reading, context } = await read()
    const disk = slowDisk()
    const kept: Kept[] = []
    const batch = new Batch(disk, context, (one) => kept.push(one))
    let taken = 0
    const all = Array.from({ length: 230 }, async (_, at) => {
      await batch.add({ ...reading, id: at.toString(16).padStart(32, '0') })
      taken += 1
    })
    await settled()
    expect(disk.waiting).toHaveLength(1)
    // Those that filled an envelope wait for the disk; of the others all that are in one may go on.
    expect(taken).toBe(98)
    for (const [round, sofar] of [50, 100, 150, 200].entries()) {
      expect(disk.waiting, `envelope ${round + 1}`).toHaveLength(1)
      disk.take()
      await settled()
      expect(kept.flatMap((one) => one.readings)).toHaveLength(sofar)
    }
    await Promise.all(all)
    const last = batch.flush()
    await settled()
    disk.take()
    await last
    const ids = kept.flatMap((one) => one.readings.map(({ id }) => id))
    expect(new Set(ids).size).toBe(230)
    expect(kept.map((one) => one.readings.length)).toEqual([50, 50, 50, 50, 30])
  })

  it('are counted as lost where the disk does not take them, and those behind them go on', async () => {
    const { reading, context } = await read()
    const faults: Appended[] = [{ ok: false, reason: 'diskFull', detail: 'full' }]
    const kept: Kept[] = []
    const append = async () => faults.shift() ?? ({ ok: true, seq: 1, hash: '', dropped: 0 } as const)
    const batch = new Batch({ append }, context, (one) => kept.push(one))
    await Promise.all(
      Array.from({ length: 100 }, (_, at) => batch.add({ ...reading, id: at.toString(16).padStart(32, '0') })),
    )
    expect(kept.map(({ lost, readings }) => [lost, readings.length])).toEqual([
      [50, 0],
      [0, 50],
    ])
  })
})
