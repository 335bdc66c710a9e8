/** The bundle of instructions: profiles ready to run, the list of makers, one version. It arrives signed; this is what is checked after the signature. */
import { z } from 'zod'
import { checkProfile } from './check.ts'
import { makersSchema, profileSchema } from './schema/profile.ts'

/** Like an authored profile, merged with what it extended. */
const compiledProfileSchema = profileSchema.omit({ extends: true })
/** One profile as it is executed. */
export type Profile = z.infer<typeof compiledProfileSchema>

/** The bundle as JSON. `format` tells an old Onsite that it cannot execute what it got. */
export const instructionsSchema = makersSchema.extend({
  format: z.literal(1),
  version: z.string().min(1).max(32),
  profiles: z.array(compiledProfileSchema).min(1).max(256),
})
export type Instructions = z.infer<typeof instructionsSchema>

/** Name of the profile that reads every printer no other profile claims. */
export const STANDARD = 'standard'

export type ParsedInstructions =
  | { readonly ok: true; readonly instructions: Instructions }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads a bundle that came from outside: shape, reach, bounds and names are all checked again. */
export function parseInstructions(json: unknown): ParsedInstructions {
  const parsed = instructionsSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problems: [z.prettifyError(parsed.error)] }
  const problems = checkInstructions(parsed.data)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, instructions: parsed.data }
}

/** Everything wrong with a bundle as a whole and with each profile in it. */
export function checkInstructions(instructions: Instructions): string[] {
  const { profiles } = instructions
  const problems = profiles.flatMap((profile) => checkProfile(profile))
  if (!profiles.some(({ profile }) => profile === STANDARD)) problems.push(`there is no profile '${STANDARD}'`)
  problems.push(...repeated(profiles.map(({ profile }) => profile)).map((name) => `two profiles are called ${name}`))
  const routes = profiles.flatMap(({ match }) => [
    ...match.objectId,
    ...match.description.map((text) => text.toLowerCase()),
  ])
  problems.push(...repeated(routes).map((route) => `two profiles claim ${route}`))
  return problems
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at)
}
