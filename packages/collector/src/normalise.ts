/** From what a device answered to a reading. Pure: the same answers, profile and stamp make the same reading, here and in Central. */
import type { Reading } from '@platen/model'
import { cleanText } from './charset.ts'
import { Facts } from './facts.ts'
import { readIdentity, readUpTime } from './identity.ts'
import type { Instructions, Profile } from './instructions.ts'
import { readMeters } from './meters.ts'
import type { Observation } from './observation.ts'
import { planOf } from './plan.ts'
import { readStatus } from './status.ts'
import { readInputs, readSupplies } from './supplies.ts'

/** What the Onsite adds to an observation: name, time and place (see `Reading`). */
export interface Stamp {
  readonly id: string
  readonly at: string
  readonly monotonic: number
  readonly address: string
}

export interface NormaliseInput {
  readonly observation: Observation
  readonly profile: Profile
  readonly instructions: Pick<Instructions, 'version' | 'makers'>
  readonly stamp: Stamp
}

/** Most misses kept in a reading: a broken table must not make it larger than a whole one. */
const MAX_MISSES = 100
/** Characters of a miss's words: they may name objects that a device made up. */
const MAX_WORDS = 1_000

/** Makes the reading. */
export function normalise(input: NormaliseInput): Reading {
  return interpret(input, null)
}

/** Makes the reading and notes, by object, what each answer became. */
export function interpret(input: NormaliseInput, became: Map<string, string[]> | null): Reading {
  const { observation, profile, instructions, stamp } = input
  const facts = new Facts(observation, planOf(profile), { address: stamp.address, became })
  const identity = readIdentity(facts, instructions.makers)
  const upTime = readUpTime(facts)
  const { meters, checks, observation: record } = readMeters(facts)
  const supplies = readSupplies(facts)
  const inputs = readInputs(facts)
  const status = readStatus(facts)
  const misses = [...observation.misses, ...facts.misses].slice(0, MAX_MISSES).map(({ subject, reason, detail }) => ({
    subject: cleanText(subject, MAX_WORDS),
    reason,
    detail: cleanText(detail, MAX_WORDS),
  }))
  const provenance = { profile: profile.profile, instructions: instructions.version, observation: record }
  return { ...stamp, upTime, identity, meters, supplies, inputs, status, checks, misses, ...provenance }
}
