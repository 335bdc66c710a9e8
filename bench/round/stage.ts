/** What benchmarks of rounds stand on: simulated printers in a process of their own, a Central, and the Onsite program as installed, enrolled at it. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createCentral, openDatabase, openKeyring, realClock, realDice } from '@platen/central'
import { pino } from 'pino'
import { installOnsite, onsiteCommand } from '../../tools/run/onsite.ts'
import { inviteOnsite, Person } from '../../tools/run/people.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** A stage, until it is closed. */
export interface Stage {
  /** A folder of its own, gone when it is closed. */
  readonly folder: string
  readonly folders: { readonly state: string; readonly keys: string }
  /** Who may change settings and look at devices. */
  readonly person: Person
  close(): Promise<void>
}

/** Printers in a process of their own, so that their work is not counted. */
export interface Printers {
  readonly addresses: readonly string[]
  stop(): void
}

/** Starts `tools/simulate` with these words and waits until it serves. */
export async function startPrinters(words: readonly string[]): Promise<Printers> {
  const recordings = ['--recordings', path.join(root, 'knowledge/recordings')]
  const child = spawn(process.execPath, [path.join(root, 'tools/simulate/main.ts'), ...words, ...recordings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('\nserving ')) resolve()
    })
    child.once('exit', () => reject(new Error(`the fleet ended: ${output.slice(-500)}`)))
  })
  const addresses = output.match(/^127\.\d+\.\d+\.\d+/gm) ?? []
  return { addresses, stop: () => child.kill('SIGTERM') }
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
