/**
 * No vendor name outside knowledge/: neither in names nor in texts nor in the names of files. The names come from the knowledge data.
 * Comments may tell which make and model showed a quirk: that is a witness, not a dependence.
 */
import type { Finding, House, Rule } from '../house.ts'
import type { Token } from '../lexer.ts'

/** Looks at all code and JSON data of the workspaces. */
export const vendors: Rule = {
  name: 'vendors',
  check(house) {
    const words = wordsOf(house)
    const inCode = house.files.flatMap(({ path, code }) => [
      ...inPath(path, words),
      ...code.flatMap((token) => found(path, token.line, vendorIn(token, words))),
    ])
    const inData = house.data.flatMap(({ path, text }) => [
      ...inPath(path, words),
      ...text.split('\n').flatMap((line, at) => found(path, at + 1, words.inTexts.exec(line)?.[0])),
    ])
    return [...inCode, ...inData]
  },
}

/** The names to look for, as patterns. */
interface Words {
  /** In strings, templates and what stands between tags: as the knowledge writes them, as words of their own. */
  readonly inTexts: RegExp
  /** In identifiers and file names: in lower case, as whole parts of a name (`acmeTable`, `acme-table`); not the shortest ones. */
  readonly inNames: ReadonlySet<string>
}

/** Two to four letters are too often a part of other names; a profile's name counts however short. */
const SHORTEST = 5

function wordsOf({ vendors: names, profileNames, files }: House): Words {
  const ordinary = ordinaryWords(files.flatMap(({ comments }) => comments))
  const long = names.filter((name) => name.length >= SHORTEST)
  const single = [...long, ...profileNames].map((name) => name.toLowerCase()).filter((name) => /^\p{L}+$/u.test(name))
  const texts = [...new Set([...names, ...profileNames])].sort((a, b) => b.length - a.length).map(escaped)
  return {
    inTexts: texts.length === 0 ? /(?!)/ : new RegExp(`(?<![\\p{L}\\d_-])(${texts.join('|')})(?![\\p{L}\\d_-])`, 'u'),
    inNames: new Set(single.filter((name) => !ordinary.has(name))),
  }
}

/** Some makers are called by ordinary words. One that our own comments use in lower case, as a word, is not looked for in names. */
function ordinaryWords(comments: readonly Token[]): ReadonlySet<string> {
  return new Set(comments.flatMap(({ text }) => text.match(/(?<![\w.'"`/-])\p{Ll}+(?![\w'"`/-])/gu) ?? []))
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')

function vendorIn(token: Token, words: Words): string | undefined {
  if (token.kind === 'word') return partsOf(token.text).find((part) => words.inNames.has(part))
  return ['string', 'template', 'text'].includes(token.kind) ? words.inTexts.exec(token.text)?.[0] : undefined
}

/** The words of a name in camelCase, snake_case or kebab-case, in lower case. */
const partsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)

const inPath = (path: string, words: Words): readonly Finding[] =>
  found(
    path,
    1,
    partsOf(path).find((part) => words.inNames.has(part)),
  )

const found = (file: string, line: number, word: string | undefined): readonly Finding[] =>
  word === undefined
    ? []
    : [
        {
          file,
          line,
          what: `the vendor's name ${word}`,
          instead: 'say it in knowledge/, and read it from there; in tests invent a maker',
        },
      ]
