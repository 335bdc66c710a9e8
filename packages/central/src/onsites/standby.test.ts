/** Two Onsites with one scope: by Central's word one of them makes the rounds, and when it is lost the other does. By a clock that the test moves. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NewOnsiteAnswer, Onsite } from '../api.ts'
import { testEngines } from '../testing/engines.ts'
import { TestOnsite } from '../testing/onsite.ts'
import { Rig } from '../testing/rig.ts'
import { type Partner, takesOver } from './duty.ts'

const minutes = 60_000

describe('who makes the rounds', () => {
  const now = Date.parse('2026-11-16T10:00:00.000Z')
  const heard = (ago: number, more: Partial<Partner> = {}): Partner => ({
    isRevoked: false,
    duty: 'active',
    lastContact: now - ago * minutes,
    intervalMinutes: 60,
    hasHeard: true,
    ...more,
  })

  it('does not change while the other one may be alive: three contacts, and an interval', () => {
    expect(takesOver(false, heard(60), now)).toBe(null)
    expect(takesOver(false, heard(61), now)).toBe('silence')
    expect(takesOver(false, heard(239, { intervalMinutes: 240 }), now)).toBe(null)
    expect(takesOver(false, heard(241, { intervalMinutes: 240 }), now)).toBe('silence')
    expect(takesOver(false, heard(56, { intervalMinutes: 5 }), now)).toBe(null)
    expect(takesOver(false, heard(57, { intervalMinutes: 5 }), now)).toBe('silence')
    expect(takesOver(false, heard(0, { lastContact: null }), now)).toBe('silence')
    expect(takesOver(false, heard(0, { isRevoked: true }), now)).toBe('silence')
  })

  it('changes by a person’s wish only when the other one has heard that it is on standby', () => {
    expect(takesOver(true, heard(1), now)).toBe(null)
    expect(takesOver(true, heard(1, { duty: 'standby', hasHeard: false }), now)).toBe(null)
    expect(takesOver(true, heard(1, { duty: 'standby' }), now)).toBe('person')
    expect(takesOver(false, heard(1, { duty: 'standby' }), now)).toBe(null)
  })
})

describe.each(testEngines())('two Onsites with one scope on $name', (engine) => {
  let rig: Rig
  let first: TestOnsite
  let second: TestOnsite

  beforeAll(async () => {
    if (!engine.missing) rig = await Rig.start(await engine.open())
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })
  beforeEach(async () => {
    if (engine.missing) return
    await rig.signIn()
    const invitation = await rig.invite()
    first = await TestOnsite.enrol(rig.central, rig.clock, invitation)
    const email = `second${first.id}@customer.example`
    const body = { name: 'Onsite 2', site: invitation.site, email }
    const more = await rig.admin.post<NewOnsiteAnswer>('/api/onsites', body)
    second = await TestOnsite.enrol(rig.central, rig.clock, more)
  })

  const test = it.skipIf(engine.missing)
  const standby = (onsite: TestOnsite, of: string | null) =>
    rig.admin.ask('POST', `/api/onsites/${onsite.id}/standby`, { of })
  const known = new Map<string, number>()

  /** One contact: what Central says the Onsite is to do. It then has these settings, and says so the next time. */
  async function call(onsite: TestOnsite): Promise<string> {
    const contact = await onsite.contact({ settingsVersion: known.get(onsite.id) ?? 0 })
    const delivered = await onsite.deliver(contact)
    const settings = delivered.ok ? delivered.answer.settings : undefined
    if (settings === undefined) throw new Error('no settings')
    expect(settings.version).toBeGreaterThanOrEqual(known.get(onsite.id) ?? 0)
    known.set(onsite.id, settings.version)
    return settings.duty === 'standby' ? `standby for ${settings.partner}` : settings.duty
  }
  async function pairOf(onsite: TestOnsite): Promise<Onsite['pair']> {
    await rig.signIn()
    const { onsites } = await rig.admin.get<{ onsites: Onsite[] }>('/api/onsites')
    return onsites.find(({ id }) => id === onsite.id)?.pair ?? null
  }

  test('are refused where they are not two of one site, or one of them has a partner', async () => {
    const elsewhere = await rig.onsite()
    expect((await standby(second, elsewhere.id)).statusCode).toBe(409)
    expect((await standby(second, second.id)).statusCode).toBe(409)
    expect((await standby(second, 'nobody')).statusCode).toBe(404)
    expect((await rig.admin.ask('POST', '/api/onsites/nobody/standby', { of: first.id })).statusCode).toBe(404)
    expect((await rig.admin.ask('POST', `/api/onsites/${first.id}/duty`)).statusCode).toBe(409)
    expect((await standby(second, first.id)).statusCode).toBe(204)
    expect((await standby(first, second.id)).statusCode).toBe(409)
    expect([await call(first), await call(second)]).toEqual(['active', 'standby for Onsite'])
  })

  test('while both call, one of them reads', async () => {
    await standby(second, first.id)
    for (let quarter = 0; quarter < 30; quarter += 1) {
      expect([await call(first), await call(second)]).toEqual(['active', 'standby for Onsite'])
      rig.clock.move(15 * minutes)
    }
    expect(await pairOf(second)).toMatchObject({ with: { id: first.id }, role: 'standby', duty: 'standby' })
    expect(await pairOf(first)).toMatchObject({ with: { id: second.id }, role: 'first', duty: 'active' })
  })

  test('when one is lost the other takes over and keeps the rounds when it comes back, and so the other way round', async () => {
    await standby(second, first.id)
    expect([await call(first), await call(second)]).toEqual(['active', 'standby for Onsite'])
    for (let quarter = 0; quarter < 4; quarter += 1) {
      rig.clock.move(15 * minutes)
      expect(await call(second)).toBe('standby for Onsite')
    }
    rig.clock.move(minutes)
    expect(await call(second)).toBe('active')
    const because = { duty: 'active', because: 'silence', since: new Date(rig.clock.now()).toISOString() }
    expect(await pairOf(second)).toMatchObject(because)
    expect(await pairOf(first)).toMatchObject({ ...because, duty: 'standby' })
    for (let quarter = 0; quarter < 6; quarter += 1) {
      expect([await call(second), await call(first)]).toEqual(['active', 'standby for Onsite 2'])
      rig.clock.move(15 * minutes)
    }
    rig.clock.move(60 * minutes)
    expect(await call(first)).toBe('active')
    expect(await call(second)).toBe('standby for Onsite')
  })

  test('change places when a person says so, and never both read by Central’s word', async () => {
    await standby(second, first.id)
    expect([await call(first), await call(second)]).toEqual(['active', 'standby for Onsite'])
    expect((await rig.admin.ask('POST', `/api/onsites/${second.id}/duty`)).statusCode).toBe(204)
    expect(await call(second)).toBe('standby for Onsite')
    expect(await pairOf(second)).toMatchObject({ duty: 'standby', turn: true })
    expect(await call(first)).toBe('standby for Onsite 2')
    // It was told; only its next contact says that it has heard.
    expect(await call(second)).toBe('standby for Onsite')
    expect(await call(first)).toBe('standby for Onsite 2')
    expect(await call(second)).toBe('active')
    expect(await call(first)).toBe('standby for Onsite 2')
    expect(await pairOf(second)).toMatchObject({ duty: 'active', turn: false, because: 'person' })
  })

  test('are two of their own again when a person says so, or when one is revoked', async () => {
    await standby(second, first.id)
    expect((await standby(first, null)).statusCode).toBe(204)
    expect([await call(first), await call(second)]).toEqual(['active', 'active'])
    expect(await pairOf(first)).toBe(null)
    await standby(second, first.id)
    expect(await call(second)).toBe('standby for Onsite')
    await rig.admin.ask('POST', `/api/onsites/${first.id}/revoke`)
    expect(await call(second)).toBe('active')
    expect(await pairOf(second)).toBe(null)
  })

  test('have settings of which a change by a person does not change the duty, and a changed duty makes the form old', async () => {
    await standby(second, first.id)
    const url = `/api/onsites/${second.id}/settings`
    const settings = await rig.admin.get<{ version: number; duty: string }>(url)
    expect(settings).toMatchObject({ duty: 'standby', partner: 'Onsite' })
    const put = await rig.admin.ask('PUT', url, { ...settings, duty: 'active', partner: null })
    expect(put.json()).toMatchObject({ version: settings.version + 1, duty: 'standby', partner: 'Onsite' })
    await call(first)
    rig.clock.move(61 * minutes)
    expect(await call(second)).toBe('active')
    await rig.signIn()
    expect((await rig.admin.ask('PUT', url, put.json<object>())).statusCode).toBe(409)
  })
})
