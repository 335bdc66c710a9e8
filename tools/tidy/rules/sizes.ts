/** Sizes: what is too long to be read at once is cut. Generated files (`x.gen.ts`) are excepted by name. */
import { type Finding, linesOf, type Rule, type SourceFile } from '../house.ts'

/** Hard stops, in lines (design: files aim at 60 to 200, functions at 25 or less). */
const LIMITS = { file: 500, function: 70, profile: 150 } as const

/** The bodies of `describe` hold a file's tests and are as long as the file. */
const GROUPS = new Set(['describe'])

/** Files of every workspace. */
export const fileSizes: Rule = {
  name: 'file sizes',
  check: (house) =>
    house.files
      .filter(({ path, lines }) => lines > LIMITS.file && !path.includes('.gen.'))
      .map(({ path, lines }) => ({
        file: path,
        line: LIMITS.file + 1,
        what: `${lines} lines, ${LIMITS.file} is the most`,
        instead: 'cut the file along its own seams',
      })),
}

/** Functions, methods and arrows of every workspace. */
export const functionSizes: Rule = {
  name: 'function sizes',
  check: (house) => house.files.flatMap(tooLong),
}

function tooLong({ path, functions }: SourceFile): readonly Finding[] {
  return functions
    .filter(({ lines, givenTo }) => lines > LIMITS.function && !GROUPS.has(givenTo))
    .map(({ name, line, lines }) => ({
      file: path,
      line,
      what: `${name} has ${lines} lines, ${LIMITS.function} is the most`,
      instead: 'name its steps as functions',
    }))
}

/** Profiles of printer families. */
export const profileSizes: Rule = {
  name: 'profile sizes',
  check: (house) =>
    house.profiles
      .map(({ path, text }) => ({ path, lines: linesOf(text) }))
      .filter(({ lines }) => lines > LIMITS.profile)
      .map(({ path, lines }) => ({
        file: path,
        line: LIMITS.profile + 1,
        what: `${lines} lines, ${LIMITS.profile} is the most`,
        instead: 'say it with the verbs there are, or split the family',
      })),
}
