import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { healthOf } from './health.ts'
import { printer, Rig } from './rig.testing.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const scope = 'demo = true\nranges = ["127.35.0.1-127.35.0.2"]'
const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'health.json'), 'utf8'))

describe('the health file', () => {
  it('says in words what is missing, also when nothing could be done', async () => {
    const folder = rig.prepared('ranges = ["10.0.0.0/33"]', false)
    const onsite = rig.open(folder)
    await onsite.round()
    expect(read(folder)).toMatchObject({ ok: false, ailments: ['notEnrolled', 'scope', 'instructions'], scope: null })
  })

  it('is written after each round and each call, whole, readable for the group, and says until when it is good', async () => {
    const { port } = await rig.fleet({ base: '127.35.0.1', recordings: [printer], count: 1 })
    const central = await rig.central()
    const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
    await onsite.round()
    const after = read(folder)
    expect(after).toMatchObject({ ok: true, ailments: [], scope: { addresses: 2 }, round: { printers: 1 } })
    expect(after.waiting.readings).toBe(1)
    expect(Date.parse(after.staleAfter)).toBeGreaterThan(Date.parse(after.at))
    expect((statSync(join(folder, 'health.json')).mode & 0o777).toString(8)).toBe('640')
    await onsite.deliver()
    expect(read(folder)).toMatchObject({ ok: true, delivery: { ok: true }, waiting: { readings: 0 } })
  })

  it('complains of deliveries only after several failed, and of rounds that do not come', async () => {
    const central = await rig.central()
    const { folder, onsite } = await rig.enrolled({ scope, central })
    central.onRequest = (_path, response) => response.destroy() !== undefined
    for (let time = 0; time < 3; time += 1) await onsite.deliver()
    expect(read(folder).ok).toBe(true)
    await onsite.deliver()
    expect(read(folder)).toMatchObject({ ok: false, ailments: ['notDelivered'] })
    const old = { asked: 1, printers: 0, others: 0, silent: 1, failed: 0 }
    onsite.store.set('round', { startedAt: '2020-01-01T00:00:00.000Z', endedAt: '2020-01-01T00:01:00.000Z', ...old })
    expect(healthOf(onsite).ailments).toEqual(['roundLate', 'noPrinter', 'notDelivered'])
  })

  it('stops nothing where it cannot be written', async () => {
    const { folder, onsite } = await rig.enrolled({ scope, central: await rig.central() })
    mkdirSync(join(folder, 'health.json', 'in the way'), { recursive: true })
    expect((await onsite.deliver()).ok).toBe(true)
    expect(rig.lines.map(({ what }) => what)).toContain('health.json is not written')
  })
})
