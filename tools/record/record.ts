/** Records one device: finds out who answers, reads it step by step, and keeps the masked file up to date after each. */
import { access, constants, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Instructions, type ProbeResult, probe } from '@platen/collector'
import { parseSnmprec } from '@platen/simulator'
import {
  Client,
  type Clock,
  type CommunityAccess,
  type Session,
  type Transport,
  type User,
  type UserAccess,
} from '@platen/snmp'
import type { Arguments } from './arguments.ts'
import { Budget } from './budget.ts'
import { Capture, type CaptureJob } from './capture.ts'
import { recordingText, stepsOf, writeRecording } from './file.ts'
import { maskRows } from './masked.ts'
import { endingLines, progressLine } from './report.ts'

/** What a recording needs of the world. */
export interface World {
  readonly transport: Transport
  readonly clock: Clock
  /** Raised when a person stops it. */
  readonly stop: AbortSignal
  readonly instructions: Instructions
  /** The user of `options.user`, with the passwords. */
  readonly user: User | null
  /** The literal address of what the person named. */
  readonly address: string
  /** One line that replaces the one before it. */
  progress(line: string): void
}

/** How it ended: an exit code, and what to tell. */
export interface Recorded {
  readonly code: 0 | 2 | 3 | 4 | 5
  readonly lines: readonly string[]
}

/** Between two writings of the file, at most: a masked file of 20,000 objects takes a tenth of this. */
const WRITE_EVERY = 2_000

/** Records a device into `options.out`. Throws for nothing that a device or a disk does. */
export async function record(options: Arguments, world: World): Promise<Recorded> {
  // Found out now: a recording that nobody can write down has asked a device for nothing.
  const isWritable = await access(dirname(options.out), constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!isWritable)
    return { code: 5, lines: [`${options.out} cannot be written: its folder is not there, or not yours`] }
  const before = await beforeOf(options)
  if (typeof before === 'string') return { code: 2, lines: [before] }
  const client = new Client({ transport: world.transport, clock: world.clock })
  try {
    const met = await meet(options, client, world)
    if ('code' in met) return met
    const budget = new Budget({ limits: options.limits, clock: world.clock, cost: met.session.cost, stop: world.stop })
    // A request that waits when the time is over ends at once: a slow device may take three time-outs else.
    const undo = world.clock.after(options.limits.seconds * 1_000, met.end)
    const done = await captureAll(options, world, { ...met, budget, before })
    undo()
    return done
  } finally {
    await client.close()
  }
}

type Before = CaptureJob['before']

async function beforeOf({ out, isResuming }: Arguments): Promise<Before | string> {
  const text = await readFile(out, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : String(error.message),
  )
  if (text === null) return { rows: [], steps: [] }
  if (!isResuming)
    return `${out} is there already, or cannot be read; --resume goes on with it, --out FILE writes another`
  return { rows: parseSnmprec(text).rows, steps: stepsOf(text) }
}

type Unmet = Exclude<ProbeResult, CaptureJob['probed']>

interface Met {
  readonly session: Session
  readonly probed: CaptureJob['probed']
  /** Ends what waits. */
  end(): void
}

/** Asks who is there, in every version that may be asked. */
async function meet(options: Arguments, client: Client, world: World): Promise<Met | Recorded> {
  const { port, timeout } = options
  const controller = new AbortController()
  const signal = AbortSignal.any([controller.signal, world.stop])
  let last: Unmet | undefined
  for (const access of accessesOf(options, world.user)) {
    const session = client.session({ address: world.address, port, timeout, signal, ...access })
    world.progress(`asking ${world.address} who it is (${access.version})`)
    const probed = await probe(session, world.instructions)
    if (!isMet(probed)) {
      last = probed
      continue
    }
    if (probed.kind === 'printer' || options.isAnyway) return { session, probed, end: () => controller.abort() }
    const { description, objectId } = probed.answer
    return {
      code: 3,
      lines: [
        `${options.address} answers, but nothing says that it is a printer: ${description ?? 'no description'} (${objectId ?? 'no sysObjectID'})`,
        'If it is one, say --anyway.',
      ],
    }
  }
  return { code: 3, lines: silenceLines(options, last) }
}

