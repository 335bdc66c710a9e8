import { createServer as createTlsServer } from 'node:https'
import {
  fromHex,
  generateSealingKey,
  hashRequest,
  recipientOf,
  sealAnswer,
  toBase64url,
  toHex,
  unpackDelivery,
} from '@platen/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { testCertificate, testKey } from './certificate.testing.ts'
import { type Exchange, httpExchange } from './exchange.ts'
import { type FakeCentral, plainSettings, send } from './fake-central.testing.ts'
import type { Onsite } from './onsite.ts'
import { fixedAnswer, honestProxy, mute, type TestProxy } from './proxy.testing.ts'
import { printer, Rig } from './rig.testing.ts'
import { contactDraft, type SealingContext } from './seal.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const scope = 'demo = true\nranges = ["127.31.0.1-127.31.0.5"]\n'

async function filled(
  exchange?: (central: FakeCentral) => Exchange,
): Promise<{ central: FakeCentral; onsite: Onsite; folder: string }> {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: '127.31.0.1', recordings: [printer], count: 5 })
  let way: Exchange | null = null
  const changes = {
    exchange: () => (ask: Parameters<Exchange>[0]) => (way ?? httpExchange({ server: central.url }))(ask),
  }
  const made = await rig.enrolled({ scope, central, snmpPort: port, changes })
  way = exchange?.(central) ?? null
  await made.onsite.round()
  return { central, ...made }
}

async function proxied(proxy: Promise<TestProxy>): Promise<TestProxy> {
  const made = await proxy
  rig.later(() => made.close())
  return made
}

function contextOf({ store, world }: Onsite): SealingContext {
  return { store, clock: world.clock, program: 'test', scopeHash: '0'.repeat(64), instructions: 'none' }
}

const emptyContact = { outbox: { waiting: 0, oldest: null }, round: null, settingsVersion: 0, problems: [] }

