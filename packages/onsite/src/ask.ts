/**
 * Reads one printer for a person and explains everything: each object asked, what came back, and the number it became. Nothing is kept or
 * sent to Central; the scope holds here as everywhere.
 */
import {
  collect,
  type Evidence,
  type ExplainedLine,
  explain,
  type Instructions,
  identify,
  normalise,
  type ProbeResult,
  probe,
} from '@platen/collector'
import type { Reading } from '@platen/model'
import type { Session, SessionCost } from '@platen/snmp'
import type { Gate } from './gate.ts'
import type { Scope } from './scope.ts'
import { type Lookup, resolveTarget, type Targets } from './targets.ts'
import { type Clock, moment } from './world.ts'

/** Everything that one printer said and how it was understood, or why it was not asked or did not answer. */
export type Asked =
  | {
      readonly ok: true
      readonly address: string
      readonly evidence: Evidence
      readonly profile: string
      readonly reading: Reading
      readonly lines: readonly ExplainedLine[]
      readonly cost: Readonly<SessionCost>
    }
  | {
      readonly ok: false
      readonly reason:
        | Extract<Targets, { ok: false }>['reason']
        | 'silent'
        | 'unreachable'
        | 'refused'
        | 'notAPrinter'
        | 'stopped'
      readonly detail: string
    }

/** What asking needs. */
export interface AskJob {
  readonly target: string
  readonly scope: Scope
  readonly lookup: Lookup
  readonly gate: Gate
  readonly instructions: Instructions
  readonly clock: Clock
  readonly bytes: (length: number) => Uint8Array
}

/** Asks the first agreed address of the target. */
export async function askOne(job: AskJob): Promise<Asked> {
  const targets = await resolveTarget(job.scope, job.target, job.lookup)
  if (!targets.ok) return targets
  const address = targets.addresses[0] ?? job.target
  const found = await whoIs(job, address)
  if (!found.ok) return found
  const { session, result } = found
  if (result.kind !== 'printer') return noPrinter(result)
  const profile = identify(result.answer, job.instructions)
  const observation = await collect(session, profile)
  if (observation.answers.size === 0)
    return { ok: false, reason: 'stopped', detail: observation.misses[0]?.detail ?? '' }
  const { clock, instructions } = job
  const id = Buffer.from(job.bytes(16)).toString('hex')
  const stamp = { id, at: moment(clock.wall()), monotonic: Math.max(0, clock.now()), address }
  const reading = normalise({ observation, profile, instructions, stamp })
  const lines = explain(observation, profile, reading)
  return { ok: true, address, evidence: result.evidence, profile: profile.profile, reading, lines, cost: session.cost }
}

async function whoIs(
  { gate, instructions }: AskJob,
  address: string,
): Promise<{ ok: true; session: Session; result: ProbeResult } | Extract<Asked, { ok: false }>> {
  let last: Extract<Asked, { ok: false }> = { ok: false, reason: 'silent', detail: 'no community to ask with' }
  for (let community = 0; community < gate.communities; community += 1) {
    const opened = gate.open(address, community)
    if (!opened.ok)
      return { ok: false, reason: opened.reason === 'noCommunity' ? 'silent' : opened.reason, detail: address }
    const result = await probe(opened.session, instructions)
    if (result.kind !== 'silent') return { ok: true, session: opened.session, result }
    last = { ok: false, reason: result.reason === 'silent' ? 'silent' : 'unreachable', detail: result.detail }
  }
  return last
}

function noPrinter(result: Exclude<ProbeResult, { kind: 'printer' }>): Extract<Asked, { ok: false }> {
  if (result.kind === 'other') return { ok: false, reason: 'notAPrinter', detail: result.answer.description ?? '' }
  return { ok: false, reason: result.kind === 'refused' ? 'refused' : 'silent', detail: result.detail }
}
