/** Which profile reads a device: by its sysObjectID, then by its own words. Pure. */
import { beginsWithWord } from './cuts.ts'
import { type Instructions, type Profile, STANDARD } from './instructions.ts'
import type { Answer } from './probe.ts'
import { liesIn } from './reach.ts'

/** The profile with the longest sysObjectID branch the device lies in, else one whose words begin its description, else the standard. */
export function identify(
  answer: Pick<Answer, 'objectId' | 'description' | 'device'>,
  instructions: Instructions,
): Profile {
  const claiming = instructions.profiles.filter((profile) => !isExcepted(answer, profile))
  const isMakers = instructions.makers.some(({ objectId }) =>
    objectId.some((branch) => liesIn(answer.objectId ?? '', branch)),
  )
  // A maker's own number is stronger than words: a print server describes itself, and vendors sell each other's devices.
  const byWords = isMakers ? undefined : byDescription(answer, claiming)
  const found = byObjectId(answer.objectId, claiming) ?? byWords ?? standardOf(instructions)
  if (found === undefined) throw new Error(`instructions without a profile '${STANDARD}' passed parseInstructions`)
  return found
}

function standardOf({ profiles }: Instructions): Profile | undefined {
  return profiles.find(({ profile }) => profile === STANDARD)
}

function isExcepted(answer: Pick<Answer, 'description' | 'device'>, { match }: Profile): boolean {
  return match.except.some((words) => textsOf(answer).some((text) => beginsWithWord(text, words)))
}

function byObjectId(objectId: string | null, profiles: readonly Profile[]): Profile | undefined {
  if (objectId === null) return undefined
  let best: { profile: Profile; length: number } | undefined
  for (const profile of profiles) {
    for (const branch of profile.match.objectId) {
      if (!liesIn(objectId, branch) || (best !== undefined && best.length >= branch.length)) continue
      best = { profile, length: branch.length }
    }
  }
  return best?.profile
}

function byDescription(
  answer: Pick<Answer, 'description' | 'device'>,
  profiles: readonly Profile[],
): Profile | undefined {
  const texts = textsOf(answer)
  return profiles.find(({ match }) =>
    match.description.some((words) => texts.some((text) => beginsWithWord(text, words))),
  )
}

function textsOf(answer: Pick<Answer, 'description' | 'device'>): readonly string[] {
  return [answer.description, answer.device].filter((text) => text !== null)
}
