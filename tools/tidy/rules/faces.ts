/** Faces: a package is imported by what its package.json exports, never past it and never by a path into its folder. */
import type { House, Rule } from '../house.ts'
import { resolved, workspaceOf } from '../house.ts'

/** Holds for tests of other packages too: what they need is on the face. */
export const faces: Rule = {
  name: 'faces',
  check: (house) =>
    house.files.flatMap((file) =>
      file.imports.flatMap(({ specifier, line }) => {
        const instead = isPast(house, file.path, file.workspace, specifier)
        return instead === undefined
          ? []
          : [{ file: file.path, line, what: `imports ${specifier}, past a package's face`, instead }]
      }),
    ),
}

function isPast(house: House, path: string, workspace: string, specifier: string): string | undefined {
  if (specifier.startsWith('@platen/')) {
    const known = house.packages.some((each) => each.faces.has(specifier))
    return known ? undefined : 'import the package by its name and let its index.ts export what is needed'
  }
  if (!specifier.startsWith('.')) return undefined
  const target = workspaceOf(resolved(path, specifier))
  if (target === workspace || !target.startsWith('packages/')) return undefined
  const name = house.packages.find(({ folder }) => folder === target)?.name ?? target
  return `import it from '${name}'`
}
