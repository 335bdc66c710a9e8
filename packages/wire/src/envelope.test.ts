/** Envelopes: everything but the sender's own bytes, to the recipient it was meant for, is refused with a named reason. */
import { randomBytes } from 'node:crypto'
import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bodiesOf, contactBody, contactOf, readingsOf } from './body.ts'
import { sealBox } from './box.ts'
import { concat, readUint32, sha256, toHex, uint32, utf8 } from './bytes.ts'
import {
  bodyMost,
  type EnvelopeFailure,
  type EnvelopeOutcome,
  envelopeKind,
  envelopeMost,
  openEnvelope,
  ratioMost,
  readKept,
  sealEnvelope,
} from './envelope.ts'
import { openIndependently } from './independent.testing.ts'
import { generateSealingKey, generateSigningKey, recipientOf, verify } from './keys.ts'
import { merkleRoot } from './merkle.ts'
import { header, knowing, makeKeys, reading } from './samples.testing.ts'

const keys = await makeKeys()
const known = knowing(keys.epoch, keys.onsite.publicKey)
const { bodies } = bodiesOf([reading, { ...reading, id: 'ff'.repeat(16) }])
const body = bodies[0] ?? new Uint8Array()
const { bytes: envelope, hash } = await sealEnvelope({
  header,
  body,
  signingKey: keys.onsite,
  recipient: keys.toCentral,
})

const failures: readonly EnvelopeFailure[] = ['notAnEnvelope', 'unknownSuite', 'notSealedToUs', 'cannotOpen']

function reasonOf(outcome: EnvelopeOutcome): string {
  return outcome.ok ? 'opened' : outcome.reason
}

/** What a hostile but enrolled Onsite could send: any content, rightly signed and sealed. */
async function signed(content: Uint8Array): Promise<EnvelopeOutcome> {
  const { bytes } = await sealBox({ kind: envelopeKind, content, signingKey: keys.onsite, recipient: keys.toCentral })
  return openEnvelope(bytes, known)
}

function content(parts: {
  readonly header?: object
  readonly lines?: readonly string[]
  readonly compressed?: Uint8Array
}) {
  const lines = (parts.lines ?? ['{}']).map(utf8)
  const claim = { ...header, root: toHex(merkleRoot(lines)), count: lines.length, ...parts.header }
  const head = utf8(JSON.stringify(claim))
  const body = parts.compressed ?? gzipSync(concat(...lines.flatMap((line) => [line, utf8('\n')])))
  return concat(uint32(head.length), head, body)
}

describe('what is not the envelope that was sealed', () => {
  test('is refused with every single byte flipped, by name', async () => {
    const outcomes = await Promise.all(
      Array.from(envelope, (byte, at) => openEnvelope(envelope.with(at, byte ^ (1 << (at % 8))), known)),
    )
    const reasons = outcomes.map(reasonOf)
    for (const reason of reasons) expect(failures).toContain(reason)
    expect(new Set(reasons.slice(0, 3))).toEqual(new Set(['notAnEnvelope']))
    expect(reasons[3]).toBe('unknownSuite')
    expect(new Set(reasons.slice(4, 12))).toEqual(new Set(['notSealedToUs']))
    expect(new Set(reasons.slice(12))).toEqual(new Set(['cannotOpen']))
  })

  test('is refused cut at every length, and with bytes behind it', async () => {
    const cuts = await Promise.all(Array.from(envelope, (_, length) => openEnvelope(envelope.slice(0, length), known)))
    for (const outcome of cuts) expect(['notAnEnvelope', 'cannotOpen']).toContain(reasonOf(outcome))
    expect(reasonOf(await openEnvelope(concat(envelope, Uint8Array.of(0)), known))).toBe('cannotOpen')
  })

  test('is refused in 10,000 random mutations: flips, runs, swaps, cuts and insertions', async () => {
    const mutation = fc.record({
      at: fc.nat(envelope.length - 1),
      drop: fc.nat(40),
      put: fc.uint8Array({ maxLength: 40 }),
    })
    const batch = fc.array(mutation, { minLength: 100, maxLength: 100 })
    let tried = 0
    await fc.assert(
      fc.asyncProperty(batch, async (mutations) => {
        const mutated = mutations
          .map(({ at, drop, put }) => concat(envelope.subarray(0, at), put, envelope.subarray(at + drop)))
          .filter((bytes) => Buffer.compare(bytes, envelope) !== 0)
        tried += mutated.length
        const outcomes = await Promise.all(mutated.map((bytes) => openEnvelope(bytes, known)))
        for (const outcome of outcomes) expect(failures).toContain(reasonOf(outcome))
      }),
      { numRuns: 101 },
    )
    expect(tried).toBeGreaterThanOrEqual(9_900)
  }, 120_000)

  test('is refused whatever bytes come, without a throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(reasonOf(await openEnvelope(bytes, known))).toBe('notAnEnvelope')
        expect(failures).toContain(reasonOf(await openEnvelope(concat(envelope.subarray(0, 12), bytes), known)))
      }),
    )
  })

  test('is refused over the size cap before anything else is looked at', async () => {
    const huge = concat(envelope, new Uint8Array(envelopeMost))
    expect(reasonOf(await openEnvelope(huge, known))).toBe('tooLarge')
  })
})