/** The ways to ask: a user's on v3, or the community's in each version. */
function accessesOf(
  { community, versions, user: named }: Arguments,
  user: User | null,
): readonly (CommunityAccess | UserAccess)[] {
  if (named === null || user === null) return versions.map((version) => ({ version, community }))
  return [{ version: 'v3', user, context: named.context }]
}

function isMet(probed: ProbeResult): probed is CaptureJob['probed'] {
  return probed.kind === 'printer' || probed.kind === 'other'
}

function silenceLines(
  { address, port, community, versions, user }: Arguments,
  last: ProbeResult | undefined,
): readonly string[] {
  if (last?.kind === 'refused')
    return [
      `${address}, port ${port}, answers, but not who it is (${last.reason}: ${last.detail}).`,
      user === null
        ? 'May the community read system and printer objects? Another --version may get further.'
        : `Does it know the user '${user.name}' with these protocols and passwords, and may he read system and printer objects?`,
    ]
  const why = last?.kind === 'silent' ? `${last.reason}: ${last.detail}` : 'nothing was asked'
  return [
    `${address}, port ${port}, gives no answer by ${user === null ? versions.join(' or ') : 'v3'} (${why}).`,
    user === null
      ? `Is the device on, is SNMP switched on in its settings, is its community '${community}' (--community), does a firewall stand between?`
      : `Is the device on, is SNMPv3 switched on in its settings, does it know the user '${user.name}' with these protocols and passwords, does a firewall stand between?`,
  ]
}

async function captureAll(
  options: Arguments,
  world: World,
  met: Met & { readonly budget: Budget; readonly before: Before },
): Promise<Recorded> {
  const { budget, before, session, probed } = met
  const { instructions, clock } = world
  let cutTexts = 0
  let masked = ''
  const save = async (capture: Capture): Promise<void> => {
    const asked = [world.address, options.address]
    const owner = { instructions, asked, given: options.masks }
    const { rows, summary, left, mask } = await maskRows(capture.rows, owner)
    if (left > 0) throw new Error(`${left} masked texts still hold what was to be masked; nothing was written`)
    masked = summary
    cutTexts = capture.rows.filter(({ value }) => value.type === 'octets' && value.cut !== undefined).length
    const steps = capture.steps.map((step) => ({ ...step, last: mask.object(step.last) }))
    await writeRecording(options.out, recordingText(rows, { steps, masked, passed: capture.passed }))
  }
  let savedAt = clock.now()
  const capture = new Capture({
    session,
    budget,
    instructions,
    probed,
    ranges: options.ranges,
    isKnown: options.isKnown,
    before,
    progress: async (now, next) => {
      world.progress(progressLine(now, budget, next))
      if (!now.isIntroduced || clock.now() - savedAt < WRITE_EVERY) return
      await save(now)
      savedAt = clock.now()
    },
  })
  const other = otherDevice(before, capture)
  if (other !== null) return { code: 2, lines: [`${options.out} ${other}; --out FILE writes another`] }
  try {
    await capture.run()
    if (!capture.isIntroduced) return { code: 4, lines: [unknownLine(options)] }
    await save(capture)
  } catch (error) {
    if (isDiskError(error)) return { code: 5, lines: [`${options.out} cannot be written: ${error.message}`] }
    throw error
  }
  const { requests, octets, seconds } = budget
  const ending = { out: options.out, cost: { requests, octets, seconds }, masked, cutTexts }
  return { code: capture.isWhole ? 0 : 4, lines: endingLines(capture, ending) }
}

const OBJECT_ID = '1.3.6.1.2.1.1.2.0'

/** Nothing can be masked that nobody knows: the little that was read is given up. */
function unknownLine({ out, address }: Arguments): string {
  return `stopped before ${address} had said what must be masked: nothing was written to ${out}. Allow it more: --seconds, --requests, --octets`
}

/** Whether a file that is gone on with is of another kind of device. */
function otherDevice({ rows }: Before, capture: Capture): string | null {
  const row = rows.find(({ oid }) => oid.text === OBJECT_ID)
  const there = row?.value.type === 'oid' ? row.value.value.text : null
  const now = capture.objectId
  return there === null || now === null || there === now ? null : `is of another device (${there}, this one is ${now})`
}

function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
