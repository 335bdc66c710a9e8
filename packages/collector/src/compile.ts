/** From authored profiles to the bundle an Onsite executes: each profile merged with what it extends, checked, in one JSON value. */
import { z } from 'zod'
import { checkAuthored } from './check.ts'
import { checkInstructions, type Instructions, instructionsSchema } from './instructions.ts'
import { mergeProfiles, withWords } from './merge.ts'
import {
  type AuthoredProfile,
  type Makers,
  makersSchema,
  profileSchema,
  type Words,
  wordsSchema,
} from './schema/profile.ts'

export type Compiled =
  | { readonly ok: true; readonly instructions: Instructions }
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Compiles parsed profile files into one bundle, or says everything that is wrong with them. A file with `makers` is the
 * list of makers, one with `words` the shared label tables, every other one a profile.
 */
export function compile(files: readonly unknown[], version: string): Compiled {
  const desk = new Desk()
  for (const file of files) desk.take(file)
  desk.problems.push(...desk.authored.flatMap(checkAuthored))
  const merged = desk.authored.flatMap((profile) => desk.complete(profile))
  if (desk.problems.length > 0) return { ok: false, problems: desk.problems }
  const bundle = instructionsSchema.safeParse({ format: 1, version, ...desk.makers, profiles: merged })
  if (!bundle.success) return { ok: false, problems: [z.prettifyError(bundle.error)] }
  const problems = checkInstructions(bundle.data)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, instructions: bundle.data }
}

/** The files of one compilation, sorted by what they are. */
class Desk {
  readonly problems: string[] = []
  readonly authored: AuthoredProfile[] = []
  readonly makers: Makers = { makers: [], never: [] }
  readonly #words: Words[] = []

  take(file: unknown): void {
    if (hasKey(file, 'makers')) {
      const makers = this.#parse(makersSchema, file, 'makers')
      this.makers.makers.push(...(makers?.makers ?? []))
      this.makers.never.push(...(makers?.never ?? []))
    } else if (hasKey(file, 'words')) {
      const words = this.#parse(wordsSchema, file, 'words')
      if (words !== null) this.#words.push(words)
    } else {
      const profile = this.#parse(profileSchema, file, nameOf(file))
      if (profile !== null) this.authored.push(profile)
    }
  }

  /** A profile with all it stands on; none, and a problem, if that is not there. */
  complete(profile: AuthoredProfile): AuthoredProfile[] {
    if (profile.extends === undefined) return [withWords(profile, this.#words)]
    const base = this.authored.find((other) => other.profile === profile.extends)
    if (base !== undefined && base.extends === undefined) return [withWords(mergeProfiles(profile, base), this.#words)]
    this.problems.push(`${profile.profile}: extends ${profile.extends}, which is no profile that stands by itself`)
    return []
  }

  #parse<T>(schema: z.ZodType<T>, file: unknown, name: string): T | null {
    const parsed = schema.safeParse(file)
    if (parsed.success) return parsed.data
    this.problems.push(`${name}: ${z.prettifyError(parsed.error)}`)
    return null
  }
}

function hasKey(file: unknown, key: string): boolean {
  return typeof file === 'object' && file !== null && key in file
}

function nameOf(file: unknown): string {
  const named = z.object({ profile: z.string() }).safeParse(file)
  return named.success ? named.data.profile : 'a file without a profile name'
}
