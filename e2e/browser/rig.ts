/** What every browser test stands on: the app as it is built for release, a stand-in for Central, a browser, and somebody signed in. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { launch, type Watched, watchedPage } from './chromium.ts'
import { credentials, type StandIn, startStandIn } from './stand-in.ts'

const web = resolve(import.meta.dirname, '../../packages/web')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The moment the made-up fleet is seen at: the tests' pages then say the same in every run. */
const now = Date.parse('2026-11-20T12:00:00Z')

export interface Look {
  readonly language: 'de' | 'en'
  readonly scheme: 'light' | 'dark'
  readonly width: number
}

export const usual: Look = { language: 'en', scheme: 'light', width: 1280 }

export interface Rig {
  readonly central: StandIn
  /** A page of its own, at the sign-in form. */
  visit(look?: Look): Promise<Watched>
  /** A page of its own, signed in, at the given address. */
  enter(path: string, look?: Look): Promise<Watched>
  close(): Promise<void>
}

/** Builds the app, starts the stand-in with so many devices, and the browser. */
export async function startRig(devices: number): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), 'platen-web-'))
  await build({
    configFile: join(web, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: directory, emptyOutDir: true },
  })
  const central = await startStandIn({ directory, devices, now })
  const browser = await launch()
  return {
    central,
    visit: (look = usual) => open(browser, central.url, look),
    enter: async (path, look = usual) => {
      const watched = await open(browser, `${central.url}${path}`, look)
      await signIn(watched)
      return watched
    },
    close: async () => {
      await browser.close()
      await central.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function open(browser: Browser, url: string, look: Look): Promise<Watched> {
  const watched = await watchedPage(browser, {
    viewport: { width: look.width, height: 900 },
    colorScheme: look.scheme,
    locale: look.language === 'de' ? 'de-DE' : 'en-GB',
  })
  await watched.page.clock.setFixedTime(now)
  // Chosen here before, as a returning person has: else the account's language wins after signing in.
  await watched.page.addInitScript(`localStorage.setItem('platen.language', '${look.language}')`)
  await watched.page.addInitScript({ content: axe })
  await watched.page.goto(url)
  await watched.page.locator('form').waitFor()
  return watched
}

async function signIn({ page }: Watched): Promise<void> {
  await page.fill('input[type=email]', credentials.email)
  await page.fill('input[type=password]', credentials.password)
  await page.keyboard.press('Enter')
  await page.locator('nav').first().waitFor({ state: 'attached' })
  await page.waitForLoadState('networkidle')
}

/** Every fault of accessibility that axe finds on the page, one a line with where it is; empty when there is none. */
export async function inaccessible({ page }: Watched): Promise<string> {
  const found: unknown =
    await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))
      .join('\\n'))`)
  return String(found)
}

/** Pixels by which the page is wider than the window; more than none means scrolling sideways. */
export async function overflow({ page }: Watched): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'))
}
