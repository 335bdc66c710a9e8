import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../../e2e/peers/ports.ts'
import { hasPostgres, type Postgres, startPostgres } from '../../../e2e/peers/postgres.ts'
import { type Started, start } from '../../../e2e/peers/process.ts'
import { Person } from '../../../tools/run/people.ts'
import { chanceOf, devicesOf, readingOf } from '../../../tools/seed/fleet.ts'
import { MadeUpOnsite } from '../../../tools/seed/onsite.ts'
import { realDice } from './real-world.ts'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))
const kills = 5
const deliveriesEach = 12
const devicesEach = 15

/** The program on a port of its own, started and killed as a machine that loses power does. */
class Program {
  readonly #env: Readonly<Record<string, string>>
  readonly url: string
  #started: Started | null = null

  constructor(env: Readonly<Record<string, string>>, port: number) {
    this.#env = { ...env, PLATEN_HOST: '127.0.0.1', PLATEN_PORT: `${port}` }
    this.url = `http://127.0.0.1:${port}`
  }

  /** Makes the first administrator and answers how to sign in. */
  seed(): { readonly email: string; readonly password: string } {
    const email = 'anna@provider.example'
    const made = spawnSync(process.execPath, [program, 'seed-admin', '--email', email], {
      encoding: 'utf8',
      env: { ...process.env, ...this.#env },
    })
    const password = /Password {2}(\S+)/.exec(made.stdout)?.[1]
    if (password === undefined) throw new Error(made.stderr)
    return { email, password }
  }

  async start(): Promise<void> {
    const ready = (output: string): boolean => output.includes('answers at')
    this.#started = await start([process.execPath, program, 'serve'], { ready, seconds: 90, env: this.#env })
  }

  async kill(): Promise<void> {
    const child = this.#started?.process
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
}

describe('Central killed in the middle of intake', () => {
  const open: { program?: Program; postgres?: Postgres; data?: string } = {}
  afterEach(async () => {
    await open.program?.kill()
    await open.postgres?.stop()
    if (open.data !== undefined) rmSync(open.data, { recursive: true, force: true })
  })

  async function surviveKills(own: Readonly<Record<string, string>>): Promise<void> {
    open.data = mkdtempSync(join(tmpdir(), 'platen-kill-'))
    const central = new Program({ ...own, PLATEN_DATA: open.data }, await freePort())
    open.program = central
    const login = central.seed()
    await central.start()
    const person = await Person.signIn(central.url, login)
    const site = await person.place('site', await person.place('customer', person.node, 'Customer'), 'Site')
    const invitation = await person.invite(site, 'Onsite', 'it@customer.example')
    const { bytes } = realDice
    const parts = { server: central.url, ...invitation, fetch, bytes, now: Date.now }
    const onsite = await MadeUpOnsite.enrol(parts)
    const devices = devicesOf(chanceOf(7), 0, devicesEach)
    const begun = Date.now() - kills * deliveriesEach * 60_000
    let said = 0
    const next = async (): Promise<Uint8Array> => {
      const readings = devices.map((device) =>
        readingOf(device, {
          id: Buffer.from(bytes(16)).toString('hex'),
          at: begun + said * 60_000,
          day: said,
          monotonic: Date.now(),
        }),
      )
      said += 1
      const [packed] = await onsite.pack(readings)
      if (packed === undefined) throw new Error('nothing was packed')
      return packed
    }
    for (let round = 0; round < kills; round++) {
      const deliveries: Uint8Array[] = []
      for (let place = 0; place < deliveriesEach; place++) deliveries.push(await next())
      const receipted = new Set<Uint8Array>()
      let killed: Promise<void> | null = null
      for (const delivery of deliveries) {
        const sent = await onsite.send(delivery).catch(() => null)
        if (sent === null) break
        receipted.add(delivery)
        // Somewhere within the next delivery or the one after: before, during or after its commit.
        if (receipted.size === 2 + round) killed = wait(Math.random() * 60).then(() => central.kill())
      }
      await killed
      expect(receipted.size).toBeGreaterThan(1)
      await central.start()
      for (const delivery of deliveries) {
        const fates = (await onsite.send(delivery)).map(({ fate }) => fate)
        if (receipted.has(delivery)) expect(fates).toEqual(['known', 'known'])
        else expect(fates.every((fate) => fate === 'kept' || fate === 'known')).toBe(true)
      }
    }
    const list = await person.get('/api/devices?size=200')
    expect(list.total).toBe(devicesEach)
    const totals = devices.map((device) => Math.floor(device.start + device.perDay * (said - 1) * 0.72)).map(String)
    const rows: unknown[] = Array.isArray(list.rows) ? list.rows : []
    expect(
      rows.map((row) => JSON.stringify(row)).filter((row) => totals.some((one) => row.includes(`"total":"${one}"`)))
        .length,
    ).toBe(devicesEach)
  }

  it('has every delivery that got a receipt, and takes the others again, with the embedded database', async () => {
    await surviveKills({})
  }, 300_000)

  it.skipIf(!hasPostgres)(
    'has every delivery that got a receipt, and takes the others again, with PostgreSQL',
    async () => {
      open.postgres = await startPostgres()
      await surviveKills({ DATABASE_URL: open.postgres.url })
    },
    300_000,
  )
})
