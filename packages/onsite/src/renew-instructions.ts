/**
 * New instructions: Central says with its answer which version it has, the Onsite fetches it in the same visit, believes it only under the
 * pinned key, and puts it in force when the next round begins. A version only ever goes up: what was once in force is never taken back to
 * by anything from outside.
 */
import { compareVersions, type InstructionsOffer, isNumbered, unpackInstructions } from '@platen/wire'
import { type CallFailure, callCentral } from './call.ts'
import { attempted, type DatabaseFault } from './database.ts'
import type { Exchange } from './exchange.ts'
import { dropWaiting, hasInstructions, layWaiting, readInstructions, readTrust, swapIn } from './instruction-files.ts'
import { type InstructionsFailure, type LoadedInstructions, verifyBundle } from './instructions.ts'
import type { Ledger } from './ledger.ts'
import { PROGRAM } from './program.ts'
import type { Fact, Store } from './store.ts'
import { type Clock, moment } from './world.ts'

/** Why instructions that Central has are not in force here. */
export type RenewalFailure =
  | CallFailure
  | InstructionsFailure
  | 'cut'
  | 'badPacking'
  | 'older'
  | 'noOrder'
  | 'otherVersion'
  | 'unreadable'
  | DatabaseFault['reason']

/** What came of an offer. `waits` are in force from the next round on; `none` is nothing new. */
export type Renewal =
  | { readonly kind: 'none' }
  | { readonly kind: 'waits'; readonly version: string }
  | {
      readonly kind: 'refused'
      readonly version: string
      readonly reason: RenewalFailure
      readonly detail: string
      readonly at: string
    }

/** What renewing works with. */
export interface RenewalJob {
  readonly folder: string
  readonly store: Store
  readonly ledger: Ledger
  readonly clock: Clock
}

/** What is remembered before the first instructions of Central's. */
const nothing: Fact<'instructions'> = { highest: null, trial: null, refused: null }

/** Considers an offer and fetches what is newer. Whatever is refused is remembered for the status, told to Central once, and noted in the ledger. */
export async function takeOffer(
  job: RenewalJob & { readonly exchange: Exchange; readonly signal: AbortSignal },
  offer: InstructionsOffer,
): Promise<Renewal> {
  const judged = judge(job, offer)
  if (judged === 'none') return { kind: 'none' }
  if (judged !== 'newer') return refused(job, offer, judged)
  const called = await callCentral(job.exchange, {
    method: 'GET',
    path: `/onsite/instructions/${offer.hash}`,
    signal: job.signal,
  })
  // Being stopped says nothing about the instructions.
  if (job.signal.aborted) return { kind: 'none' }
  if (!called.ok) return refused(job, offer, { reason: called.reason, detail: called.detail })
  const loaded = verified(job.folder, called.body, offer)
  if (!loaded.ok) return refused(job, offer, loaded)
  const laid = attempted(() => layWaiting(job.folder, loaded.text))
  if (!laid.ok) return refused(job, offer, laid)
  const known = job.store.get('instructions') ?? nothing
  job.store.set('instructions', { ...known, refused: null })
  return { kind: 'waits', version: offer.version }
}

/** Called when a round begins and no other is under way: what waits comes in force, if it may still. */
export function putInForce(job: RenewalJob): void {
  const { folder, store, ledger, clock } = job
  if (!hasInstructions(folder, 'waiting')) return
  const waiting = readInstructions(folder, 'waiting')
  const before = readInstructions(folder, 'inForce')
  if (!waiting.ok) {
    attempted(() => dropWaiting(folder))
    refused(job, { version: 'waiting', hash: '' }, waiting)
    return
  }
  const { version } = waiting.instructions
  const order = orderAfter(version, floorOf(store, before))
  if (order !== 'newer') {
    attempted(() => dropWaiting(folder))
    return
  }
  const known = store.get('instructions') ?? nothing
  const isProved = before.ok && known.trial?.version !== before.instructions.version
  // What never proved itself hands its rounds on: printers must not stay unread longer because new instructions keep coming.
  const trial = before.ok ? { version, rounds: isProved ? 0 : (known.trial?.rounds ?? 0) } : null
  // Remembered first: whoever is killed between the two steps still finds what waits, and swaps it then.
  const unsaid = store.set('instructions', { ...known, trial })
  const swapped = unsaid === null ? attempted(() => swapIn(folder, isProved)) : unsaid
  if (!swapped.ok) {
    refused(job, { version, hash: '' }, swapped)
    return
  }
  store.set('instructions', { highest: version, trial, refused: null })
  const said = { version, before: before.ok ? before.instructions.version : null }
  ledger.add(moment(clock.wall()), 'instructions', said)
}

