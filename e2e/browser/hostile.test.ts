/** A printer can call itself anything. Whatever it says is shown as it is, and does nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missing } from './chromium.ts'
import { hostileNames } from './made-devices.ts'
import { overflow, type Rig, startRig, usual } from './rig.ts'

if (missing !== null) console.warn(`Browser tests are skipped: ${missing}`)

describe.skipIf(missing !== null)('names that try to be something else', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig(hostileNames.length)
  })
  afterAll(() => rig.close())

  for (const width of [1280, 390])
    it(`are shown as they are on every page, at ${width} px, and nothing happens`, async () => {
      const watched = await rig.enter('/', { ...usual, width })
      const { page } = watched
      for (const path of [
        '/',
        '/fleet',
        '/supplies?view=all',
        '/supplies?view=unknowable',
        '/meters?columns=all',
        '/onsites',
        '/places',
      ]) {
        await page.goto(rig.central.url + path)
        await page.waitForLoadState('networkidle')
        expect(await overflow(watched), path).toBe(0)
      }
      await page.goto(`${rig.central.url}/fleet`)
      for (const name of hostileNames) await page.getByRole('link', { name, exact: true }).waitFor()
      for (const [index, name] of hostileNames.entries()) {
        await page.goto(`${rig.central.url}/devices/d${index + 1}?form=table`)
        await page.locator('h1:not(:text-is("Device"))').waitFor()
        expect(await page.locator('h1').innerText()).toBe(name)
        await page.waitForLoadState('networkidle')
        expect(await overflow(watched), name).toBe(0)
        expect(await page.title()).toContain(name)
      }
      // Only the stand-in's own scripts, and no image that a name asked for.
      expect(await page.evaluate('document.querySelectorAll(\'script:not([src^="/assets/"]), main img\').length')).toBe(
        0,
      )
      expect(watched.faults).toEqual([])
      await watched.close()
    })

  it('are searched for as they are', async () => {
    const { page, faults, close } = await rig.enter(`/fleet?search=${encodeURIComponent('<img src=x')}`)
    await page.getByText('1 device', { exact: true }).waitFor()
    expect(await page.getByLabel('Search', { exact: true }).inputValue()).toBe('<img src=x')
    expect(faults).toEqual([])
    await close()
  })
})
