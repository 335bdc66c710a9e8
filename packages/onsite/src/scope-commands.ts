/** The commands about what may be asked: show it, check it, make it of a list, and turn it into rules for the kernel. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseRange } from './addresses.ts'
import { stateFiles } from './database.ts'
import { loadScope } from './local.ts'
import { openOnsite } from './onsite.ts'
import type { Scope } from './scope.ts'
import { warningsOn } from './scope-advice.ts'
import { type Imported, importCsv, scopeText } from './scope-csv.ts'
import { parseScope } from './scope-file.ts'
import { writersOf } from './scope-guard.ts'
import { rulers, rulesFor } from './scope-rules.ts'
import { scopeScreen, warningLines } from './scope-screens.ts'
import { failureScreen } from './screens.ts'
import { resolveTarget } from './targets.ts'
import { type Action, type Context, complain, exitCodes, hindered, say, textOf } from './terminal.ts'
import { fill, fillText } from './words.ts'

/** `scope show` */
export const scopeShowCommand: Action = async (context, options) => {
  const { words, scopeFile } = context
  const loaded = loadScope(context)
  if (!loaded.ok) return hindered(context, loaded)
  const { scope } = loaded
  const shown = {
    file: scopeFile,
    scope,
    warnings: warningsOn(scope),
    writers: writersOf(scopeFile),
    narrowed: narrowedBySettings(context, scope),
  }
  if (options.json !== true) say(context, scopeScreen(words, shown))
  else {
    const { warnings, writers, narrowed } = shown
    const { size: addresses, hash, demo } = scope
    const chosen = narrowed === null ? null : { addresses: narrowed.size, ranges: narrowed.describe() }
    const facts = { file: scopeFile, addresses, ranges: scope.describe(), leftOut: scope.leftOut(), hash, demo }
    say(context, JSON.stringify({ ...facts, settings: chosen, warnings, writers }, null, 2))
  }
  return exitCodes.done
}

/** `scope check` */
export const scopeCheckCommand: Action = async (context, _options, addresses) => {
  const { words, terminal, scopeFile } = context
  const loaded = loadScope(context)
  if (!loaded.ok) return hindered(context, loaded)
  const { scope } = loaded
  say(context, fill(words, 'scopeSummary', { addresses: scope.size, ranges: scope.describe().join(', ') }))
  say(context, fill(words, 'scopeHash', { hash: scope.hash }))
  if (scope.demo) say(context, fill(words, 'scopeDemo'))
  for (const line of warningLines(words, { warnings: warningsOn(scope), writers: writersOf(scopeFile) }))
    say(context, line)
  let code: number = exitCodes.done
  for (const address of addresses) {
    const targets = await resolveTarget(scope, address, terminal.world.lookup)
    if (targets.ok) say(context, fill(words, 'scopeAllowed', { address }))
    else {
      say(context, fill(words, 'scopeRefused', { address, why: words.asks[targets.reason][0] }))
      code = exitCodes.notAgreed
    }
  }
  return code
}

/** `scope import` */
export const scopeImportCommand: Action = async (context, options, [file = '']) => {
  const { words, scopeFile, terminal } = context
  const read = trying(() => readFileSync(file))
  if (!read.ok) return failed(context, fillText(words, words.scope.say.cannotRead, { file, code: read.code }))
  const imported = importCsv(read.value)
  if (!imported.ok) return wrong(context, file, imported)
  const text = scopeText(
    imported.entries,
    fillText(words, words.scope.say.importHeading, { file: basename(file).replace(/\p{Cc}/gu, '?') }),
  )
  const parsed = parseScope(text)
  if (!parsed.ok) return wrong(context, file, parsed)
  if (options.print === true) {
    terminal.out(text)
    return exitCodes.done
  }
  const isThere = existsSync(scopeFile)
  if (isThere && options.replace !== true)
    return failed(context, fillText(words, words.scope.say.alreadyThere, { path: scopeFile }))
  const kept = `${scopeFile}.before-${new Date(terminal.world.clock.wall()).toISOString().replace(/[:.]/g, '-')}`
  const written = trying(() => {
    mkdirSync(dirname(scopeFile), { recursive: true, mode: 0o755 })
    if (isThere) copyFileSync(scopeFile, kept)
    writeFileSync(`${scopeFile}.new`, text, { mode: 0o644 })
    renameSync(`${scopeFile}.new`, scopeFile)
  })
  if (!written.ok)
    return failed(context, fillText(words, words.scope.say.cannotWrite, { file: scopeFile, code: written.code }))
  const number = (list: string) => imported.entries.filter((entry) => entry.list === list).length
  const numbers = { ranges: number('ranges'), hosts: number('hosts'), exclude: number('exclude'), file }
  say(context, fillText(words, words.scope.say.imported, numbers))
  if (imported.unused.length > 0)
    say(context, fillText(words, words.scope.say.unused, { columns: imported.unused.join(', ') }))
  if (isThere) say(context, fillText(words, words.scope.say.kept, { path: kept }))
  say(context, words.scope.say.importNext)
  return exitCodes.done
}

/** `scope rules` */
export const scopeRulesCommand: Action = async (context, options, [wanted = '']) => {
  const { words, terminal } = context
  const ruler = rulers.find((one) => one === wanted)
  if (ruler === undefined) {
    complain(context, fillText(words, words.scope.say.unknownRuler, { ruler: wanted }))
    return exitCodes.usage
  }
  const also = Array.isArray(options.also) ? options.also.map(String) : []
  const odd = also.find((address) => !parseRange(address).ok || / /.test(address))
  if (odd !== undefined) {
    complain(context, fillText(words, words.scope.say.badAlso, { address: odd }))
    return exitCodes.usage
  }
  const loaded = loadScope(context)
  if (!loaded.ok) return hindered(context, loaded)
  terminal.out(rulesFor(ruler, loaded.scope, { also, user: textOf(options.user) ?? 'platen-onsite' }))
  return exitCodes.done
}

/** What settings choose, if there is a state to look into and it can be looked into; showing the scope does not need it. */
function narrowedBySettings({ folder, scopeFile, terminal }: Context, scope: Scope): Scope | null {
  // Looking must not make a database, least of all one of root's in the service's folder.
  if (!existsSync(join(folder, stateFiles.database))) return null
  const opened = openOnsite({ folder, scopeFile, access: 'look', world: terminal.world, ...terminal.onsite })
  if (!opened.ok) return null
  try {
    const ranges = opened.onsite.store.get('settings')?.ranges ?? []
    return ranges.length === 0 ? null : scope.narrow(ranges).scope
  } finally {
    opened.onsite.close()
  }
}

function wrong(context: Context, file: string, { problems }: Extract<Imported, { ok: false }>): number {
  return failed(context, failureScreen(context.words, { ok: false, reason: 'badScope', detail: file, problems }))
}

function failed(context: Context, text: string): number {
  complain(context, text)
  return exitCodes.scope
}

function trying<T>(
  work: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string } {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { ok: false, code: String(error.code) }
    throw error
  }
}
