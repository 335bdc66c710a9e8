/** Settings of an Onsite: people change them by version, and the Onsite gets them in the answer to its next delivery. */
import { generateSealingKey, openUserSecret } from '@platen/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OnsiteSettings } from '../api.ts'
import { testEngines } from '../testing/engines.ts'
import type { TestOnsite } from '../testing/onsite.ts'
import { Rig } from '../testing/rig.ts'

const user = { name: 'meter', context: '', auth: 'sha256', privacy: 'aes128' }
const passwords = { auth: 'a long enough word', privacy: 'another long word' }
const entry = { ranges: ['192.0.2.0/24'], communities: ['public'] }

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

  test('are refused where a user would have no passwords, wrong ones, or ones for what it does not ask by', async () => {
    const before = await rig.admin.get<OnsiteSettings>(url())
    const wrong = [
      { ...user, sealed: 'AAAA' },
      { ...user, passwords: { auth: 'seven77', privacy: 'another long word' } },
      { ...user, passwords: { auth: 'equal canary word', privacy: 'equal canary word' } },
      { ...user, passwords: { auth: 'a long enough word', privacy: null } },
      { ...user, auth: null, privacy: null, passwords },
      { ...user, auth: null, passwords },
      user,
    ]
    for (const one of wrong) {
      const response = await put({ ...before, access: [{ ...entry, users: [one] }] })
      expect([response.statusCode, JSON.stringify(one)]).toEqual([400, JSON.stringify(one)])
      expect(response.body).not.toContain('another long word')
      expect(response.body).not.toContain('equal canary')
    }
    expect(await rig.admin.get(url())).toEqual(before)
  })

  test('of an Onsite that has not enrolled take no passwords, and say that it must be enrolled first', async () => {
    const { onsite: awaiting } = await rig.invite()
    const place = `/api/onsites/${awaiting.id}/settings`
    const before = await rig.admin.get<OnsiteSettings>(place)
    const access = [{ ...entry, users: [{ ...user, passwords }] }]
    const response = await rig.admin.ask('PUT', place, { ...before, access })
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([409, 'notEnrolled'])
    const plain = { name: 'plain', context: '', auth: null, privacy: null }
    const unsigned = await rig.admin.ask('PUT', place, { ...before, access: [{ ...entry, users: [plain] }] })
    expect(unsigned.statusCode).toBe(200)
  })

  test('hold passwords sealed to the Onsite, which alone can open them, and nowhere else', async () => {
    const before = await rig.admin.get<OnsiteSettings>(url())
    const answered = await put({ ...before, access: [{ ...entry, users: [{ ...user, passwords }] }] })
    const changed = answered.json<OnsiteSettings>()
    const [sealed] = changed.access[0]?.users ?? []
    expect(sealed).toMatchObject({ name: 'meter', auth: 'sha256', privacy: 'aes128' })
    const delivered = await onsite.deliver(await onsite.contact())
    expect(delivered.ok && delivered.answer.settings?.access).toEqual(changed.access)
    const owner = { onsite: onsite.id, name: 'meter', auth: 'sha256', privacy: 'aes128' } as const
    expect(await openUserSecret(owner, sealed?.sealed ?? '', onsite.sealingKey)).toEqual(passwords)
    expect(await openUserSecret(owner, sealed?.sealed ?? '', await generateSealingKey())).toBe(null)
    const kept = await rig.admin.ask('GET', url())
    expect(kept.body + answered.body).not.toMatch(/a long enough word|another long word/)
    // Without new passwords what was sealed stays, but not for another name or for weaker protocols.
    const again = await put({ ...changed, tries: 3 })
    expect(again.json()).toMatchObject({ tries: 3, access: changed.access })
    const now = again.json<OnsiteSettings>()
    for (const other of [{ name: 'root' }, { auth: 'md5' }, { privacy: null }]) {
      const response = await put({ ...now, access: [{ ...entry, users: [{ ...sealed, ...other }] }] })
      expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([400, 'passwordsWanted'])
    }
    expect((await put({ ...now, access: [{ ...entry, users: [{ ...sealed, context: 'tray' }] }] })).statusCode).toBe(
      200,
    )
  })

  test('of a revoked Onsite cannot be changed', async () => {
    const settings = await rig.admin.get<OnsiteSettings>(url())
    await rig.admin.ask('POST', `/api/onsites/${onsite.id}/revoke`)
    expect((await put(settings)).statusCode).toBe(404)
  })
})
