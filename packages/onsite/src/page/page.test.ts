import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { main } from '../command-line.ts'
import { printer, Rig } from '../rig.testing.ts'
import { exitCodes } from '../terminal.ts'
import { foreign, html } from './html.ts'
import { pagePlace } from './place.ts'
import { Sessions } from './sessions.ts'
import { pageWords } from './words.ts'
import { german } from './words-de.ts'
import { english } from './words-en.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const PASSWORD = 'a long enough password'
const hostile = resolve(import.meta.dirname, '../../../../../shared/badinput/strings/blns.json')

/** An enrolled Onsite that has been round once and runs as a service with its page. */
async function served(changes: { readonly model?: string; readonly password?: string } = {}) {
  const central = await rig.central()
  const recording = changes.model === undefined ? printer : printer.replaceAll('LaserThing 9000', changes.model)
  const { port } = await rig.fleet({ base: '127.41.0.1', recordings: [recording], count: 2 })
  const scope = 'demo = true\nranges = ["127.41.0.1-127.41.0.3"]\n'
  const { folder, onsite } = await rig.enrolled({ scope, central, snmpPort: port })
  await onsite.round()
  onsite.close()
  const config = join(folder, 'onsite.toml')
  const at = await freeTcpPort()
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^page = .*$/m, `page = "127.0.0.1:${at}"`))
  const set = await call(folder, ['page', 'password'], changes.password ?? PASSWORD)
  if (changes.password !== undefined) return { at, folder, set, stop: new AbortController() }
  const stop = new AbortController()
  const ready = Promise.withResolvers<void>()
  const running = call(folder, ['run'], '', {
    stop: stop.signal,
    out: (text) => text.includes('Round finished') && ready.resolve(),
  })
  rig.later(async () => {
    stop.abort()
    await running
  })
  // A round has just been: the page is there before the next one.
  for (let tries = 0; tries < 100 && (await ask(at, 'GET', '/').catch(() => null)) === null; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
  return { at, folder, set, stop }
}

async function call(
  folder: string,
  args: readonly string[],
  password = '',
  changes: { stop?: AbortSignal; out?: (text: string) => void } = {},
) {
  const screen = { out: '', err: '' }
  const code = await main(['--state', folder, ...args], {
    out: (text) => {
      screen.out += text
      changes.out?.(text)
    },
    err: (text) => {
      screen.err += text
    },
    interactive: false,
    readPassword: async () => password,
    locale: 'en_GB.UTF-8',
    hostName: 'Print-Room',
    world: rig.world(),
    stop: changes.stop ?? new AbortController().signal,
  })
  return { code, ...screen }
}

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

function ask(
  port: number,
  method: string,
  path: string,
  more: { headers?: Record<string, string>; body?: string } = {},
): Promise<Got> {
  return new Promise((done, failed) => {
    const headers = { host: `127.0.0.1:${port}`, ...more.headers }
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        body += part
      })
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asked.on('error', failed)
    asked.end(more.body)
  })
}

function freeTcpPort(): Promise<number> {
  return import('node:net').then(
    ({ createServer }) =>
      new Promise((done) => {
        const server = createServer()
        server.listen(0, '127.0.0.1', () => {
          const address = server.address()
          const port = typeof address === 'object' && address !== null ? address.port : 0
          server.close(() => done(port))
        })
      }),
  )
}

const cookieOf = ({ headers }: Got) => String(headers['set-cookie']).split(';')[0] ?? ''
const formOf = ({ body }: Got) => /name="form" value="([0-9a-f]+)"/.exec(body)?.[1] ?? ''

async function signedIn(at: number) {
  const got = await ask(at, 'POST', '/sign-in', { body: `password=${encodeURIComponent(PASSWORD)}` })
  const cookie = cookieOf(got)
  const page = (path: string, headers = {}) => ask(at, 'GET', path, { headers: { cookie, ...headers } })
  return { got, cookie, page, form: formOf(await page('/')) }
}

