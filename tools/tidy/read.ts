/** Reads the repository from disk into a house: the only part of tidy that touches files. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type House, type Package, sourceFile, type TextFile } from './house.ts'

const FOLDERS = ['packages', 'tools', 'bench', 'e2e'] as const
/** Not ours, or made by programs. */
const PASSED_OVER = new Set(['node_modules', 'dist', 'var', 'public', 'coverage'])

/** The house under a folder. @throws Error if a file cannot be read or a profile is no YAML. */
export function readHouse(root: string): House {
  const paths = FOLDERS.flatMap((folder) => walk(root, folder))
  const text = (path: string): TextFile => ({ path, text: readFileSync(join(root, path), 'utf8') })
  const profiles = walk(root, 'knowledge/profiles')
    .filter((path) => path.endsWith('.yaml'))
    .map(text)
  const known = profiles.map((profile): unknown => parse(profile.text))
  return {
    files: paths.filter((path) => /\.(ts|tsx|mts)$/.test(path)).map((path) => sourceFile(path, text(path).text)),
    packages: paths
      .filter((path) => /^packages\/[^/]+\/package\.json$/.test(path))
      .map((path) => packageOf(text(path))),
    data: paths.filter((path) => path.endsWith('.json') && !path.endsWith('package.json')).map(text),
    profiles,
    decisions: walk(root, 'docs/decisions')
      .filter((path) => path.endsWith('.md'))
      .map(text),
    vendors: [...new Set(known.flatMap(vendorsIn))],
    profileNames: known.flatMap((profile) => textsAt(profile, 'profile')).filter((name) => name !== 'standard'),
  }
}

function walk(root: string, folder: string): readonly string[] {
  let entries: ReturnType<typeof list>
  try {
    entries = list(join(root, folder))
  } catch {
    return []
  }
  return entries
    .filter(({ name }) => !PASSED_OVER.has(name))
    .flatMap((entry) => (entry.isDirectory() ? walk(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
}

const list = (folder: string) => readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))

/** A package.json as far as the rules need it. */
export function packageOf({ path, text }: TextFile): Package {
  const json: unknown = JSON.parse(text)
  const folder = path.slice(0, -'/package.json'.length)
  const name = textsAt(json, 'name')[0] ?? folder
  const faces = Object.entries(recordAt(json, 'exports')).map(([key, file]): [string, string] => [
    key === '.' ? name : `${name}${key.slice(1)}`,
    `${folder}${String(file).slice(1)}`,
  ])
  const lines = text.split('\n')
  const dependencies = Object.keys(recordAt(json, 'dependencies')).map((each) => ({
    name: each,
    line: lines.findIndex((line) => line.includes(`"${each}":`)) + 1,
  }))
  return { folder, name, faces: new Map(faces), dependencies }
}

/** Makers' names of a profile or the makers' list: the vendor and how devices call it. */
function vendorsIn(profile: unknown): readonly string[] {
  return [...listAt(profile, 'makers'), ...listAt(profile, 'brands')].flatMap((maker) => [
    ...textsAt(maker, 'vendor'),
    ...textsAt(maker, 'id'),
  ])
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const recordAt = (value: unknown, key: string): Readonly<Record<string, unknown>> => {
  const inner = isRecord(value) ? value[key] : undefined
  return isRecord(inner) ? inner : {}
}

const listAt = (value: unknown, key: string): readonly unknown[] => {
  const inner = isRecord(value) ? value[key] : undefined
  return Array.isArray(inner) ? inner : []
}

const textsAt = (value: unknown, key: string): readonly string[] => {
  const inner = isRecord(value) ? value[key] : undefined
  return [inner].flat().filter((text) => typeof text === 'string')
}
