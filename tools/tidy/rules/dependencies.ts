/** Dependencies: whatever a package runs on is named, with its reason, in docs/decisions. */
import type { Rule } from '../house.ts'

/** Runtime dependencies of the packages; what only builds or tests need is not asked for. */
export const dependencies: Rule = {
  name: 'dependencies',
  check: (house) =>
    house.packages.flatMap(({ folder, dependencies: names }) =>
      names
        .filter(({ name }) => !name.startsWith('@platen/') && !isDecided(house.decisions, name))
        .map(({ name, line }) => ({
          file: `${folder}/package.json`,
          line,
          what: `${name} is in no decision`,
          instead: 'give it a line with its reason in docs/decisions, or do without it',
        })),
    ),
}

/** Whether a page names the package as a word of its own: `pg` is not named by `pglite`. */
function isDecided(pages: readonly { readonly text: string }[], name: string): boolean {
  const word = new RegExp(`(?<![\\w@/.-])${name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![\\w/-])`)
  return pages.some(({ text }) => word.test(text))
}
