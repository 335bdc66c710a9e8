/** What the administrator put into the state folder: scope, configuration, trusted key and instructions, read anew for each round so that edits count. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Instructions } from '@platen/collector'
import { trustFingerprint } from '@platen/wire'
import { stateFiles } from './database.ts'
import { readInstructions, writeWhole } from './instruction-files.ts'
import { type LoadedInstructions, verifyBundle } from './instructions.ts'
import type { Scope } from './scope.ts'
import { parseScope, type ScopeFile, type ScopeProblem } from './scope-file.ts'

/** Where the two kinds of files are: the service's own folder, and a scope file it cannot write. */
export interface Places {
  readonly folder: string
  readonly scopeFile: string
}

/** The scope, or what is wrong with the file. */
export type LoadedScope =
  | { readonly ok: true; readonly scope: Scope }
  | {
      readonly ok: false
      readonly reason: 'noScope' | 'badScope'
      readonly detail: string
      readonly problems: readonly ScopeProblem[]
    }

/** Why a round cannot begin for want of something local. */
export type LocalFailure = Extract<LoadedScope, { ok: false }> | Extract<LoadedInstructions, { ok: false }>

/** Reads the scope file. */
export function loadScope({ scopeFile }: Places): LoadedScope {
  if (!existsSync(scopeFile)) return { ok: false, reason: 'noScope', detail: scopeFile, problems: [] }
  const parsed = readScope(scopeFile)
  if (parsed.ok) return parsed
  return { ok: false, reason: 'badScope', detail: scopeFile, problems: parsed.problems }
}

/** A file that is there and may not be read is a mistake in it like any other. */
function readScope(path: string): ScopeFile {
  try {
    return parseScope(readFileSync(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return { ok: false, problems: [{ line: null, entry: `${path} (${error.code})`, reason: 'cannotRead' }] }
  }
}

/** Reads and verifies the instructions in force. */
export function loadInstructions({ folder }: Places): LoadedInstructions {
  return readInstructions(folder, 'inForce')
}

/**
 * Puts a trusted key and signed instructions into the state folder, if they fit each other; else nothing is changed. A key alone is enough
 * where there are none yet: the first ones come from Central.
 */
export function installInstructions(
  places: Places,
  files: { readonly trust?: string | undefined; readonly instructions?: string | undefined },
): { readonly ok: true } | Extract<LoadedInstructions, { ok: false }> {
  const trust = files.trust ?? join(places.folder, stateFiles.trust)
  const signed = files.instructions ?? join(places.folder, stateFiles.instructions)
  if (!existsSync(trust)) return { ok: false, reason: 'noTrust', detail: trust }
  const trustPem = readFileSync(trust, 'utf8')
  const pin = () => writeWhole(join(places.folder, stateFiles.trust), trustPem)
  if (!existsSync(signed)) {
    if (files.instructions !== undefined) return { ok: false, reason: 'missing', detail: signed }
    if (trustFingerprint(trustPem) === null) return { ok: false, reason: 'badTrust', detail: trust }
    pin()
    return { ok: true }
  }
  const text = readFileSync(signed, 'utf8')
  const loaded = verifyBundle(text, trustPem)
  if (!loaded.ok) return loaded
  if (files.trust !== undefined) pin()
  if (files.instructions !== undefined) writeWhole(join(places.folder, stateFiles.instructions), text)
  return { ok: true }
}

/** Scope and instructions together, or the first thing that is missing. */
export function loadBoth(
  places: Places,
): { readonly ok: true; readonly scope: Scope; readonly instructions: Instructions } | LocalFailure {
  const scope = loadScope(places)
  if (!scope.ok) return scope
  const instructions = loadInstructions(places)
  return instructions.ok ? { ok: true, scope: scope.scope, instructions: instructions.instructions } : instructions
}
