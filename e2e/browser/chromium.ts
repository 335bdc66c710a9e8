/** A real browser for the tests: Debian's Chromium, headless, with an empty profile and nothing that calls home. */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Where Debian puts it. */
export const chromiumPath = '/usr/bin/chromium'

/** Why the browser tests cannot run here, or null. */
export const missing = existsSync(chromiumPath) ? null : `${chromiumPath} is missing: apt-get install chromium`

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, headless: true, args: quiet })
}

/** A page with its own empty profile, and a list of everything that should not happen in it. */
export interface Watched {
  readonly page: Page
  /** Dialogs, uncaught errors, console errors, refused loads. */
  readonly faults: string[]
  close(): Promise<void>
}

export async function watchedPage(browser: Browser, options: BrowserContextOptions): Promise<Watched> {
  const context = await browser.newContext({ timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // A refused request is the app's to handle; the browser reports it all the same.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text())
  })
  return { page, faults, close: () => context.close() }
}
