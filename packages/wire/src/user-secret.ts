/**
 * The passwords of one SNMPv3 user, sealed by Central at the moment somebody types them to the sealing key of the one Onsite that will use
 * them: HPKE base mode as in box.ts, unsigned (settings are signed as a whole). `PC1 | suite | key id (8) | enc (32) | ciphertext`.
 */
import { DecapError, OpenError } from 'hpke'
import { z } from 'zod'
import { type AccessUser, type UserPasswords, userPasswordsSchema } from './access.ts'
import { suite, suiteNumber } from './box.ts'
import { concat, fromBase64url, parseJson, sameBytes, toBase64url, utf8 } from './bytes.ts'
import { keyIdLength, keyLength, recipientOf, type SealingKey } from './keys.ts'

const magic = utf8('PC1')
const info = utf8('platen/PC1')
const encAt = magic.length + 1 + keyIdLength
const ciphertextAt = encAt + keyLength
/** Plaintexts are filled up to a multiple of this, so that a sealed text does not tell how long the passwords are. */
const paddedTo = 256

/** Whose passwords they are: moved to another Onsite, another user or weaker protocols they do not open. */
export interface SecretOwner extends Pick<AccessUser, 'name' | 'auth' | 'privacy'> {
  readonly onsite: string
}

/** Seals passwords for their owner to an Onsite's raw public sealing key, as text for `sealed` in settings. */
export async function sealUserSecret(
  owner: SecretOwner,
  passwords: UserPasswords,
  sealingPublicKey: Uint8Array,
): Promise<string> {
  const text = JSON.stringify(userPasswordsSchema.parse(passwords))
  const length = Math.ceil(utf8(text).length / paddedTo) * paddedTo
  const plain = concat(utf8(text), new Uint8Array(length - utf8(text).length).fill(0x20))
  const head = headTo(sealingPublicKey)
  const publicKey = await suite.DeserializePublicKey(sealingPublicKey)
  const { encapsulatedSecret, ctx } = await suite.SetupSender(publicKey, { info })
  return toBase64url(concat(head, encapsulatedSecret, await ctx.Seal(plain, boundTo(head, owner))))
}

/** The passwords in a sealed text, or null where it was sealed to another key, for another owner, or is nothing of the kind. Total on any text. */
export async function openUserSecret(
  owner: SecretOwner,
  sealed: string,
  key: SealingKey,
): Promise<UserPasswords | null> {
  const bytes = bytesOf(sealed)
  const head = headTo(key.publicKey)
  if (bytes === null || bytes.length <= ciphertextAt || !sameBytes(bytes.subarray(0, encAt), head)) return null
  const plain = await decrypt(bytes, boundTo(head, owner), key)
  const parsed = plain === null ? null : userPasswordsSchema.safeParse(parseJson(plain))
  return parsed?.success === true ? parsed.data : null
}

function headTo(publicKey: Uint8Array): Uint8Array {
  return concat(magic, Uint8Array.of(suiteNumber), recipientOf(publicKey).id)
}

function boundTo(head: Uint8Array, { onsite, name, auth, privacy }: SecretOwner): Uint8Array {
  return concat(head, utf8(JSON.stringify([onsite, name, auth, privacy])))
}

function bytesOf(sealed: string): Uint8Array | null {
  return z.base64url().safeParse(sealed).success && toBase64url(Buffer.from(sealed, 'base64url')) === sealed
    ? fromBase64url(sealed)
    : null
}

async function decrypt(bytes: Uint8Array, aad: Uint8Array, key: SealingKey): Promise<Uint8Array | null> {
  const pair = {
    privateKey: await suite.DeserializePrivateKey(key.privateKey, false),
    publicKey: await suite.DeserializePublicKey(key.publicKey),
  }
  try {
    return await suite.Open(pair, bytes.slice(encAt, ciphertextAt), bytes.slice(ciphertextAt), { info, aad })
  } catch (error) {
    if (error instanceof OpenError || error instanceof DecapError) return null
    throw error
  }
}
