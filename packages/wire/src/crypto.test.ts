/**
 * The primitives we call, against published facts: a few RFC vectors that always run, and the full RFC 9180 and Wycheproof sets
 * where the shared test data lies beside the repository.
 */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  AEAD_AES_128_GCM,
  AEAD_AES_256_GCM,
  AEAD_ChaCha20Poly1305,
  AEAD_EXPORT_ONLY,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_DHKEM_X25519_HKDF_SHA256,
} from 'hpke'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { concat, fromHex, toHex, utf8 } from './bytes.ts'
import { openIndependently } from './independent.testing.ts'
import { sign, verify } from './keys.ts'

const shared = resolve(import.meta.dirname, '../../../../shared/badinput/crypto')
const withoutShared = !existsSync(shared)
const note = withoutShared ? ' (skipped: ../shared/badinput/crypto is not here)' : ''

const verdict = z.enum(['valid', 'invalid', 'acceptable'])
const aeads = new Map([
  [1, AEAD_AES_128_GCM],
  [2, AEAD_AES_256_GCM],
  [3, AEAD_ChaCha20Poly1305],
  [65535, AEAD_EXPORT_ONLY],
])

function load<T>(file: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(resolve(shared, file), 'utf8')))
}

async function settles(attempt: Promise<Uint8Array>): Promise<string | null> {
  return attempt.then(toHex, () => null)
}

describe('published facts', () => {
  test('Ed25519 signs and verifies RFC 8032 section 7.1, tests 1 to 3', () => {
    const facts = [
      [
        '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
        'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
        '',
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      ],
      [
        '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
        '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
        '72',
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      ],
      [
        'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
        'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
        'af82',
        '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
      ],
    ].map((row) => row.map(fromHex))
    for (const [seed, publicKey, message, signature] of facts) {
      if (!seed || !publicKey || !message || !signature) throw new Error('a fact has four columns')
      expect(sign(seed, '', message)).toEqual(signature)
      expect(verify({ publicKey, signature, label: '', parts: [message] })).toBe(true)
      expect(verify({ publicKey, signature, label: '', parts: [concat(message, utf8('x'))] })).toBe(false)
    }
  })

  test('HPKE opens RFC 9180 A.1.1 (AES-128-GCM) and its AES-256-GCM sister, in both our readings of the RFC', async () => {
    const facts = [
      {
        aead: 1,
        privateKey: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
        publicKey: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
        enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
        ciphertext: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
      },
      {
        aead: 2,
        privateKey: '497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d',
        publicKey: '430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c',
        enc: '6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256',
        ciphertext: 'e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a',
      },
    ] as const
    const info = utf8('Ode on a Grecian Urn')
    const aad = utf8('Count-0')
    const plain = utf8('Beauty is truth, truth beauty')
    for (const fact of facts) {
      const [privateKey, publicKey, enc, ciphertext] = [fact.privateKey, fact.publicKey, fact.enc, fact.ciphertext].map(
        fromHex,
      )
      if (!privateKey || !publicKey || !enc || !ciphertext) throw new Error('a fact has four columns')
      const aead = fact.aead === 1 ? AEAD_AES_128_GCM : AEAD_AES_256_GCM
      const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, aead)
      const key = await suite.DeserializePrivateKey(privateKey, false)
      expect(await suite.Open(key, enc, ciphertext, { info, aad })).toEqual(plain)
      expect(openIndependently({ aead: fact.aead, privateKey, publicKey, enc, info, aad, ciphertext })).toEqual(plain)
    }
  })
})

describe.skipIf(withoutShared)(`RFC 9180 vectors${note}`, () => {
  const vectors = z.array(
    z.object({
      mode: z.number(),
      kem_id: z.number(),
      aead_id: z.number(),
      info: z.string(),
      skRm: z.string(),
      enc: z.string(),
      psk: z.string().optional(),
      psk_id: z.string().optional(),
      encryptions: z.array(z.object({ aad: z.string(), ct: z.string(), pt: z.string() })),
      exports: z.array(z.object({ exporter_context: z.string(), L: z.number(), exported_value: z.string() })),
    }),
  )

  test('every X25519 suite opens and exports what the RFC says, in base and PSK mode (we call base; sender authentication is by Ed25519)', async () => {
    const all = load('hpke/rfc9180-x25519-p256-hkdfsha256.json', vectors)
    const ours = all.filter((vector) => vector.kem_id === 32 && vector.mode <= 1)
    expect(ours).toHaveLength(8)
    for (const vector of ours) {
      const aead = aeads.get(vector.aead_id)
      if (aead === undefined) throw new Error(`no AEAD ${vector.aead_id}`)
      const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, aead)
      const key = await suite.DeserializePrivateKey(fromHex(vector.skRm), false)
      const psk = vector.mode === 1 ? { psk: fromHex(vector.psk ?? ''), pskId: fromHex(vector.psk_id ?? '') } : {}
      const context = await suite.SetupRecipient(key, fromHex(vector.enc), { info: fromHex(vector.info), ...psk })
      // The file lists sequence numbers 0, 1, 2, 4, 255 and 256 in part; only the first three follow one another.
      for (const { aad, ct, pt } of vector.encryptions.slice(0, 3))
        expect(toHex(await context.Open(fromHex(ct), fromHex(aad)))).toBe(pt)
      for (const { exporter_context, L, exported_value } of vector.exports)
        expect(toHex(await context.Export(fromHex(exporter_context), L))).toBe(exported_value)
    }
  })
})

