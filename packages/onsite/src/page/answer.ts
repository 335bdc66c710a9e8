/** What the local page answers to a request, and to whom: who is not signed in is told nothing but that there is a password. */
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { Onsite } from '../onsite.ts'
import { fillText, wordsFor } from '../words.ts'
import type { Html } from './html.ts'
import type { Session, Sessions } from './sessions.ts'
import { STYLE } from './style.ts'
import {
  frame,
  type PageName,
  printersView,
  type Speech,
  saidView,
  sentView,
  signInView,
  statusView,
  testView,
} from './views.ts'
import { pageWords } from './words.ts'

/** A request, its body read. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Replied {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the pages are made from. */
export interface Desk {
  readonly onsite: Onsite
  readonly sessions: Sessions
  /** Names this machine is called by, beside its addresses and localhost. */
  readonly hostNames: readonly string[]
  /** What a command of the program prints, in a language. */
  readonly say: (language: 'de' | 'en', words: readonly string[]) => Promise<string>
  /** A test under way: one at a time. */
  busy: boolean
}

const COOKIE = 'platen_page'
/** A round moves; so often is it looked at again. */
const REFRESH_SECONDS = 3
const VIEWS: Readonly<Record<string, PageName>> = {
  '/': 'status',
  '/printers': 'printers',
  '/sent': 'sent',
  '/scope': 'scope',
  '/test': 'test',
}

/** Answers one request. */
export async function answer(asked: Asked, desk: Desk): Promise<Replied> {
  const { method, headers } = asked
  if (!URL.canParse(asked.url, 'http://page.invalid')) return plain(400, 'This is no address of a page.')
  const url = new URL(asked.url, 'http://page.invalid')
  if (!isOurs(headers.host, desk.hostNames)) return plain(421, 'This is not a name of this machine.')
  if (url.pathname === '/style.css')
    return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: STYLE }
  const cookies = cookiesOf(headers.cookie)
  const speech = speechOf(url.searchParams.get('language') ?? cookies.get('language') ?? headers['accept-language'])
  const cookie = cookies.get(COOKIE)
  const session = desk.sessions.find(cookie)
  const wish = url.searchParams.get('language')
  if (method === 'GET') {
    const replied =
      session === null
        ? page(200, speech, signInView(speech, null), { page: null, form: null })
        : await view(url.pathname, { speech, session, desk })
    return wish === null
      ? replied
      : withCookie(replied, `language=${speech.name}; Path=/; SameSite=Strict; Max-Age=31536000`)
  }
  if (method !== 'POST') return { ...plain(405, ''), headers: { allow: 'GET, POST' } }
  if (!isSameOrigin(headers)) return plain(403, speech.page.stale)
  const form = new URLSearchParams(asked.body)
  if (url.pathname === '/sign-in') return signIn(form.get('password') ?? '', { speech, desk })
  if (session === null) return redirect('/')
  if (form.get('form') !== session.form)
    return page(403, speech, saidView(speech.page.title, speech.page.stale), { page: null, form: session.form })
  if (url.pathname === '/sign-out') {
    desk.sessions.end(cookie)
    return withCookie(redirect('/'), `${COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`)
  }
  return test(url.pathname, form.get('target') ?? '', { speech, session, desk })
}

interface Scene {
  readonly speech: Speech
  readonly session: Session
  readonly desk: Desk
}

async function view(path: string, { speech, session, desk }: Scene): Promise<Replied> {
  const name = VIEWS[path]
  const { onsite } = desk
  if (name === undefined)
    return page(404, speech, saidView(speech.page.title, speech.page.notFound), { page: null, form: session.form })
  const content: Readonly<Record<PageName, () => Html | Promise<Html>>> = {
    status: () => statusView(speech, onsite),
    printers: () => printersView(speech, onsite),
    sent: () => sentView(speech, onsite),
    scope: async () => saidView(speech.page.pages.scope, await desk.say(speech.name, ['scope', 'show'])),
    test: () => testView(speech, session.form, null),
  }
  const refresh = name === 'status' && onsite.live.progress !== null ? { refresh: REFRESH_SECONDS } : {}
  return page(200, speech, await content[name](), { page: name, form: session.form, ...refresh })
}

async function signIn(password: string, { speech, desk }: Omit<Scene, 'session'>): Promise<Replied> {
  const kept = desk.onsite.store.get('page')
  if (kept === null) return redirect('/')
  const tried = await desk.sessions.signIn(kept, password)
  if (tried.ok) return withCookie(redirect('/'), `${COOKIE}=${tried.cookie}; Path=/; HttpOnly; SameSite=Strict`)
  const { page: words, program } = speech
  const minutes = Math.ceil(tried.wait / 60_000)
  const trouble = tried.wait > 0 ? fillText(program, words.wait, { minutes }) : words.wrong
  return page(tried.wait > 0 ? 429 : 403, speech, signInView(speech, trouble), { page: null, form: null })
}

async function test(path: string, target: string, { speech, session, desk }: Scene): Promise<Replied> {
  const words = path === '/test-central' ? ['test'] : ['test', '--', target.trim()]
  if (path !== '/test' && path !== '/test-central') return redirect('/')
  const show = (text: string) =>
    page(200, speech, testView(speech, session.form, { text, target }), { page: 'test', form: session.form })
  if (desk.busy) return show(speech.page.busy)
  desk.busy = true
  try {
    return show(await desk.say(speech.name, words))
  } finally {
    desk.busy = false
  }
}

function speechOf(language: string | undefined): Speech {
  const { name, words } = pageWords(language)
  return { name, page: words, program: wordsFor(name) }
}

/** A page of another name may be led to this machine by its name server (DNS rebinding): only addresses and our own names count. */
function isOurs(host: string | undefined, names: readonly string[]): boolean {
  const name = (host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  return isIP(name) !== 0 || name === 'localhost' || names.includes(name)
}

/** Browsers say where a form comes from; what is no browser says nothing and has no cookie either. */
function isSameOrigin({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== 'same-origin') return false
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`
}

function cookiesOf(header: string | undefined): ReadonlyMap<string, string> {
  const parts = (header ?? '').split(';').map((part) => part.trim().split('='))
  return new Map(parts.map(([name = '', value = '']) => [name, value]))
}

function page(status: number, speech: Speech, content: Html, at: Parameters<typeof frame>[2]): Replied {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: frame(speech, content, at).text }
}

function plain(status: number, body: string): Replied {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

function redirect(location: string): Replied {
  return { status: 303, headers: { location }, body: '' }
}

function withCookie(replied: Replied, cookie: string): Replied {
  return { ...replied, headers: { ...replied.headers, 'set-cookie': cookie } }
}
