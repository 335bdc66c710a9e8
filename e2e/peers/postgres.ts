/** A PostgreSQL server of its own for a test: real processes, a fresh cluster in a temporary folder, gone afterwards. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, listens } from './ports.ts'
import { start } from './process.ts'

const debian = '/usr/lib/postgresql'
const newest = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a))[0] : undefined
const programs = newest === undefined ? null : path.join(debian, newest, 'bin')

/** Whether PostgreSQL's server is on this machine. */
export const hasPostgres = programs !== null && existsSync(path.join(programs, 'initdb'))

/** A running server. */
export interface Postgres {
  readonly url: string
  stop(): Promise<void>
}

/** Makes a cluster and starts its server on a free port of loopback. */
export async function startPostgres(): Promise<Postgres> {
  if (programs === null) throw new Error('PostgreSQL is not on this machine')
  const folder = mkdtempSync(path.join(tmpdir(), 'platen-postgres-'))
  // The server refuses to run as root.
  const root = process.getuid?.() === 0
  if (root) spawnSync('chown', ['postgres:postgres', folder])
  const become = root ? ['runuser', '-u', 'postgres', '--'] : []
  const data = path.join(folder, 'data')
  const [command = '', ...rest] = [
    ...become,
    path.join(programs, 'initdb'),
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
  ]
  const made = spawnSync(command, rest, { encoding: 'utf8', cwd: folder })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const settings = ['-c', `port=${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`]
  const [file = '', ...words] = [...become, path.join(programs, 'postgres'), '-D', data, ...settings]
  const started = await start([file, ...words], {
    ready: async (output) => output.includes('ready to accept connections') && (await listens(port)),
    seconds: 60,
    cwd: folder,
  })
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await started.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
