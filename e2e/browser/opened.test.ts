/** What opens on demand, rows, menus, choices and dialogs, is as readable as the pages beneath. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missing, type Watched } from './chromium.ts'
import { inaccessible, type Look, type Rig, startRig } from './rig.ts'

/** Set to a folder to keep a picture of each. */
const pictures = process.env.PLATEN_SHOTS

const looks: readonly Look[] = [
  { language: 'de', scheme: 'light', width: 390 },
  { language: 'de', scheme: 'dark', width: 1280 },
]

if (missing !== null) console.warn(`Browser tests are skipped: ${missing}`)

describe.skipIf(missing !== null)('what opens on demand', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig(24)
  })
  afterAll(() => rig.close())

  for (const look of looks) {
    const check = async (watched: Watched, name: string) => {
      await watched.page.waitForTimeout(300)
      if (pictures !== undefined)
        await watched.page.screenshot({ path: join(pictures, `${name}-${look.scheme}-${look.width}.png`) })
      expect.soft(await inaccessible(watched), name).toBe('')
    }

    it(`can be read by everybody: ${look.scheme}, ${look.width} px`, async () => {
      const watched = await rig.enter('/devices/d1', look)
      const { page } = watched
      await page.getByRole('button', { name: 'Einzelheiten zu Gesamt zeigen', exact: true }).click()
      await check(watched, 'source')
      await page.getByRole('button', { name: 'Konto' }).click()
      await check(watched, 'account')
      await page.keyboard.press('Escape')
      await page.goto(`${rig.central.url}/fleet`)
      await page.getByRole('combobox', { name: 'Hersteller' }).click()
      await check(watched, 'choice')
      await page.goto(`${rig.central.url}/meters`)
      await page.getByLabel('Stand am Ende des').click()
      await check(watched, 'calendar')
      await page.goto(`${rig.central.url}/onsites`)
      await page.getByRole('button', { name: 'Einzelheiten zu Kopierraum zeigen' }).click()
      await check(watched, 'onsite')
      await page.getByRole('button', { name: 'Sperren', exact: true }).click()
      await check(watched, 'revoke')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Onsite anlegen' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Konto anlegen' }).click()
      await check(watched, 'new-onsite')
      await addOnsite(watched)
      await check(watched, 'password')
      expect(watched.faults).toEqual([])
      await watched.close()
    })
  }
})

async function addOnsite({ page }: Watched): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name des Onsite').fill('Rathaus')
  await dialog.getByLabel('Kunde', { exact: true }).first().click()
  await page.getByRole('option', { name: 'École Voltaire' }).click()
  await dialog.getByLabel('Standort', { exact: true }).first().click()
  await page.getByRole('option', { name: 'Hauptstelle' }).click()
  await dialog.getByLabel('Benutzername (E-Mail)').fill('it@neustadt.example')
  await dialog.getByRole('button', { name: 'Konto anlegen' }).click()
  await page.getByText('Dieses Passwort wird nur einmal gezeigt.').waitFor()
}
