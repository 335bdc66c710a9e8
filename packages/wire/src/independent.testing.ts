/**
 * HPKE base mode (RFC 9180 sections 4 and 5: X25519, HKDF-SHA256, AES-GCM) written a second time over node:crypto alone, for tests:
 * two readings of the RFC must agree on every box we seal.
 */
import { createDecipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { concat, fromHex, utf8 } from './bytes.ts'

const none = new Uint8Array()
const kemId = concat(utf8('KEM'), fromHex('0020'))

/** Opens one ciphertext at sequence 0; throws where it does not open. */
export function openIndependently(box: {
  readonly aead: 1 | 2
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
  readonly enc: Uint8Array
  readonly info: Uint8Array
  readonly aad: Uint8Array
  readonly ciphertext: Uint8Array
}): Uint8Array {
  const suite = concat(utf8('HPKE'), fromHex(`00200001000${box.aead}`))
  const shared = sharedSecret(box)
  const context = concat(
    Uint8Array.of(0),
    extract(suite, none, 'psk_id_hash', none),
    extract(suite, none, 'info_hash', box.info),
  )
  const secret = extract(suite, shared, 'secret', none)
  const key = expand(suite, secret, 'key', context, box.aead === 1 ? 16 : 32)
  const nonce = expand(suite, secret, 'base_nonce', context, 12)
  const decipher = createDecipheriv(box.aead === 1 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce)
  decipher.setAAD(box.aad)
  decipher.setAuthTag(box.ciphertext.subarray(-16))
  return concat(decipher.update(box.ciphertext.subarray(0, -16)), decipher.final())
}

function sharedSecret(box: {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
  readonly enc: Uint8Array
}): Uint8Array {
  const privateKey = createPrivateKey({
    key: Buffer.from(concat(fromHex('302e020100300506032b656e04220420'), box.privateKey)),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey({
    key: Buffer.from(concat(fromHex('302a300506032b656e032100'), box.enc)),
    format: 'der',
    type: 'spki',
  })
  const prk = extract(kemId, none, 'eae_prk', diffieHellman({ privateKey, publicKey }))
  return expand(kemId, prk, 'shared_secret', concat(box.enc, box.publicKey), 32)
}

function extract(suite: Uint8Array, salt: Uint8Array, label: string, material: Uint8Array): Uint8Array {
  return hmac(salt, utf8('HPKE-v1'), suite, utf8(label), material)
}

/** One HKDF block is enough: nothing here is longer than SHA-256. */
function expand(suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array {
  const labelled = concat(Uint8Array.of(0, length), utf8('HPKE-v1'), suite, utf8(label), info)
  return hmac(prk, labelled, Uint8Array.of(1)).slice(0, length)
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return Uint8Array.from(mac.digest())
}
