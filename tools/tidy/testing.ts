/** Small houses held in memory, for the tests of tidy. */
import { type Finding, type House, type Rule, sourceFile, type TextFile } from './house.ts'
import { packageOf } from './read.ts'

const asPackage = (name: string, more: object = {}): string =>
  JSON.stringify({ name: `@platen/${name}`, exports: { '.': './src/index.ts' }, ...more }, null, 1)

/** package.json of all packages a test house may need. */
const PACKAGES: Readonly<Record<string, string>> = {
  'packages/model/package.json': asPackage('model'),
  'packages/snmp/package.json': asPackage('snmp'),
  'packages/wire/package.json': asPackage('wire'),
  'packages/onsite/package.json': asPackage('onsite'),
  'packages/central/package.json': asPackage('central', {
    exports: { '.': './src/index.ts', './api': './src/api.ts' },
  }),
  'packages/web/package.json': asPackage('web', { exports: {} }),
}

/** A house with these files and, for the rules that want them, one maker called Acme Works and one profile called acme. */
export function houseOf(files: Readonly<Record<string, string>>): House {
  const all = Object.entries({ ...PACKAGES, ...files }).map(([path, text]): TextFile => ({ path, text }))
  const under = (folder: string) => all.filter(({ path }) => path.startsWith(folder))
  return {
    files: all.filter(({ path }) => /\.tsx?$/.test(path)).map(({ path, text }) => sourceFile(path, text)),
    packages: all.filter(({ path }) => path.endsWith('package.json')).map(packageOf),
    data: all.filter(({ path }) => path.endsWith('.json') && !path.endsWith('package.json')),
    profiles: under('knowledge/profiles'),
    decisions: under('docs/decisions'),
    vendors: ['Acme', 'Acme Works', 'Heron', 'Zed'],
    profileNames: ['acme', 'zx'],
  }
}

/** What a rule finds in these files, as `file:line what`. */
export const found = (rule: Rule, files: Readonly<Record<string, string>>): readonly string[] =>
  rule.check(houseOf(files)).map(({ file, line, what }: Finding) => `${file}:${line} ${what}`)
