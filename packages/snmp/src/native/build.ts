/**
 * Builds the native part that sends and receives many datagrams a system call (batch.c), with the system's compiler and the headers
 * that come with Node. `node build.ts`: quiet when there is nothing to do, or nothing to do it with; --explain says which.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const source = join(import.meta.dirname, 'batch.c')
const target = join(import.meta.dirname, 'batch.node')
const FLAGS = ['-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-fvisibility=hidden']

/** What became of it: built now, there already, or why it cannot be. */
type Result = { readonly ok: true; readonly isNew: boolean } | { readonly ok: false; readonly why: string }

const result = build()
if (process.argv.includes('--explain')) {
  if (result.ok) console.log(result.isNew ? `built ${target}` : `${target} is there`)
  else console.log(`Without the native part: ${result.why}. Everything works, with more CPU.`)
}

function build(): Result {
  if (process.platform !== 'linux') return { ok: false, why: 'sendmmsg and recvmmsg are calls of Linux' }
  if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) return { ok: true, isNew: false }
  const headers = [join(process.execPath, '../../include/node'), '/usr/include/node'].find((folder) =>
    existsSync(join(folder, 'node_api.h')),
  )
  if (headers === undefined) return { ok: false, why: `Node's headers are not beside ${process.execPath}` }
  const made = `${target}.${process.pid}`
  try {
    execFileSync('cc', [...FLAGS, '-I', headers, '-o', made, source], { stdio: 'pipe' })
    renameSync(made, target)
    return { ok: true, isNew: true }
  } catch (error) {
    rmSync(made, { force: true })
    return { ok: false, why: `cc: ${error instanceof Error ? error.message : String(error)}` }
  }
}
