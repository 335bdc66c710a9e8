import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testEngines } from '../testing/engines.ts'
import { Browser, Rig } from '../testing/rig.ts'
import { sessionToken } from './session-cookie.ts'

const [embedded] = testEngines()
const open = ['POST /api/sign-in', 'GET /api/health', 'HEAD /api/health']

describe('the door for browsers', () => {
  const web = mkdtempSync(join(tmpdir(), 'platen-web-'))
  let rig: Rig
  let stranger: Browser

  beforeAll(async () => {
    mkdirSync(join(web, 'assets'))
    writeFileSync(join(web, 'index.html'), '<!doctype html><title>Platen</title>')
    writeFileSync(join(web, 'assets', 'app-1234.js'), 'export {}')
    if (embedded === undefined) throw new Error('there is always the embedded engine')
    rig = await Rig.start(await embedded.open(), { web })
    stranger = new Browser(rig.central)
  })
  afterAll(async () => {
    await rig.stop()
    rmSync(web, { recursive: true, force: true })
  })

  it('answers 401 on every route of /api without a session, and on addresses there that are none', async () => {
    const routes = rig.central.routes.filter(({ url }) => url.startsWith('/api'))
    for (const { method, url } of routes) {
      if (open.includes(`${method} ${url}`)) continue
      const response = await rig.central.app.inject({
        method: 'GET',
        ...inject(method),
        url: url.replace(':id', '1'),
        headers: { 'x-platen': '1' },
      })
      expect(response.statusCode, `${method} ${url}`).toBe(401)
    }
    expect(routes.length).toBeGreaterThan(20)
    expect((await stranger.ask('GET', '/api/nothing')).statusCode).toBe(401)
    expect((await rig.admin.ask('GET', '/api/nothing')).statusCode).toBe(404)
  })

  it('refuses what changes something without the header that no other site can send', async () => {
    for (const { url } of rig.central.routes.filter(({ method, url }) => method === 'POST' && url.startsWith('/api'))) {
      const response = await rig.central.app.inject({ method: 'POST', url: url.replace(':id', '1') })
      expect([response.statusCode, response.json<{ code: string }>().code], url).toEqual([403, 'noHeader'])
    }
  })

  it('guards a route however its address is written', async () => {
    const ways = (path: string) => [
      path.replace('/api', '/%61pi'),
      path.replace('/api', '/%61%70%69'),
      path.replace('/api/', '/ap%69/'),
      path.replace('/api', '//api'),
      path.replace('/api/', '/api//'),
      path.replace('/api', '/API'),
      path.replace('/api', '/./api'),
      path.replace('/api', '/x/../api'),
      path.replace('/api', '/api;x'),
      `${path}?x=/onsite`,
      `http://central.example${path}`,
    ]
    for (const url of [...ways('/api/openapi.json'), ...ways('/api/devices'), ...ways('/api/onsites')]) {
      const response = await rig.central.app.inject({ method: 'GET', url })
      const page = String(response.headers['content-type']).startsWith('text/html')
      expect(response.statusCode >= 400 || page, `${url}: ${response.statusCode}`).toBe(true)
    }
    for (const url of ways('/api/sign-in')) {
      const payload = { email: 'anna@provider.example', password: 'x' }
      const response = await rig.central.app.inject({ method: 'POST', url, payload })
      expect([403, 404], `${url}: ${response.statusCode}`).toContain(response.statusCode)
    }
  })

  it('takes by https only the session cookie that no other host can set', async () => {
    const token = 'A'.repeat(43)
    const both = { headers: { cookie: `platen-session=${'B'.repeat(43)}; __Host-platen-session=${token}` } }
    const seen = async (secure: boolean, headers = both.headers): Promise<string> => {
      const app = fastify()
      app.get('/', (request) => ({ token: sessionToken(request, secure) }))
      return (await app.inject({ url: '/', headers })).json<{ token: string }>().token
    }
    expect(await seen(true)).toBe(token)
    expect(await seen(false)).toBe('B'.repeat(43))
    expect(await seen(true, { cookie: `platen-session=${token}` })).toBeNull()
  })

  it('refuses by code what is no request: wrong types, unknown sorts, pages beyond reason, bodies over the cap', async () => {
    for (const url of [
      '/api/devices?sort=password',
      '/api/devices?size=201',
      '/api/devices?page=0',
      '/api/devices?alerts=1',
      '/api/supplies?threshold=x',
      '/api/meters?date=yesterday',
      '/api/meters?zone=Middle/Earth',
    ])
      expect((await rig.admin.ask('GET', url)).statusCode, url).toBe(400)
    const wrong = await rig.admin.ask('POST', '/api/places', { parent: { $ne: 1 }, kind: 'customer', name: 'x' })
    expect(wrong.json()).toMatchObject({ code: 'badRequest' })
    const large = await rig.admin.ask('POST', '/api/places', {
      parent: '1',
      kind: 'customer',
      name: 'x'.repeat(70_000),
    })
    expect(large.statusCode).toBe(413)
    const polluted = await rig.central.app.inject({
      method: 'POST',
      url: '/api/sign-in',
      headers: { 'x-platen': '1', 'content-type': 'application/json' },
      payload: '{"__proto__":{"x":1},"email":"a@b.example","password":"x"}',
    })
    expect(polluted.statusCode).toBe(400)
  })

  it('takes any text as a search and finds only by it', async () => {
    for (const search of [`'; drop table device; --`, `%' or 1=1 --`, '\\', '%', '_', '\u0001', '𝕏', 'a'.repeat(200)])
      expect((await rig.admin.ask('GET', `/api/devices?search=${encodeURIComponent(search)}`)).statusCode, search).toBe(
        200,
      )
    for (const url of [
      '/api/devices?search=%00',
      '/api/devices?vendor=%00',
      '/api/devices?place=%00',
      '/api/devices/%00',
    ])
      expect((await rig.admin.ask('GET', url)).statusCode, url).toBeLessThan(500)
    const named = await rig.admin.ask('POST', '/api/places', { parent: rig.me.node.id, kind: 'customer', name: 'a\0b' })
    expect(named.statusCode).toBe(400)
  })

  it('tells browsers to run only our scripts, in no frame, and to send nothing elsewhere', async () => {
    for (const url of ['/', '/api/health', '/nowhere.js']) {
      const { headers } = await stranger.ask('GET', url)
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain(`script-src 'self';`)
      expect(policy).toContain(`frame-ancestors 'none'`)
      expect(policy.replace("style-src 'self' 'unsafe-inline'", '')).not.toContain('unsafe')
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })

  it("serves the app's page for every address of the app, its files for a year, and nothing else", async () => {
    for (const url of ['/', '/devices', '/devices/17?tab=meters', '/onsites', '/onsites?x=1'])
      expect((await stranger.ask('GET', url)).body, url).toContain('<title>Platen</title>')
    const file = await stranger.ask('GET', '/assets/app-1234.js')
    expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    for (const url of ['/assets/gone.js', '/../package.json', '/%2e%2e/%2e%2e/etc/passwd.txt', '/onsite/nothing'])
      expect((await stranger.ask('GET', url)).statusCode, url).toBeGreaterThanOrEqual(400)
  })

  it('describes itself as OpenAPI 3.1 with every route and named schemas', async () => {
    const api = await rig.admin.get<{ openapi: string; paths: object; components: { schemas: object } }>(
      '/api/openapi.json',
    )
    expect(api.openapi).toBe('3.1.0')
    expect(Object.keys(api.paths).filter((path) => path.startsWith('/api')).length).toBe(19)
    expect(Object.keys(api.components.schemas)).toContain('DeviceRow')
    expect(Object.keys(api.components.schemas)).not.toContain('EnvelopeHeader')
  })
})

function inject(method: string): { method?: 'POST' | 'HEAD' } {
  return method === 'POST' || method === 'HEAD' ? { method } : {}
}
