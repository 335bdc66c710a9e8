/**
 * A Central for Onsite's own tests, over real loopback HTTP with wire's real functions, that counts every reading it ever got. Faults are
 * put in front of it by `onRequest`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  type Answer,
  type Contact,
  contactOf,
  fromBase64url,
  generateSealingKey,
  generateSigningKey,
  hashRequest,
  makeKeyList,
  makePassword,
  openEnrolment,
  openEnvelope,
  packInstructions,
  type Receipt,
  readingsOf,
  recipientOf,
  type SealingKey,
  type Settings,
  type SignedEnvelope,
  type SigningKey,
  sealAnswer,
  sealEnrolmentAnswer,
  toBase64url,
  toHex,
  unpackDelivery,
} from '@platen/wire'

export const plainSettings: Settings = {
  version: 1,
  name: 'Test site',
  intervalMinutes: 60,
  looks: { statusMinutes: null, suppliesMinutes: null, inventoryMinutes: null },
  hours: null,
  closing: null,
  zone: 'UTC',
  packetsPerSecond: 5000,
  ranges: [],
  communities: ['public'],
  access: [],
  duty: 'active',
  partner: null,
  timeoutMs: 200,
  tries: 2,
  masks: { address: false, hostName: false, mac: false, location: false, contact: false },
}

export class FakeCentral {
  readonly channel: SigningKey
  readonly enrolment: SealingKey
  sealing: SealingKey
  /** What time it is, milliseconds since 1970. */
  wall: () => number = Date.now
  /** Since when `sealing` is the key to use. */
  sealingSince = '2026-01-01T00:00:00.000Z'
  readonly secret = new Uint8Array(10).fill(7)
  settings: Settings = plainSettings
  /** Added to the next answers, whatever the grammar says of it. */
  extra: Partial<Answer> = {}
  /** Reading id -> how many times it came in different envelopes. */
  readonly readings = new Map<string, number>()
  /** epoch:seq -> hash. */
  readonly envelopes = new Map<string, string>()
  readonly contacts: Contact[] = []
  readonly requests: string[] = []
  /** Packed instructions by name. */
  readonly instructions = new Map<string, Uint8Array>()
  readonly raw: Uint8Array[] = []
  forks = 0
  /** Hash of an envelope that it cannot open. */
  cannotOpen = ''
  /** May answer in Central's place; true if it did. */
  onRequest: ((path: string, response: ServerResponse, body: Uint8Array) => boolean | Promise<boolean>) | null = null
  /** After everything is kept, before the answer is sent. */
  onKept: ((response: ServerResponse) => boolean) | null = null
  #server: Server | null = null
  #onsite: { id: string; signing: Uint8Array; sealing: Uint8Array } | null = null

  private constructor(channel: SigningKey, enrolment: SealingKey, sealing: SealingKey) {
    this.channel = channel
    this.enrolment = enrolment
    this.sealing = sealing
  }

  static async start(): Promise<FakeCentral> {
    const central = new FakeCentral(await generateSigningKey(), await generateSealingKey(), await generateSealingKey())
    central.#server = createServer((request, response) => {
      central.#serve(request, response).catch((error) => response.destroy(error))
    })
    await new Promise<void>((resolve) => central.#server?.listen(0, '127.0.0.1', resolve))
    return central
  }

  /** Says from now on that it has these signed instructions, under this version. */
  offer(version: string, signed: string): string {
    const { packed, hash } = packInstructions(signed)
    this.instructions.set(hash, packed)
    this.extra = { ...this.extra, instructions: { version, hash, size: packed.length } }
    return hash
  }

  get port(): number {
    const address = this.#server?.address()
    if (typeof address !== 'object' || address === null) throw new Error('the fake Central is closed')
    return address.port
  }

  /** The sealing key as the key list has it. */
  get listed() {
    return { publicKey: this.sealing.publicKey, since: this.sealingSince }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get password(): string {
    return makePassword({ secret: this.secret, channelKey: this.channel.publicKey })
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = []
    for await (const part of request) parts.push(part)
    const body = new Uint8Array(Buffer.concat(parts))
    const path = request.url ?? ''
    this.requests.push(`${request.method} ${path} ${request.headers.connection}`)
    this.raw.push(body)
    if (this.onRequest !== null && (await this.onRequest(path, response, body))) return
    if (path === '/onsite/keys')
      return send(response, 200, JSON.stringify(makeKeyList(this.channel, this.enrolment.publicKey, this.listed)))
    if (path.startsWith('/onsite/instructions/')) {
      const packed = this.instructions.get(path.slice('/onsite/instructions/'.length))
      return packed === undefined ? refuse(response, 404, 'unknownInstructions') : send(response, 200, packed)
    }
    if (path === '/onsite/enrol') return this.#enrol(body, response)
    if (path === '/onsite/deliver') return this.#deliver(body, response)
    send(response, 404, '')
  }

  async #enrol(body: Uint8Array, response: ServerResponse): Promise<void> {
    const opened = await openEnrolment(body, this.enrolment)
    if (!opened.ok) return refuse(response, 400, opened.reason)
    if (opened.request.password !== toBase64url(this.secret)) return refuse(response, 403, 'wrongPassword')
    const signing = fromBase64url(opened.request.signingKey)
    const sealing = fromBase64url(opened.request.sealingKey)
    this.#onsite = { id: 'onsite-1', signing, sealing }
    const answer = {
      onsiteId: 'onsite-1',
      name: 'Test site',
      sealing: this.#sealingOut(),
      settings: this.settings,
      serverTime: new Date(this.wall()).toISOString(),
    }
    const sealed = await sealEnrolmentAnswer({
      answer,
      requestHash: hashRequest(body),
      channelKey: this.channel,
      recipient: recipientOf(sealing),
    })
    send(response, 200, sealed)
  }

  async #deliver(body: Uint8Array, response: ServerResponse): Promise<void> {
    const onsite = this.#onsite
    const unpacked = unpackDelivery(body)
    if (!unpacked.ok || onsite === null) return refuse(response, 400, unpacked.ok ? 'unknownOnsite' : unpacked.reason)
    const receipts: Receipt[] = []
    for (const bytes of unpacked.envelopes) {
      const opened = await openEnvelope(bytes, {
        sealingKeys: (id) => (toHex(id) === toHex(recipientOf(this.sealing.publicKey).id) ? this.sealing : null),
        signingKeyOf: (id) => (id === onsite.id ? onsite.signing : null),
      })
      if (!opened.ok && opened.reason === 'notSealedToUs') continue
      if (!opened.ok) return refuse(response, 400, opened.reason)
      if (opened.signed.hash === this.cannotOpen) continue
      receipts.push(this.#keep(opened.signed, opened.body))
    }
    if (receipts.length === 0) return refuse(response, 400, 'notSealedToUs')
    if (this.onKept?.(response) === true) return
    const answer = { serverTime: new Date(this.wall()).toISOString(), receipts, settings: this.settings, ...this.extra }
    const sealed = await sealAnswer({
      answer,
      requestHash: hashRequest(body),
      channelKey: this.channel,
      recipient: recipientOf(onsite.sealing),
    })
    send(response, 200, sealed)
  }

  #keep({ header, hash }: SignedEnvelope, body: Uint8Array): Receipt {
    const { epoch, seq, kind } = header
    const place = `${epoch}:${seq}`
    const before = this.envelopes.get(place)
    if (before !== undefined && before !== hash) {
      this.forks += 1
      return { epoch, seq, hash, fate: 'quarantined', reason: 'forked' }
    }
    if (before !== undefined) return { epoch, seq, hash, fate: 'known' }
    this.envelopes.set(place, hash)
    if (kind === 'contact') {
      const contact = contactOf(body)
      if (contact.ok) this.contacts.push(contact.contact)
    } else {
      for (const fate of readingsOf(body)) {
        if (!fate.ok) throw new Error(`a bad reading arrived: ${fate.detail}`)
        this.readings.set(fate.reading.id, (this.readings.get(fate.reading.id) ?? 0) + 1)
      }
    }
    return { epoch, seq, hash, fate: 'kept' }
  }

  #sealingOut() {
    const { id, publicKey } = recipientOf(this.sealing.publicKey)
    return { id: toHex(id), publicKey: toBase64url(publicKey) }
  }
}

export function send(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Record<string, string> = { Platen: '1' },
): void {
  response.writeHead(status, { 'Content-Type': 'application/octet-stream', ...headers })
  response.end(body)
}

export function refuse(response: ServerResponse, status: number, refused: string): void {
  send(response, status, JSON.stringify({ refused }), { 'Content-Type': 'application/json', Platen: '1' })
}
