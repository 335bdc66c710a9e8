/** What people do: sign in, look for a device, ask where a number came from, add an Onsite, go on where they were. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { missing } from './chromium.ts'
import { type Rig, startRig, usual } from './rig.ts'
import { credentials } from './stand-in.ts'

if (missing !== null) console.warn(`Browser tests are skipped: ${missing}`)

describe.skipIf(missing !== null)('in the browser', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig(300)
  })
  afterEach(() => {
    Object.assign(rig.central.mood, { failWith: null, slow: 0, mayEdit: true })
  })
  afterAll(() => rig.close())

  it('a wrong password is refused in plain words, and the right one leads to where one wanted to go', async () => {
    const { page, close } = await rig.visit(usual)
    await page.goto(`${rig.central.url}/fleet?status=down`)
    await page.fill('input[type=email]', credentials.email)
    await page.fill('input[type=password]', 'wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('E-mail or password is not right').waitFor()
    await page.fill('input[type=password]', credentials.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
    expect(new URL(page.url()).search).toBe('?status=down')
    await close()
  })

  it('an address that leads to another site is not followed after signing in', async () => {
    const { page, close } = await rig.visit(usual)
    await page.goto(`${rig.central.url}/sign-in?to=//evil.example/`)
    await page.fill('input[type=email]', credentials.email)
    await page.fill('input[type=password]', credentials.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    expect(page.url().startsWith(rig.central.url)).toBe(true)
    await close()
  })

  it('a search is asked once when typing pauses, stays in the address, and the way back undoes nothing else', async () => {
    const { page, close } = await rig.enter('/fleet')
    const before = rig.central.asked.length
    const found = page.waitForResponse(/search=stadtwerke/)
    await page.getByLabel('Search', { exact: true }).pressSequentially('stadtwerke', { delay: 20 })
    await found
    await page.waitForURL(/search=stadtwerke/)
    const asked = rig.central.asked.slice(before).filter((path) => path.includes('search='))
    expect(asked).toHaveLength(1)
    await page.getByRole('button', { name: 'Total' }).click()
    await page.waitForURL(/sort=total/)
    expect(await page.getByRole('columnheader', { name: 'Total' }).getAttribute('aria-sort')).toBe('ascending')
    await page.reload()
    expect(await page.getByLabel('Search', { exact: true }).inputValue()).toBe('stadtwerke')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByText('300 devices').waitFor()
    await close()
  })

  it('old rows stay while new ones are on their way', async () => {
    const { page, close } = await rig.enter('/fleet')
    rig.central.mood.slow = 800
    await page.getByRole('button', { name: '2', exact: true }).click()
    await page.locator('table[aria-busy=true]').waitFor()
    expect(await page.locator('tbody tr').count()).toBe(50)
    await page.getByText('51–100 of 300').waitFor()
    await close()
  })

  it('a filter that leaves nothing says so and offers the way out', async () => {
    const { page, close } = await rig.enter('/fleet?search=nothing-is-called-this')
    await page.getByText('Nothing matches').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).last().click()
    await page.getByText('300 devices').waitFor()
    await close()
  })

  it('a meter shows every digit, and opens to the object and the raw answer it came from', async () => {
    const { page, close } = await rig.enter('/devices/d9')
    await page.getByText('9,007,199,255').first().waitFor()
    await page.getByRole('button', { name: 'Show details of Total', exact: true }).click()
    await page.getByText('1.3.6.1.2.1.43.10.2.1.4.1.1').waitFor()
    await page.getByText('Proved by sums on real devices').first().waitFor()
    await page.getByText('Counter32').waitFor()
    await close()
  })

  it('a level the printer cannot tell has no bar', async () => {
    const { page, close } = await rig.enter('/supplies?view=unknowable')
    await page.getByText('The printer cannot say how much.').first().waitFor()
    expect(await page.locator('[role=meter]').count()).toBe(0)
    await close()
  })

  it('a history can be read as numbers, and says where a counter began again', async () => {
    const { page, close } = await rig.enter('/devices/d10?span=all')
    await page.locator('canvas').waitFor()
    await page.getByText('Table', { exact: true }).click()
    await page.getByText('Counter restarted').waitFor()
    await page.waitForURL(/form=table/)
    await close()
  })

  it('an Onsite is added with a new customer and site, and its password is shown once', async () => {
    const { page, close } = await rig.enter('/onsites')
    await page.getByRole('button', { name: 'Add Onsite' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make the account' }).click()
    await dialog.getByText('Give it a name.').waitFor()
    await dialog.getByLabel('Name of the Onsite').fill('Rathaus')
    await dialog
      .getByRole('combobox', { name: 'Customer' })
      .or(dialog.getByLabel('Customer', { exact: true }))
      .first()
      .click()
    await page.getByRole('option', { name: 'New …' }).click()
    await dialog.getByLabel('Name of the new customer').fill('Gemeinde Neustadt')
    await dialog.getByLabel('Name of the new site').fill('Marktplatz')
    await dialog.getByLabel('User name (e-mail)').fill('it@neustadt.example')
    await dialog.getByRole('button', { name: 'Make the account' }).click()
    await page.getByText('This password is shown once.').waitFor()
    const password = (await page.getByRole('dialog').locator('code').first().innerText()).trim()
    expect(password).toMatch(/^[A-Z0-9-]{20,}$/)
    await page.keyboard.press('Escape')
    await page.getByText(password).waitFor()
    await page.getByRole('button', { name: 'I have passed it on' }).click()
    await page.getByText('Rathaus').waitFor()
    expect(await page.getByText(password).count()).toBe(0)
    await close()
  })

  it('an Onsite is revoked only after one more question', async () => {
    const { page, close } = await rig.enter('/onsites')
    await page.getByRole('button', { name: 'Show details of Lager' }).click()
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByRole('button', { name: 'Revoke for ever' }).click()
    await page.getByText('Lager is revoked.').waitFor()
    expect(rig.central.asked.filter((path) => path.endsWith('/revoke'))).toHaveLength(1)
    await close()
  })

  it('who may only look is not offered to change anything', async () => {
    rig.central.mood.mayEdit = false
    const { page, close } = await rig.enter('/onsites')
    // The session's own answer says what one may, as it does after a reload.
    await page.reload()
    await page.getByText('Kopierraum').waitFor()
    expect(await page.getByRole('button', { name: 'Add Onsite' }).isDisabled()).toBe(true)
    await page.goto(`${rig.central.url}/places`)
    await page.getByText('École Voltaire').waitFor()
    expect(await page.getByRole('button', { name: 'Add customer' }).count()).toBe(0)
    await close()
  })

  it('a customer and a site are added', async () => {
    const { page, close } = await rig.enter('/places')
    await page.getByRole('button', { name: 'Add customer' }).click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Neue Kundin KG')
    await page.keyboard.press('Enter')
    await page.getByText('Neue Kundin KG was added.').waitFor()
    await page.getByRole('button', { name: 'Add site: Neue Kundin KG' }).click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Filiale')
    await page.keyboard.press('Enter')
    await page.getByText('Filiale was added.').waitFor()
    await close()
  })

  it('the meter list is downloaded as it is seen, in the chosen language', async () => {
    const { page, close } = await rig.enter('/meters?date=2026-10-31&search=stadtwerke')
    await page.getByText(/^1–\d+ of \d+$/).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download CSV' }).click(),
    ])
    const query = new URL(download.url()).searchParams
    expect(download.suggestedFilename()).toBe('meters.csv')
    expect([query.get('date'), query.get('search'), query.get('language'), query.get('zone')]).toEqual([
      '2026-10-31',
      'stadtwerke',
      'en',
      'Europe/Berlin',
    ])
    await close()
  })

  it('language and appearance are changed at once and remembered', async () => {
    const { page, close } = await rig.visit({ ...usual })
    await page.getByText('DE', { exact: true }).click()
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
    await page.getByRole('button', { name: 'Darstellung' }).click()
    await page.getByRole('menuitem', { name: 'Dunkel' }).click()
    const stored = await page.evaluate(
      "[localStorage.getItem('platen.language'), document.documentElement.dataset.mantineColorScheme]",
    )
    expect(stored).toEqual(['de', 'dark'])
    await close()
  })

  it('a failing Central is said plainly, with a way to try again that works', async () => {
    const { page, close } = await rig.enter('/')
    rig.central.mood.failWith = 500
    await page.goto(`${rig.central.url}/fleet`)
    await page.getByRole('alert').getByText('Something went wrong in Central').waitFor()
    rig.central.mood.failWith = null
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('300 devices').waitFor()
    await close()
  })

  it('a session that ended leads to the door and back', async () => {
    const { page, close } = await rig.enter('/supplies')
    await page.context().clearCookies()
    await page.getByRole('link', { name: 'Devices' }).click()
    await page.getByText('You were signed out.').waitFor()
    await page.fill('input[type=email]', credentials.email)
    await page.fill('input[type=password]', credentials.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
    await close()
  })

  it('somebody who signs out leaves nothing on the screen', async () => {
    const { page, close } = await rig.enter('/fleet')
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await close()
  })

  it('the keyboard alone leads past the navigation, into the search and to a row', async () => {
    const { page, close } = await rig.enter('/fleet')
    await page.locator('tbody tr').first().waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('content')
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT')
    await close()
  })

  it('a telephone has the whole navigation behind one button', async () => {
    const { page, close } = await rig.enter('/', { ...usual, width: 390 })
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('link', { name: 'Meters' }).click()
    await page.getByRole('heading', { level: 1, name: 'Meters' }).waitFor()
    expect(await page.locator('table').count()).toBe(0)
    await close()
  })
})

describe.skipIf(missing !== null)('before the first reading', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig(0)
  })
  afterAll(() => rig.close())

  it('every page says what will be there and what to do', async () => {
    const { page, faults, close } = await rig.enter('/')
    await page.getByText('No device has reported yet').waitFor()
    for (const [path, words] of [
      ['/fleet', 'No device yet'],
      ['/supplies', 'No measured supply is at 20% or less'],
      ['/supplies?view=all', 'No supply yet'],
      ['/meters', 'No device yet'],
      ['/onsites', 'No Onsite yet'],
      ['/devices/d1', 'There is nothing here'],
    ] as const) {
      await page.goto(rig.central.url + path)
      await page.getByText(words).first().waitFor()
    }
    expect(faults).toEqual([])
    await close()
  })
})
