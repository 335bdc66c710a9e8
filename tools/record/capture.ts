/**
 * The order in which a device is recorded: who it is, what its profile asks, the standard tables, what else was named. After every step
 * what is there can be written, so that whatever ends a recording, nothing read is lost.
 */
import { type Instructions, identify, type ProbeResult, type Profile } from '@platen/collector'
import { Oid, type Session, type Varbind } from '@platen/snmp'
import type { Budget } from './budget.ts'
import { askedBy, deniedBy, IDENTITY_OBJECTS, IDENTITY_RANGES, liesIn, type Range, STANDARD_RANGES } from './ranges.ts'
import { type WalkEnd, walk } from './walk.ts'

/** What became of one branch; `exact` objects are asked by name. */
export interface Step {
  readonly branch: string
  readonly most: number
  readonly end: WalkEnd
  readonly kept: number
  readonly detail: string
  /** The last object of it, where it can be gone on; '' if there is none. */
  readonly last: string
}

/** One recording that is being made. */
export interface CaptureJob {
  readonly session: Session
  readonly budget: Budget
  readonly instructions: Instructions
  readonly probed: Exclude<ProbeResult, { kind: 'silent' | 'refused' }>
  readonly ranges: readonly Range[]
  /** Also what all other profiles ask. */
  readonly isKnown: boolean
  /** From a file that is gone on with: what it has, and how its branches ended. */
  readonly before: { readonly rows: readonly Varbind[]; readonly steps: readonly Step[] }
  /** Called after every step, and with what it is about to do. */
  progress(capture: Capture, next: string): Promise<void>
}

/** The name of the step that asks single objects. */
const EXACT = 'single objects'
/** Objects of one GET, as profiles ask them. */
const BATCH = 22
/** A device that answers nothing to this many questions in a row has gone. */
const SILENT_STEPS = 2

/** What a recording holds so far. Rows are as the device gave them; from a file gone on with, as they are masked there. */
export class Capture {
  readonly profile: Profile
  readonly steps: Step[] = []
  readonly #job: CaptureJob
  readonly #denied: readonly Oid[]
  readonly #passed = new Set<string>()
  readonly #rows = new Map<string, Varbind>()
  #silent = 0

  constructor(job: CaptureJob) {
    this.#job = job
    this.profile = identify(job.probed.answer, job.instructions)
    this.#denied = deniedBy(job.instructions).map((branch) => Oid.parse(branch))
    const isAskedAgain = (object: string) => IDENTITY_RANGES.some(({ branch }) => liesIn(object, branch))
    for (const row of job.before.rows) if (!isAskedAgain(row.oid.text)) this.#rows.set(row.oid.text, row)
  }

  /** sysObjectID, as the probe was told. */
  get objectId(): string | null {
    return this.#job.probed.answer.objectId
  }

