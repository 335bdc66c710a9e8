/**
 * Dead exports: nothing is exported that nobody imports. What counts as use:
 * a value of an ordinary file is imported, or handed on by a face, somewhere else in the house;
 * a value that a face hands on is imported by another workspace or by a test, or its line there says `// public: reason`;
 * a value that a face file makes itself is used by anything at all, the file's own schemas too: it is part of a contract;
 * a type is imported, or stands on a face, or is a word of its own file's other exports: callers must be able to name it.
 */
import { type Finding, type House, type Rule, type SourceFile, targetOf } from '../house.ts'

/** Follows names through `export ... from`, so that a name is used wherever it is imported from. */
export const deadExports: Rule = {
  name: 'dead exports',
  check(house) {
    const origins = new Origins(house)
    const faces = new Set(house.packages.flatMap((each) => [...each.faces.values()]))
    return house.files
      .filter(isLibrary)
      .flatMap((file) => (faces.has(file.path) ? deadOnFace(file, faces, origins) : deadInside(file, origins)))
  },
}

/** Tools, benchmarks and tests start programs or are imported by nobody. */
const isLibrary = ({ path, workspace, isTest }: SourceFile): boolean =>
  !isTest &&
  (workspace.startsWith('packages/') || workspace === 'tools') &&
  !path.endsWith('.config.ts') &&
  !path.endsWith('.d.ts')

/** Where a name is made, however often it was handed on. */
interface Origin {
  readonly file: string
  readonly name: string
  readonly isType: boolean
}

/** For every name that is made somewhere: who imports it. */
class Origins {
  readonly #house: House
  readonly #files: ReadonlyMap<string, SourceFile>
  readonly #uses = new Map<string, Set<string>>()

  constructor(house: House) {
    this.#house = house
    this.#files = new Map(house.files.map((file) => [file.path, file]))
    for (const file of house.files) for (const each of file.imports) this.#note(file, each.specifier, each.names)
  }

  /** The workspaces that import a name; a test is told from its workspace by `!`. */
  usersOf({ file, name }: Pick<Origin, 'file' | 'name'>): readonly string[] {
    return [...(this.#uses.get(`${file} ${name}`) ?? [])]
  }

  /** Where a name that a file exports is made; nothing if it comes from other people's packages. */
  of(path: string, name: string, seen: readonly string[] = []): Origin | undefined {
    const file = this.#files.get(path)
    if (file === undefined || seen.includes(path)) return undefined
    const own = file.exports.find((each) => each.name === name)
    if (own !== undefined && own.from === undefined) return { file: path, name, isType: own.isType }
    const roads = own === undefined ? file.exports.filter((each) => each.name === '*') : [own]
    for (const { from, isType } of roads) {
      const target = from === undefined ? undefined : targetOf(this.#house, file, from.specifier)
      if (from === undefined || target === undefined) continue
      const found = this.of(target, own === undefined ? name : from.name, [...seen, path])
      if (found !== undefined) return { ...found, isType: found.isType || isType }
    }
    return undefined
  }

  /** All names a file exports, its own and those handed on, each with where this file says so. */
  namesOf(path: string): readonly { readonly name: string; readonly line: number }[] {
    const file = this.#files.get(path)
    return (file?.exports ?? []).flatMap(({ name, line, from }) => {
      if (file === undefined || name !== '*') return [{ name, line }]
      const target = targetOf(this.#house, file, from?.specifier ?? '')
      return target === undefined ? [] : this.namesOf(target).map((each) => ({ name: each.name, line }))
    })
  }

  #note(user: SourceFile, specifier: string, names: readonly string[]): void {
    const target = targetOf(this.#house, user, specifier)
    if (target === undefined) return
    const all = names.includes('*') ? this.namesOf(target).map(({ name }) => name) : names
    for (const name of all) {
      const origin = this.of(target, name)
      if (origin === undefined) continue
      const key = `${origin.file} ${origin.name}`
      const users = this.#uses.get(key) ?? new Set()
      this.#uses.set(key, users.add(user.isTest ? `${user.workspace}!` : user.workspace))
    }
  }
}

function deadInside(file: SourceFile, origins: Origins): readonly Finding[] {
  return file.exports
    .filter(({ from }) => from === undefined)
    .filter(({ name }) => origins.usersOf({ file: file.path, name }).length === 0)
    .filter(({ name, isType }) => !isType || timesSaid(file, name) < 2)
    .map(({ name, line }) => ({
      file: file.path,
      line,
      what: `nobody imports ${name}`,
      instead: 'take `export` away, or delete it',
    }))
}

const timesSaid = ({ code }: SourceFile, name: string): number => code.filter(({ text }) => text === name).length

function deadOnFace(face: SourceFile, faces: ReadonlySet<string>, origins: Origins): readonly Finding[] {
  const pardons = face.comments.filter(({ text }) => /^\/\/ public: \S/.test(text))
  const pardoned = new Set(pardons.flatMap(({ line }) => [line, line + 1]))
  return origins
    .namesOf(face.path)
    .filter(({ name, line }) => !pardoned.has(line) && !isAliveOnFace(face, name, faces, origins))
    .map(({ name, line }) => ({
      file: face.path,
      line,
      what: `no other workspace and no test imports ${name}`,
      instead: 'take it off the face, or say `// public: reason`',
    }))
}

/** What a face makes itself lives in its contract as soon as anything uses it; what it hands on must be wanted outside. */
function isAliveOnFace(face: SourceFile, name: string, faces: ReadonlySet<string>, origins: Origins): boolean {
  const origin = origins.of(face.path, name)
  if (origin === undefined || origin.isType) return true
  const users = origins.usersOf(origin)
  if (origin.file === face.path) return users.length > 0 || timesSaid(face, name) > 1
  return faces.has(origin.file) || users.some((user) => user !== face.workspace)
}
