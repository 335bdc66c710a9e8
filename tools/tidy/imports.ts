/** What a file takes from other files: every form in which TypeScript can name another module. */
import type { Token } from './lexer.ts'

/** One naming of another module. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** The names taken, `default` for the default, `*` for all of them. */
  readonly names: readonly string[]
  /** `export ... from`: taken only to be handed on. */
  readonly isHandedOn: boolean
}

/** All imports, type imports, re-exports, dynamic imports, import types and requires of a file; comments must be left out. */
export function importsOf(tokens: readonly Token[]): readonly Import[] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'word' || tokens[at - 1]?.text === '.') return []
    if (token.text === 'import' && tokens[at + 1]?.text === '(') return called(tokens, at)
    if (token.text === 'require' && tokens[at + 1]?.text === '(') return called(tokens, at)
    if (token.text === 'import' && tokens[at + 1]?.text !== '.') return declared(tokens, at, false)
    if (token.text === 'export' && handsOn(tokens, at)) return declared(tokens, at, true)
    return []
  })
}

/** `import('x')` and `require('x')`: everything in it may be used. */
function called(tokens: readonly Token[], at: number): readonly Import[] {
  const specifier = tokens[at + 2]
  if (specifier?.kind !== 'string' && specifier?.kind !== 'template') return []
  return [{ specifier: unquote(specifier.text), line: specifier.line, names: ['*'], isHandedOn: false }]
}

const handsOn = (tokens: readonly Token[], at: number): boolean => {
  const next = tokens[at + 1]?.text === 'type' ? tokens[at + 2]?.text : tokens[at + 1]?.text
  return next === '{' || next === '*'
}

/** `import ... from 'x'`, `import 'x'`, `export ... from 'x'`; an export without `from` names no module. */
function declared(tokens: readonly Token[], at: number, isHandedOn: boolean): readonly Import[] {
  let end = at + 1
  while (tokens[end]?.kind === 'word' || ['{', '}', ',', '*'].includes(tokens[end]?.text ?? '')) end++
  const specifier = tokens[end]
  const hasFrom = tokens[end - 1]?.text === 'from'
  if (specifier?.kind !== 'string' || (isHandedOn && !hasFrom)) return []
  const names = namesIn(tokens.slice(at + 1, hasFrom ? end - 1 : end))
  return [{ specifier: unquote(specifier.text), line: specifier.line, names, isHandedOn }]
}

function namesIn(clause: readonly Token[]): readonly string[] {
  if (clause.some(({ text }) => text === '*')) return ['*']
  const open = clause.findIndex(({ text }) => text === '{')
  const before = (open < 0 ? clause : clause.slice(0, open)).filter(
    ({ kind, text }) => kind === 'word' && text !== 'type',
  )
  return [...before.map(() => 'default'), ...(open < 0 ? [] : listed(clause.slice(open)))]
}

/** The outer names of `{ a, type b, c as d }`: a, b, c. */
function listed(braces: readonly Token[]): readonly string[] {
  return entriesOf(braces).map(({ name }) => name)
}

/** One entry of an import or export list. */
export interface Entry {
  readonly name: string
  /** What it is called on the other side of `as`. */
  readonly alias: string
  readonly isType: boolean
  readonly line: number
}

/** The entries of a list in braces, whose first token is the opening brace. */
export function entriesOf(braces: readonly Token[]): readonly Entry[] {
  const entries: Entry[] = []
  for (let at = 1; at < braces.length && braces[at]?.text !== '}'; at++) {
    const words: Token[] = []
    for (; braces[at]?.kind === 'word' || braces[at]?.kind === 'string'; at++) words.push(...braces.slice(at, at + 1))
    const isType = words.length > 1 && words[0]?.text === 'type' && words[1]?.text !== 'as'
    const [name, , alias] = isType ? words.slice(1) : words
    if (name !== undefined) entries.push({ name: name.text, alias: alias?.text ?? name.text, isType, line: name.line })
    if (braces[at]?.text === '}') break
  }
  return entries
}

const unquote = (text: string): string => text.replace(/^['"`]|['"`]$/g, '')
