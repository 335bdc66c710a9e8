/** Builds what is built from sources (the browser app, the Onsite program) where it is missing or older than they are. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** The folder of the built browser app. @throws with the builder's words where it cannot be built. */
export function builtWeb(say: (line: string) => void): string {
  const sources = ['packages/web/src', 'packages/model/src', 'packages/central/src/api.ts']
  return path.dirname(built({ name: 'the web app', folder: 'packages/web', file: 'dist/index.html', sources }, say))
}

/** The file of the built Onsite program. @throws with the builder's words where it cannot be built. */
function builtOnsite(say: (line: string) => void): string {
  const rooms = ['onsite', 'collector', 'wire', 'snmp', 'model'].map((name) => `packages/${name}/src`)
  const sources = [...rooms, 'packages/onsite/vite.config.ts']
  return built({ name: 'Onsite', folder: 'packages/onsite', file: 'dist/platen-onsite.js', sources }, say)
}

/** The Onsite program as its unit starts it: the words after `node`, and what the environment has beside ours. */
export function installedOnsite(say: (line: string) => void): {
  readonly words: readonly string[]
  readonly environment: Record<string, string>
} {
  const unit = readFileSync(path.join(root, 'packages/onsite/install/platen-onsite.service'), 'utf8')
  const flags = /^ExecStart=\S+node((?: --\S+)*) /m.exec(unit)?.[1]?.trim().split(' ') ?? []
  const arenas = /^Environment=.*\b(MALLOC_ARENA_MAX)=(\S+)/m.exec(unit)
  const environment = arenas === null ? {} : { [arenas[1] ?? '']: arenas[2] ?? '' }
  return { words: [...flags.filter((flag) => flag !== ''), builtOnsite(say)], environment }
}

function built(
  product: {
    readonly name: string
    readonly folder: string
    readonly file: string
    readonly sources: readonly string[]
  },
  say: (line: string) => void,
): string {
  const file = path.join(root, product.folder, product.file)
  const newestSource = Math.max(...product.sources.map((source) => newest(path.join(root, source))))
  if (existsSync(file) && statSync(file).mtimeMs > newestSource) return file
  say(`Building ${product.name} (some seconds, once) ...`)
  const done = spawnSync('vite', ['build', product.folder, '--logLevel', 'warn'], { cwd: root, encoding: 'utf8' })
  if (done.status !== 0)
    throw new Error(
      `Building ${product.name} did not work:\n${done.error?.message ?? ''}${done.stdout ?? ''}${done.stderr ?? ''}`,
    )
  return file
}

function newest(place: string): number {
  const { mtimeMs } = statSync(place)
  if (!statSync(place).isDirectory()) return mtimeMs
  return Math.max(mtimeMs, ...readdirSync(place).map((name) => newest(path.join(place, name))))
}
