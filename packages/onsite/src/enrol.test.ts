import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSealingKey, generateSigningKey, makeKeyList, makePassword } from '@platen/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { httpExchange } from './exchange.ts'
import { refuse, send } from './fake-central.testing.ts'
import { fixedAnswer, honestProxy, shears } from './proxy.testing.ts'
import { Rig } from './rig.testing.ts'
import { putBack, setAside } from './set-aside.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const scope = 'ranges = ["10.0.0.0/24"]\n'
const email = 'print@example.test'

async function fresh() {
  const central = await rig.central()
  const folder = rig.prepared(scope, false)
  const onsite = rig.open(folder)
  return { central, folder, onsite, wish: { server: central.url, email, password: central.password } }
}

describe('enrolment', () => {
  it('refuses what cannot be right before it calls anybody', async () => {
    const { central, onsite, folder, wish } = await fresh()
    const password = `${wish.password.slice(0, -1)}${wish.password.endsWith('A') ? 'B' : 'A'}`
    expect(await onsite.enrol({ ...wish, password })).toMatchObject({ reason: 'mistyped' })
    expect(await onsite.enrol({ ...wish, password: 'secret' })).toMatchObject({ reason: 'mistyped' })
    for (const bad of ['nobody', 'jörg@example.de', 'a b@example.test', `${'a'.repeat(250)}@example.test`, ''])
      expect(await onsite.enrol({ ...wish, email: bad })).toMatchObject({ reason: 'badEmail' })
    expect(await onsite.enrol({ ...wish, server: 'ftp://x' })).toMatchObject({ reason: 'badConfig' })
    expect(await onsite.enrol({ ...wish, server: 'central' })).toMatchObject({ reason: 'badConfig' })
    expect(await onsite.enrol({ ...wish, proxy: 'https://proxy:1' })).toMatchObject({ reason: 'badConfig' })
    const noFile = await onsite.enrol({ ...wish, ca: '/nowhere/company.pem' })
    expect(noFile).toMatchObject({ reason: 'badConfig', detail: 'ca: /nowhere/company.pem cannot be read (ENOENT)' })
    const noCertificate = await onsite.enrol({ ...wish, ca: import.meta.filename })
    expect(noCertificate).toMatchObject({ reason: 'badConfig', detail: expect.stringContaining('no certificate in') })
    writeFileSync(join(folder, 'scope.toml'), 'ranges = ["10.0.0.0/99"]')
    expect(await onsite.enrol(wish)).toMatchObject({ reason: 'badScope', problems: [{ reason: 'badPrefix' }] })
    expect(central.requests).toEqual([])
  })

  it('sends nothing to a Central that the password is not for, nor to one whose enrolment key is not its own', async () => {
    const { central, onsite, wish } = await fresh()
    const other = await generateSigningKey()
    const password = makePassword({ secret: central.secret, channelKey: other.publicKey })
    expect(await onsite.enrol({ ...wish, password })).toMatchObject({ reason: 'fingerprintMismatch' })
    const list = makeKeyList(central.channel, central.enrolment.publicKey, central.listed)
    const evil = makeKeyList(other, (await generateSealingKey()).publicKey, central.listed)
    central.onRequest = (_path, response) => {
      send(response, 200, JSON.stringify({ ...list, enrolmentKey: evil.enrolmentKey, signature: evil.signature }))
      return true
    }
    expect(await onsite.enrol(wish)).toMatchObject({ reason: 'fingerprintMismatch' })
    expect(central.requests.map((line) => line.split(' ')[0])).toEqual(['GET', 'GET'])
  })

  it.each([
    ['wrongPassword', 403],
    ['expired', 403],
    ['tooManyTries', 429],
    ['busy', 503],
  ])('names what Central says: %s', async (refused, status) => {
    const { central, onsite, wish } = await fresh()
    central.onRequest = (path, response) => {
      if (path !== '/onsite/enrol') return false
      refuse(response, status, refused)
      return true
    }
    expect(await onsite.enrol(wish)).toMatchObject({ ok: false, reason: 'refused', refusal: refused })
    expect(await onsite.round()).toMatchObject({ reason: 'notEnrolled' })
  })

  it('takes no web page for Central', async () => {
    const page = await fixedAnswer(
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html></html>',
    )
    rig.later(() => page.close())
    const { onsite, wish } = await fresh()
    expect(await onsite.enrol({ ...wish, server: page.url })).toMatchObject({ reason: 'notPlaten' })
    const liar = await fixedAnswer('HTTP/1.1 200 OK\r\nPlaten: 1\r\nConnection: close\r\n\r\n<html></html>')
    rig.later(() => liar.close())
    expect(await onsite.enrol({ ...wish, server: liar.url })).toMatchObject({ reason: 'notPlaten' })
  })

  it('works through a proxy, keeps no password anywhere, and is done once', async () => {
    const proxy = await honestProxy()
    rig.later(() => proxy.close())
    const { central, folder, onsite, wish } = await fresh()
    expect(await onsite.enrol({ ...wish, proxy: proxy.url })).toEqual({
      ok: true,
      name: 'Test site',
      onsiteId: 'onsite-1',
    })
    expect(proxy.seen).toEqual([`GET ${central.url}/onsite/keys`, `POST ${central.url}/onsite/enrol`])
    expect(statSync(join(folder, 'onsite.toml')).mode & 0o777).toBe(0o600)
    expect(await onsite.enrol(wish)).toMatchObject({ reason: 'alreadyEnrolled', detail: 'Test site' })
    const onWire = Buffer.concat(central.raw).toString('latin1')
    const onDisk = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toString('latin1')
    const remembered = JSON.stringify([
      onsite.store.get('identity'),
      onsite.store.get('pending'),
      onsite.ledger.last(9),
      rig.lines,
    ])
    for (const where of [onWire, onDisk, remembered]) {
      expect(where).not.toContain(wish.password)
      expect(where).not.toContain(wish.password.replaceAll('-', ''))
    }
    expect(onWire).not.toContain(email)
  })

  it.each(['', 'x'.repeat(300)])('leaves out a machine name that no message takes: %j', async (hostName) => {
    const { onsite, wish } = await fresh()
    expect(await onsite.enrol({ ...wish, hostName })).toMatchObject({ ok: true })
  })

  it('asks with the same keys again when the answer got lost, so that Central can know it is the same Onsite', async () => {
    const { central, folder, onsite, wish } = await fresh()
    const cut = await shears(central.port)
    cut.cut = { side: 'answer', after: 300, by: 'reset' }
    rig.later(() => cut.close())
    const way = { exchange: () => httpExchange({ server: cut.url }) }
    onsite.close()
    const shaky = rig.open(folder, way)
    const first = await shaky.enrol(wish)
    expect(first.ok).toBe(false)
    const pending = shaky.store.get('pending')
    shaky.close()
    const again = rig.open(folder)
    expect((await again.enrol(wish)).ok).toBe(true)
    if (pending !== null) expect(again.store.get('identity')?.signing).toEqual(pending.signing)
    expect(again.store.get('pending')).toBe(null)
  })

  it('can begin anew: the old state is set aside, not overwritten', async () => {
    const { folder, onsite, wish } = await fresh()
    await onsite.enrol(wish)
    const epoch = onsite.store.get('chain')?.epoch
    expect(setAside(folder, 0)).toMatchObject({ ok: false, reason: 'locked' })
    onsite.close()
    const aside = setAside(folder, 0)
    if (!aside.ok) throw new Error(aside.reason)
    expect(aside.path).toContain('state.db.before-1970')
    putBack(folder, aside.path)
    const back = rig.open(folder)
    expect(back.store.get('chain')?.epoch).toBe(epoch)
    back.close()
    expect(setAside(folder, 0)).toMatchObject({ ok: true })
    const again = rig.open(folder)
    expect((await again.enrol(wish)).ok).toBe(true)
    expect(again.store.get('chain')?.epoch).not.toBe(epoch)
  })
})
