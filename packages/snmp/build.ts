/**
 * Makes what can be published: `dist` with JavaScript, declarations, a manifest of its own, README and licence. In the repository the
 * package is used from its sources, which Node does not run below `node_modules`.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const here = import.meta.dirname
const dist = join(here, 'dist')

rmSync(dist, { recursive: true, force: true })
const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
const { bin } = JSON.parse(readFileSync(typescript, 'utf8'))
execFileSync(process.execPath, [join(typescript, '..', bin.tsc), '-p', join(here, 'tsconfig.build.json')], {
  stdio: 'inherit',
})

const {
  private: _kept,
  scripts: _ours,
  exports: _sources,
  ...manifest
} = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const published = {
  ...manifest,
  types: './index.d.ts',
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  files: ['*.js', '*.d.ts', 'native/batch.c', 'native/build.js'],
}
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
for (const file of ['README.md', 'LICENSE']) copyFileSync(join(here, file), join(dist, file))
copyFileSync(join(here, 'src/native/batch.c'), join(dist, 'native/batch.c'))
