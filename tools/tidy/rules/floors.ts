/** Floors: a lower package never knows an upper one, programs never know one another. There is no exception list. */
import type { Finding, House, Rule, SourceFile } from '../house.ts'
import { resolved, workspaceOf } from '../house.ts'

/** What each package may import of ours. Tests, tools, benchmarks and whole-line tests may import anything. */
const MAY_IMPORT: ReadonlyMap<string, readonly string[]> = new Map([
  ['packages/model', []],
  ['packages/snmp', []],
  ['packages/wire', ['@platen/model']],
  ['packages/collector', ['@platen/model', '@platen/snmp']],
  ['packages/simulator', ['@platen/model', '@platen/snmp']],
  ['packages/onsite', ['@platen/model', '@platen/snmp', '@platen/wire', '@platen/collector']],
  // One-way traffic is visible here: Central has no way to ask a printer.
  // Of collector it has the face that interprets kept answers, and asks nothing. The messages alone run in a browser: the API's schemas take settings from there.
  ['packages/central', ['@platen/model', '@platen/wire', '@platen/wire/messages', '@platen/collector/interpret']],
  ['packages/web', ['@platen/model', '@platen/central/api']],
])

/** Reads every import statement of the packages. */
export const floors: Rule = {
  name: 'floors',
  check: (house) => house.files.filter(({ isTest }) => !isTest).flatMap((file) => ofFile(house, file)),
}

function ofFile(house: House, file: SourceFile): readonly Finding[] {
  const allowed = MAY_IMPORT.get(file.workspace)
  if (allowed === undefined) {
    return file.workspace.startsWith('packages/')
      ? [
          {
            file: file.path,
            line: 1,
            what: `${file.workspace} has no floor`,
            instead: 'give it one in tools/tidy/rules/floors.ts',
          },
        ]
      : []
  }
  return file.imports.flatMap(({ specifier, line }) => {
    const name = importedPackage(house, file, specifier)
    if (name === undefined || allowed.some((each) => name === each)) return []
    const instead = allowed.length === 0 ? 'import nothing of ours' : `import only ${allowed.join(', ')}`
    return [
      {
        file: file.path,
        line,
        what: `${file.workspace} imports ${name}`,
        instead: `${instead}; move the word to the floor it belongs to`,
      },
    ]
  })
}

/** The package of ours that an import reaches, by name or by climbing out of the own folder. */
function importedPackage(house: House, file: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('@platen/')) {
    const own = house.packages.find(({ folder }) => folder === file.workspace)?.name
    return specifier === own ? undefined : specifier
  }
  if (!specifier.startsWith('.')) return undefined
  const workspace = workspaceOf(resolved(file.path, specifier))
  return workspace === file.workspace || workspace === ''
    ? undefined
    : (house.packages.find(({ folder }) => folder === workspace)?.name ?? workspace)
}
