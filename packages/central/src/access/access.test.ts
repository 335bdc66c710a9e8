import { hashRequest, openEnrolmentAnswer } from '@platen/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { NewOnsiteAnswer, Place } from '../api.ts'
import type { Database } from '../db/database.ts'
import { testEngines } from '../testing/engines.ts'
import { knock, sealedEnrolment, TestOnsite } from '../testing/onsite.ts'
import { Browser, newProvider, Rig } from '../testing/rig.ts'
import { SlowHash } from './slow-hash.ts'

const minutes = 60_000
const hours = 60 * minutes

/** Cheap, and counts: the work must not depend on who asks. */
class CountingHash extends SlowHash {
  hashes = 0
  constructor() {
    super({ cost: 16 })
  }
  override hash(secret: Uint8Array | string, salt: Uint8Array): Promise<Uint8Array | null> {
    this.hashes += 1
    return super.hash(secret, salt)
  }
}

describe.each(testEngines())('who is let in, on $name', (engine) => {
  let database: Database
  let rig: Rig
  const slowHash = new CountingHash()

  beforeAll(async () => {
    if (engine.missing) return
    database = await engine.open()
    rig = await Rig.start(database, { slowHash })
  })
  afterAll(async () => {
    await rig?.stop()
    await engine.stop()
  })

  const test = it.skipIf(engine.missing)
  const enrol = async (email: string, password: string, from?: string) => {
    const { bytes } = await sealedEnrolment(rig.central, email, password)
    const response = await knock(rig.central, '/onsite/enrol', bytes, from)
    expect(response.headers.platen).toBe('1')
    return response.statusCode === 200 ? 'enrolled' : response.json<{ refused: string }>().refused
  }
  const signIn = (email: string, password: string) =>
    new Browser(rig.central).ask('POST', '/api/sign-in', { email, password })

  test('an Onsite with the wrong password and one nobody knows get the same answer, after the same work', async () => {
    const [mine, other] = [await rig.invite(), await rig.invite()]
    const work: number[] = []
    for (const [email, password] of [
      [mine.email, other.password],
      ['nobody@nowhere.example', other.password],
    ] as const) {
      const before = slowHash.hashes
      expect(await enrol(email, password, '192.0.2.10')).toBe('wrongPassword')
      work.push(slowHash.hashes - before)
    }
    expect(work).toEqual([1, 1])
    expect(await enrol(mine.email, mine.password, '192.0.2.10')).toBe('enrolled')
  })

  test('an enrolment password works once, and for 72 hours', async () => {
    const used = await rig.invite()
    expect(await enrol(used.email, used.password)).toBe('enrolled')
    expect(await enrol(used.email, used.password)).toBe('wrongPassword')
    const late = await rig.invite()
    rig.clock.move(72 * hours)
    expect(await enrol(late.email, late.password)).toBe('expired')
    expect(await enrol(late.email, late.password)).toBe('wrongPassword')
    await rig.signIn()
  })

  test('who was let in and lost the answer is told the same again; the same password with other keys is a wrong one', async () => {
    const { email, password } = await rig.invite()
    const { bytes, channelKey, sealingKey } = await sealedEnrolment(rig.central, email, password)
    const ask = async () => {
      const response = await knock(rig.central, '/onsite/enrol', bytes)
      const requestHash = hashRequest(bytes)
      const sealed = new Uint8Array(response.rawPayload)
      return await openEnrolmentAnswer(sealed, { channelPublicKey: channelKey, sealingKey, requestHash })
    }
    const first = await ask()
    expect(first).toMatchObject({ ok: true })
    expect(await ask()).toEqual(first)
    expect(await enrol(email, password)).toBe('wrongPassword')
    rig.clock.move(72 * hours)
    expect((await knock(rig.central, '/onsite/enrol', bytes)).json()).toMatchObject({ refused: 'expired' })
    await rig.signIn()
  })

  test('of two that come with one password at once, one is let in', async () => {
    const { email, password } = await rig.invite()
    const both = await Promise.all([enrol(email, password), enrol(email, password)])
    expect(both.sort()).toEqual(['enrolled', 'wrongPassword'])
  })

  test('five wrong tries for an e-mail, or twenty from an address, have to wait; the customer enrols within 15 minutes', async () => {
    const [mine, other] = [await rig.invite(), await rig.invite()]
    for (let place = 0; place < 5; place++)
      expect(await enrol(mine.email, other.password, `198.51.100.${place}`)).toBe('wrongPassword')
    expect(await enrol(mine.email, mine.password, '198.51.100.99')).toBe('tooManyTries')
    for (let place = 0; place < 20; place++)
      expect(await enrol(`guess${place}@x.example`, other.password, '203.0.113.1')).toBe('wrongPassword')
    expect(await enrol(other.email, other.password, '203.0.113.1')).toBe('tooManyTries')
    expect(await enrol(other.email, other.password, '203.0.113.2')).toBe('enrolled')
    rig.clock.move(15 * minutes)
    expect(await enrol(mine.email, mine.password, '203.0.113.1')).toBe('enrolled')
  })

  test('what is no enrolment, or was changed on the way, is refused by name', async () => {
    const { email, password } = await rig.invite()
    const { bytes } = await sealedEnrolment(rig.central, email, password)
    const flipped = bytes.slice()
    flipped[100] = (flipped[100] ?? 0) ^ 1
    const refused = async (body: Uint8Array) => (await knock(rig.central, '/onsite/enrol', body)).json<unknown>()
    expect(await refused(flipped)).toEqual({ refused: 'cannotOpen' })
    expect(await refused(new TextEncoder().encode('<html>'))).toEqual({ refused: 'notAnEnrolment' })
    expect(await refused(new Uint8Array(20_000))).toEqual({ refused: 'tooLarge' })
    expect(await enrol(email, password)).toBe('enrolled')
  })

  test('nothing that was handed out is kept as it is', async () => {
    const { password } = await rig.invite()
    const secret = password.replaceAll('-', '').slice(0, 16).toLowerCase()
    const rows = await database.as({ role: 'migrate' }, (queries) =>
      queries.rows(
        z.object({ all: z.string() }),
        `select row_to_json(e)::text as all from enrolment e
        union all select row_to_json(o)::text from onsite o union all select row_to_json(l)::text from login l
        union all select row_to_json(s)::text from session s`,
      ),
    )
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.filter(({ all }) => all.toLowerCase().includes(secret))).toEqual([])
  })

  test('a person with the wrong password and one nobody knows get the same answer', async () => {
    const before = slowHash.hashes
    const answers = [await signIn('anna@provider.example', 'wrong')]
    const work = slowHash.hashes - before
    answers.push(await signIn('nobody@nowhere.example', 'wrong'))
    expect([work, slowHash.hashes - before]).toEqual([1, 2])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401])
    expect(answers[0]?.body).toBe(answers[1]?.body)
    expect(answers.flatMap(({ cookies }) => cookies)).toEqual([])
  })

  test('five wrong tries of a person have to wait, and then the right password works', async () => {
    const { email, password } = await newProvider(rig.central, 'berta@provider.example', 'Berta')
    for (let place = 0; place < 5; place++) expect((await signIn(email, 'wrong')).statusCode).toBe(401)
    const waiting = await signIn(email, password)
    expect(waiting.statusCode).toBe(429)
    expect(Number(waiting.headers['retry-after'])).toBeGreaterThan(0)
    rig.clock.move(15 * minutes)
    expect((await signIn(email.toUpperCase(), password)).statusCode).toBe(200)
  })

  test('a session ends by signing out, after 12 hours without use, and after a week', async () => {
    const { email, password } = await newProvider(rig.central, 'carla@provider.example', 'Carla')
    const browser = new Browser(rig.central)
    const given = await browser.ask('POST', '/api/sign-in', { email, password })
    expect(given.headers['set-cookie']).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await browser.ask('GET', '/api/me')).statusCode).toBe(200)
    const copy = browser.copy()
    await browser.ask('POST', '/api/sign-out')
    expect((await copy.ask('GET', '/api/me')).statusCode).toBe(401)
    await browser.post('/api/sign-in', { email, password })
    rig.clock.move(12 * hours + 1)
    expect((await browser.ask('GET', '/api/me')).statusCode).toBe(401)
    await browser.post('/api/sign-in', { email, password })
    for (let place = 0; place < 16; place++) {
      rig.clock.move(10 * hours)
      expect((await browser.ask('GET', '/api/me')).statusCode).toBe(200)
    }
    rig.clock.move(8 * hours + 1)
    expect((await browser.ask('GET', '/api/me')).statusCode).toBe(401)
    await rig.signIn()
  })

  test('an e-mail belongs to one person', async () => {
    const made = await rig.central.seedAdmin({
      email: 'ANNA@provider.example',
      name: 'A',
      provider: 'Again',
      language: 'de',
    })
    expect(made).toMatchObject({ ok: false, reason: 'exists' })
  })

  test('places hold what belongs in them, and Onsites belong to sites', async () => {
    const node = rig.me.node.id
    const post = async (kind: string, parent: string) =>
      await rig.admin.ask('POST', '/api/places', { kind, parent, name: 'X' })
    const customer = (await post('customer', node)).json<Place>()
    expect((await post('site', node)).statusCode).toBe(409)
    expect((await post('customer', customer.id)).statusCode).toBe(409)
    expect((await post('site', '999999')).statusCode).toBe(404)
    expect((await post('site', 'x')).statusCode).toBe(404)
    const onsite = await rig.admin.ask('POST', '/api/onsites', { name: 'O', site: customer.id, email: 'a@b.example' })
    expect(onsite.statusCode).toBe(404)
  })

  test('a revoked invitation opens nothing', async () => {
    const invitation: NewOnsiteAnswer = await rig.invite()
    await rig.admin.ask('POST', `/api/onsites/${invitation.onsite.id}/revoke`)
    await expect(TestOnsite.enrol(rig.central, rig.clock, invitation)).rejects.toThrow('wrongPassword')
  })
})
