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
import type { Means } from './access.ts'
import type { Gate, Manner } from './gate.ts'
import type { Scope } from './scope.ts'
import { type Lookup, resolveTarget, type Targets } from './targets.ts'
import { waysOf, whoIs } from './who-is.ts'
import { type Clock, moment } from './world.ts'

/** A way of asking as people are told it: the so-many-th community (from 0) of those for this address, never the community itself. */
export type ToldWay =
  | { readonly version: 'v1' | 'v2c'; readonly community: number }
  | { readonly version: 'v3'; readonly user: string }

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
      readonly manner: ToldWay
      readonly vain: readonly ToldWay[]
      /** How many communities there were to try. */
      readonly communities: number
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
      readonly vain?: readonly ToldWay[]
    }

/** What asking needs. */
export interface AskJob {
  readonly target: string
  readonly scope: Scope
  readonly lookup: Lookup
  readonly gate: Gate
  /** How the address answered before: what knows an SNMPv3 user is not asked more weakly here either. */
  readonly mannerOf: (address: string) => Manner | null
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
  const means = gate.means(address)
  const manner = job.mannerOf(address)
  // A person waits for this one: every community is tried in v1 too.
  const ways = waysOf(means, manner?.version === 'v3' ? manner : null, 'all')
  const tell = (tried: readonly Manner[]) => tried.map((way) => toldWay(means, way))
  const found = await whoIs({ gate, instructions, stop: () => false }, address, ways)
  if (found.kind === 'notAllowed') return { ok: false, reason: found.reason, detail: address }
  if (found.kind === 'silent') {
    const { reason, detail } = found.last ?? { reason: 'silent', detail: 'nothing to ask with' }
    return { ok: false, reason: reason === 'silent' ? 'silent' : 'unreachable', detail, vain: tell(ways) }
  }
  if (found.kind === 'refused') return { ok: false, reason: 'refused', detail: found.reason, vain: tell(ways) }
  const { session, result } = found
  const vain = tell(
    ways.slice(
      0,
      ways.findIndex((way) => isSame(way, found.manner)),
    ),
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
  const told = { manner: toldWay(means, found.manner), vain, communities: means.communities.length }
  return { ok: true, address, evidence: result.evidence, profile: profile.profile, reading, lines, cost, ...told }
}

function isSame(way: Manner, other: Manner): boolean {
  return way.credential === other.credential && way.version === other.version
}

function toldWay({ users, communities }: Means, { version, credential }: Manner): ToldWay {
  const isThis = (one: { readonly credential: string }) => one.credential === credential
  if (version === 'v3') return { version, user: users.find(isThis)?.name ?? '' }
  return { version, community: communities.findIndex(isThis) }
}

function noPrinter(result: Exclude<ProbeResult, { kind: 'printer' }>): Extract<Asked, { ok: false }> {
  if (result.kind === 'other') return { ok: false, reason: 'notAPrinter', detail: result.answer.description ?? '' }
  return { ok: false, reason: result.kind === 'refused' ? 'refused' : 'silent', detail: result.detail }
}