describe('the local page', () => {
  it('tells nobody anything without its password, and refuses names that are not of this machine', async () => {
    const { at } = await served()
    for (const path of ['/', '/printers', '/sent', '/scope', '/test', '/nowhere']) {
      const { status, body } = await ask(at, 'GET', path)
      expect(status).toBe(200)
      expect(body).toContain('type="password"')
      expect(body).not.toMatch(/127\.41|ACM|onsite-1/)
    }
    expect((await ask(at, 'GET', '/', { headers: { host: 'evil.example' } })).status).toBe(421)
    expect((await ask(at, 'GET', '/', { headers: { host: 'print-room:80' } })).status).toBe(200)
    expect((await ask(at, 'PUT', '/')).status).toBe(405)
    expect((await ask(at, 'GET', '//[')).status).toBe(400)
    expect((await ask(at, 'POST', '/test', { body: 'target=127.41.0.1' })).headers.location).toBe('/')
    expect(
      (await ask(at, 'POST', '/sign-in', { body: 'x'.repeat(10_000) }).catch(() => ({ status: 413 }))).status,
    ).toBe(413)
  })

  it('opens for its password, shows what is, and is shut again by signing out', async () => {
    const { at } = await served()
    const wrong = await ask(at, 'POST', '/sign-in', { body: 'password=guess' })
    expect(wrong).toMatchObject({ status: 403, body: expect.stringContaining('That is not the password') })
    const { got, cookie, page, form } = await signedIn(at)
    expect(got).toMatchObject({ status: 303, headers: { location: '/' } })
    expect(String(got.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)
    const status = await page('/')
    expect(status.headers['content-security-policy']).toContain("default-src 'none'")
    expect(status.body).toContain('Test site')
    // Nothing of it comes from elsewhere, and nothing in it runs.
    expect(status.body).not.toMatch(/<script|https?:\/\/(?!127\.0\.0\.1)[^/]*\.(js|css|png)|\son\w+=/i)
    const printers = await page('/printers')
    expect(printers.body).toMatch(/Printers \(2\).*127\.41\.0\.1.*LaserThing 9000/s)
    expect((await page('/sent')).body).toMatch(
      /round \(everybody in scope\).*The chain|The chain of all lines is whole/s,
    )
    expect((await page('/scope')).body).toContain('127.41.0.1-127.41.0.3')
    expect((await page('/nowhere')).status).toBe(404)
    const german = await page('/printers?language=de')
    expect(german.body).toContain('lang="de"')
    expect(german.body).toContain('Seriennummer')
    expect(await page('/', { 'accept-language': 'de-AT,en;q=0.5' })).toMatchObject({
      body: expect.stringContaining('Abmelden'),
    })
    await ask(at, 'POST', '/sign-out', { headers: { cookie }, body: `form=${form}` })
    expect((await page('/printers')).body).toContain('type="password"')
  })

  it('does nothing for a form that is not its own', async () => {
    const { at } = await served()
    const { cookie, form, page } = await signedIn(at)
    const post = (path: string, body: string, headers = {}) =>
      ask(at, 'POST', path, { headers: { cookie, ...headers }, body })
    expect((await post('/test', 'target=127.41.0.1')).status).toBe(403)
    expect((await post('/sign-out', 'form=0000')).status).toBe(403)
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await post('/sign-out', `form=${form}`, headers)).status).toBe(403)
    expect((await page('/')).body).toContain('Sign out')
    const own = { origin: `http://127.0.0.1:${at}`, 'sec-fetch-site': 'same-origin' }
    expect((await post('/sign-out', `form=${form}`, own)).status).toBe(303)
    expect((await page('/')).body).not.toContain('Sign out')
  })

  it('tests one address, and the way to Central', async () => {
    const { at } = await served()
    const { cookie, form } = await signedIn(at)
    const test = (path: string, target: string) =>
      ask(at, 'POST', path, { headers: { cookie }, body: `form=${form}&target=${encodeURIComponent(target)}` })
    expect((await test('/test', '127.41.0.1')).body).toMatch(/LaserThing 9000.*Nothing was sent to Central/s)
    expect((await test('/test', '8.8.8.8')).body).toMatch(/scope/)
    // What is typed is an address and never an option.
    expect((await test('/test', '--community=x')).body).not.toContain('LaserThing')
    expect((await test('/test', '<script>alert(1)</script>')).body).not.toContain('<script>')
    expect((await test('/test-central', '')).body).toContain('it is the Central this Onsite is enrolled at')
  })

  it('shows what a printer says of itself as text', async () => {
    const { at } = await served({ model: '<img src=x onerror=alert(1)>"\'' })
    const { page } = await signedIn(at)
    const { body } = await page('/printers')
    expect(body).not.toContain('<img')
    expect(body).toContain('&#60;img src=x')
  })

  it('is not there without a password, and takes none that is short', async () => {
    const { at, set } = await served({ password: 'short' })
    expect(set).toMatchObject({ code: exitCodes.usage, err: expect.stringContaining('10 to 200 characters') })
    await expect(ask(at, 'GET', '/')).rejects.toThrow('ECONNREFUSED')
  })
})

