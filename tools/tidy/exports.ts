/** What a file gives to other files. */
import { entriesOf, type Import } from './imports.ts'
import type { Token } from './lexer.ts'

/** One exported name. */
export interface Export {
  readonly name: string
  readonly line: number
  /** Whether it is a type or an interface, and so gone when the program runs; unknown for names handed on without `type`. */
  readonly isType: boolean
  /** The module it is handed on from, and what it is called there; nothing if it is made here. */
  readonly from?: { readonly specifier: string; readonly name: string }
}

const DECLARERS = new Set(['const', 'let', 'var', 'function', 'class', 'interface', 'type', 'enum', 'namespace'])
const MODIFIERS = new Set(['async', 'abstract', 'declare', 'default'])

/** All exported names of a file; `*` with `from` for `export * from`. Comments must be left out. */
export function exportsOf(tokens: readonly Token[], imports: readonly Import[]): readonly Export[] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'word' || token.text !== 'export' || tokens[at - 1]?.text === '.') return []
    const isType = tokens[at + 1]?.text === 'type'
    const list = isType && ['{', '*'].includes(tokens[at + 2]?.text ?? '') ? at + 2 : at + 1
    if (tokens[list]?.text === '{') return listedExports(tokens, list, isType)
    if (tokens[list]?.text === '*') return allFrom(tokens, list, imports)
    return declaredExport(tokens, at)
  })
}

function listedExports(tokens: readonly Token[], open: number, isType: boolean): readonly Export[] {
  const close = tokens.findIndex(({ text }, at) => at > open && text === '}')
  const specifier = tokens[close + 1]?.text === 'from' ? tokens[close + 2]?.text.slice(1, -1) : undefined
  return entriesOf(tokens.slice(open, close + 1)).map((entry) => ({
    name: entry.alias,
    line: entry.line,
    isType: isType || entry.isType,
    ...(specifier === undefined ? {} : { from: { specifier, name: entry.name } }),
  }))
}

/** `export * from 'x'` hands all names on; `export * as y from 'x'` makes one. */
function allFrom(tokens: readonly Token[], star: number, imports: readonly Import[]): readonly Export[] {
  const line = tokens[star]?.line ?? 1
  const isNamed = tokens[star + 1]?.text === 'as'
  const specifier = tokens[star + (isNamed ? 4 : 2)]?.text.slice(1, -1) ?? ''
  if (isNamed) return [{ name: tokens[star + 2]?.text ?? '', line, isType: false }]
  return imports.some((each) => each.specifier === specifier)
    ? [{ name: '*', line, isType: false, from: { specifier, name: '*' } }]
    : []
}

function declaredExport(tokens: readonly Token[], at: number): readonly Export[] {
  let next = at + 1
  const isDefault = tokens[next]?.text === 'default'
  while (MODIFIERS.has(tokens[next]?.text ?? '')) next++
  const line = tokens[at]?.line ?? 1
  if (isDefault) return [{ name: 'default', line, isType: false }]
  const declarer = tokens[next]?.text ?? ''
  if (!DECLARERS.has(declarer)) return []
  const isType = declarer === 'interface' || declarer === 'type'
  const name = tokens[next + 1]
  if (name?.text === '{' || name?.text === '[')
    return taken(tokens, next + 1).map((word) => ({ name: word, line, isType }))
  const skipped = name?.text === '*' ? tokens[next + 2] : name
  return skipped === undefined ? [] : [{ name: skipped.text, line, isType }]
}

/** The names of `export const { a, b: c } = ...`: a, c. */
function taken(tokens: readonly Token[], open: number): readonly string[] {
  const close = tokens.findIndex(({ text }, at) => at > open && (text === '}' || text === ']'))
  return tokens
    .slice(open + 1, close)
    .filter(({ kind }, at, inner) => kind === 'word' && inner[at + 1]?.text !== ':')
    .map(({ text }) => text)
}
