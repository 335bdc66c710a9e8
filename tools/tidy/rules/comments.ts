/** Comments: every file says what it is for, and nothing is left to be done. */
import type { Rule } from '../house.ts'

/** The first thing in a file is a comment; tests say it in their names, declarations of types for others' packages need none. */
export const openings: Rule = {
  name: 'openings',
  check: (house) =>
    house.files
      .filter(({ isTest, path }) => !isTest && !path.endsWith('.d.ts'))
      .filter(
        ({ comments, code }) =>
          comments.every(({ text }) => text.startsWith('#!')) || firstLine(comments) > firstLine(code),
      )
      .map(({ path }) => ({
        file: path,
        line: 1,
        what: 'begins without a comment',
        instead: 'say in one to three sentences what the file is for in the product',
      })),
}

/** Where the first token begins; a `#!` line is for the system and says nothing. */
const firstLine = (tokens: readonly { readonly line: number; readonly text: string }[]): number =>
  tokens.find(({ text }) => !text.startsWith('#!'))?.line ?? Number.POSITIVE_INFINITY

const UNDONE = /\b(TODO|FIXME|XXX|HACK)\b/

/** No comment promises work. */
export const undone: Rule = {
  name: 'undone',
  check: (house) =>
    house.files.flatMap(({ path, comments }) =>
      comments
        .filter(({ text }) => UNDONE.test(text))
        .map(({ text, line }) => ({
          file: path,
          line,
          what: `${UNDONE.exec(text)?.[1]} in a comment`,
          instead: 'do it, or file an issue and delete the comment',
        })),
    ),
}
