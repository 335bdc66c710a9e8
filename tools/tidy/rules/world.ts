/** The world comes in by the door: clock, dice, environment and network are parameters everywhere but in composition roots. */
import type { Finding, Rule, SourceFile } from '../house.ts'
import { isCompositionRoot } from '../house.ts'
import type { Token } from '../lexer.ts'

/** Looks at code only; a comment may speak of `Date.now`. */
export const world: Rule = {
  name: 'world',
  check: (house) => house.files.filter((file) => !isCompositionRoot(file)).flatMap(ofFile),
}

const DOORS = 'take it as a parameter; only main.ts, tools and tests may reach for it'

function ofFile(file: SourceFile): readonly Finding[] {
  const { code, functions } = file
  const isMade = functions.some(({ name }) => name === 'fetch')
  const hasOwnFetch = isMade || code.some((token, at) => token.text === 'fetch' && isDeclared(code, at))
  return code.flatMap((token, at) => {
    const what = worldAt(code, at, hasOwnFetch)
    return what === undefined
      ? []
      : [{ file: file.path, line: token.line, what: `${what} outside a composition root`, instead: DOORS }]
  })
}

function worldAt(code: readonly Token[], at: number, hasOwnFetch: boolean): string | undefined {
  const texts = [0, 1, 2, 3, 4].map((ahead) => code[at + ahead]?.text ?? '')
  const [first, second, third, fourth] = texts
  if (code[at]?.kind !== 'word') return undefined
  if (first === 'Date' && second === '.' && third === 'now') return 'Date.now'
  if (first === 'new' && second === 'Date' && (third !== '(' || fourth === ')')) return 'new Date()'
  if (first === 'Math' && second === '.' && third === 'random') return 'Math.random'
  if (first === 'process' && second === '.' && third === 'env') return 'process.env'
  if (first === 'fetch' && isGlobalFetch(code, at, hasOwnFetch)) return 'fetch'
  return undefined
}

/** `fetch(...)` or `fetch` handed on; not a property, a type, or a name that the file itself takes as a parameter. */
function isGlobalFetch(code: readonly Token[], at: number, hasOwnFetch: boolean): boolean {
  const before = code[at - 1]?.text ?? ''
  const owner = code[at - 2]?.text ?? ''
  if (before === '.') return ['globalThis', 'window', 'self'].includes(owner) && code[at - 3]?.text !== 'typeof'
  if (hasOwnFetch || before === 'typeof') return false
  return !isDeclared(code, at)
}

/** A parameter, a property, a variable or an import called fetch. */
function isDeclared(code: readonly Token[], at: number): boolean {
  const before = code[at - 1]?.text ?? ''
  const after = code[at + 1]?.text ?? ''
  if (['const', 'let', 'function'].includes(before)) return true
  if (after === ':' || after === '?')
    return ['{', ',', '(', 'readonly', ';'].includes(before) || code[at - 1]?.kind !== 'punct'
  return ['{', ','].includes(before) && ['}', ','].includes(after)
}
