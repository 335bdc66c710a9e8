/** Border in, type out: no `any`, no `as` but `as const`, no `!` after a value. A documented border cast carries `// border: reason`. */
import type { Finding, Rule, SourceFile } from '../house.ts'
import type { Token } from '../lexer.ts'

/** `any` as a type. */
export const noAny: Rule = {
  name: 'any',
  check: (house) => find(house.files, 'any', isAny, 'parse it into a type, or take unknown'),
}

/** Casts. Names in import and export lists, keys and properties called `as` are none. */
export const noCasts: Rule = {
  name: 'casts',
  check: (house) =>
    find(
      house.files.map((file) => ({ ...file, permitted: bordersOf(file) })),
      'as',
      isCast,
      'parse at the border, or narrow by a check; an unavoidable border cast says `// border: reason` on its line or the one before',
    ),
}

/** `value!` and `name!: Type`. */
export const noNonNull: Rule = {
  name: 'non-null',
  check: (house) => find(house.files, '!', isNonNull, 'handle the missing value'),
}

type Look = (code: readonly Token[], at: number) => boolean

function find(
  files: readonly (SourceFile & { readonly permitted?: ReadonlySet<number> })[],
  text: string,
  look: Look,
  instead: string,
): readonly Finding[] {
  return files.flatMap((file) =>
    file.code.flatMap((token, at) => {
      if (token.text !== text || !look(file.code, at) || file.permitted?.has(token.line) === true) return []
      return [{ file: file.path, line: token.line, what: `\`${text}\``, instead }]
    }),
  )
}

/** Lines that a `// border: reason` comment speaks for: its own and the next. */
function bordersOf({ comments }: SourceFile): ReadonlySet<number> {
  return new Set(
    comments.filter(({ text }) => /^\/\/ border\b[^:]*: \S/i.test(text)).flatMap(({ line }) => [line, line + 1]),
  )
}

/** What a type stands behind; a comma only inside angle brackets, where arguments of a type are told apart. */
const TYPE_FOLLOWS = new Set([':', '<', '|', '&', '=>', '=', 'as', 'extends', 'satisfies', 'keyof', 'is', 'readonly'])

const isAny: Look = (code, at) => {
  const before = code[at - 1]?.text ?? ''
  const after = code[at + 1]?.text ?? ''
  // A value or a key called any is followed by what no type is followed by.
  if (code[at]?.kind !== 'word' || ['(', ':', '?', '.', '?.'].includes(after)) return false
  return TYPE_FOLLOWS.has(before) || (before === ',' && isInAngles(code, at))
}

function isInAngles(code: readonly Token[], at: number): boolean {
  for (let back = at - 1, depth = 0; back >= 0 && at - back < 100; back--) {
    const text = code[back]?.text ?? ''
    if (text === '>' || text === ')' || text === ']' || text === '}') depth++
    else if (text === '<' && depth === 0) return true
    else if (text === '<' || text === '(' || text === '[' || text === '{') depth--
    if (depth < 0 || text === ';') return false
  }
  return false
}

const BEFORE_A_TYPE = new Set(['{', '[', '(', '`'])

const isCast: Look = (code, at) => {
  const before = code[at - 1]
  const after = code[at + 1]
  if (code[at]?.kind !== 'word' || before === undefined || after === undefined || after.text === 'const') return false
  const endsValue =
    ['word', 'string', 'number', 'template', 'regex'].includes(before.kind) ||
    [')', ']', '}', '!'].includes(before.text)
  const beginsType = ['word', 'string', 'number', 'template'].includes(after.kind) || BEFORE_A_TYPE.has(after.text)
  if (!endsValue || !beginsType || ['const', 'let', 'readonly', 'return', 'typeof', 'in', 'of'].includes(before.text))
    return false
  return !isInNameList(code, at)
}

/** Whether a place lies in the braces of `import { }` or `export { }`, or in a mapped type's key. */
function isInNameList(code: readonly Token[], at: number): boolean {
  let open = at - 1
  while ((open >= 0 && ['word', 'string'].includes(code[open]?.kind ?? '')) || code[open]?.text === ',') open--
  if (code[open]?.text === '*') return true
  if (code[open]?.text !== '{') return isMappedKey(code, at)
  const before = [code[open - 1]?.text, code[open - 2]?.text, code[open - 3]?.text]
  return (
    before.slice(0, 2).some((text) => text === 'import' || text === 'export') ||
    (before[0] === ',' && before[2] === 'import')
  )
}

/** `[K in Keys as Name]` renames a key and casts nothing. */
function isMappedKey(code: readonly Token[], at: number): boolean {
  for (let back = at - 1, depth = 0; back >= 0 && at - back < 40; back--) {
    const text = code[back]?.text
    if (text === ']' || text === ')') depth++
    if (text === '(' || (text === '[' && depth > 0)) depth--
    else if (text === '[') return code[back + 2]?.text === 'in'
  }
  return false
}

const isNonNull: Look = (code, at) => {
  const before = code[at - 1]
  const after = code[at + 1]
  if (before === undefined || code[at]?.kind !== 'punct' || before.end !== code[at]?.line) return false
  const endsValue = before.kind === 'word' ? !KEYWORDS.has(before.text) : before.text === ')' || before.text === ']'
  // `if (a) !b` and JSX text aside, a value with `!` behind it is followed by punctuation or a new line.
  return endsValue && (after === undefined || after.kind === 'punct' || after.line !== code[at]?.line)
}

const KEYWORDS = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'await',
  'yield',
  'throw',
  'else',
  'do',
  'void',
  'delete',
])