describe('who sealed, signed and receives it', () => {
  test('an envelope for another key is not opened, even under our key id', async () => {
    const other = await generateSealingKey()
    const recipient = recipientOf(other.publicKey)
    const { bytes: forOther } = await sealEnvelope({ header, body, signingKey: keys.onsite, recipient })
    expect(reasonOf(await openEnvelope(forOther, known))).toBe('notSealedToUs')
    const relabelled = concat(forOther.subarray(0, 4), keys.toCentral.id, forOther.subarray(12))
    expect(reasonOf(await openEnvelope(relabelled, known))).toBe('cannotOpen')
  })

  test('a public key in place of an ephemeral one that gives no secret is refused', async () => {
    for (const first of [0, 1]) {
      const weak = concat(envelope.subarray(0, 12), new Uint8Array(32).fill(first, 0, 1), envelope.subarray(44))
      expect(reasonOf(await openEnvelope(weak, known))).toBe('cannotOpen')
    }
  })

  test('the signed inside of one envelope cannot be sealed again in another', async () => {
    const inside = insideOf(envelope)
    const { bytes: again } = await sealBox({
      kind: envelopeKind,
      content: inside.content,
      signingKey: keys.channel,
      recipient: keys.toCentral,
    })
    const forged = await resealed(inside.bytes)
    expect(reasonOf(await openEnvelope(again, known))).toBe('badSignature')
    expect(reasonOf(await openEnvelope(forged, known))).toBe('badSignature')
  })

  test('an unknown Onsite, and a known one with another key, have their own names', async () => {
    const draft = { ...header, onsite: 'onsite-2' }
    const { bytes: stranger } = await sealEnvelope({
      header: draft,
      body,
      signingKey: keys.onsite,
      recipient: keys.toCentral,
    })
    expect(await openEnvelope(stranger, known)).toMatchObject({ reason: 'unknownOnsite', detail: 'onsite-2' })
    const signingKey = await generateSigningKey()
    const { bytes: impostor } = await sealEnvelope({ header, body, signingKey, recipient: keys.toCentral })
    expect(await openEnvelope(impostor, known)).toMatchObject({ reason: 'badSignature' })
    expect(await openEnvelope(impostor, known)).toMatchObject({ signed: null })
  })
})

