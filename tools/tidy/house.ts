/** The repository as the rules see it: files cut into tokens, packages with their faces, and the words of the knowledge data. Pure. */
import { type Export, exportsOf } from './exports.ts'
import { type FunctionSpan, functionsOf } from './functions.ts'
import { type Import, importsOf } from './imports.ts'
import { lex, type Token } from './lexer.ts'

/** One source file, cut up; paths are relative to the root, with slashes. */
export interface SourceFile {
  readonly path: string
  readonly lines: number
  /** The workspace's folder: `packages/snmp`, `tools`, `bench`, `e2e`, or '' for the root. */
  readonly workspace: string
  /** Tests and what only they use: `x.test.ts`, `x.testing.ts`, `testing.ts` and folders called `testing`. */
  readonly isTest: boolean
  /** Tokens without comments, and the comments. */
  readonly code: readonly Token[]
  readonly comments: readonly Token[]
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
  readonly functions: readonly FunctionSpan[]
}

/** A workspace under packages/ as its package.json tells. */
export interface Package {
  readonly folder: string
  readonly name: string
  /** Specifiers by which others may import it, each with the file behind it. */
  readonly faces: ReadonlyMap<string, string>
  readonly dependencies: readonly { readonly name: string; readonly line: number }[]
}

/** A file that is read as text only: data, styles, documents. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** Everything the rules look at. */
export interface House {
  readonly files: readonly SourceFile[]
  readonly packages: readonly Package[]
  /** JSON data of the workspaces. */
  readonly data: readonly TextFile[]
  readonly profiles: readonly TextFile[]
  readonly decisions: readonly TextFile[]
  /** Makers' names as the knowledge writes them, and the names of profiles. */
  readonly vendors: readonly string[]
  readonly profileNames: readonly string[]
}

/** Something against a rule: where, what, and what to do instead. */
export interface Finding {
  readonly file: string
  readonly line: number
  readonly what: string
  readonly instead: string
}

/** One house rule that runs. */
export interface Rule {
  readonly name: string
  check(house: House): readonly Finding[]
}

/** Cuts one file up. */
export function sourceFile(path: string, text: string): SourceFile {
  const tokens = lex(text, path.endsWith('x'))
  const code = tokens.filter(({ kind }) => kind !== 'comment')
  const imports = importsOf(code)
  return {
    path,
    lines: linesOf(text),
    workspace: workspaceOf(path),
    isTest: /(^|\/)testing\/|\.test\.tsx?$|(^|[./])testing\.tsx?$/.test(path),
    code,
    comments: tokens.filter(({ kind }) => kind === 'comment'),
    imports,
    exports: exportsOf(code, imports),
    functions: functionsOf(code),
  }
}

/** Lines of a text; the end of the last line begins no new one. */
export const linesOf = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/** The workspace a path lies in. */
export function workspaceOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  if (first === 'packages') return `packages/${second}`
  return ['tools', 'bench', 'e2e'].includes(first) ? first : ''
}

/** Whether a file may see the world: programs' beginnings, tools, benchmarks, whole-line tests and all tests. */
export function isCompositionRoot({ path, workspace, isTest }: SourceFile): boolean {
  if (isTest || ['tools', 'bench', 'e2e', ''].includes(workspace)) return true
  if (/\/main\.tsx?$/.test(path) || path.endsWith('.config.ts')) return true
  // The browser's one door to Central.
  return path === 'packages/web/src/api.ts'
}

/** The file that a relative import leads to. */
export function resolved(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** The file that an import leads to inside the house, by face or relatively; nothing for other people's packages. */
export function targetOf(house: House, file: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return resolved(file.path, specifier)
  for (const { faces } of house.packages) {
    const face = faces.get(specifier)
    if (face !== undefined) return face
  }
  return undefined
}
