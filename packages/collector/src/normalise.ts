/** From what a device answered to a reading. Pure: the same answers, profile and stamp make the same reading, here and in Central. */
import { askedIn, type Miss, type Reading } from '@platen/model'
import { Facts } from './facts.ts'
import { readFirmware, readIdentity, readUpTime } from './identity.ts'
import type { Instructions, Profile } from './instructions.ts'
import { type Metered, readMeters } from './meters.ts'
import type { Observation } from './observation.ts'
import { planOf } from './plan.ts'
import { readStatus } from './status.ts'
import { readCovers, readInputs, readOutputs, readSupplies } from './supplies.ts'

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
  const { kind, keptAt, isKept } = observation.visited
  const asked = askedIn[kind]
  const { meters, checks, observation: record } = asked.includes('meters') ? readMeters(facts) : NO_METERS
  const rest = {
    ...(asked.includes('supplies') ? levelsOf(facts) : NO_LEVELS),
    ...(asked.includes('status') ? statusOf(facts) : NO_STATUS),
    ...(kind === 'full' || kind === 'steady' ? { firmwareParts: readFirmware(facts) } : {}),
  }
  const misses = distinct([...observation.misses, ...facts.misses]).slice(0, MAX_MISSES)
  const provenance = { profile: profile.profile, instructions: instructions.version, observation: record }
  // Readings in which all was asked say nothing of it, as they did before there were others.
  const visit = keptAt === null ? {} : { visit: { kind, keptAt, kept: Object.keys(record).filter(isKept) } }
  return { ...stamp, upTime, identity, meters, ...rest, checks, misses, ...provenance, ...visit }
}

/** What was missed before and is missed again is said once. */
function distinct(misses: readonly Miss[]): readonly Miss[] {
  const seen = new Map<string, Miss>()
  for (const miss of misses) {
    const key = `${miss.subject}\n${miss.reason}\n${miss.detail}`
    if (!seen.has(key)) seen.set(key, miss)
  }
  return [...seen.values()]
}

function levelsOf(facts: Facts): Pick<Reading, 'supplies' | 'inputs' | 'outputs'> {
  const supplies = readSupplies(facts)
  const inputs = readInputs(facts)
  return { supplies, inputs, outputs: readOutputs(facts) }
}

function statusOf(facts: Facts): Pick<Reading, 'covers' | 'status'> {
  const covers = readCovers(facts)
  return { covers, status: readStatus(facts) }
}

/** Of visits that did not ask. */
const NO_METERS: Metered = { meters: [], checks: [], observation: {} }
const NO_LEVELS: Pick<Reading, 'supplies' | 'inputs'> = { supplies: [], inputs: [] }
const NO_STATUS: Pick<Reading, 'status'> = { status: { device: 'unknown', errors: [], alerts: [] } }