const html = (status: string) =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>hello</html>`

describe('what is not Central', () => {
  it.each([
    ['a page with 200', html('200 OK'), 'notPlaten'],
    ['a page with 404', html('404 Not Found'), 'notPlaten'],
    ['a login page', html('407 Proxy Authentication Required'), 'proxyLogin'],
    ["a proxy's own 401", html('401 Unauthorized'), 'proxyLogin'],
    ["a server's own 408, which carries no mark", html('408 Request Timeout'), 'timeout'],
    ['a bad gateway', html('502 Bad Gateway'), 'proxyFailed'],
    [
      'a redirect to a portal',
      'HTTP/1.1 302 Found\r\nLocation: http://portal.test/\r\nConnection: close\r\n\r\n',
      'redirected',
    ],
    [
      'an endless answer',
      `HTTP/1.1 200 OK\r\nPlaten: 1\r\nConnection: close\r\n\r\n${'x'.repeat(1_100_000)}`,
      'tooLarge',
    ],
    [
      'something that only says it is Central',
      `HTTP/1.1 200 OK\r\nPlaten: 1\r\nConnection: close\r\n\r\n<html>hello</html>`,
      'notAnAnswer',
    ],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n', 'reset'],
    ['nothing, then the end', '', 'reset'],
  ])('is told from it and costs nothing: %s', async (_name, bytes, reason) => {
    const fake = await proxied(fixedAnswer(bytes))
    const { onsite } = await filled(() => httpExchange({ server: fake.url }))
    expect(await onsite.deliver()).toMatchObject({ ok: false, reason })
    expect(onsite.outbox.waiting().readings).toBe(5)
    expect(onsite.store.get('delivery')).toMatchObject({ ok: false, reason, failures: 1 })
  })

  it('may be silent, away, or without a name: each in bounded time and by name', async () => {
    const quiet = await proxied(mute())
    const { onsite } = await filled(() => httpExchange({ server: quiet.url, idleMs: 50 }))
    expect(await onsite.deliver()).toMatchObject({ reason: 'timeout' })
    const ask = { method: 'GET', path: '/onsite/keys' } as const
    expect(await httpExchange({ server: 'http://127.0.0.1:1' })(ask)).toMatchObject({ reason: 'unreachable' })
    expect(await httpExchange({ server: 'http://central.test', proxy: 'http://127.0.0.1:1' })(ask)).toMatchObject({
      reason: 'proxyUnreachable',
    })
    expect(await httpExchange({ server: quiet.url, exchangeMs: 50 })(ask)).toMatchObject({ reason: 'timeout' })
  })
})

describe('a proxy on the way', () => {
  it('gets absolute-form requests and a login, and Central gets neither', async () => {
    const proxy = await proxied(honestProxy('print:p@ss word'))
    const { central, onsite } = await filled((to) =>
      httpExchange({ server: to.url, proxy: proxy.url.replace('//', `//print:${encodeURIComponent('p@ss word')}@`) }),
    )
    expect(await onsite.deliver()).toMatchObject({ ok: true })
    // The login is first learnt by a short question, then used.
    expect(proxy.seen).toEqual([`GET ${central.url}/onsite/keys`, `POST ${central.url}/onsite/deliver`])
    expect(central.readings.size).toBe(5)
  })

  it('that wants a login we do not have is named', async () => {
    const proxy = await proxied(honestProxy('a:b'))
    const { onsite } = await filled((to) => httpExchange({ server: to.url, proxy: proxy.url }))
    expect(await onsite.deliver()).toMatchObject({ reason: 'proxyLogin' })
    const ask = { method: 'GET', path: '/' } as const
    expect(await httpExchange({ server: 'https://127.0.0.1:9', proxy: proxy.url })(ask)).toMatchObject({
      reason: 'proxyRefused',
      status: 407,
    })
  })

  it('is asked for a tunnel where Central speaks TLS, and a certificate nobody knows is refused', async () => {
    const proxy = await proxied(honestProxy())
    const secure = createTlsServer(
      { key: testKey, cert: testCertificate },
      (_request, response) => void response.end('hello'),
    )
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
    rig.later(() => new Promise<void>((resolve) => secure.close(() => resolve())))
    const address = secure.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const way = { server: `https://127.0.0.1:${port}`, proxy: proxy.url }
    expect(await httpExchange(way)({ method: 'GET', path: '/' })).toMatchObject({ ok: false, reason: 'tls' })
    expect(await httpExchange({ server: way.server })({ method: 'GET', path: '/' })).toMatchObject({ reason: 'tls' })
    expect(proxy.seen).toEqual([`CONNECT 127.0.0.1:${port}`])
    const trusting = { ...way, ca: testCertificate }
    expect(await httpExchange(trusting)({ method: 'GET', path: '/' })).toMatchObject({ ok: true, status: 200 })
  })
})

