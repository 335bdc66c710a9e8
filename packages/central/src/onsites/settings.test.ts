/** Settings of an Onsite: people change them by version, and the Onsite gets them in the answer to its next delivery. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OnsiteSettings } from '../api.ts'
import { testEngines } from '../testing/engines.ts'
import type { TestOnsite } from '../testing/onsite.ts'
import { Rig } from '../testing/rig.ts'

describe.each(testEngines())('settings on $name', (engine) => {
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

  const test = it.skipIf(engine.missing)
  const url = () => `/api/onsites/${onsite.id}/settings`
  const put = (settings: object) => rig.admin.ask('PUT', url(), settings)

  test('refuse what an Onsite would not take, by name, and stay as they are', async () => {
    const before = await rig.admin.get<OnsiteSettings>(url())
    const wrong = [
      { ...before, intervalMinutes: 1 },
      { ...before, communities: [] },
      { ...before, ranges: ['printer.example; rm'] },
      { ...before, command: 'reboot' },
    ]
    for (const settings of wrong) expect((await put(settings)).statusCode).toBe(400)
    expect((await rig.admin.ask('PUT', '/api/onsites/nobody/settings', before)).statusCode).toBe(404)
    expect(await rig.admin.get(url())).toEqual(before)
  })

  test('are not overwritten by somebody who looked at an older version', async () => {
    const before = await rig.admin.get<OnsiteSettings>(url())
    const changed = await put({ ...before, intervalMinutes: 30 })
    expect(changed.json()).toEqual({ ...before, intervalMinutes: 30, version: before.version + 1 })
    const late = await put({ ...before, intervalMinutes: 45 })
    expect([late.statusCode, late.json<{ code: string }>().code]).toEqual([409, 'changed'])
    expect(await rig.admin.get(url())).toMatchObject({ intervalMinutes: 30 })
  })

  test('reach the Onsite with its next delivery', async () => {
    const before = await rig.admin.get<OnsiteSettings>(url())
    const communities = ['second floor', 'public']
    expect((await put({ ...before, communities, name: 'Head office, north' })).statusCode).toBe(200)
    const delivered = await onsite.deliver(await onsite.contact())
    expect(delivered.ok && delivered.answer.settings).toMatchObject({ version: before.version + 1, communities })
    const { onsites } = await rig.admin.get<{ onsites: { id: string; name: string }[] }>('/api/onsites')
    expect(onsites.find(({ id }) => id === onsite.id)?.name).toBe('Head office, north')
  })

  test('of a revoked Onsite cannot be changed', async () => {
    const settings = await rig.admin.get<OnsiteSettings>(url())
    await rig.admin.ask('POST', `/api/onsites/${onsite.id}/revoke`)
    expect((await put(settings)).statusCode).toBe(404)
  })
})