describe('signing in', () => {
  it('takes longer and longer after five wrong passwords, whoever tries, and forgets an idle browser', async () => {
    let now = 0
    const sessions = new Sessions({ now: () => now })
    const { keepPassword } = await import('./sessions.ts')
    const kept = await keepPassword(PASSWORD)
    for (let tries = 0; tries < 4; tries += 1) expect(await sessions.signIn(kept, 'no')).toEqual({ ok: false, wait: 0 })
    expect(await sessions.signIn(kept, 'no')).toEqual({ ok: false, wait: 60_000 })
    expect(await sessions.signIn(kept, PASSWORD)).toEqual({ ok: false, wait: 60_000 })
    now += 60_000
    expect(await sessions.signIn(kept, 'no')).toEqual({ ok: false, wait: 120_000 })
    now += 120_000
    const right = await sessions.signIn(kept, PASSWORD)
    if (!right.ok) throw new Error('the right one')
    expect(sessions.find(right.cookie)).not.toBe(null)
    expect(sessions.find('0'.repeat(64))).toBe(null)
    now += 31 * 60_000
    expect(sessions.find(right.cookie)).toBe(null)
  })
})

describe('HTML', () => {
  it.skipIf(!existsSync(hostile))('lets no hostile string out of its place (skipped: no ../shared/badinput)', () => {
    const strings: string[] = JSON.parse(readFileSync(hostile, 'utf8'))
    expect(strings.length).toBeGreaterThan(400)
    for (const text of strings) {
      const { text: made } = html`<td title="${text}">${foreign(text)}</td>`
      const inside = /^<td title="([^"<>]*)"><bdi>([^<>]*)<\/bdi><\/td>$/s.exec(made)
      expect(inside, text).not.toBe(null)
      expect(made).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/)
    }
  })

  it('says the same things in both languages', () => {
    const blanks = (words: object): unknown =>
      Object.fromEntries(
        Object.entries(words).map(([name, text]) => [
          name,
          typeof text === 'string' ? (text.match(/\{\w+\}/g) ?? []).sort() : blanks(text),
        ]),
      )
    expect(blanks(german)).toEqual(blanks(english))
    expect([undefined, 'fr,de;q=0.5', 'en', 'de-CH', '*'].map((one) => pageWords(one).name)).toEqual([
      'en',
      'de',
      'en',
      'de',
      'en',
    ])
  })
})

describe('its place', () => {
  it('is an address and a port, and no name', () => {
    expect(pagePlace('127.0.0.1:8161')).toEqual({ host: '127.0.0.1', port: 8161 })
    expect(pagePlace('[::1]:80')).toEqual({ host: '::1', port: 80 })
    for (const text of [
      '',
      'off',
      'localhost:80',
      '127.0.0.1',
      '127.0.0.1:0',
      '127.0.0.1:70000',
      '300.1.1.1:80',
      ':80',
    ])
      expect(pagePlace(text), text).toBe(null)
  })
})
