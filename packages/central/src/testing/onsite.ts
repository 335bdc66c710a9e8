/** An Onsite for tests that does every step by hand, so that each can be done wrongly. */
import type { Reading } from '@platen/model'
import {
  type Answer,
  bodiesOf,
  type Contact,
  checkKeyList,
  contactBody,
  fromBase64url,
  fromHex,
  generateSealingKey,
  generateSigningKey,
  type HeaderDraft,
  hashRequest,
  openAnswer,
  openEnrolmentAnswer,
  packDelivery,
  parsePassword,
  type Recipient,
  type SealingKey,
  type SigningKey,
  sealEnrolment,
  sealEnvelope,
  toBase64url,
  toHex,
} from '@platen/wire'
import type { Central } from '../central.ts'
import { realDice } from '../real-world.ts'
import type { HandClock } from './rig.ts'

/** What came back: an opened answer, or a refusal by name. */
export type Delivered =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly status: number; readonly refused: string }

/** The first steps of enrolment, up to the bytes that are sent. */
export async function sealedEnrolment(central: Central, email: string, password: string) {
  const parsed = parsePassword(password)
  if (!parsed.ok) throw new Error(parsed.detail)
  const list = (await central.app.inject({ url: '/onsite/keys' })).json<unknown>()
  const keys = checkKeyList(list, parsed.fingerprint)
  if (!keys.ok) throw new Error(keys.detail)
  const [signingKey, sealingKey] = await Promise.all([generateSigningKey(), generateSealingKey()])
  const bytes = await sealEnrolment({
    signingKey,
    enrolmentKey: keys.enrolmentKey,
    request: {
      email,
      password: toBase64url(parsed.secret),
      sealingKey: toBase64url(sealingKey.publicKey),
      scopeHash: 'cd'.repeat(32),
      nonce: toBase64url(realDice.bytes(16)),
      program: '1.0',
    },
  })
  return { bytes, signingKey, sealingKey, channelKey: keys.channelKey }
}

/** Sends bytes to a door of Central's. */
export function knock(central: Central, url: string, bytes: Uint8Array, from = '192.0.2.1') {
  return central.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/octet-stream' },
    payload: Buffer.from(bytes),
    remoteAddress: from,
  })
}

interface Own {
  readonly id: string
  readonly signingKey: SigningKey
  readonly sealingKey: SealingKey
  readonly channelKey: Uint8Array
  readonly recipient: Recipient
}

/** An enrolled Onsite. */
export class TestOnsite {
  readonly #central: Central
  readonly #clock: HandClock
  readonly #own: Own
  epoch = toHex(realDice.bytes(16))
  seq = 0

  constructor(central: Central, clock: HandClock, own: Own) {
    this.#central = central
    this.#clock = clock
    this.#own = own
  }

  static async enrol(
    central: Central,
    clock: HandClock,
    invitation: { readonly email: string; readonly password: string },
  ): Promise<TestOnsite> {
    const { bytes, ...keys } = await sealedEnrolment(central, invitation.email, invitation.password)
    const response = await knock(central, '/onsite/enrol', bytes)
    const answer = await openEnrolmentAnswer(new Uint8Array(response.rawPayload), {
      channelPublicKey: keys.channelKey,
      sealingKey: keys.sealingKey,
      requestHash: hashRequest(bytes),
    })
    if (!answer.ok) throw new Error(`${answer.reason} ${response.statusCode} ${response.body.slice(0, 200)}`)
    const { id, publicKey } = answer.answer.sealing
    const recipient = { id: fromHex(id), publicKey: fromBase64url(publicKey) }
    return new TestOnsite(central, clock, { ...keys, id: answer.answer.onsiteId, recipient })
  }

  get id(): string {
    return this.#own.id
  }

  get sealingKey(): SealingKey {
    return this.#own.sealingKey
  }

  /** The raw public key it signs with, in base64url. */
  get signingKey(): string {
    return toBase64url(this.#own.signingKey.publicKey)
  }

  /** An envelope of any body; what is said replaces the ordinary header. */
  async seal(
    body: Uint8Array,
    own: Partial<HeaderDraft> & { readonly signingKey?: SigningKey; readonly recipient?: Recipient } = {},
  ): Promise<Uint8Array> {
    const { signingKey, recipient, ...header } = own
    const { bytes } = await sealEnvelope({
      body,
      signingKey: signingKey ?? this.#own.signingKey,
      recipient: recipient ?? this.#own.recipient,
      header: {
        onsite: this.id,
        epoch: this.epoch,
        seq: this.seq,
        kind: 'readings',
        at: new Date(this.#clock.now()).toISOString(),
        life: 'ef'.repeat(8),
        monotonic: this.#clock.now() - Date.parse('2026-01-01T00:00:00.000Z'),
        previous: null,
        scope: 'cd'.repeat(32),
        program: '1.0',
        instructions: '1',
        ...header,
      },
    })
    if (own.seq === undefined) this.seq += 1
    return bytes
  }

  /** An envelope of readings sealed at another moment than now, or in another life of the program. */
  async sealedAt(header: Partial<HeaderDraft>, ...readings: readonly Reading[]): Promise<Uint8Array> {
    const [body] = bodiesOf(readings).bodies
    if (body === undefined) throw new Error('no readings')
    return await this.seal(body, header)
  }

  /** An envelope of readings. */
  async readings(...readings: readonly Reading[]): Promise<Uint8Array> {
    return await this.sealedAt({}, ...readings)
  }

  /** An envelope that says how the Onsite is. */
  async contact(own: Partial<Contact> = {}, header: Partial<HeaderDraft> = {}): Promise<Uint8Array> {
    const plain: Contact = { outbox: { waiting: 0, oldest: null }, round: null, settingsVersion: 1, problems: [] }
    return await this.seal(contactBody({ ...plain, ...own }), { kind: 'contact', ...header })
  }

  /** Sends envelopes as one delivery. */
  async deliver(...envelopes: readonly Uint8Array[]): Promise<Delivered> {
    return await this.send(packDelivery(envelopes))
  }

  /** Sends any bytes as a delivery. */
  async send(bytes: Uint8Array): Promise<Delivered> {
    const response = await knock(this.#central, '/onsite/deliver', bytes)
    if (response.headers.platen !== '1') throw new Error('the answer does not carry the mark')
    if (response.statusCode !== 200) {
      return { ok: false, status: response.statusCode, refused: response.json<{ refused: string }>().refused }
    }
    const answer = await openAnswer(new Uint8Array(response.rawPayload), {
      channelPublicKey: this.#own.channelKey,
      sealingKey: this.#own.sealingKey,
      requestHash: hashRequest(bytes),
    })
    if (!answer.ok) throw new Error(answer.detail)
    return { ok: true, answer: answer.answer }
  }

  /** Sends readings and expects them kept. */
  async report(...readings: readonly Reading[]): Promise<void> {
    const delivered = await this.deliver(await this.readings(...readings))
    const fates = delivered.ok ? delivered.answer.receipts.map(({ fate }) => fate) : [delivered.refused]
    if (fates.some((fate) => fate !== 'kept')) throw new Error(fates.join())
  }
}
