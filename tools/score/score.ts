/** Scores a folder of recordings: reads all of it through the collector and counts what was found, missed, mistaken and made up. */
import { join } from 'node:path'
import type { Instructions } from '@platen/collector'
import type { Reading } from '@platen/model'
import type { SessionCost } from '@platen/snmp'
import { recordingsIn } from '../knowledge/catalogue.ts'
import { asList, asRecord } from '../knowledge/json.ts'
import { checksOf, type Known, knownOf, type Manifest, manifestOf, type SumCheck } from './folder.ts'
import { markIdentity } from './identity.ts'
import type { Mark } from './marks.ts'
import { brokenBy, markMeters } from './meters.ts'
import { unmetBy } from './odd.ts'
import { type Read, readFileAsDevice } from './read.ts'
import { Rows } from './rows.ts'
import { type Ruling, ruled } from './rulings.ts'
import { markSupplies } from './supplies.ts'

/** One printer's marks and what reading it cost. */
export interface ScoredDevice {
  readonly name: string
  readonly vendor: string
  readonly profile: string | null
  readonly isRecognised: boolean
  /** Whether anything a probe can see says that it is a printer. */
  readonly hasEvidence: boolean
  readonly marks: readonly Mark[]
  readonly cost: Readonly<SessionCost>
  readonly again: Read['again']
}

/** A case and what it does not get; for sums, what they were. */
export interface Fault {
  readonly name: string
  readonly why: string
}

/** All that is known after a folder was read. */
export interface Score {
  readonly devices: readonly ScoredDevice[]
  readonly nonprinters: { readonly seen: number; readonly accepted: readonly string[] }
  readonly odd: { readonly met: number; readonly unmet: readonly Fault[] }
  readonly identities: { readonly held: number; readonly broken: readonly Fault[] }
}

/** Where to look, and who is told of each recording that is done. */
export interface ScoreOptions {
  readonly folder: string
  readonly instructions: Instructions
  readonly rulings: readonly Ruling[]
  readonly progress: (done: number, all: number, name: string) => void
}

/** Reads `recordings/`, `nonprinters/` and `odd/`, as far as they are there. @throws Error if none of them is. */
export async function scoreFolder({ folder, instructions, rulings, progress }: ScoreOptions): Promise<Score> {
  const [printers, strangers, odd] = await Promise.all(
    ['recordings', 'nonprinters', 'odd'].map((part) => recordingsIn(join(folder, part)).catch(() => [])),
  )
  const all = [...(printers ?? []), ...(strangers ?? []), ...(odd ?? [])]
  if (all.length === 0) throw new Error(`${folder} has no recordings/, nonprinters/ or odd/ with recordings in it`)
  const [manifest, checks] = await Promise.all([manifestOf(folder), checksOf(folder)])
  let done = 0
  const readAll = async (paths: readonly string[]): Promise<readonly Case[]> => {
    const cases: Case[] = []
    // One after the other: each is some milliseconds of CPU, and the largest recording some megabytes.
    for (const path of paths) {
      const read = await readFileAsDevice(path, instructions)
      cases.push({ read, known: await knownOf(folder, read.name, manifest) })
      progress(++done, all.length, read.name)
    }
    return cases
  }
  const devices = await readAll(printers ?? [])
  const others = await readAll(strangers ?? [])
  const oddities = await readAll(odd ?? [])
  return {
    devices: devices.map((one) => scoreDevice(one, { checks, manifest, instructions, rulings })),
    nonprinters: {
      seen: others.length,
      accepted: others.filter(({ read }) => read.isPrinter).map(({ read }) => read.name),
    },
    odd: oddOf(oddities),
    identities: identitiesOf(devices, checks),
  }
}

interface Case {
  readonly read: Read
  readonly known: Known
}

/** What a device is scored by, beside what is known of it. */
interface Measure {
  readonly checks: readonly SumCheck[]
  readonly manifest: Manifest
  readonly instructions: Instructions
  readonly rulings: readonly Ruling[]
}

function scoreDevice({ read, known }: Case, { checks, manifest, instructions, rulings }: Measure): ScoredDevice {
  const { name, reading, isPrinter, recording, cost, again } = read
  const rows = new Rows(recording.rows)
  const own = checks.filter((check) => check.recording === name)
  // A printer that is not recognised has not said anything of what it holds.
  const said = reading ?? NOTHING_READ
  const marks = [
    ...markIdentity(said.identity, known, rows),
    ...markMeters(said, known, own, rows),
    ...markSupplies(said, known, rows),
  ]
  const hasProof = hasEvidence(read, known, instructions)
  return {
    name,
    vendor: manifest.get(name)?.vendor ?? said.identity.vendor ?? '?',
    profile: reading?.profile ?? null,
    isRecognised: isPrinter,
    hasEvidence: hasProof,
    marks: reading === null && !hasProof ? [] : ruled(marks, name, rulings),
    cost,
    again,
  }
}

const NOTHING_READ: Reading = {
  id: '',
  at: '',
  monotonic: 0,
  address: '',
  upTime: null,
  identity: {
    vendor: null,
    model: null,
    serial: null,
    assetNumber: null,
    mac: null,
    hostName: null,
    location: null,
    contact: null,
    firmware: null,
    description: null,
    objectId: null,
  },
  meters: [],
  supplies: [],
  inputs: [],
  status: { device: 'unknown', errors: [], alerts: [] },
  checks: [],
  misses: [],
  profile: '',
  instructions: '',
  observation: {},
}

const PRINTER_MIB = '1.3.6.1.2.1.43.'
const PRINTER_TYPE = '1.3.6.1.2.1.25.3.1.5'

/** Anything of the Printer-MIB, a printer among the devices, or a number under a maker of printers. */
function hasEvidence({ recording }: Read, { facts }: Known, { makers }: Instructions): boolean {
  const objectId = String(asRecord(facts.system).sysObjectID ?? '').replace(/^\./, '')
  return (
    recording.rows.some(({ oid, value }) => oid.text.startsWith(PRINTER_MIB) && value.type !== 'null') ||
    asList(facts.hrDevice).some(({ type }) => type === PRINTER_TYPE) ||
    makers.some((maker) => maker.objectId.some((branch) => `${objectId}.`.startsWith(`${branch}.`)))
  )
}

function oddOf(cases: readonly Case[]): Score['odd'] {
  const faults = cases.map(({ read, known }) => ({ name: read.name, why: unmetBy(read, known).join('; ') }))
  const unmet = faults.filter(({ why }) => why !== '')
  return { met: cases.length - unmet.length, unmet }
}

function identitiesOf(cases: readonly Case[], checks: readonly SumCheck[]): Score['identities'] {
  const byName = new Map(cases.map(({ read }) => [read.name, read]))
  const broken: Fault[] = []
  let held = 0
  for (const check of checks) {
    const read = byName.get(check.recording)
    // Checks of recordings that are not in the folder are not asked.
    if (read === undefined) continue
    const why = read.reading === null ? 'not read' : brokenBy(check, read.reading, new Rows(read.recording.rows))
    if (why === null) held += 1
    else broken.push({ name: check.recording, why: `${check.meaning}: ${why}` })
  }
  return { held, broken }
}
