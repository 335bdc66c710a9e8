/** A real Squid that wants a login, in a folder of its own, for as long as a test needs it. */
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './rig.testing.ts'

const PROGRAM = '/usr/sbin/squid'
const HELPERS = '/usr/lib/squid'
export const hasSquid = [PROGRAM, join(HELPERS, 'digest_file_auth'), '/usr/bin/openssl'].every((path) =>
  existsSync(path),
)

export interface Squid {
  readonly port: number
  /** Lines of its log so far: status, method and address of each request. */
  log(): string[]
  close(): Promise<void>
}

/** Starts it with one user. */
export async function startSquid(scheme: 'digest' | 'basic', user: string, password: string): Promise<Squid> {
  const folder = mkdtempSync(join(tmpdir(), 'platen-squid-'))
  // Started by root it goes on as its own user.
  chmodSync(folder, 0o777)
  const port = await freePort()
  const passwords = join(folder, 'passwords')
  const secret = createHash('md5').update(`${user}:platen test:${password}`).digest('hex')
  const crypted = () => execFileSync('openssl', ['passwd', '-1', '-stdin'], { input: `${password}\n` }).toString()
  const line = scheme === 'digest' ? `${user}:platen test:${secret}\n` : `${user}:${crypted()}`
  writeFileSync(passwords, line, { mode: 0o644 })
  const helper = scheme === 'digest' ? `${HELPERS}/digest_file_auth -c` : `${HELPERS}/basic_ncsa_auth`
  const log = join(folder, 'access.log')
  const lines = [
    `auth_param ${scheme} program ${helper} ${passwords}`,
    `auth_param ${scheme} realm platen test`,
    `auth_param ${scheme} children 1 startup=1 idle=1`,
    'acl known proxy_auth REQUIRED',
    'http_access allow known',
    'http_access deny all',
    `http_port 127.0.0.1:${port}`,
    'cache deny all',
    `pid_filename ${folder}/squid.pid`,
    'logformat short %>Hs %rm %ru',
    `access_log stdio:${log} short`,
    `cache_log ${folder}/cache.log`,
    `coredump_dir ${folder}`,
    'visible_hostname squid.test',
    'shutdown_lifetime 1 second',
    '',
  ]
  const config = join(folder, 'squid.conf')
  writeFileSync(config, lines.join('\n'), { mode: 0o644 })
  const child = spawn(PROGRAM, ['-N', '-f', config], { stdio: 'ignore' })
  const close = async () => {
    const ended = child.exitCode !== null || new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 200; tries++) {
    if (await listens(port)) {
      return { port, close, log: () => linesOf(log) }
    }
    await wait(50)
  }
  const said = existsSync(`${folder}/cache.log`) ? readFileSync(`${folder}/cache.log`, 'utf8') : 'nothing'
  await close()
  throw new Error(`Squid does not listen; it said: ${said}`)
}

/** Without the connections of `listens`, which asked for nothing. */
function linesOf(log: string): string[] {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  return lines.filter((line) => !line.startsWith('0 '))
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
