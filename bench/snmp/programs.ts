/** The programs that a benchmark runs besides Node: the fleet and the limit, in C, and a reader in Go; built when first needed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const HERE = import.meta.dirname
const folder = mkdtempSync(join(tmpdir(), 'platen-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Where Node keeps what it made of the sources. */
export function cacheFolder(): string {
  return join(folder, 'node')
}

const programs = new Map<string, string>()

/** Builds a C program with the system's compiler; its path. @throws Error if there is none, or it fails. */
export function built(name: 'fleet' | 'limit'): string {
  const known = programs.get(name)
  if (known !== undefined) return known
  const program = join(folder, name)
  execFileSync('cc', ['-O2', '-Wall', '-o', program, join(HERE, `${name}.c`)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  programs.set(name, program)
  return program
}

/** Where Debian puts Go packages. */
const GO_PATH = '/usr/share/gocode'

/** The reader on gosnmp, if Go and gosnmp are there or Debian's packages can be installed; else the reason why not. */
export function builtPeer(): { ok: true; program: string } | { ok: false; why: string } {
  const program = join(folder, 'peer')
  if (programs.has('peer')) return { ok: true, program }
  const build = () =>
    spawnSync('go', ['build', '-o', program, join(HERE, 'peer.go')], {
      env: { ...process.env, GO111MODULE: 'off', GOPATH: GO_PATH, GOCACHE: join(folder, 'go') },
    })
  if (build().status === 0) {
    programs.set('peer', program)
    return { ok: true, program }
  }
  const packages = ['golang-go', 'golang-github-gosnmp-gosnmp-dev']
  const installed = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages])
  if (installed.status !== 0) return { ok: false, why: `${packages.join(' and ')} cannot be installed here` }
  const second = build()
  return second.status === 0 ? { ok: true, program } : { ok: false, why: String(second.stderr) }
}

/** What the fleet saw: datagrams and octets that came and left. */
export interface Wire {
  readonly asked: number
  readonly askedOctets: number
  readonly answered: number
  readonly answeredOctets: number
}

/** How the fleet behaves: answers lost in 10,000, milliseconds an answer takes, and whether most addresses are silent. */
export interface FleetNature {
  readonly loss?: number
  readonly delay?: readonly [number, number]
  readonly sparse?: boolean
}

/** The fleet in a process of its own, so that only the reader's CPU is measured. */
export class Fleet {
  readonly port: number
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  private constructor(port: number, child: ChildProcess, lines: AsyncIterator<string>) {
    this.port = port
    this.#child = child
    this.#lines = lines
  }

  /** @param within a command before the program's name, for instance to run it in a network namespace. */
  static async start(nature: FleetNature, port: number, within: readonly string[] = []): Promise<Fleet> {
    const { loss = 0, delay = [0, 0], sparse = false } = nature
    const words = [...within, built('fleet'), port, loss, ...delay, sparse ? 'sparse' : 'full'].map(String)
    const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const first = await Promise.race([lines.next(), once(child, 'exit').then(() => ({ value: undefined }))])
    if (first.value !== 'ready') throw new Error('the fleet ended before it was ready')
    return new Fleet(port, child, lines)
  }

  /** What came and left since it was last asked. */
  async wire(): Promise<Wire> {
    this.#child.kill('SIGUSR1')
    const { value } = await this.#lines.next()
    const [asked = 0, askedOctets = 0, answered = 0, answeredOctets = 0] = String(value).split(' ').map(Number)
    return { asked, askedOctets, answered, answeredOctets }
  }

  stop(): void {
    this.#child.kill()
  }
}
