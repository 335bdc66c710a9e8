/**
 * Enrolment: makes this Onsite known to the Central that the password is for, and to no other. Nothing secret leaves before Central's key
 * matches the fingerprint in the password; the password itself is not kept.
 */
import {
  type AnswerFailure,
  checkKeyList,
  type EnrolmentAnswer,
  enrolmentRequestSchema,
  generateSealingKey,
  generateSigningKey,
  hashRequest,
  openEnrolmentAnswer,
  parseJson,
  parsePassword,
  type Refusal,
  sealEnrolment,
  toBase64url,
  toHex,
} from '@platen/wire'
import { type CallFailure, callCentral } from './call.ts'
import type { DatabaseFault } from './database.ts'
import type { DeliveryJob } from './deliver.ts'
import { rawPair } from './seal.ts'
import type { Fact } from './store.ts'
import { moment } from './world.ts'

/** Why enrolling did not work. `mistyped`: the password cannot be right; `fingerprintMismatch`: this is another Central, or somebody in its place. */
export type EnrolFailure =
  | CallFailure
  | AnswerFailure
  | 'alreadyEnrolled'
  | 'mistyped'
  | 'badEmail'
  | 'fingerprintMismatch'

/** A name for this Onsite, given by Central, or why not. */
export type Enrolled =
  | { readonly ok: true; readonly name: string; readonly onsiteId: string }
  | { readonly ok: false; readonly reason: EnrolFailure; readonly detail: string; readonly refusal: Refusal | null }

/** What enrolling needs. */
export interface EnrolJob extends Omit<DeliveryJob, 'signal'> {
  readonly email: string
  readonly password: string
  readonly scopeHash: string
  readonly program: string
  readonly hostName: string | null
}

/** Enrols once. After a lost answer the same keys and nonce are sent again, so that Central can tell it is the same Onsite asking. */
export async function enrol(job: EnrolJob): Promise<Enrolled | DatabaseFault> {
  if (job.store.get('identity') !== null) return failed('alreadyEnrolled', job.store.get('identity')?.name ?? '')
  const { email, hostName } = enrolmentRequestSchema.shape
  if (!email.safeParse(job.email).success) return failed('badEmail', job.email)
  const password = parsePassword(job.password)
  if (!password.ok) return failed('mistyped', password.detail)
  const listed = await callCentral(job.exchange, { method: 'GET', path: '/onsite/keys' })
  if (!listed.ok) return failed(listed.reason, listed.detail, listed.refusal)
  const keys = checkKeyList(parseJson(listed.body), password.fingerprint)
  if (!keys.ok) return failed(keys.reason === 'notAKeyList' ? 'notPlaten' : 'fingerprintMismatch', keys.detail)
  const pending = await pendingKeys(job)
  // Keys that could be lost must not be made known to Central: the password is good for one enrolment.
  const unkept = job.store.set('pending', pending)
  if (unkept !== null) return unkept
  const signing = rawPair(pending.signing)
  const sealing = rawPair(pending.sealing)
  const body = await sealEnrolment({
    request: {
      email: job.email,
      password: toBase64url(password.secret),
      sealingKey: toBase64url(sealing.publicKey),
      scopeHash: job.scopeHash,
      nonce: pending.nonce,
      program: job.program,
      // A machine's name is for people to know it by: one that does not fit is left out.
      ...(job.hostName === null || !hostName.safeParse(job.hostName).success ? {} : { hostName: job.hostName }),
    },
    signingKey: signing,
    enrolmentKey: keys.enrolmentKey,
  })
  const called = await callCentral(job.exchange, { method: 'POST', path: '/onsite/enrol', body })
  if (!called.ok) return failed(called.reason, called.detail, called.refusal)
  const opened = await openEnrolmentAnswer(called.body, {
    channelPublicKey: keys.channelKey,
    sealingKey: sealing,
    requestHash: hashRequest(body),
  })
  if (!opened.ok) return failed(opened.reason, opened.detail)
  const unsettled = settle(job, { pending, channelKey: toHex(keys.channelKey), answer: opened.answer })
  if (unsettled !== null) return unsettled
  return { ok: true, name: opened.answer.name, onsiteId: opened.answer.onsiteId }
}

async function pendingKeys({ store, email, bytes }: EnrolJob): Promise<Fact<'pending'>> {
  const before = store.get('pending')
  if (before !== null && before.email === email) return before
  const [signing, sealing] = [await generateSigningKey(), await generateSealingKey()]
  return { email, signing: hexPair(signing), sealing: hexPair(sealing), nonce: toBase64url(bytes(16)) }
}

function settle(
  job: EnrolJob,
  enrolled: { pending: Fact<'pending'>; channelKey: string; answer: EnrolmentAnswer },
): DatabaseFault | null {
  const { store, outbox, ledger } = job
  const { pending, channelKey, answer } = enrolled
  const { email, signing, sealing } = pending
  return store.attempt(() => {
    store.set('identity', { onsiteId: answer.onsiteId, name: answer.name, email, signing, sealing })
    const publicKey = Buffer.from(answer.sealing.publicKey, 'base64url').toString('hex')
    store.set('central', { channelKey, sealing: { id: answer.sealing.id, publicKey } })
    store.set('settings', answer.settings)
    store.set('serverTime', answer.serverTime)
    store.forget('pending')
    outbox.startEpoch(toHex(job.bytes(16)))
    ledger.add(moment(job.clock.wall()), 'enrolled', { onsite: answer.onsiteId, scope: job.scopeHash })
  })
}

function hexPair(pair: { publicKey: Uint8Array; privateKey: Uint8Array }): Fact<'pending'>['signing'] {
  return { publicKey: toHex(pair.publicKey), privateKey: toHex(pair.privateKey) }
}

function failed(reason: EnrolFailure, detail: string, refusal: Refusal | null = null): Enrolled {
  return { ok: false, reason, detail, refusal }
}
