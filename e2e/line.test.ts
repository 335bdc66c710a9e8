/**
 * A meter's whole way, with nothing of ours where a user has something real: snmpsim answers, the Onsite program asks and delivers through
 * tinyproxy, Central keeps on PostgreSQL, and a person asks over HTTP.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Central, createCentral, openDatabase, openKeyring, realClock, realDice } from '@platen/central'
import { deviceSchema, devicesSchema, metersSchema, onsitesSchema } from '@platen/central/api'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { builtWeb } from '../tools/run/built.ts'
import { installOnsite, onsiteCommand } from '../tools/run/onsite.ts'
import { inviteOnsite, Person } from '../tools/run/people.ts'
import { launch, missing as noBrowser } from './browser/chromium.ts'
import { freePort } from './peers/ports.ts'
import { hasPostgres, type Postgres, startPostgres } from './peers/postgres.ts'
import { type ForwardProxy, hasProxy, startProxy } from './peers/proxy.ts'
import { hasSnmpsim, startSnmpsim } from './peers/snmpsim.ts'
import { hasCorpus, type Witness, witnesses } from './witnesses.ts'

const snmpPort = 16_161
const ready = hasSnmpsim && hasProxy && hasPostgres
const title = `the whole line on ${hasCorpus ? 'recordings of real devices' : 'our own recordings (../shared is missing)'}${ready ? '' : ': needs snmpsim, tinyproxy and PostgreSQL'}`

type Found = z.output<typeof deviceSchema>

describe.skipIf(!ready)(title, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'platen-line-'))
  const folders = { state: path.join(folder, 'onsite'), keys: path.join(folder, 'keys') }
  const served = witnesses().map((witness, index) => ({ witness, address: `127.30.0.${index + 1}` }))
  let postgres: Postgres
  let proxy: ForwardProxy
  let simulator: { stop(): Promise<void> }
  let central: Central
  let url: string
  let person: Person
  let login: { email: string; password: string }
  let round: { code: number; output: string }

  beforeAll(async () => {
    simulator = await startSnmpsim(
      served.map(({ witness, address }) => ({ file: witness.file, address })),
      snmpPort,
    )
    postgres = await startPostgres()
    proxy = await startProxy()
    const clock = realClock(Date.now)
    const logger = pino({ level: 'silent' })
    const database = await openDatabase({ url: postgres.url, log: logger })
    const keyring = await openKeyring({ directory: path.join(folder, 'central'), clock, dice: realDice })
    const web = builtWeb(() => {})
    central = await createCentral({ database, clock, dice: realDice, keyring, logger, web, publicUrl: null })
    url = await central.listen({ host: '127.0.0.1', port: await freePort() })
    const admin = await central.seedAdmin({
      email: 'anna@provider.example',
      name: 'Anna',
      provider: 'Provider',
      language: 'en',
    })
    if (!admin.ok) throw new Error(admin.detail)
    login = admin
    person = await Person.signIn(url, login)
    const invitation = await inviteOnsite(person, {
      customer: 'Customer',
      site: 'Site',
      onsite: 'Onsite',
      email: 'it@customer.example',
    })
    installOnsite(folders, { ranges: [`127.30.0.1-127.30.0.${served.length}`], demo: true })
    const words = [
      'enrol',
      '--server',
      url,
      '--email',
      invitation.email,
      '--proxy',
      proxy.url,
      '--snmp-port',
      String(snmpPort),
    ]
    const enrolled = await onsiteCommand(folders, words, `${invitation.password}\n`)
    expect(enrolled.code, enrolled.output).toBe(0)
    round = await onsiteCommand(folders, ['round'])
  }, 240_000)

  afterAll(async () => {
    await central?.close()
    await simulator?.stop()
    await proxy?.stop()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('delivers through the proxy, and the round says how it went', () => {
    expect(round.code, round.output).toBe(0)
    expect(proxy.requests().some((line) => line.includes('/onsite/deliver'))).toBe(true)
  })

  it('shows every printer that answered, and at least twelve of them', async () => {
    const { rows, total } = devicesSchema.parse(await person.get('/api/devices?size=200'))
    expect(rows.map((row) => row.address).toSorted()).toEqual(served.map(({ address }) => address).toSorted())
    expect(total).toBeGreaterThanOrEqual(12)
  })

  it('reads vendor, model, serial number, life count and supplies as the witnesses do', async () => {
    const { rows } = devicesSchema.parse(await person.get('/api/devices?size=200'))
    const wrong: string[] = []
    for (const { witness, address } of served) {
      const id = rows.find((row) => row.address === address)?.id ?? 'none'
      wrong.push(...differences(witness, deviceSchema.parse(await person.get(`/api/devices/${id}`))))
    }
    expect(wrong).toEqual([])
  })

  it('proves a number by the raw answer in a signed envelope', async () => {
    const { rows } = devicesSchema.parse(await person.get('/api/devices?sort=total&order=desc'))
    const device = deviceSchema.parse(await person.get(`/api/devices/${rows[0]?.id}`))
    const total = device.meters.find((meter) => meter.key.startsWith('total.all.all.all/'))
    const [object = ''] = total?.source.objects ?? []
    expect(device.observation[object]?.split('|')[1]).toBe(total?.value)
    expect(device.proof.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('stores nothing twice when a round brings the same numbers', async () => {
    const before = metersSchema.parse(await person.get('/api/meters?size=200'))
    expect((await onsiteCommand(folders, ['round'])).code).toBe(0)
    const after = metersSchema.parse(await person.get('/api/meters?size=200'))
    expect(after.rows.map((row) => row.meters)).toEqual(before.rows.map((row) => row.meters))
    const { onsites } = onsitesSchema.parse(await person.get('/api/onsites'))
    expect(onsites[0]).toMatchObject({
      contact: 'onTime',
      state: 'enrolled',
      devices: served.length,
      waiting: 0,
      quarantined: 0,
    })
  })

  it.skipIf(noBrowser !== null)('shows the numbers to a person in a browser', async () => {
    const browser = await launch()
    try {
      const page = await browser.newPage()
      await page.goto(url)
      await page.getByLabel(/e-mail/i).fill(login.email)
      await page
        .getByLabel(/password/i)
        .first()
        .fill(login.password)
      await page.keyboard.press('Enter')
      const { rows } = devicesSchema.parse(await person.get('/api/devices?sort=total&order=desc'))
      const [row] = rows
      await page.waitForURL((now) => !now.pathname.includes('sign-in'))
      await page.goto(`${url}/devices/${row?.id}`)
      await page
        .getByText(row?.serial ?? 'no serial')
        .first()
        .waitFor()
      const shown = Intl.NumberFormat('en').format(BigInt(row?.total ?? '0'))
      await page.getByText(shown).first().waitFor()
    } finally {
      await browser.close()
    }
  })
})

/** prtMarkerSuppliesTable (RFC 3805). */
const suppliesTable = '1.3.6.1.2.1.43.11.'

