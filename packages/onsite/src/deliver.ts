/**
 * Delivers what waits in the outbox: one connection per delivery, the oldest first. An envelope leaves the outbox only for a receipt that
 * Central signed; after anything else it is sent again as it is, which Central takes for the same one.
 */
import {
  type Answer,
  type AnswerFailure,
  fromHex,
  hashRequest,
  type InstructionsOffer,
  openAnswer,
  packDelivery,
  type Receipt,
  type Refusal,
} from '@platen/wire'
import { type CallFailure, callCentral } from './call.ts'
import type { DatabaseFault } from './database.ts'
import type { Exchange } from './exchange.ts'
import type { Ledger } from './ledger.ts'
import { type Outbox, rangeOf, type Waiting } from './outbox.ts'
import { rawPair } from './seal.ts'
import { renewSealingKey } from './sealing-key.ts'
import { applySettings } from './settings.ts'
import type { Fact, Store } from './store.ts'
import { type Clock, moment } from './world.ts'

/** Deliveries of one visit: 100 of 4 MiB are weeks of the largest site; the rest waits for the next contact, so that others get a turn. */
const DELIVERIES_A_VISIT = 100

/** Why a delivery brought no receipts. */
export type DeliveryFailure = CallFailure | AnswerFailure | 'notReceipted'

/** How a visit to Central went. What was not delivered waits. `fault` is what the disk would not take on the way. */
export type Delivered =
  | {
      readonly ok: true
      readonly envelopes: number
      readonly nextContactSeconds: number | null
      readonly settingsChanged: boolean
      /** The newest instructions that Central has, where it said so. */
      readonly offer: InstructionsOffer | null
      readonly fault: DatabaseFault | null
    }
  | {
      readonly ok: false
      readonly reason: DeliveryFailure
      readonly detail: string
      readonly refusal: Refusal | null
      readonly retryAfterSeconds: number | null
      readonly envelopes: number
      readonly settingsChanged: boolean
    }

/** What delivering needs. */
export interface DeliveryJob {
  readonly exchange: Exchange
  readonly store: Store
  readonly outbox: Outbox
  readonly ledger: Ledger
  readonly clock: Clock
  readonly bytes: (length: number) => Uint8Array
  readonly signal: AbortSignal
}

/** Envelopes of one delivery at most; `fitDelivery` of wire bounds its bytes. */
const ENVELOPES_A_DELIVERY = 200

/** Sends until nothing waits, something fails, or the visit has been long enough. A disk that cannot keep the receipts ends it too. */
export async function deliver(job: DeliveryJob): Promise<Delivered | DatabaseFault> {
  let envelopes = 0
  let fault: DatabaseFault | null = null
  let nextContactSeconds: number | null = null
  let settingsChanged = false
  let offer: InstructionsOffer | null = null
  let heardAt: number | null = null
  for (let visit = 0; visit < DELIVERIES_A_VISIT && !job.signal.aborted; visit += 1) {
    const waiting = job.outbox.next(paceOf(job.store).most)
    if (waiting.length === 0) {
      // It all got through: next time more may be tried again.
      if (paceOf(job.store).tooMany > 0) fault = setPace(job.store, { ...paceOf(job.store), tooMany: 0 }) ?? fault
      break
    }
    const sent = await deliverOnce(job, waiting)
    // Being stopped says nothing about Central.
    if (sent.ok || !job.signal.aborted) fault = note(job, sent, waiting.length) ?? fault
    const [only] = waiting
    if (!sent.ok && sent.reason === 'refused' && only !== undefined && waiting.length === 1) job.outbox.putBack(only.n)
    if (!sent.ok && 'refusal' in sent && sent.refusal === 'notSealedToUs') await renewSealingKey(job)
    if (!sent.ok) return 'refusal' in sent ? { ...sent, envelopes, settingsChanged } : sent
    envelopes += sent.settled
    nextContactSeconds = sent.nextContactSeconds
    settingsChanged ||= sent.settingsChanged
    offer = sent.offer
    heardAt = sent.serverWall
  }
  // By Central's clock, as the receipts: ours may jump by years, and 14 days would be over at once, or never.
  if (heardAt !== null) job.outbox.prune(heardAt)
  return { ok: true, envelopes, nextContactSeconds, settingsChanged, offer, fault }
}

type Sent =
  | {
      readonly ok: true
      readonly settled: number
      /** What time it is at Central, milliseconds since 1970. */
      readonly serverWall: number
      readonly nextContactSeconds: number | null
      readonly settingsChanged: boolean
      readonly offer: InstructionsOffer | null
    }
  | (Omit<Extract<Delivered, { ok: false }>, 'envelopes' | 'settingsChanged'> & { readonly ok: false })
  | DatabaseFault

function paceOf(store: Store): Fact<'pace'> {
  return store.get('pace') ?? { most: ENVELOPES_A_DELIVERY, tooMany: 0 }
}

function setPace(store: Store, pace: Fact<'pace'>): DatabaseFault | null {
  const { most, tooMany } = paceOf(store)
  return most === pace.most && tooMany === pace.tooMany ? null : store.set('pace', pace)
}

