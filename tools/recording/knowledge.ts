/** The knowledge as it would be with one profile more, or without one: for trying a draft before it is checked in. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Compiled, compile } from '@platen/collector'
import { parse } from 'yaml'
import { KNOWLEDGE } from '../knowledge/catalogue.ts'
import { FILES } from '../publish-instructions/instructions.ts'

const PROFILES = join(KNOWLEDGE, FILES.profiles)

/** The files of the checked-in knowledge as they are authored: profiles, makers, words. */
export async function authoredFiles(): Promise<readonly unknown[]> {
  const names = (await readdir(PROFILES)).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(names.map(async (name): Promise<unknown> => parse(await readFile(join(PROFILES, name), 'utf8'))))
}

/** Compiles authored files with others in the place of, or beside, those of the same name. Texts are YAML. */
export function compileWith(
  authored: readonly unknown[],
  more: readonly string[],
  without: readonly string[] = [],
): Compiled {
  const parsed = more.map(parsedOrWhy)
  const problems = parsed.flatMap((one) => (one.ok ? [] : [one.why]))
  if (problems.length > 0) return { ok: false, problems }
  const added = parsed.flatMap((one) => (one.ok ? [one.file] : []))
  const replaced = new Set([...without, ...added.map(nameOf)])
  const files = authored.filter((file) => !replaced.has(nameOf(file)))
  return compile([...files, ...added], 'draft')
}

type Parsed = { readonly ok: true; readonly file: unknown } | { readonly ok: false; readonly why: string }

function parsedOrWhy(text: string): Parsed {
  try {
    return { ok: true, file: parse(text) }
  } catch (error) {
    // What a person wrote is no YAML: the parser's message says where.
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}

/** The name of an authored profile; '' for makers and words, which have none. */
export function nameOf(file: unknown): string {
  return typeof file === 'object' && file !== null && 'profile' in file ? String(file.profile) : ''
}