describe.skipIf(withoutShared)(`Wycheproof${note}`, () => {
  test('Ed25519: every invalid signature is refused, every valid one passes', () => {
    const cases = z.object({
      testGroups: z.array(
        z.object({
          publicKey: z.object({ pk: z.string() }),
          tests: z.array(z.object({ tcId: z.number(), msg: z.string(), sig: z.string(), result: verdict })),
        }),
      ),
    })
    let seen = 0
    for (const group of load('wycheproof/ed25519_test.json', cases).testGroups)
      for (const { tcId, msg, sig, result } of group.tests) {
        seen += 1
        const claim = {
          publicKey: fromHex(group.publicKey.pk),
          signature: fromHex(sig),
          label: '',
          parts: [fromHex(msg)],
        }
        expect(verify(claim), `case ${tcId}`).toBe(result === 'valid')
      }
    expect(seen).toBe(151)
  })

  test('X25519: every shared secret is right, and an all-zero one is refused', async () => {
    const cases = z.object({
      testGroups: z.array(
        z.object({
          tests: z.array(
            z.object({
              tcId: z.number(),
              public: z.string(),
              private: z.string(),
              shared: z.string(),
              result: verdict,
            }),
          ),
        }),
      ),
    })
    const tests = load('wycheproof/x25519_test.json', cases).testGroups.flatMap((group) => group.tests)
    expect(tests).toHaveLength(518)
    const { subtle } = globalThis.crypto
    const secretOf = async (theirs: string, ours: string) => {
      const publicKey = await subtle.importKey('raw', new Uint8Array(fromHex(theirs)), 'X25519', false, [])
      const pkcs8 = new Uint8Array(fromHex(`302e020100300506032b656e04220420${ours}`))
      const key = await subtle.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits'])
      return new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: publicKey }, key, 256))
    }
    for (const one of tests) {
      const zero = /^0+$/.test(one.shared)
      expect(await settles(secretOf(one.public, one.private)), `case ${one.tcId}`).toBe(zero ? null : one.shared)
    }
  })

  test('AES-GCM with the nonce and tag lengths of HPKE: nothing forged opens', async () => {
    const cases = z.object({
      testGroups: z.array(
        z.object({
          ivSize: z.number(),
          keySize: z.number(),
          tests: z.array(
            z.object({
              tcId: z.number(),
              key: z.string(),
              iv: z.string(),
              aad: z.string(),
              msg: z.string(),
              ct: z.string(),
              tag: z.string(),
              result: verdict,
            }),
          ),
        }),
      ),
    })
    const aeadOf = new Map([
      [128, AEAD_AES_128_GCM()],
      [256, AEAD_AES_256_GCM()],
    ])
    let seen = 0
    for (const group of load('wycheproof/aes_gcm_test.json', cases).testGroups) {
      const aead = aeadOf.get(group.keySize)
      if (aead === undefined || group.ivSize !== 96) continue
      for (const one of group.tests) {
        seen += 1
        const opened = settles(
          aead.Open(fromHex(one.key), fromHex(one.iv), fromHex(one.aad), fromHex(one.ct + one.tag)),
        )
        expect(await opened, `case ${one.tcId}`).toBe(one.result === 'valid' ? one.msg : null)
      }
    }
    expect(seen).toBeGreaterThan(100)
  })

  test('HKDF-SHA256: every output is right', async () => {
    const cases = z.object({
      testGroups: z.array(
        z.object({
          tests: z.array(
            z.object({
              tcId: z.number(),
              ikm: z.string(),
              salt: z.string(),
              info: z.string(),
              size: z.number(),
              okm: z.string(),
              result: verdict,
            }),
          ),
        }),
      ),
    })
    const kdf = KDF_HKDF_SHA256()
    const tests = load('wycheproof/hkdf_sha256_test.json', cases).testGroups.flatMap((group) => group.tests)
    expect(tests).toHaveLength(86)
    for (const one of tests) {
      // The three invalid cases ask for more than 255 blocks (RFC 5869 section 2.3); HPKE never asks for more than one.
      if (one.result !== 'valid') continue
      const prk = await kdf.Extract(fromHex(one.salt), fromHex(one.ikm))
      expect(toHex(await kdf.Expand(prk, fromHex(one.info), one.size)), `case ${one.tcId}`).toBe(one.okm)
    }
  })
})
