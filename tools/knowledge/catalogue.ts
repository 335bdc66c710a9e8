/** Reads recordings through the whole line (probe, identify, collect, normalise), for the tests of knowledge/ and the command that writes its readings. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  collect,
  type Instructions,
  identify,
  normalise,
  type Observation,
  type ProbeResult,
  type Profile,
  parseInstructions,
  probe,
} from '@platen/collector'
import { RecordedSession } from '@platen/collector/testing'
import type { Reading } from '@platen/model'
import { parseSnmprec } from '@platen/simulator'

/** The repository's knowledge. */
export const KNOWLEDGE = join(import.meta.dirname, '../../knowledge')

/** Address our own recordings say they have (RFC 5737). */
const POLLED = '192.0.2.10'

/** What a recorded device was asked and what it read as; `reading` is null for what is no printer. */
export interface ReadRecording {
  readonly name: string
  readonly probed: ProbeResult
  readonly session: RecordedSession
  readonly printer: { readonly profile: Profile; readonly observation: Observation; readonly reading: Reading } | null
}

/** The checked-in bundle. @throws Error if it is not valid. */
export async function checkedInInstructions(): Promise<Instructions> {
  const parsed = parseInstructions(JSON.parse(await readFile(join(KNOWLEDGE, 'instructions.gen.json'), 'utf8')))
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return parsed.instructions
}

/** Paths of the recordings in a folder, in order; whatever ends in `.snmprec` or `.snmprec.txt`. */
export async function recordingsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => /\.snmprec(\.txt)?$/.test(name))
    .sort()
    .map((name) => join(folder, name))
}

/** Reads one recording; another profile than the one it would get may be given. */
export async function readRecording(path: string, instructions: Instructions, forced?: string): Promise<ReadRecording> {
  const session = new RecordedSession(parseSnmprec(await readFile(path, 'utf8')).rows, POLLED)
  const probed = await probe(session, instructions)
  const name = basename(path).replace(/\.snmprec(\.txt)?$/, '')
  if (probed.kind !== 'printer') return { name, probed, session, printer: null }
  const chosen = instructions.profiles.find(({ profile }) => profile === forced)
  const profile = chosen ?? identify(probed.answer, instructions)
  const asking = new RecordedSession(session.rows, POLLED)
  const observation = await collect(asking, profile)
  const stamp = { id: '0'.repeat(32), at: '2026-01-01T00:00:00.000Z', monotonic: 0, address: POLLED }
  const reading = normalise({ observation, profile, instructions, stamp })
  return { name, probed, session: asking, printer: { profile, observation, reading } }
}

/** A reading as JSON text: counts as decimal strings, and no version, which changes without the reading changing. */
export function readingText(reading: Reading): string {
  const { instructions: _, ...rest } = reading
  return `${JSON.stringify(rest, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 1)}\n`
}
