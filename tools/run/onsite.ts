/** Installs and runs the Onsite program as its administrator would: scope file, signed instructions, enrolment, service. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stateFiles } from '@platen/onsite'
import { makeInstructionKey, signBundle } from '@platen/wire'
import { compact } from '../publish-instructions/instructions.ts'
import { installedOnsite } from './built.ts'

const root = path.resolve(import.meta.dirname, '../..')
const bundle = path.join(root, 'knowledge/instructions.gen.json')

/** Where an Onsite keeps its state, and where the key that signs its instructions is. */
export interface OnsiteFolders {
  readonly state: string
  readonly keys: string
}

/** Writes the scope file, and signs the bundle with a key made at the first run; the key never lies in the Onsite's folder. */
export function installOnsite(
  folders: OnsiteFolders,
  scope: { readonly ranges: readonly string[]; readonly demo: boolean },
): void {
  mkdirSync(folders.state, { recursive: true, mode: 0o700 })
  mkdirSync(folders.keys, { recursive: true, mode: 0o700 })
  const ranges = scope.ranges.map((range) => JSON.stringify(range)).join(', ')
  writeFileSync(
    path.join(folders.state, stateFiles.scope),
    `# Written by ./run: the only addresses this Onsite may ask.\ndemo = ${scope.demo}\nranges = [${ranges}]\n`,
  )
  const keyFile = path.join(folders.keys, 'instructions.pem')
  if (!existsSync(keyFile)) {
    const key = makeInstructionKey()
    writeFileSync(keyFile, key.privatePem, { mode: 0o600 })
    writeFileSync(path.join(folders.keys, 'instructions.pub.pem'), key.publicPem)
  }
  writeFileSync(
    path.join(folders.state, stateFiles.trust),
    readFileSync(path.join(folders.keys, 'instructions.pub.pem')),
  )
  writeFileSync(
    path.join(folders.state, stateFiles.instructions),
    signBundle(compact(readFileSync(bundle, 'utf8')), readFileSync(keyFile, 'utf8')),
  )
  chmodSync(keyFile, 0o600)
}

/** The signed instructions and the public key of their signature, for Central's shelf. */
export function signedInstructions({ state }: OnsiteFolders): { readonly signed: string; readonly trust: string } {
  const read = (name: string): string => readFileSync(path.join(state, name), 'utf8')
  return { signed: read(stateFiles.instructions), trust: read(stateFiles.trust) }
}

/** Runs one command of the Onsite program to its end; `input` goes to its standard input. */
export function onsiteCommand(
  folders: OnsiteFolders,
  words: readonly string[],
  input = '',
): Promise<{ code: number; output: string }> {
  const child = start(folders, words)
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdin?.end(input)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? 1, output })))
}

/** Starts the Onsite's service; what it prints goes to `print`. */
export function onsiteService(folders: OnsiteFolders, print: (text: string) => void): ChildProcess {
  const child = start(folders, ['run', '--at-once'])
  child.stdin?.end()
  child.stdout?.on('data', (chunk: Buffer) => print(chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => print(chunk.toString()))
  return child
}

function start(folders: OnsiteFolders, words: readonly string[]): ChildProcess {
  // A session of its own: Ctrl-C at the terminal reaches ./run, which then ends the service in order.
  const { words: program, environment } = installedOnsite(console.log)
  return spawn(process.execPath, [...program, '--state', folders.state, ...words], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
}
