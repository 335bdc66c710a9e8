/** Builds the browser app where it is missing or older than its sources. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const app = path.join(root, 'packages/web')

/** The folder of the built app. @throws with the builder's words where it cannot be built. */
export function builtWeb(say: (line: string) => void): string {
  const dist = path.join(app, 'dist')
  const page = path.join(dist, 'index.html')
  const sources = [
    path.join(app, 'src'),
    path.join(root, 'packages/model/src'),
    path.join(root, 'packages/central/src/api.ts'),
  ]
  if (existsSync(page) && statSync(page).mtimeMs > Math.max(...sources.map(newest))) return dist
  say('Building the web app (some seconds, once) ...')
  const built = spawnSync('vite', ['build', app, '--logLevel', 'warn'], { cwd: root, encoding: 'utf8' })
  if (built.status !== 0)
    throw new Error(`The web app could not be built:\n${built.error?.message ?? ''}${built.stdout}${built.stderr}`)
  return dist
}

function newest(place: string): number {
  const { mtimeMs } = statSync(place)
  if (!statSync(place).isDirectory()) return mtimeMs
  return Math.max(mtimeMs, ...readdirSync(place).map((name) => newest(path.join(place, name))))
}
