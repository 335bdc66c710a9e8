/**
 * Cuts TypeScript and TSX into tokens by hand, since TypeScript 7 gives no parser to programs. It knows what hides code from a search:
 * strings, templates with code inside, comments, regular expressions and the text of JSX. It never throws; nonsense ends as tokens.
 */

/** What a token is; `text` is what stands between JSX tags, `template` one literal stretch of a template. */
export type TokenKind = 'word' | 'number' | 'string' | 'template' | 'regex' | 'punct' | 'comment' | 'text'

/** One token; `line` counts from 1 and is where it begins, `end` the line where it ends. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly line: number
  readonly end: number
}

const SPACE = /\s/
const WORD_START = /[\p{ID_Start}$_#@]/u
const WORD = /[\p{ID_Continue}$\u200c\u200d]/u
const DIGIT = /\d/
/** Longest first: `=>` must not become `=` and `>`. `>` stays single, so that `Map<string, Set<number>>` closes twice. */
const PUNCTUATORS = [
  '...',
  '===',
  '!==',
  '**=',
  '??=',
  '||=',
  '&&=',
  '<<=',
  '=>',
  '==',
  '!=',
  '<=',
  '&&',
  '||',
  '??',
  '?.',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '**',
  '<<',
]
/** After these words an expression begins, so that a slash opens a regular expression and `<` opens JSX. */
const BEFORE_EXPRESSION = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'do',
  'else',
  'await',
  'yield',
  'instanceof',
  'default',
  'extends',
])

/** All tokens of a file, comments included, in order. */
export function lex(text: string, isJsx: boolean): readonly Token[] {
  const lexer = new Lexer(text, isJsx)
  lexer.code()
  return lexer.tokens
}

class Lexer {
  readonly tokens: Token[] = []
  readonly #text: string
  readonly #isJsx: boolean
  #at = 0
  #line = 1
  /** The last token that is no comment. */
  #last: Token | undefined

  constructor(text: string, isJsx: boolean) {
    this.#text = text
    this.#isJsx = isJsx
  }

  /** Reads code up to the end or to a brace that was not opened here; that brace stays. */
  code(): void {
    let depth = 0
    while (this.#at < this.#text.length) {
      const here = this.#text[this.#at] ?? ''
      if (here === '}' && depth === 0 && this.#isInside()) return
      if (here === '{') depth++
      if (here === '}') depth--
      this.#next(here)
    }
  }

  /** How many templates and JSX braces are open; outside of all, a stray brace is only a token. */
  #nesting = 0
  #isInside(): boolean {
    return this.#nesting > 0
  }

