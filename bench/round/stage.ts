/** What benchmarks of rounds stand on: a Central, and the Onsite program as installed, enrolled at it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createCentral, openDatabase, openKeyring, realClock, realDice } from '@platen/central'
import { pino } from 'pino'
import { installOnsite, onsiteCommand } from '../../tools/run/onsite.ts'
import { inviteOnsite, Person } from '../../tools/run/people.ts'

/** A stage, until it is closed. */
export interface Stage {
  /** A folder of its own, gone when it is closed. */
  readonly folder: string
  readonly folders: { readonly state: string; readonly keys: string }
  /** Who may change settings and look at devices. */
  readonly person: Person
  close(): Promise<void>
}

/** Enrols an Onsite for these ranges, with these changes of its first settings. */
export async function openStage(ranges: readonly string[], snmpPort: number, settings: object = {}): Promise<Stage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'platen-bench-'))
  const folders = { state: path.join(folder, 'onsite'), keys: path.join(folder, 'keys') }
  const clock = realClock(Date.now)
  const logger = pino({ level: 'silent' })
  const central = await createCentral({
    database: await openDatabase({ log: logger }),
    clock,
    dice: realDice,
    keyring: await openKeyring({ directory: path.join(folder, 'central'), clock, dice: realDice }),
    logger,
    web: null,
    publicUrl: null,
  })
  const close = async () => {
    await central.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const url = await central.listen({ host: '127.0.0.1', port: 0 })
    const names = { email: 'bench@platen.example', name: 'Bench', provider: 'Bench', language: 'en' } as const
    const admin = await central.seedAdmin(names)
    if (!admin.ok) throw new Error(admin.detail)
    const person = await Person.signIn(url, admin)
    const wish = { customer: 'Customer', site: 'Site', onsite: 'Onsite', email: 'it@customer.example' }
    const invited = await inviteOnsite(person, wish)
    await person.change(invited.onsite, settings)
    installOnsite(folders, { ranges, demo: true })
    const words = ['enrol', '--server', url, '--email', invited.email, '--snmp-port', String(snmpPort)]
    const enrolled = await onsiteCommand(folders, words, `${invited.password}\n`)
    if (enrolled.code !== 0) throw new Error(enrolled.output)
    return { folder, folders, person, close }
  } catch (error) {
    await close()
    throw error
  }
}
