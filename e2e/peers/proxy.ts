/** A real forward proxy (tinyproxy) with a password, as a customer's network has one. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, listens } from './ports.ts'
import { start } from './process.ts'

const program = '/usr/bin/tinyproxy'

/** Whether tinyproxy is on this machine. */
export const hasProxy = existsSync(program)

/** `url` has user and password in it; `requests` are the request lines that passed through. */
export interface ForwardProxy {
  readonly url: string
  requests(): readonly string[]
  stop(): Promise<void>
}

/** Starts a proxy that asks for a password and logs each request. */
export async function startProxy(): Promise<ForwardProxy> {
  const folder = mkdtempSync(path.join(tmpdir(), 'platen-proxy-'))
  const port = await freePort()
  const log = path.join(folder, 'log')
  const settings = path.join(folder, 'tinyproxy.conf')
  writeFileSync(
    settings,
    [
      `Port ${port}`,
      'Listen 127.0.0.1',
      'Timeout 60',
      `LogFile "${log}"`,
      'LogLevel Connect',
      'MaxClients 20',
      'BasicAuth onsite paper-tray',
      '',
    ].join('\n'),
  )
  const started = await start([program, '-d', '-c', settings], { ready: () => listens(port), seconds: 20 })
  return {
    url: `http://onsite:paper-tray@127.0.0.1:${port}`,
    requests: () =>
      (existsSync(log) ? readFileSync(log, 'utf8') : '').split('\n').filter((line) => line.includes('Request (')),
    stop: async () => {
      await started.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