describe('what an enrolled but hostile Onsite signs', () => {
  test('a header outside its schema is refused before its Onsite is looked up', async () => {
    for (const wrong of [{ seq: -1 }, { epoch: 'x' }, { onsite: "a' or 1=1" }, { kind: 'shell' }, { count: 2001 }])
      expect(reasonOf(await signed(content({ header: wrong })))).toBe('badHeader')
    expect(reasonOf(await signed(new Uint8Array()))).toBe('badHeader')
    expect(reasonOf(await signed(uint32(4)))).toBe('badHeader')
    const [length, rest] = [readUint32(content({}), 0), content({}).subarray(4)]
    const padded = concat(uint32(4097), utf8(' '.repeat(4097 - length)), rest)
    expect(reasonOf(await signed(padded))).toBe('badHeader')
    expect(reasonOf(await signed(concat(uint32(4096), padded.subarray(5))))).toBe('opened')
    expect(reasonOf(await signed(concat(uint32(2), utf8('{}'))))).toBe('badHeader')
    expect(reasonOf(await signed(concat(uint32(2), Uint8Array.of(0xff, 0xfe))))).toBe('badHeader')
  })

  test('a bomb stops at the cap, in under a second, and can be receipted', async () => {
    for (const mebibytes of [1, 9, 64, 256]) {
      const compressed = gzipSync(new Uint8Array(mebibytes * 1024 * 1024))
      const before = performance.now()
      expect(await signed(content({ compressed }))).toMatchObject({
        reason: 'badCompression',
        signed: { header: { seq: 0 } },
      })
      expect(performance.now() - before).toBeLessThan(1000)
    }
  })

  test('a body over the size cap is refused, however little it was compressed', async () => {
    const large = concat(randomBytes(256 * 1024), new Uint8Array(bodyMost))
    expect(await signed(content({ compressed: gzipSync(large) }))).toMatchObject({ reason: 'badCompression' })
  })

  test('seven million empty lines under the ratio cap are not counted to the end', async () => {
    const noise = randomBytes(128 * 1024)
    const compressed = gzipSync(concat(new Uint8Array(7 * 1024 * 1024).fill(0x0a), noise))
    const before = performance.now()
    expect(await signed(content({ compressed }))).toMatchObject({ reason: 'badBody', signed: { header: { seq: 0 } } })
    expect(performance.now() - before).toBeLessThan(1000)
  })

  test('a body that is no gzip is refused: raw deflate, plain JSON, nothing, a cut stream', async () => {
    const cut = gzipSync(utf8('{}\n')).subarray(0, -5)
    for (const compressed of [deflateRawSync(utf8('{}\n')), utf8('{}\n'), new Uint8Array(), cut])
      expect(await signed(content({ compressed }))).toMatchObject({
        reason: 'badCompression',
        signed: { header: { seq: 0 } },
      })
  })

  test('a body that is not the one the header describes is refused, and can be receipted', async () => {
    const unended = content({ compressed: gzipSync(utf8('{}')) })
    const otherCount = content({ header: { count: 2 } })
    const otherRoot = content({ header: { root: toHex(sha256()) } })
    for (const bytes of [unended, otherCount, otherRoot])
      expect(await signed(bytes)).toMatchObject({ reason: 'badBody', signed: { header: { seq: 0 } } })
  })

  test('keys a newer program adds to the header are dropped', async () => {
    const outcome = await signed(content({ header: { mood: 'good', constructor: 1 } }))
    expect(outcome.ok && Object.keys(outcome.signed.header)).toEqual([...Object.keys(header), 'root', 'count'])
  })
})

describe('an honest envelope', () => {
  test('opens to the header, the very bytes of the body, and its hash', async () => {
    const opened = await openEnvelope(envelope, known)
    const root = toHex(merkleRoot(body.length > 0 ? linesIn(body) : []))
    expect(opened).toMatchObject({ ok: true, signed: { header: { ...header, root, count: 2 }, hash }, body })
    expect(opened.ok && readingsOf(opened.body).map((fate) => fate.ok && fate.reading.id)).toEqual([
      reading.id,
      'ff'.repeat(16),
    ])
  })

  test('shows nothing of what it holds', () => {
    const text = Buffer.from(envelope).toString('latin1')
    for (const secret of ['Acme', 'A1B2', 'onsite-1', '192.0.2.7', 'meters']) expect(text).not.toContain(secret)
  })

  test('carries a contact as its one line', async () => {
    const contact = {
      outbox: { waiting: 3, oldest: header.at },
      round: { startedAt: header.at, endedAt: header.at, asked: 254, printers: 9, others: 3, silent: 242, failed: 0 },
      settingsVersion: 3,
      problems: ['the outbox is nearly full'],
    }
    const { bytes } = await sealEnvelope({
      header: { ...header, kind: 'contact' },
      body: contactBody(contact),
      signingKey: keys.onsite,
      recipient: keys.toCentral,
    })
    const opened = await openEnvelope(bytes, known)
    expect(opened.ok && contactOf(opened.body)).toEqual({ ok: true, contact })
    expect(contactOf(utf8('{"outbox":1}\n'))).toMatchObject({ ok: false, reason: 'badContact' })
    expect(contactOf(utf8('<html>'))).toMatchObject({ ok: false, reason: 'badContact' })
  })

  test('of hundreds of equal devices stays under the ratio cap by being stored', async () => {
    const same = new Uint8Array(400 * 1024).fill(0x61)
    same[same.length - 1] = 0x0a
    expect(gzipSync(same).length * ratioMost).toBeLessThan(same.length)
    const { bytes } = await sealEnvelope({ header, body: same, signingKey: keys.onsite, recipient: keys.toCentral })
    expect(await openEnvelope(bytes, known)).toMatchObject({ ok: true, body: same })
  })

  test('cannot be made over a cap or with a header that Central would refuse', async () => {
    const make = (draft: typeof header, body: Uint8Array) =>
      sealEnvelope({ header: draft, body, signingKey: keys.onsite, recipient: keys.toCentral })
    await expect(make(header, utf8('no line feed'))).rejects.toThrow(RangeError)
    await expect(make(header, new Uint8Array(bodyMost + 1).fill(0x0a))).rejects.toThrow(RangeError)
    await expect(make({ ...header, seq: -1 }, body)).rejects.toThrow()
  })
})

