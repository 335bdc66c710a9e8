/**
 * Onsite only ever calls out: nothing that ships in it can wait for somebody to connect, over TCP or UDP. The one exception is the local page,
 * which its administrator opens on the machine itself, and that is one file.
 */
import type { Finding, Rule, SourceFile } from '../house.ts'
import type { Token } from '../lexer.ts'

/** The program in the customer's network, and everything of ours that is built into it. */
const SHIPPED = new Set(['packages/onsite', 'packages/collector', 'packages/snmp', 'packages/wire', 'packages/model'])

/** The local page (docs/security.md). */
const LOCAL_PAGE = 'packages/onsite/src/page/server.ts'

/** Modules whose use is to be connected to; UDP to printers goes through snmp's one socket, which takes answers of whom it asked. */
const MODULES = ['inspector', 'inspector/promises', 'cluster', 'repl']
const NETWORK = ['net', 'http', 'https', 'http2', 'tls']

const INSTEAD = 'let Onsite call; whoever wants to tell it something answers its next contact'

/** Looks at code only; tests may build servers to be called. */
export const outgoing: Rule = {
  name: 'outgoing',
  check: (house) =>
    house.files
      .filter(({ workspace, isTest, path }) => SHIPPED.has(workspace) && !isTest && path !== LOCAL_PAGE)
      .flatMap(ofFile),
}

function ofFile(file: SourceFile): readonly Finding[] {
  const isOnsite = file.workspace === 'packages/onsite'
  const imported = file.imports.flatMap(({ specifier, names, line }) => {
    const what = waitingImport(specifier.replace(/^node:/, ''), names, isOnsite)
    return what === undefined ? [] : [{ line, what: `imports ${what}` }]
  })
  const used = file.code.flatMap((token, at) => {
    const what = waitingAt(file.code, at, isOnsite)
    return what === undefined ? [] : [{ line: token.line, what }]
  })
  return [...imported, ...used].map(({ line, what }) => ({ file: file.path, line, what, instead: INSTEAD }))
}

function waitingImport(module: string, names: readonly string[], isOnsite: boolean): string | undefined {
  if (MODULES.includes(module) || (isOnsite && module === 'dgram')) return module
  const isServer = NETWORK.includes(module) && names.includes('Server')
  return isServer ? `Server of ${module}` : undefined
}

function waitingAt(code: readonly Token[], at: number, isOnsite: boolean): string | undefined {
  const { kind, text } = code[at] ?? { kind: 'punct', text: '' }
  const [before, after] = [code[at - 1]?.text ?? '', code[at + 1]?.text ?? '']
  const isMember = before === '.' || before === '?.'
  // In quotes too: `net['createServer']` makes one as well.
  if (/^['"`]?create(Secure)?Server['"`]?$/.test(text)) return 'createServer'
  if (kind !== 'word') return undefined
  if (text === 'Server' && (isMember || before === 'new')) return 'a Server'
  if (!isOnsite) return undefined
  if (text === 'listen' && isMember && (after === '(' || after === '?.')) return 'listen()'
  return text === 'createSocket' ? 'createSocket' : undefined
}