/** Remembers why a version is not in force, and tells Central, once for each reason. */
export function refused(
  job: RenewalJob,
  offer: Pick<InstructionsOffer, 'version' | 'hash'>,
  failure: { readonly reason: RenewalFailure; readonly detail: string },
): Renewal {
  const { store, ledger, clock } = job
  const { version, hash } = offer
  const { reason, detail } = failure
  const known = store.get('instructions') ?? nothing
  const isSaid = known.refused?.hash === hash && known.refused.reason === reason && known.refused.version === version
  const at = moment(clock.wall())
  const note = { version, hash, reason, detail: detail.slice(0, 300), at, program: PROGRAM }
  store.set('instructions', { ...known, refused: note })
  if (!isSaid) {
    store.report(`instructions ${version} refused: ${reason}: ${detail}`)
    ledger.add(at, 'instructions', { version, refused: reason })
  }
  return { kind: 'refused', version, reason, detail, at }
}

type Judged = 'newer' | 'none' | { readonly reason: RenewalFailure; readonly detail: string }

/** Failures that another try may not meet: everything else is in the file itself and would be met again. */
const passing: ReadonlySet<string> = new Set([
  'cut',
  'unreachable',
  'nameUnknown',
  'timeout',
  'reset',
  'tls',
  'proxyUnreachable',
  'proxyRefused',
  'proxyLogin',
  'proxyFailed',
  'redirected',
  'notPlaten',
  'refused',
  'diskFull',
  'noAccess',
  'noTrust',
  'badTrust',
] satisfies RenewalFailure[])

function judge({ folder, store }: RenewalJob, offer: InstructionsOffer): Judged {
  const waiting = readInstructions(folder, 'waiting')
  if (waiting.ok && waiting.instructions.version === offer.version) return 'none'
  const before = store.get('instructions')?.refused
  const isRefused = before?.hash === offer.hash && before.program === PROGRAM && !passing.has(before.reason)
  if (isRefused && before.reason !== 'older') return 'none'
  return orderAfter(offer.version, floorOf(store, readInstructions(folder, 'inForce')))
}

/** The highest version that may not be gone below: what is in force, and what ever was. */
function floorOf(store: Store, inForce: LoadedInstructions): string | null {
  const highest = store.get('instructions')?.highest ?? null
  const current = inForce.ok ? inForce.instructions.version : null
  if (highest === null || current === null) return highest ?? current
  return (compareVersions(highest, current) ?? -1) > 0 ? highest : current
}

/** Versions without an order were made by hand: any numbered one follows them. */
function orderAfter(version: string, floor: string | null): Judged {
  if (!isNumbered(version)) return { reason: 'noOrder', detail: 'the version is not numbers with dots' }
  const order = floor === null ? 1 : (compareVersions(version, floor) ?? 1)
  if (order > 0) return 'newer'
  return order === 0 ? 'none' : { reason: 'older', detail: `${floor} was in force here` }
}

type Verified =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: RenewalFailure; readonly detail: string }

function verified(folder: string, packed: Uint8Array, offer: InstructionsOffer): Verified {
  const unpacked = unpackInstructions(packed, offer.hash)
  if (!unpacked.ok) return unpacked
  const trust = readTrust(folder)
  if (trust === null) return { ok: false, reason: 'noTrust', detail: folder }
  const loaded = verifyBundle(unpacked.text, trust)
  if (!loaded.ok) return loaded
  const { version } = loaded.instructions
  if (version !== offer.version)
    return { ok: false, reason: 'otherVersion', detail: `it was announced as ${offer.version} and is ${version}` }
  return unpacked
}
