/** A made-up Onsite: it enrols and delivers exactly as a real one does, sealed and signed, over HTTP. */
import type { Reading } from '@platen/model'
import {
  bodiesOf,
  type Contact,
  checkKeyList,
  contactBody,
  fitDelivery,
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
  type Receipt,
  type Recipient,
  type SealingKey,
  type SigningKey,
  sealEnrolment,
  sealEnvelope,
  toBase64url,
  toHex,
} from '@platen/wire'

/** Where and as whom it enrols, and how it reaches the world. */
export interface OnsiteParts {
  readonly server: string
  readonly email: string
  readonly password: string
  readonly fetch: typeof fetch
  readonly bytes: (count: number) => Uint8Array
  readonly now: () => number
}

const program = 'seed-1'
const scope = '00'.repeat(32)

/** An enrolled Onsite. */
export class MadeUpOnsite {
  readonly #parts: OnsiteParts
  readonly #id: string
  readonly #signingKey: SigningKey
  readonly #sealingKey: SealingKey
  readonly #channelKey: Uint8Array
  readonly #epoch: string
  readonly #life: string
  #recipient: Recipient
  #seq = 0
  #previous: string | null = null

  constructor(
    parts: OnsiteParts,
    own: {
      readonly id: string
      readonly signingKey: SigningKey
      readonly sealingKey: SealingKey
      readonly channelKey: Uint8Array
      readonly recipient: Recipient
    },
  ) {
    this.#parts = parts
    this.#id = own.id
    this.#signingKey = own.signingKey
    this.#sealingKey = own.sealingKey
    this.#channelKey = own.channelKey
    this.#recipient = own.recipient
    this.#epoch = toHex(parts.bytes(16))
    this.#life = toHex(parts.bytes(8))
  }

  /** Enrols with an e-mail and a password as people are given them. @throws when Central refuses. */
  static async enrol(parts: OnsiteParts): Promise<MadeUpOnsite> {
    const password = parsePassword(parts.password)
    if (!password.ok) throw new Error(password.detail)
    const told = await parts.fetch(`${parts.server}/onsite/keys`)
    if (!told.ok) throw new Error(`/onsite/keys: ${told.status} ${await told.text()}`)
    const keys = checkKeyList(await told.json(), password.fingerprint)
    if (!keys.ok) throw new Error(keys.detail)
    const [signingKey, sealingKey] = await Promise.all([generateSigningKey(), generateSealingKey()])
    const sealed = await sealEnrolment({
      signingKey,
      enrolmentKey: keys.enrolmentKey,
      request: {
        email: parts.email,
        password: toBase64url(password.secret),
        sealingKey: toBase64url(sealingKey.publicKey),
        scopeHash: scope,
        nonce: toBase64url(parts.bytes(16)),
        program,
      },
    })
    const bytes = await post(parts, '/onsite/enrol', sealed)
    const answer = await openEnrolmentAnswer(bytes, {
      channelPublicKey: keys.channelKey,
      sealingKey,
      requestHash: hashRequest(sealed),
    })
    if (!answer.ok) throw new Error(answer.detail)
    const { id, publicKey } = answer.answer.sealing
    const recipient = { id: fromHex(id), publicKey: fromBase64url(publicKey) }
    return new MadeUpOnsite(parts, {
      id: answer.answer.onsiteId,
      signingKey,
      sealingKey,
      channelKey: keys.channelKey,
      recipient,
    })
  }

  /** Delivers readings and a contact. Answers how many envelopes were receipted. */
  async deliver(readings: readonly Reading[]): Promise<number> {
    let receipts = 0
    for (const delivery of await this.pack(readings)) receipts += (await this.send(delivery)).length
    return receipts
  }

  /** Seals readings and a contact into as many deliveries as they need, for whoever sends them himself. */
  async pack(readings: readonly Reading[]): Promise<readonly Uint8Array[]> {
    const envelopes: Uint8Array[] = []
    for (const body of bodiesOf(readings).bodies) envelopes.push(await this.#seal('readings', body))
    envelopes.push(await this.#seal('contact', contactBody(this.#contact(readings.length))))
    const deliveries: Uint8Array[] = []
    for (let from = 0; from < envelopes.length; ) {
      const rest = envelopes.slice(from)
      const count = Math.max(1, fitDelivery(rest.map((envelope) => envelope.length)))
      deliveries.push(packDelivery(rest.slice(0, count)))
      from += count
    }
    return deliveries
  }

  #contact(printers: number): Contact {
    const now = new Date(this.#parts.now()).toISOString()
    return {
      outbox: { waiting: 0, oldest: null },
      round: { startedAt: now, endedAt: now, asked: printers, printers, others: 0, silent: 0, failed: 0 },
      settingsVersion: 1,
      problems: [],
    }
  }

  async #seal(kind: HeaderDraft['kind'], body: Uint8Array): Promise<Uint8Array> {
    const header: HeaderDraft = {
      onsite: this.#id,
      epoch: this.#epoch,
      seq: this.#seq,
      kind,
      at: new Date(this.#parts.now()).toISOString(),
      life: this.#life,
      monotonic: this.#parts.now(),
      previous: this.#previous,
      scope,
      program,
      instructions: program,
    }
    const { bytes, hash } = await sealEnvelope({
      header,
      body,
      signingKey: this.#signingKey,
      recipient: this.#recipient,
    })
    this.#seq += 1
    this.#previous = hash
    return bytes
  }

  /** Sends one packed delivery and answers its receipts. @throws when Central cannot be reached, refuses, or puts an envelope aside. */
  async send(delivery: Uint8Array): Promise<readonly Receipt[]> {
    const answer = await openAnswer(await post(this.#parts, '/onsite/deliver', delivery), {
      channelPublicKey: this.#channelKey,
      sealingKey: this.#sealingKey,
      requestHash: hashRequest(delivery),
    })
    if (!answer.ok) throw new Error(answer.detail)
    const { receipts, sealing } = answer.answer
    const lost = receipts.find(({ fate }) => fate === 'quarantined')
    if (lost !== undefined) throw new Error(`Central put an envelope aside: ${lost.reason ?? ''}`)
    if (sealing !== undefined)
      this.#recipient = { id: fromHex(sealing.id), publicKey: fromBase64url(sealing.publicKey) }
    return receipts
  }
}

async function post(parts: OnsiteParts, path: string, body: Uint8Array): Promise<Uint8Array> {
  const response = await parts.fetch(`${parts.server}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return new Uint8Array(await response.arrayBuffer())
}