describe('what is kept of an envelope', () => {
  test('says the same without the sealing key, under the same name', async () => {
    const opened = await openEnvelope(envelope, known)
    if (!opened.ok) throw new Error(opened.reason)
    expect(await readKept(opened.signed.kept, { signingKeyOf: known.signingKeyOf })).toEqual(opened)
    expect(opened.signed.kept.length).toBe(envelope.length - 16)
  })

  test('is refused with every single byte flipped, cut at every length, and under another key', async () => {
    const opened = await openEnvelope(envelope, known)
    if (!opened.ok) throw new Error(opened.reason)
    const { kept } = opened.signed
    const refused = ['notAnEnvelope', 'badHeader', 'unknownOnsite', 'badSignature']
    for (const [at, byte] of kept.entries())
      expect(refused).toContain(reasonOf(await readKept(kept.with(at, byte ^ (1 << (at % 8))), known)))
    for (let length = 0; length < kept.length; length++)
      expect(refused).toContain(reasonOf(await readKept(kept.slice(0, length), known)))
    const other = await generateSigningKey()
    expect(reasonOf(await readKept(kept, { signingKeyOf: () => other.publicKey }))).toBe('badSignature')
    expect(reasonOf(await readKept(new Uint8Array(envelopeMost + 1), known))).toBe('tooLarge')
  })
})

describe('the format, read by a second program', () => {
  test('opens by node:crypto alone, and the signature covers label, outer hash, header and packed body, as the name does', () => {
    const { content, signature } = insideOf(envelope)
    const outerHash = sha256(envelope.subarray(0, 44))
    const end = 4 + readUint32(content, 0)
    const signed = concat(content.subarray(0, end), sha256(content.subarray(end)))
    const covered = [utf8('pf1/up'), outerHash, signed]
    expect(verify({ publicKey: keys.onsite.publicKey, signature, label: '', parts: covered })).toBe(true)
    expect(toHex(sha256(envelope.subarray(0, 44), signature, signed))).toBe(hash)
    expect(JSON.parse(Buffer.from(content.subarray(4, end)).toString())).toMatchObject(header)
    expect(Buffer.compare(gunzipSync(content.subarray(end)), body)).toBe(0)
  })
})

function linesIn(body: Uint8Array): Uint8Array[] {
  return Buffer.from(body).toString().trimEnd().split('\n').map(utf8)
}

function insideOf(box: Uint8Array) {
  const bytes = openIndependently({
    aead: 2,
    ...keys.epoch,
    enc: box.slice(12, 44),
    info: utf8('platen/PF1'),
    aad: box.slice(0, 12),
    ciphertext: box.slice(44),
  })
  return { bytes, signature: bytes.slice(0, 64), content: bytes.slice(64) }
}

/** Seals a stolen inside (signature and all) anew, as somebody who once opened it could. */
async function resealed(inside: Uint8Array): Promise<Uint8Array> {
  const { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } = await import('hpke')
  const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
  const publicKey = await suite.DeserializePublicKey(keys.epoch.publicKey)
  const aad = envelope.slice(0, 12)
  const sealed = await suite.Seal(publicKey, inside, { info: utf8('platen/PF1'), aad })
  return concat(aad, sealed.encapsulatedSecret, sealed.ciphertext)
}
