/** Compiles the authored profiles of knowledge/ into the bundle that Onsites execute, and keeps one content to one version. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Compiled, compile, type Instructions } from '@platen/collector'
import { compareVersions, isNumbered } from '@platen/wire'
import { parse } from 'yaml'
import { z } from 'zod'

/** Longest profile: what does not fit is two vendors, or knowledge nobody has understood yet. */
const MAX_PROFILE_LINES = 150

/** Where things are below knowledge/. */
export const FILES = {
  profiles: 'profiles',
  bundle: 'instructions.gen.json',
  version: 'VERSION',
  versions: 'versions.json',
} as const

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

/** The bundle as it is signed and travels: the same JSON without a blank. */
export function compact(bundle: string): string {
  return JSON.stringify(JSON.parse(bundle))
}

/** Versions in the order they were given, each with the SHA-256 of its content. */
export type Versions = Readonly<Record<string, string>>

/** The list of versions of this knowledge folder. */
export async function readVersions(folder: string): Promise<Versions> {
  const text = await readFile(join(folder, FILES.versions), 'utf8').catch(() => '{}')
  return z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)).parse(JSON.parse(text))
}

/** The list with this bundle in it, or why its version may not be that: a version has one content for ever, and is higher than all before. */
export function withVersion(
  versions: Versions,
  instructions: Instructions,
): { readonly ok: true; readonly versions: Versions } | { readonly ok: false; readonly problem: string } {
  const { version, ...content } = instructions
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex')
  const known = versions[version]
  if (known === hash) return { ok: true, versions }
  const refuse = (problem: string) => ({ ok: false, problem }) as const
  if (!isNumbered(version)) return refuse(`version ${version} is not numbers with dots`)
  if (known !== undefined) return refuse(`the profiles have changed: raise knowledge/VERSION above ${version}`)
  const higher = Object.keys(versions).find((one) => (compareVersions(one, version) ?? 0) >= 0)
  if (higher !== undefined) return refuse(`version ${version} is not above ${higher}`)
  return { ok: true, versions: { ...versions, [version]: hash } }
}

function misnamed(name: string, source: unknown): string[] {
  if (typeof source !== 'object' || source === null || !('profile' in source)) return []
  return `${String(source.profile)}.yaml` === name ? [] : [`${name}: its profile is called ${String(source.profile)}`]
}
