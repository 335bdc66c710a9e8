/**
 * Reads one printer for a person and explains everything: each object asked, what came back, and the number it became. Nothing is kept or
 * sent to Central; the scope holds here as everywhere.
 */
import {
  carryAnswers,
  collect,
  type Evidence,
  type ExplainedLine,
  explain,
  type Instructions,
  identify,
  normalise,
  type ProbeResult,
} from '@platen/collector'
import type { Reading } from '@platen/model'
import type { SessionCost } from '@platen/snmp'
import type { Gate } from './gate.ts'
import type { Scope } from './scope.ts'
import { type Lookup, resolveTarget, type Targets } from './targets.ts'
import { type Manner, waysOf, whoIs } from './who-is.ts'
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
      /** The way that was answered to, and those that were tried in vain before. */
      readonly manner: Manner
      readonly vain: readonly Manner[]
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
      /** Ways that were tried in vain. */
      readonly vain?: readonly Manner[]
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
  const { gate, instructions, clock } = job
  const targets = await resolveTarget(job.scope, job.target, job.lookup)
  if (!targets.ok) return targets
  const address = targets.addresses[0] ?? job.target
  const { communities } = gate
  // A person waits for this one: every community is tried in v1 too.
  const each = Array.from({ length: communities }, (_, community) => community)
  const ways = waysOf(communities, { community: 0, version: 'v2c' }, each)
  const found = await whoIs({ gate, instructions, stop: () => false }, address, ways)
  if (found.kind === 'notAllowed') return { ok: false, reason: found.reason, detail: address }
  if (found.kind === 'silent') {
    const { reason, detail } = found.last ?? { reason: 'silent', detail: 'no community to ask with' }
    return { ok: false, reason: reason === 'silent' ? 'silent' : 'unreachable', detail, vain: ways }
  }
  const { session, result, manner } = found
  const vain = ways.slice(
    0,
    ways.findIndex(({ community, version }) => community === manner.community && version === manner.version),
  )
  if (result.kind !== 'printer') return noPrinter(result)
  const profile = identify(result.answer, instructions)
  const observation = await collect(session, profile)
  if (observation.answers.size === 0)
    return { ok: false, reason: 'stopped', detail: observation.misses[0]?.detail ?? '' }
  const id = Buffer.from(job.bytes(16)).toString('hex')
  const stamp = { id, at: moment(clock.wall()), monotonic: Math.max(0, clock.now()), address }
  const reading = carryAnswers(normalise({ observation, profile, instructions, stamp }), observation, profile)
  const lines = explain(observation, profile, reading)
  const { cost } = session
  return { ok: true, address, evidence: result.evidence, profile: profile.profile, reading, lines, cost, manner, vain }
}

function noPrinter(result: Exclude<ProbeResult, { kind: 'printer' }>): Extract<Asked, { ok: false }> {
  if (result.kind === 'other') return { ok: false, reason: 'notAPrinter', detail: result.answer.description ?? '' }
  return { ok: false, reason: result.kind === 'refused' ? 'refused' : 'silent', detail: result.detail }
}