  #next(here: string): void {
    const two = this.#text.slice(this.#at, this.#at + 2)
    if (SPACE.test(here)) this.#skip()
    else if (two === '//' || (two === '#!' && this.#at === 0)) this.#take('comment', this.#endOf('\n', this.#at))
    else if (two === '/*') this.#take('comment', this.#endOf('*/', this.#at + 2, 2))
    else if (here === '"' || here === "'") this.#take('string', this.#endOfString(here))
    else if (here === '`') this.#template()
    else if (DIGIT.test(here) || (here === '.' && DIGIT.test(two[1] ?? ''))) this.#take('number', this.#endOfNumber())
    else if (WORD_START.test(here)) this.#take('word', this.#endOfWord())
    else if (here === '/' && this.#expectsExpression()) this.#take('regex', this.#endOfRegex())
    else if (here === '<' && this.#opensJsx()) this.#jsx()
    else this.#punct()
  }

  #skip(): void {
    if (this.#text[this.#at] === '\n') this.#line++
    this.#at++
  }

  /** Takes everything up to `end` as one token. */
  #take(kind: TokenKind, end: number): void {
    const text = this.#text.slice(this.#at, end)
    const line = this.#line
    for (const character of text) if (character === '\n') this.#line++
    const token = { kind, text, line, end: this.#line }
    this.tokens.push(token)
    if (kind !== 'comment') this.#last = token
    this.#at = end
  }

  #punct(): void {
    const longest = PUNCTUATORS.find((punctuator) => this.#text.startsWith(punctuator, this.#at))
    // `a?.5:b` is a condition, not a chain.
    const isChain = longest === '?.' && DIGIT.test(this.#text[this.#at + 2] ?? '')
    this.#take('punct', this.#at + (isChain ? 1 : (longest?.length ?? 1)))
  }

  #endOf(mark: string, from: number, extra = 0): number {
    const found = this.#text.indexOf(mark, from)
    return found < 0 ? this.#text.length : found + extra
  }

  #endOfString(quote: string): number {
    let at = this.#at + 1
    while (at < this.#text.length && this.#text[at] !== quote && this.#text[at] !== '\n')
      at += this.#text[at] === '\\' ? 2 : 1
    return Math.min(at + 1, this.#text.length)
  }

  #endOfNumber(): number {
    let at = this.#at
    while (
      /[\w.]/.test(this.#text[at] ?? '') ||
      (/[+-]/.test(this.#text[at] ?? '') && /[eE]/.test(this.#text[at - 1] ?? ''))
    )
      at++
    return at
  }

  #endOfWord(): number {
    let at = this.#at + 1
    while (WORD.test(this.#text[at] ?? '')) at++
    return at
  }

  #endOfRegex(): number {
    let at = this.#at + 1
    for (let inClass = false; at < this.#text.length && this.#text[at] !== '\n'; at++) {
      const here = this.#text[at]
      if (here === '\\') at++
      else if (here === '[') inClass = true
      else if (here === ']') inClass = false
      else if (here === '/' && !inClass) break
    }
    at++
    while (/[a-z]/.test(this.#text[at] ?? '')) at++
    return Math.min(at, this.#text.length)
  }

  #expectsExpression(): boolean {
    const last = this.#last
    if (last === undefined) return true
    if (last.kind === 'word') return BEFORE_EXPRESSION.has(last.text)
    return last.kind === 'punct' && ![')', ']', '}', '++', '--'].includes(last.text)
  }

  /** A template's literal stretches are tokens of their own; the code between is cut like any other. */
  #template(): void {
    let start = this.#at
    let at = this.#at + 1
    while (at < this.#text.length) {
      if (this.#text[at] === '`') break
      if (this.#text.startsWith('${', at)) {
        this.#at = start
        this.#take('template', at)
        this.#nested('${')
        start = this.#at
        at = this.#at
      } else at += this.#text[at] === '\\' ? 2 : 1
    }
    this.#at = start
    this.#take('template', Math.min(at + 1, this.#text.length))
  }

  /** Code in braces inside a template or JSX; both braces become tokens. */
  #nested(open: string): void {
    this.#take('punct', this.#at + open.length)
    this.#nesting++
    this.code()
    this.#nesting--
    if (this.#text[this.#at] === '}') this.#take('punct', this.#at + 1)
  }

  /** `<` where an expression begins and a tag's name or `>` follows; `<T,>` and `<T extends` are type parameters. */
  #opensJsx(): boolean {
    if (!this.#isJsx || !this.#expectsExpression()) return false
    return /^<(>|[A-Za-z_][\w.:-]*(?!\s*,|\s+extends\b)[\s/>])/.test(this.#text.slice(this.#at, this.#at + 80))
  }

  #jsx(): void {
    this.#take('punct', this.#at + 1)
    if (this.#tag()) this.#children()
  }

  /** A tag up to its `>`; says whether children follow. */
  #tag(): boolean {
    while (this.#at < this.#text.length) {
      const here = this.#text[this.#at] ?? ''
      if (SPACE.test(here)) this.#skip()
      else if (here === '>') {
        this.#take('punct', this.#at + 1)
        return true
      } else if (here === '/' && this.#text[this.#at + 1] === '>') {
        this.#take('punct', this.#at + 2)
        return false
      } else if (here === '{') this.#nested('{')
      else if (here === '"' || here === "'") this.#take('string', this.#endOf(here, this.#at + 1, 1))
      else if (/[\w$]/.test(here)) this.#take('word', this.#endOfName())
      else this.#take('punct', this.#at + 1)
    }
    return false
  }

  #endOfName(): number {
    let at = this.#at
    while (/[\w$.:-]/.test(this.#text[at] ?? '')) at++
    return at
  }

  #children(): void {
    while (this.#at < this.#text.length) {
      const here = this.#text[this.#at]
      if (this.#text.startsWith('</', this.#at)) {
        this.#take('punct', this.#endOf('>', this.#at, 1))
        return
      }
      if (here === '<') this.#jsx()
      else if (here === '{') this.#nested('{')
      else this.#take('text', this.#endOfText())
    }
  }

  #endOfText(): number {
    let at = this.#at
    while (at < this.#text.length && this.#text[at] !== '<' && this.#text[at] !== '{') at++
    return at
  }
}
