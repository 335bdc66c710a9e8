/**
 * What becomes of one kept reading under corrected instructions. Pure: the signed reading carries the answers to all that its profile's
 * meters are made of, and the same answers under another profile give other meters. Nothing is asked again and nothing is made up: a rule
 * that takes what was not asked then is left out, and where a meter would be lost for that, the reading stays as it is.
 */
import {
  type Instructions,
  meterObjects,
  normalise,
  observationOf,
  type Profile,
  withKnown,
} from '@platen/collector/interpret'
import { meterKey, type Reading } from '@platen/model'
import { type Columns, columnsOf, meterMost } from '../intake/columns.ts'

/** The reading as it would be now, with its columns; or why it stays. */
export type Reread =
  | { readonly kind: 'read'; readonly reading: Reading; readonly columns: Columns }
  /** The profile that read it is no longer there: another one would have asked other objects. */
  | { readonly kind: 'noProfile' }
  /** A meter would be lost for want of answers that nobody kept, or what was asked then is not known. */
  | { readonly kind: 'incomplete' }

/** A profile as far as it may interpret what another version of it asked. */
type Ready = ReturnType<typeof withKnown> | 'noProfile' | 'unknownBefore'

/** Interprets kept readings by one version of instructions. `before` finds older ones, null where they are not known. */
export class Rereader {
  readonly #instructions: Instructions
  readonly #before: (version: string) => Instructions | null
  readonly #ready = new Map<string, Ready>()

  constructor(instructions: Instructions, before: (version: string) => Instructions | null) {
    this.#instructions = instructions
    this.#before = before
  }

  /** One reading's kept answers, by the profile that asked for them. */
  read(reading: Reading): Reread {
    // Of a known printer only those objects were asked that its meters came from: nothing is known of what a corrected rule would look at.
    if (reading.visit !== undefined) return { kind: 'incomplete' }
    const ready = this.#readyFor(reading)
    if (ready === 'noProfile') return { kind: 'noProfile' }
    if (ready === 'unknownBefore') return { kind: 'incomplete' }
    const { profile, isWhole } = ready
    const { id, at, monotonic, address } = reading
    const stamp = { id, at, monotonic, address }
    const observation = observationOf(reading.observation, reading.misses)
    const again = normalise({ observation, profile, instructions: this.#instructions, stamp })
    const keys = new Set(again.meters.map(meterKey))
    const isLosing = reading.meters.some((meter) => !keys.has(meterKey(meter)))
    if (isLosing && !isWhole) return { kind: 'incomplete' }
    const { meters, checks } = again
    const read: Reading = { ...reading, meters, checks, instructions: this.#instructions.version }
    const columns = columnsOf(read)
    return columns.meters.some((value) => value > meterMost)
      ? { kind: 'incomplete' }
      : { kind: 'read', reading: read, columns }
  }

  /** False where a version's profile gives the same meters as ours: its readings need no look. */
  differs(profile: string, version: string): boolean {
    const [old, now] = [profileOf(this.#before(version), profile), profileOf(this.#instructions, profile)]
    return old === null || JSON.stringify(old) !== JSON.stringify(now)
  }

  #readyFor({ profile, instructions: version }: Reading): Ready {
    const name = `${version} ${profile}`
    let ready = this.#ready.get(name)
    if (ready === undefined) {
      const now = profileOf(this.#instructions, profile)
      const old = profileOf(this.#before(version), profile)
      ready = now === null ? 'noProfile' : old === null ? 'unknownBefore' : withKnown(now, meterObjects(old))
      this.#ready.set(name, ready)
    }
    return ready
  }
}

function profileOf(instructions: Instructions | null, name: string): Profile | null {
  return instructions?.profiles.find(({ profile }) => profile === name) ?? null
}
