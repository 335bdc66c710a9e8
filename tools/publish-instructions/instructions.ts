/** Compiles the authored profiles of knowledge/ into the bundle that Onsites execute. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Compiled, compile } from '@platen/collector'
import { parse } from 'yaml'

/** Longest profile: what does not fit is two vendors, or knowledge nobody has understood yet. */
const MAX_PROFILE_LINES = 150

/** Where things are below knowledge/. */
export const FILES = { profiles: 'profiles', bundle: 'instructions.gen.json', version: 'VERSION' } as const

/** Compiles every profile below this knowledge folder; the version is the content of its VERSION file. */
export async function compileKnowledge(folder: string): Promise<Compiled & { readonly files: number }> {
  const names = (await readdir(join(folder, FILES.profiles))).filter((name) => name.endsWith('.yaml')).sort()
  const version = (await readFile(join(folder, FILES.version), 'utf8')).trim()
  const problems: string[] = []
  const sources: unknown[] = []
  for (const name of names) {
    const text = await readFile(join(folder, FILES.profiles, name), 'utf8')
    const lines = text.trimEnd().split('\n').length
    if (lines > MAX_PROFILE_LINES) problems.push(`${name}: ${lines} lines, more than ${MAX_PROFILE_LINES}`)
    const source: unknown = parse(text)
    problems.push(...misnamed(name, source))
    sources.push(source)
  }
  const compiled = compile(sources, version)
  if (compiled.ok && problems.length === 0) return { ...compiled, files: names.length }
  return { ok: false, problems: [...problems, ...(compiled.ok ? [] : compiled.problems)], files: names.length }
}

/** The bundle as it is checked in: one profile a line would hide changes, so it is indented. */
export function bundleText(instructions: unknown): string {
  return `${JSON.stringify(instructions, null, 1)}\n`
}

function misnamed(name: string, source: unknown): string[] {
  if (typeof source !== 'object' || source === null || !('profile' in source)) return []
  return `${String(source.profile)}.yaml` === name ? [] : [`${name}: its profile is called ${String(source.profile)}`]
}
