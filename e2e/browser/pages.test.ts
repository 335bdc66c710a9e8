/** Every page in both languages, light and dark, wide and narrow: readable by everybody, nothing cut off, no text missing. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missing } from './chromium.ts'
import { inaccessible, type Look, overflow, type Rig, startRig } from './rig.ts'

const pages = {
  overview: '/',
  fleet: '/fleet',
  device: '/devices/d9',
  restarted: '/devices/d10?span=all',
  history: '/devices/d9?form=table',
  supplies: '/supplies',
  unknowable: '/supplies?view=unknowable',
  meters: '/meters?columns=all',
  onsites: '/onsites',
  places: '/places',
  nowhere: '/nowhere',
} as const

const looks: readonly Look[] = [
  { language: 'en', scheme: 'light', width: 1440 },
  { language: 'de', scheme: 'dark', width: 1440 },
  { language: 'de', scheme: 'light', width: 390 },
  { language: 'en', scheme: 'dark', width: 390 },
]

/** Set to a folder to keep a picture of every page. */
const pictures = process.env.PLATEN_SHOTS

/** A text key that found no text shows itself as `part.name`. */
const bareKey =
  /(?<!\$t\()\b(app|nav|signIn|trouble|table|filter|overview|fleet|status|unit|work|colour|level|device|supplies|meters|onsites|newOnsite|places)\.[a-z]\w+/

if (missing !== null) console.warn(`Browser tests are skipped: ${missing}`)

describe.skipIf(missing !== null)('every page', () => {
  let rig: Rig
  beforeAll(async () => {
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
    rig = await startRig(40)
  })
  afterAll(() => rig.close())

  for (const look of looks) {
    const name = `${look.language}, ${look.scheme}, ${look.width} px`
    it(`can be read by everybody: ${name}`, async () => {
      const door = await rig.visit(look)
      expect.soft(await inaccessible(door), 'sign-in').toBe('')
      await door.close()
      const watched = await rig.enter('/', look)
      for (const [page, path] of Object.entries(pages)) {
        await watched.page.goto(rig.central.url + path)
        await watched.page.waitForLoadState('networkidle')
        await watched.page.locator('h1').waitFor()
        if (pictures !== undefined)
          await watched.page.screenshot({ path: join(pictures, `${page}-${name.replaceAll(/[ ,]+/g, '-')}.png`) })
        expect.soft(await inaccessible(watched), page).toBe('')
        expect.soft(await overflow(watched), `${page} is wider than the window`).toBe(0)
        expect.soft(bareKey.exec(await watched.page.locator('body').innerText())?.[0], page).toBeUndefined()
        expect.soft(await watched.page.locator('html').getAttribute('lang')).toBe(look.language)
      }
      expect.soft(watched.faults).toEqual([])
      await watched.close()
    })
  }
})
