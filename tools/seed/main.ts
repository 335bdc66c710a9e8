/**
 * Fills a running Central with a made-up fleet through its real doors: customers and sites by the API, Onsites that enrol, readings that
 * are sealed and delivered. For looking at large fleets; nothing in it can be told from the outside from real deliveries but the makers.
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { Person } from '../run/people.ts'
import { chanceOf, devicesOf, readingOf } from './fleet.ts'
import { MadeUpOnsite } from './onsite.ts'

const help = `node tools/seed/main.ts --email E-MAIL --password PASSWORD [--server URL] [--devices 10000] [--days 30] [--readings 6] [--seed 1]

Fills the Central at --server (http://127.0.0.1:8080) with made-up devices of made-up makers.`

const argumentsSchema = z.object({
  server: z.url().default('http://127.0.0.1:8080'),
  email: z.email(),
  password: z.string().min(1),
  devices: z.coerce.number().int().min(1).max(100_000).default(10_000),
  days: z.coerce.number().min(0).max(365).default(30),
  readings: z.coerce.number().int().min(1).max(400).default(6),
  seed: z.coerce.number().int().default(1),
})

const perSite = 200
const sitesPerCustomer = 3
const day = 86_400_000
const names = [
  'Bäckerei Huber',
  'Stadtwerke Moos',
  'Kanzlei Roth & Söhne',
  'Nordlicht Logistik',
  'Praxis Dr. Weiß',
  'Autohaus Lind',
]

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: Object.fromEntries(Object.keys(argumentsSchema.shape).map((name) => [name, { type: 'string' as const }])),
  })
  const given = argumentsSchema.safeParse(values)
  if (!given.success) {
    console.error(`${z.prettifyError(given.error)}\n\n${help}`)
    process.exitCode = 1
    return
  }
  const wanted = given.data
  const admin = await Person.signIn(wanted.server, wanted)
  const chance = chanceOf(wanted.seed)
  const started = performance.now()
  let customer = ''
  for (let site = 0; site * perSite < wanted.devices; site++) {
    const number = Math.floor(site / sitesPerCustomer)
    const name = `${names[number % names.length]} ${number + 1}`
    if (site % sitesPerCustomer === 0) customer = await admin.place('customer', admin.node, name)
    const place = await admin.place('site', customer, `Haus ${(site % sitesPerCustomer) + 1}`)
    const email = `it@kunde${number + 1}.example`
    const { password } = await admin.invite(place, `Onsite ${name} Haus ${(site % sitesPerCustomer) + 1}`, email)
    const parts = { server: wanted.server, email, password, fetch, now: () => Date.now(), bytes: randomBytes }
    const onsite = await MadeUpOnsite.enrol(parts)
    const devices = devicesOf(chance, site, Math.min(perSite, wanted.devices - site * perSite))
    for (let round = 0; round < wanted.readings; round++) {
      const share = wanted.readings === 1 ? 1 : round / (wanted.readings - 1)
      const at = Date.now() - (1 - share) * wanted.days * day
      // One device in 50 fell silent on the way, as fleets have it.
      const heard = devices.filter(({ faults }) => faults > 0.02 || round === 0)
      const readings = heard.map((device) => {
        const id = randomBytes(16).toString('hex')
        return readingOf(device, { id, at, day: share * wanted.days, monotonic: Date.now() })
      })
      await onsite.deliver(readings)
    }
    console.log(
      `${Math.min(wanted.devices, (site + 1) * perSite)} devices, ${Math.round((performance.now() - started) / 1000)} s`,
    )
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