/** What a device says otherwise than its witness, one sentence each. */
function differences(witness: Witness, device: Found): string[] {
  const name = path.basename(witness.file)
  const said: string[] = []
  const { vendor, model, serial } = device.identity
  if (!alike(vendor, witness.vendor)) said.push(`${name}: vendor ${vendor}, not ${witness.vendor}`)
  if (!alike(model, witness.model)) said.push(`${name}: model ${model}, not ${witness.model}`)
  if (witness.serial !== null && serial !== witness.serial)
    said.push(`${name}: serial ${serial}, not ${witness.serial}`)
  const counts = [
    ...device.meters.filter((meter) => meter.key.startsWith('total.all.all.all/')).map((meter) => meter.value),
    ...device.checks
      .filter((check) => check.name.startsWith('lifeCount'))
      .flatMap((check) => [check.left, check.right]),
  ]
  if (witness.life !== null && !counts.includes(String(witness.life)))
    said.push(`${name}: life count ${counts.join(', ')}, not ${witness.life}`)
  const levels = device.supplies.flatMap(({ level, source }) =>
    level.kind === 'measured' ? [{ text: `${level.left}/${level.capacity}`, objects: source.objects }] : [],
  )
  for (const level of witness.supplies)
    if (!levels.some(({ text }) => text === level)) said.push(`${name}: level ${level} is missing`)
  // The witness knows the standard's supplies; what a maker tells in objects of its own has witnesses beside its profile.
  for (const { text, objects } of levels)
    if (objects.some((object) => object.startsWith(suppliesTable)) && !witness.supplies.includes(text))
      said.push(`${name}: level ${text} has no witness`)
  return said
}

/** Whether one text names what the other does: peers write a maker before the model, or a series after it. */
function alike(ours: string | null, theirs: string): boolean {
  const words = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const a = words(ours ?? '')
  const b = words(theirs)
  return a !== '' && b !== '' && (a.includes(b) || b.includes(a))
}
