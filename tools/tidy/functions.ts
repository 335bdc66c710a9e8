/** Finds functions, methods and arrows and how many lines they take, by their headers and by matching brackets. */
import type { Token } from './lexer.ts'

/** One function with its header and body. */
export interface FunctionSpan {
  readonly name: string
  readonly line: number
  readonly lines: number
  /** The word before the bracket that the function is given to, e.g. `describe`; '' if none. */
  readonly givenTo: string
}

const OPENING = new Set(['(', '[', '{', '${'])
const CLOSING = new Set([')', ']', '}'])
const NO_METHOD = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'with',
  'function',
  'return',
  'await',
  'new',
  'typeof',
  'super',
  'import',
])
/** After these a `{` still belongs to a type. */
const TYPE_GOES_ON = new Set([':', '|', '&', '<', ',', '=>', '(', '[', 'is', 'extends', 'keyof', 'readonly', '?'])

/** All functions of a file, outer ones and those inside them; comments must be left out. */
export function functionsOf(tokens: readonly Token[]): readonly FunctionSpan[] {
  const pairs = pairsOf(tokens)
  return tokens.flatMap((token, at) => {
    const span = token.text === '=>' && token.kind === 'punct' ? arrow(tokens, pairs, at) : header(tokens, pairs, at)
    return span === undefined ? [] : [span]
  })
}

/** For every opening bracket the place of its closing one, and the other way round. */
function pairsOf(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  const open: number[] = []
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'punct') continue
    if (OPENING.has(token.text)) open.push(at)
    if (!CLOSING.has(token.text)) continue
    const start = open.pop()
    if (start === undefined) continue
    pairs.set(start, at)
    pairs.set(at, start)
  }
  return pairs
}

function spanOf(tokens: readonly Token[], first: number, last: number, name: string): FunctionSpan {
  const line = tokens[first]?.line ?? 1
  const open =
    tokens[first - 1]?.text === '(' ? first - 1 : tokens.slice(0, first).findLastIndex(({ text }) => text === '(')
  return { name, line, lines: (tokens[last]?.end ?? line) - line + 1, givenTo: givenTo(tokens, open) }
}

/** The name called by the bracket at a place: `describe` in `describe.skipIf(x)('...', () => ...)` too. */
function givenTo(tokens: readonly Token[], open: number): string {
  let at = open - 1
  while (at > 0 && tokens[at]?.text === ')') {
    for (let depth = 0; at >= 0; at--) {
      if (tokens[at]?.text === ')') depth++
      if (tokens[at]?.text === '(' && --depth === 0) break
    }
    at--
  }
  while (tokens[at - 1]?.text === '.') at -= 2
  return tokens[at]?.kind === 'word' ? (tokens[at]?.text ?? '') : ''
}

/** `function name(...)` or a method: a word, perhaps type parameters, a parameter list, perhaps a type, and a body. */
function header(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, at: number): FunctionSpan | undefined {
  const token = tokens[at]
  if (token === undefined || !mayBeName(tokens, at)) return undefined
  const isFunction = token.text === 'function'
  let open = at + 1
  if (isFunction) while (tokens[open]?.text === '*' || tokens[open]?.kind === 'word') open++
  open = afterTypeParameters(tokens, open)
  const close = tokens[open]?.text === '(' ? pairs.get(open) : undefined
  if (close === undefined) return undefined
  const body = bodyAfter(tokens, pairs, close)
  const end = body === undefined ? undefined : pairs.get(body)
  if (end === undefined) return undefined
  const name = isFunction && tokens[at + 1]?.kind === 'word' ? tokens[at + 1] : token
  return spanOf(tokens, at, end, name?.text ?? '')
}

/** Words, strings and computed names can begin a method; what is called, asked or made with `new` cannot. */
function mayBeName(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  const before = tokens[at - 1]?.text ?? ''
  if (before === '.' || before === '?.') return false
  if (token?.text === 'function') return true
  const isName = token?.kind === 'word' || token?.kind === 'string' || (token?.kind === 'punct' && token.text === ']')
  return isName && !NO_METHOD.has(token?.text ?? '') && !['new', 'function', 'extends'].includes(before)
}

function afterTypeParameters(tokens: readonly Token[], at: number): number {
  if (tokens[at]?.text !== '<') return at
  for (let depth = 0, end = at; end < tokens.length && end < at + 200; end++) {
    if (tokens[end]?.text === '<') depth++
    if (tokens[end]?.text === '>' && --depth === 0) return end + 1
  }
  return at
}

/** The brace that opens the body after a parameter list and perhaps a return type. */
function bodyAfter(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, close: number): number | undefined {
  let at = close + 1
  if (tokens[at]?.text === '{') return at
  if (tokens[at]?.text !== ':') return undefined
  for (at++; at < tokens.length; at++) {
    const text = tokens[at]?.text ?? ''
    const before = tokens[at - 1]?.text ?? ''
    if (text === '{' && !TYPE_GOES_ON.has(before)) return at
    if (OPENING.has(text)) at = pairs.get(at) ?? tokens.length
    else if (text === ';' || text === '=' || CLOSING.has(text)) return undefined
    // Without a body on the same line as the end of the type it is a signature.
    else if (tokens[at]?.line !== tokens[at - 1]?.end && !TYPE_GOES_ON.has(before) && !['|', '&'].includes(text))
      return undefined
  }
  return undefined
}

/** `(...) => body` or `x => body`; an expression ends with the bracket, comma or semicolon that it stands before, or with its line. */
function arrow(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, at: number): FunctionSpan | undefined {
  const first = startOfArrow(tokens, pairs, at)
  const end = tokens[at + 1]?.text === '{' ? pairs.get(at + 1) : endOfExpression(tokens, pairs, at + 1)
  if (first === undefined || end === undefined) return undefined
  const named =
    tokens[first - 1]?.text === '='
      ? tokens[first - 2]
      : tokens[first - 1]?.text === ':'
        ? tokens[first - 2]
        : undefined
  return spanOf(tokens, first, end, named?.kind === 'word' ? named.text : 'arrow')
}

function startOfArrow(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, at: number): number | undefined {
  if (tokens[at - 1]?.text === ')') return pairs.get(at - 1)
  if (tokens[at - 1]?.kind === 'word' && tokens[at - 2]?.text !== ':') return at - 1
  // A return type stands between: back to the parameter list before its colon.
  for (let back = at - 1; back > 0 && at - back < 100; back--) {
    const text = tokens[back]?.text ?? ''
    if (CLOSING.has(text)) back = pairs.get(back) ?? 0
    if (text === ':' && tokens[back - 1]?.text === ')') return pairs.get(back - 1)
    if (text === ';' || text === '=' || text === '=>') return undefined
  }
  return undefined
}

const GOES_ON_AFTER = /^([-+*/%&|^<>=!?:.,([{]|=>|&&|\|\||\?\?|\?\.|\.\.\.|={2,3}|!==?|<=|>=)$/

function endOfExpression(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, from: number): number {
  for (let at = from; at < tokens.length; at++) {
    const text = tokens[at]?.text ?? ''
    if (tokens[at]?.kind !== 'punct') {
      const previous = tokens[at - 1]
      const isNewLine = at > from && previous !== undefined && tokens[at]?.line !== previous.end
      if (isNewLine && !(previous.kind === 'punct' && GOES_ON_AFTER.test(previous.text))) return at - 1
      continue
    }
    if (OPENING.has(text)) at = pairs.get(at) ?? at
    else if (CLOSING.has(text) || text === ';' || text === ',') return at - 1
  }
  return tokens.length - 1
}
