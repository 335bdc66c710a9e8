/** Pages over real programs: the Onsite's own page while its service runs, and the settings that Central hands to it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createCentral, openDatabase, openKeyring, realClock, realDice } from '@platen/central'
import { stateFiles } from '@platen/onsite'
import { pino } from 'pino'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtWeb } from '../../tools/run/built.ts'
import { installOnsite, onsiteCommand, onsiteService } from '../../tools/run/onsite.ts'
import { inviteOnsite, Person } from '../../tools/run/people.ts'
import { freePort } from '../peers/ports.ts'
import { start } from '../peers/process.ts'
import { launch, missing, watchedPage } from './chromium.ts'

const root = path.resolve(import.meta.dirname, '../..')
const PASSWORD = 'a long enough password'
const SNMP_PORT = 17_481
const base = '127.48.0.1'

describe.skipIf(missing !== null)('over real programs', () => {
  const ends: (() => unknown)[] = []
  let browser: Browser
  let central = ''
  let local = ''
  let person: Person
  let onsite = ''
  let login: { readonly email: string; readonly password: string }

  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'platen-pages-'))
    ends.push(() => rmSync(folder, { recursive: true, force: true }))
    const words = ['--count', '3', '--port', `${SNMP_PORT}`, '--base', base, '--recordings', 'knowledge/recordings']
    const fleet = await start([process.execPath, 'tools/simulate/main.ts', ...words], {
      ready: (output) => output.includes('\nserving '),
      seconds: 60,
      cwd: root,
    })
    ends.push(fleet.stop)
    const [clock, logger] = [realClock(Date.now), pino({ level: 'silent' })]
    const made = await createCentral({
      database: await openDatabase({ log: logger }),
      clock,
      dice: realDice,
      keyring: await openKeyring({ directory: path.join(folder, 'central'), clock, dice: realDice }),
      logger,
      web: builtWeb(console.log),
      publicUrl: null,
    })
    ends.push(() => made.close())
    central = await made.listen({ host: '127.0.0.1', port: 0 })
    const admin = await made.seedAdmin({ email: 'a@b.example', name: 'A', provider: 'P', language: 'en' })
    if (!admin.ok) throw new Error(admin.detail)
    login = admin
    person = await Person.signIn(central, admin)
    const invited = await inviteOnsite(person, { customer: 'C', site: 'S', onsite: 'Cellar', email: 'it@c.example' })
    onsite = invited.onsite
    const folders = { state: path.join(folder, 'onsite'), keys: path.join(folder, 'keys') }
    installOnsite(folders, { ranges: [`${base}-127.48.0.3`], demo: true })
    const enrol = ['enrol', '--server', central, '--email', invited.email, '--snmp-port', `${SNMP_PORT}`]
    const enrolled = await onsiteCommand(folders, enrol, `${invited.password}\n`)
    if (enrolled.code !== 0) throw new Error(enrolled.output)
    const port = await freePort()
    local = `http://127.0.0.1:${port}`
    const config = path.join(folders.state, stateFiles.config)
    writeFileSync(config, readFileSync(config, 'utf8').replace(/^page = .*$/m, `page = "127.0.0.1:${port}"`))
    const set = await onsiteCommand(folders, ['page', 'password'], `${PASSWORD}\n`)
    if (set.code !== 0) throw new Error(set.output)
    const isRead = Promise.withResolvers<void>()
    const service = onsiteService(folders, (text) => text.includes('3 printers') && isRead.resolve())
    ends.push(async () => {
      const gone = new Promise((done) => service.once('close', done))
      service.kill('SIGTERM')
      await gone
    })
    await isRead.promise
    browser = await launch()
    ends.push(() => browser.close())
  }, 240_000)
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  }, 60_000)

  it.each(['en', 'de'] as const)(
    'the local page shows everything to who has its password, and fits a telephone: %s',
    async (language) => {
      const locale = language === 'de' ? 'de-DE' : 'en-GB'
      const { page, faults, close } = await watchedPage(browser, { viewport: { width: 390, height: 800 }, locale })
      const asked: string[] = []
      page.on('request', (request) => asked.push(new URL(request.url()).host))
      await page.goto(`${local}/?language=${language}`)
      await page.fill('input[type=password]', 'not the password')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      await page.fill('input[type=password]', PASSWORD)
      await page.keyboard.press('Enter')
      await page.locator('nav').waitFor()
      for (const place of ['', 'printers', 'sent', 'scope', 'test']) {
        await page.goto(`${local}/${place}`)
        const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        expect([place, wide]).toEqual([place, 0])
        expect(await page.locator('html').getAttribute('lang')).toBe(language)
      }
      await page.goto(`${local}/printers`)
      expect(await page.locator('tr:has(td)').count()).toBe(3)
      await page.goto(`${local}/test`)
      await page.fill('input[name=target]', base)
      await page
        .locator('form', { has: page.locator('input[name=target]') })
        .locator('button')
        .click()
      await page.getByText('total.all.all.all').or(page.locator('pre')).first().waitFor()
      expect(await page.locator('pre').first().textContent()).toContain(base)
      expect(new Set(asked)).toEqual(new Set([new URL(local).host]))
      expect(faults).toEqual([])
      await close()
    },
  )

  it('settings are changed, refused where they cannot be, and are the same when they are opened again', async () => {
    const { page, faults, close } = await watchedPage(browser, {
      viewport: { width: 1280, height: 1400 },
      locale: 'en-GB',
    })
    await page.goto(`${central}/onsites`)
    await page.fill('input[type=email]', login.email)
    await page.fill('input[type=password]', login.password)
    await page.keyboard.press('Enter')
    const open = async () => {
      await page.locator('main button[aria-expanded=false]').first().click()
      await page.getByRole('button', { name: 'Settings' }).first().click()
      await page.getByRole('dialog').waitFor()
    }
    await open()
    const dialog = page.getByRole('dialog')
    const save = () => dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByLabel('Name of the Onsite').fill('Attic')
    const interval = dialog.getByLabel('Meters and everything else that moves')
    await interval.fill('2')
    await dialog.getByRole('tab', { name: 'Privacy' }).click()
    await dialog.getByLabel('Location').check()
    await save()
    // What is wrong is shown where it is.
    await dialog.getByText('From 5 to 1,440 minutes.').waitFor()
    await interval.fill('30')
    await dialog.getByRole('switch', { name: /Read all meters/ }).check()
    await dialog.getByLabel('Day of the month').fill('31')
    await dialog.getByLabel('Time', { exact: true }).fill('23:45')
    await dialog.getByRole('tab', { name: 'Credentials' }).click()
    await dialog.getByRole('button', { name: 'Add a range' }).click()
    await dialog.getByRole('textbox', { name: 'Addresses', exact: true }).fill('127.48.0.2')
    await dialog.getByRole('button', { name: 'Add an SNMPv3 user' }).click()
    await dialog.getByLabel('User name').fill('meter')
    await dialog.getByLabel('Authentication password').fill('a long enough word')
    await dialog.getByLabel('Encryption password').fill('another long word')
    await save()
    await dialog.waitFor({ state: 'detached' })
    const held = await person.get(`/api/onsites/${onsite}/settings`)
    expect(held).toMatchObject({
      name: 'Attic',
      intervalMinutes: 30,
      closing: { day: 31, at: '23:45' },
      zone: 'Europe/Berlin',
      masks: { location: true },
      access: [{ ranges: ['127.48.0.2'], users: [{ name: 'meter' }], communities: [] }],
    })
    expect(JSON.stringify(held)).not.toMatch(/long enough word|another long word/)
    await page.reload()
    await open()
    expect(await interval.inputValue()).toBe('30')
    expect(await dialog.getByLabel('Day of the month').inputValue()).toBe('31')
    await dialog.getByRole('tab', { name: 'Credentials' }).click()
    expect(await dialog.getByLabel('User name').inputValue()).toBe('meter')
    expect(await dialog.getByLabel('Authentication password').inputValue()).toBe('')
    expect(await dialog.getByLabel('Authentication password').getAttribute('placeholder')).toBe('unchanged')
    expect(faults).toEqual([])
    await close()
  })
})
