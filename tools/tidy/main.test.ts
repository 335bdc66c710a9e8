import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** A small repository on disk. */
function repository(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'platen-tidy-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const run = (root: string) =>
  spawnSync(process.execPath, [resolve(import.meta.dirname, 'main.ts'), root], { encoding: 'utf8' })

const GOOD = {
  'packages/model/package.json': '{ "name": "@platen/model", "exports": { ".": "./src/index.ts" } }',
  'packages/model/src/index.ts': '/** The face. */\nexport type A = 1\n',
  'knowledge/profiles/makers.yaml': 'makers:\n  - { vendor: Acme, id: [Acme Works] }\n',
  'knowledge/profiles/acme.yaml': 'profile: acme\nbrands: [{ vendor: Zed, id: [Zed] }]\n',
}

describe('node tools/tidy/main.ts', () => {
  it('fails with file, line, what and what to do instead', () => {
    const { status, stdout } = run(
      repository({ ...GOOD, 'packages/model/src/index.ts': `/** The face. */\nexport type A = 'Zed'\n` }),
    )
    expect(status).toBe(1)
    expect(stdout).toContain(`packages/model/src/index.ts:2 vendors: the vendor's name Zed; say it in knowledge/`)
    expect(stdout).toContain('1 findings')
  })

  it('ends well where nothing is against the rules, and says how much it looked at', () => {
    const { status, stdout } = run(repository(GOOD))
    expect(stdout).toBe(
      'tidy looked at 1 files, 2 lines, 0 functions, 0 imports, 1 exports, 1 comments, 1 packages, 2 profiles, 0 data files, 3 vendor names; 15 rules, 0 findings\n',
    )
    expect(status).toBe(0)
  })

  it('sees nothing in an empty folder, and says so', () => {
    expect(run(mkdtempSync(join(tmpdir(), 'platen-tidy-'))).stdout).toContain('looked at 0 files')
  })
})