  get rows(): readonly Varbind[] {
    return [...this.#rows.values()].sort((one, other) => one.oid.compare(other.oid))
  }

  /** Branches passed over because they hold jobs, people or passwords. */
  get passed(): readonly string[] {
    return [...this.#passed].sort()
  }

  /** Whether the device has said who it is, as far as it does: before, nobody knows what to mask. */
  get isIntroduced(): boolean {
    const steps = this.steps.slice(0, IDENTITY_RANGES.length + 1)
    return steps.length > IDENTITY_RANGES.length && steps.every(({ end }) => end !== 'budget')
  }

  /** Whether everything was read as far as it was to be. */
  get isWhole(): boolean {
    return this.steps.every(({ end }) => end !== 'budget' && end !== 'silent')
  }

  /** Reads all of it. Never throws for what the device does. */
  async run(): Promise<void> {
    const { isKnown, instructions, ranges } = this.#job
    for (const range of IDENTITY_RANGES) await this.#walk(range, false)
    const asked = askedBy([this.profile, ...(isKnown ? instructions.profiles.filter((one) => this.#suits(one)) : [])])
    await this.#get([...IDENTITY_OBJECTS, ...asked.scalars])
    for (const range of [...asked.columns, ...STANDARD_RANGES]) await this.#walk(range, true)
    for (const range of ranges) await this.#walk(range, true)
  }

  /** A model that a profile must not be used on is not asked its objects: there are devices that restart. */
  #suits({ match }: Profile): boolean {
    const { description, device } = this.#job.probed.answer
    const texts = [description, device].flatMap((text) => (text === null ? [] : [text.toLowerCase()]))
    return !match.except.some((words) => texts.some((text) => text.startsWith(words.toLowerCase())))
  }

  async #walk(range: Range, isResumable: boolean): Promise<void> {
    const { branch, most } = range
    const before = isResumable ? this.#job.before.steps.find((step) => step.branch === branch) : undefined
    if (before !== undefined && isDone(before, most)) {
      this.steps.push(before)
      return
    }
    await this.#job.progress(this, branch)
    const { kept = 0, last = '' } = before ?? {}
    if (this.#silent >= SILENT_STEPS) {
      const detail = 'not asked: the device had stopped answering'
      this.steps.push({ branch, most, end: 'silent', kept, detail, last })
      return
    }
    const { session, budget } = this.#job
    const walked = await walk({
      session,
      budget,
      range: { branch, most: Math.max(0, most - kept) },
      denied: this.#denied,
      from: last === '' ? undefined : Oid.parse(last),
      keep: (row) => this.#rows.set(row.oid.text, row),
    })
    this.#silent = walked.end === 'silent' ? this.#silent + 1 : walked.end === 'budget' ? this.#silent : 0
    for (const denied of walked.passed) this.#passed.add(denied)
    const { end, detail } = walked
    this.steps.push({ branch, most, end, kept: kept + walked.kept, detail, last: walked.last?.text ?? last })
    await this.#job.progress(this, '')
  }

  /** Exact instances, as the profile asks them; what is not there is not kept. */
  async #get(objects: readonly string[]): Promise<void> {
    const isDenied = (object: string) => this.#denied.some((branch) => liesIn(object, branch.text))
    const asked = objects.filter((object) => !isDenied(object) && !this.#rows.has(object))
    const { session, budget } = this.#job
    let end: WalkEnd = 'whole'
    let detail = ''
    let kept = 0
    for (let at = 0; at < asked.length; at += BATCH) {
      await this.#job.progress(this, `${EXACT} ${at + 1} to ${Math.min(asked.length, at + BATCH)}`)
      if (this.#silent >= SILENT_STEPS || budget.spent() !== null) {
        end = budget.spent() === null ? 'silent' : 'budget'
        break
      }
      const outcome = await session.get(asked.slice(at, at + BATCH).map((object) => Oid.parse(object)))
      if (!outcome.ok) {
        const isSilence = outcome.reason === 'silent' || outcome.reason === 'unreachable'
        this.#silent = isSilence ? this.#silent + 1 : 0
        end = outcome.reason === 'aborted' ? 'budget' : isSilence ? 'silent' : 'failed'
        detail = `${outcome.reason}: ${outcome.detail}`
        continue
      }
      this.#silent = 0
      for (const { oid, value } of outcome.varbinds) {
        if (value.type === 'noSuchObject' || value.type === 'noSuchInstance' || value.type === 'endOfMibView') continue
        this.#rows.set(oid.text, { oid, value })
        kept++
      }
    }
    this.steps.push({ branch: EXACT, most: objects.length, end, kept, detail, last: '' })
  }
}

/** Whether a branch in a file need not be read on: it is whole, could not be read further, or is cut no earlier than it would be now. */
function isDone({ end, most: read }: Step, most: number): boolean {
  if (end === 'whole' || end === 'disordered' || end === 'failed') return true
  return end === 'bound' && read >= most
}