/** Failures that say nothing about the size of what was sent: nobody was reached, or nobody would pass it on. */
const sizeless: ReadonlySet<string> = new Set([
  'unreachable',
  'nameUnknown',
  'tls',
  'proxyUnreachable',
  'proxyLogin',
  'redirected',
] satisfies DeliveryFailure[])

/**
 * After a failure the delivery is halved, so that a slow line gets through and an envelope that Central will not have is found. After a
 * success it is doubled, but within this backlog not up to what has just failed: each visit would end with that failure again.
 */
function paceAfter({ most, tooMany }: Fact<'pace'>, sent: number, failure: string | null): Fact<'pace'> {
  if (failure !== null && sizeless.has(failure)) return { most, tooMany }
  // One envelope alone that fails says something about itself: it is put last.
  if (failure !== null) return sent === 1 ? { most: 1, tooMany: 0 } : { most: Math.floor(sent / 2), tooMany: sent }
  const doubled = Math.min(ENVELOPES_A_DELIVERY, most * 2)
  return tooMany > 0 && doubled >= tooMany ? { most, tooMany } : { most: doubled, tooMany }
}

async function deliverOnce(job: DeliveryJob, waiting: readonly Waiting[]): Promise<Sent> {
  const identity = job.store.get('identity')
  const central = job.store.get('central')
  if (identity === null || central === null) throw new Error('delivering before enrolment')
  const body = packDelivery(waiting.map(({ bytes }) => bytes))
  const called = await callCentral(job.exchange, {
    method: 'POST',
    path: '/onsite/deliver',
    body,
    signal: job.signal,
  })
  if (!called.ok) return called
  const opened = await openAnswer(called.body, {
    channelPublicKey: fromHex(central.channelKey),
    sealingKey: rawPair(identity.sealing),
    requestHash: hashRequest(body),
  })
  if (!opened.ok) return { ...opened, refusal: null, retryAfterSeconds: null }
  if (opened.refusedSettings !== null) job.store.report(`settings not understood: ${opened.refusedSettings}`)
  return take(job, waiting, opened)
}

/** Everything here is signed by Central and answers this very request. */
function take(
  job: DeliveryJob,
  waiting: readonly Waiting[],
  opened: { readonly answer: Answer; readonly ignoredSettings: readonly string[] },
): Sent {
  const { store, outbox, clock } = job
  const { answer, ignoredSettings } = opened
  const serverWall = Date.parse(answer.serverTime)
  const settled = outbox.settle(answer.receipts, serverWall)
  if (!settled.ok) return settled
  store.set('serverTime', laterOf(store.get('serverTime'), answer.serverTime))
  if (answer.sealing !== undefined) {
    const central = store.get('central')
    if (central !== null) store.set('central', { ...central, sealing: sealingOf(answer.sealing) })
  }
  const settingsChanged =
    answer.settings !== undefined && applySettings(store, answer.settings, ignoredSettings) === 'applied'
  const at = moment(clock.wall())
  if (settingsChanged) job.ledger.add(at, 'settings', { version: answer.settings?.version })
  job.ledger.add(at, 'delivered', {
    request: answer.request,
    sent: waiting.length,
    bytes: waiting.reduce((sum, { bytes }) => sum + bytes.length, 0),
    settled: settled.settled,
    range: rangeOf(waiting),
  })
  for (const receipt of settled.quarantined) quarantined(job, receipt)
  if (settled.settled === 0) {
    return {
      ok: false,
      reason: 'notReceipted',
      detail: `${answer.receipts.length} receipts, none of ours`,
      refusal: null,
      retryAfterSeconds: null,
    }
  }
  const { nextContactSeconds = null, instructions: offer = null } = answer
  return { ok: true, settled: settled.settled, serverWall, nextContactSeconds, settingsChanged, offer }
}

function quarantined(job: DeliveryJob, receipt: Receipt): void {
  job.store.report(`envelope ${receipt.seq} quarantined: ${receipt.reason ?? 'no reason given'}`)
  // Central holds another envelope under our number: this database is a copy of one that went on. A new epoch begins a new chain.
  if (receipt.reason === 'forked' && receipt.epoch === job.store.get('chain')?.epoch) {
    const epoch = Buffer.from(job.bytes(16)).toString('hex')
    // On a full disk the old epoch goes on; Central says the same of its next envelope.
    if (job.outbox.startEpoch(epoch) !== null) return
    job.ledger.add(moment(job.clock.wall()), 'epoch', { epoch, because: 'forked' })
  }
}

function note(job: DeliveryJob, sent: Sent, size: number): DatabaseFault | null {
  const at = moment(job.clock.wall())
  setPace(job.store, paceAfter(paceOf(job.store), size, sent.ok ? null : sent.reason))
  if (sent.ok) return job.store.set('delivery', { at, ok: true, reason: '', detail: '', failures: 0 })
  const failures = (job.store.get('delivery')?.failures ?? 0) + 1
  return job.store.set('delivery', { at, ok: false, reason: sent.reason, detail: sent.detail, failures })
}

function sealingOf(sealing: { id: string; publicKey: string }): { id: string; publicKey: string } {
  return { id: sealing.id, publicKey: Buffer.from(sealing.publicKey, 'base64url').toString('hex') }
}

function laterOf(known: string | null, said: string): string {
  return known !== null && known > said ? known : said
}