describe('a delivery', () => {
  it('that was kept but not answered is sent again, and is the same one', async () => {
    const { central, onsite } = await filled()
    central.onKept = (response) => {
      response.destroy()
      return true
    }
    expect(await onsite.deliver()).toMatchObject({ ok: false, reason: 'reset' })
    expect(onsite.outbox.waiting().readings).toBe(5)
    central.onKept = null
    expect(await onsite.deliver()).toMatchObject({ ok: true, envelopes: 2 })
    expect([...central.readings.values()]).toEqual([1, 1, 1, 1, 1])
    expect(central.requests.every((line) => line.endsWith('close'))).toBe(true)
  })

  it('believes no answer that is for another request, by another key, or without our receipts', async () => {
    const { central, onsite } = await filled()
    const identity = onsite.store.get('identity')
    if (identity === null) throw new Error('not enrolled')
    const recipient = recipientOf(fromHex(identity.sealing.publicKey))
    const answer = {
      serverTime: '2026-01-01T00:00:00.000Z',
      receipts: [],
      settings: { ...plainSettings, version: 99, name: 'evil' },
    }
    const forged = async (requestHash: string, channelKey = central.channel) =>
      sealAnswer({ answer, requestHash, channelKey, recipient })
    const other = { publicKey: central.enrolment.publicKey, privateKey: central.enrolment.privateKey }
    let reply: (body: Uint8Array) => Promise<Uint8Array> = () => forged('0'.repeat(64))
    central.onRequest = async (_path, response, body) => {
      send(response, 200, await reply(body))
      return true
    }
    expect(await onsite.deliver()).toMatchObject({ reason: 'otherRequest' })
    reply = (body) => forged(hashRequest(body), other)
    expect(await onsite.deliver()).toMatchObject({ reason: 'badSignature' })
    expect(onsite.store.get('settings')?.version).toBe(1)
    reply = (body) => forged(hashRequest(body))
    expect(await onsite.deliver()).toMatchObject({ reason: 'notReceipted' })
    expect(onsite.outbox.waiting().readings).toBe(5)
  })

  it("ends at once when the program is stopped, and that counts as nobody's failure", async () => {
    const quiet = await proxied(mute())
    const stop = new AbortController()
    const { onsite } = await filled(() => (ask) => {
      setTimeout(() => stop.abort(), 50)
      return httpExchange({ server: quiet.url })(ask)
    })
    expect(await onsite.deliver(stop.signal)).toMatchObject({ ok: false, reason: 'reset', detail: 'ended by us' })
    expect(onsite.store.get('delivery')).toBe(null)
    expect(onsite.outbox.waiting().readings).toBe(5)
  })

  it('takes settings only forward', async () => {
    const { central, onsite } = await filled()
    central.settings = { ...plainSettings, version: 5, intervalMinutes: 30 }
    expect(await onsite.deliver()).toMatchObject({ ok: true, settingsChanged: true })
    central.settings = { ...plainSettings, version: 4, intervalMinutes: 5 }
    expect(await onsite.deliver()).toMatchObject({ ok: true, settingsChanged: false })
    expect(onsite.store.get('settings')).toMatchObject({ version: 5, intervalMinutes: 30 })
  })

  it('seals to the new key once Central names it, and honours the delay it gives', async () => {
    const { central, onsite } = await filled()
    const next = await generateSealingKey()
    const { id, publicKey } = recipientOf(next.publicKey)
    central.extra = { nextContactSeconds: 42, sealing: { id: toHex(id), publicKey: toBase64url(publicKey) } }
    expect(await onsite.deliver()).toMatchObject({ ok: true, nextContactSeconds: 42 })
    central.sealing = next
    expect(await onsite.deliver()).toMatchObject({ ok: true, envelopes: 1 })
  })

  it("names Central's refusals, keeps everything, and halves the next delivery", async () => {
    const { central, onsite } = await filled()
    for (let n = 0; n < 3; n += 1) await onsite.round()
    const sizes: number[] = []
    central.onRequest = (_path, response, body) => {
      sizes.push(body.length)
      send(response, 503, JSON.stringify({ refused: 'busy', retryAfterSeconds: 7200 }))
      return true
    }
    expect(await onsite.deliver()).toMatchObject({ reason: 'refused', refusal: 'busy', retryAfterSeconds: 3600 })
    for (let n = 0; n < 2; n += 1) await onsite.deliver()
    expect(sizes.at(-1)).toBeLessThan((sizes[0] ?? 0) / 3)
    central.onRequest = null
    expect(await onsite.deliver()).toMatchObject({ ok: true, envelopes: 5 })
    expect(central.readings.size).toBe(20)
  })

  it('over a line that takes only so much grows step by step, and keeps to what got through', async () => {
    const { central, onsite } = await filled()
    for (let n = 0; n < 60; n += 1) await onsite.outbox.append(contactDraft(contextOf(onsite), emptyContact))
    const sizes: number[] = []
    let most = 11
    central.onRequest = (_path, response, body) => {
      const unpacked = unpackDelivery(body)
      const size = unpacked.ok ? unpacked.envelopes.length : 0
      sizes.push(size)
      if (size > most) response.destroy()
      return size > most
    }
    const visits: boolean[] = []
    while (onsite.outbox.waiting().envelopes > 0) visits.push((await onsite.deliver()).ok)
    // 61, 30, 15 and, after a 7 that got through, 14 break off, each ending its visit; then it keeps to 7.
    expect(visits).toEqual([false, false, false, false, true])
    expect(sizes.slice(0, 5)).toEqual([61, 30, 15, 7, 14])
    expect(sizes.slice(5).every((size) => size <= most)).toBe(true)
    // A better line: it grows again, and is remembered as grown.
    most = 1000
    sizes.length = 0
    for (let n = 0; n < 40; n += 1) await onsite.outbox.append(contactDraft(contextOf(onsite), emptyContact))
    expect(await onsite.deliver()).toMatchObject({ ok: true, envelopes: 40 })
    expect(sizes).toEqual([7, 14, 19])
    expect(central.forks).toBe(0)
  })

  it('is not made smaller by a Central that is not there', async () => {
    const { onsite } = await filled(() => async () => ({ ok: false, reason: 'unreachable', detail: '' }))
    for (let n = 0; n < 9; n += 1) expect(await onsite.deliver()).toMatchObject({ reason: 'unreachable' })
    expect(onsite.store.get('pace')).toBe(null)
  })

  it('away longer than its key lived, takes the new one from a list that is signed and not a replay, and goes on', async () => {
    const { central, onsite } = await filled()
    central.sealing = await generateSealingKey()
    // The list could be an old one, sent again: its key is older than what Central last signed to us.
    onsite.store.set('serverTime', '2026-02-01T00:00:00.000Z')
    expect(await onsite.deliver()).toMatchObject({ reason: 'refused', refusal: 'notSealedToUs' })
    expect(await onsite.deliver()).toMatchObject({ reason: 'refused', refusal: 'notSealedToUs' })
    expect(central.contacts).toHaveLength(0)
    central.sealingSince = '2026-06-01T00:00:00.000Z'
    const stuck = onsite.outbox.waiting().envelopes
    expect(await onsite.deliver()).toMatchObject({ reason: 'refused', refusal: 'notSealedToUs' })
    await onsite.round()
    for (let n = 0; n < 3; n += 1) await onsite.deliver()
    expect(central.readings.size).toBe(5)
    expect(central.contacts.flatMap(({ problems }) => problems).join()).toContain('no longer holds the key')
    // Nobody has proved that Central cannot open them: they are kept, behind what comes now.
    expect(onsite.outbox.waiting().envelopes).toBe(stuck)
  })

  it('is not stopped by an envelope that Central will not have: the others go round it, and it is kept', async () => {
    const { central, onsite } = await filled()
    await onsite.round()
    const poison = onsite.outbox.next()[0]?.hash
    // As Central does for an envelope it cannot open: refused if it comes with nothing else, left without a receipt otherwise.
    central.cannotOpen = poison ?? ''
    const outcomes: boolean[] = []
    for (let n = 0; n < 4; n += 1) outcomes.push((await onsite.deliver()).ok)
    expect(outcomes).toEqual([false, false, false, false])
    expect(onsite.store.get('delivery')).toMatchObject({ reason: 'refused', detail: 'notSealedToUs' })
    expect(central.readings.size).toBe(5)
    expect(central.contacts.length).toBeGreaterThan(1)
    expect(onsite.outbox.next().map(({ hash }) => hash)).toContain(poison)
    central.cannotOpen = ''
    expect(await onsite.deliver()).toMatchObject({ ok: true })
    expect(central.readings.size).toBe(10)
  })

  it('opens a new epoch when Central holds another envelope under our number', async () => {
    const { central, onsite } = await filled()
    const chain = onsite.store.get('chain')
    central.envelopes.set(`${chain?.epoch}:1`, 'f'.repeat(64))
    expect(await onsite.deliver()).toMatchObject({ ok: true })
    expect(onsite.store.get('chain')?.epoch).not.toBe(chain?.epoch)
    expect(onsite.store.get('problems')?.join()).toContain('forked')
    await onsite.round()
    await onsite.deliver()
    expect(central.forks).toBe(1)
    expect(central.readings.size).toBe(5)
  })

  it('tells how things are once, however long Central was away', async () => {
    const { central, onsite } = await filled()
    central.onRequest = (_path, response) => response.destroy() !== undefined
    for (let n = 0; n < 3; n += 1) await onsite.deliver()
    central.onRequest = null
    await onsite.deliver()
    expect(central.contacts).toHaveLength(1)
    expect(central.contacts[0]).toMatchObject({
      round: { asked: 5, printers: 5, silent: 0 },
      outbox: { waiting: 1 },
      settingsVersion: 1,
    })
  })
})
