/** Reads one recording as an Onsite reads a device: probe, identify, collect, normalise; and what it cost on the wire. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  collect,
  type Instructions,
  identify,
  type KnownRows,
  type LaterKind,
  normalise,
  type Observation,
  type ProbeResult,
  type Profile,
  probe,
  questions,
  recall,
  remember,
} from '@platen/collector'
import type { Reading } from '@platen/model'
import { parseSnmprec, type Recording } from '@platen/simulator'
import type { SessionCost, Varbind } from '@platen/snmp'
import { deviceOf } from './device.ts'

/** What became of a recording. */
export interface Read {
  /** The file without its folder and ending. */
  readonly name: string
  readonly recording: Recording
  /** Whether the probe took it for a printer. */
  readonly isPrinter: boolean
  /** Null for what the probe refused, unless the recording is an excerpt that leaves out what a probe asks. */
  readonly reading: Reading | null
  readonly cost: Readonly<SessionCost>
  /** What a later visit costs; null where nothing can be remembered: a device that tells no up time, or not who it is. */
  readonly again: Readonly<Record<LaterKind, Readonly<SessionCost>>> | null
  readonly probed: ProbeResult
  /** What it was asked by and what it answered; null where there is no reading. */
  readonly asked: { readonly profile: Profile; readonly observation: Observation } | null
}

const ENTERPRISES = '1.3.6.1.4.1.'
/** sysDescr and sysObjectID: what tells a profile. */
const TOLD_BY = ['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.2.0']

/** Reads one file. @throws Error if it cannot be read from disk. */
export async function readFileAsDevice(path: string, instructions: Instructions): Promise<Read> {
  const name = basename(path).replace(/\.snmprec(\.txt)?$/, '')
  return readAsDevice(name, parseSnmprec(await readFile(path, 'utf8')), instructions)
}

/** Reads a recording as the device it was made of. */
export async function readAsDevice(name: string, recording: Recording, instructions: Instructions): Promise<Read> {
  const device = deviceOf(name, recording.rows)
  try {
    const { session } = device
    const probed = await probe(session, instructions)
    const isPrinter = probed.kind === 'printer'
    const ordinary = isPrinter ? identify(probed.answer, instructions) : undefined
    const profile = excerptProfile(recording.rows, instructions) ?? ordinary
    const bare = { name, recording, isPrinter, probed }
    if (profile === undefined) return { ...bare, reading: null, asked: null, cost: { ...session.cost }, again: null }
    const observation = await collect(session, profile)
    const stamp = { ...STAMP, address: session.address }
    const reading = normalise({ observation, profile, instructions, stamp })
    const cost = { ...session.cost }
    const rows = remember({ observation, reading, profile })
    const again = rows === null ? null : await costAgain({ name, recording }, { rows, instructions })
    return { ...bare, reading, asked: { profile, observation }, cost, again }
  } finally {
    await device.close()
  }
}

/** Everything is read at one moment: what is measured stands still. */
const STAMP = { id: '0'.repeat(32), at: '2026-01-01T00:00:00.000Z', monotonic: 0 } as const

/** What a later visit of each kind costs; null for a device that is doubted though nothing of it has changed. */
async function costAgain(
  { name, recording }: Pick<Read, 'name' | 'recording'>,
  known: { readonly rows: KnownRows; readonly instructions: Instructions },
): Promise<Read['again']> {
  const visit = async (kind: LaterKind): Promise<Readonly<SessionCost> | null> => {
    const { session, close } = deviceOf(name, recording.rows)
    try {
      const stamp = () => ({ ...STAMP, address: session.address })
      const again = await recall({ session, ...known, kind, now: Date.parse(STAMP.at), stamp })
      return again.ok ? { ...session.cost } : null
    } finally {
      await close()
    }
  }
  const [steady, supplies, status, meters] = [
    await visit('steady'),
    await visit('supplies'),
    await visit('status'),
    await visit('meters'),
  ]
  const isDoubted = steady === null || supplies === null || status === null || meters === null
  return isDoubted ? null : { steady, supplies, status, meters }
}

/**
 * An excerpt without sysDescr and sysObjectID, which no real device leaves out, is read with the profile that asks for most of its
 * private objects. This says nothing of recognition: that is the probe's.
 */
function excerptProfile(rows: readonly Varbind[], { profiles }: Instructions): Profile | undefined {
  const texts = rows.map(({ oid }) => oid.text)
  if (texts.some((text) => TOLD_BY.includes(text))) return undefined
  const own = texts.filter((text) => text.startsWith(ENTERPRISES))
  let best: { profile: Profile; count: number } | undefined
  for (const profile of profiles) {
    const { scalars, tables } = questions(profile)
    const instances = new Set(scalars)
    const columns = tables.flatMap((table) => table.columns.map((column) => `${column}.`))
    const count = own.filter((text) => instances.has(text) || columns.some((column) => text.startsWith(column))).length
    if (count > (best?.count ?? 0)) best = { profile, count }
  }
  return best?.profile
}
