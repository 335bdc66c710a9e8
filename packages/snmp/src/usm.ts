/**
 * The User-based Security Model on whole messages (RFC 3414 section 3): signing and enciphering what is sent, proving and
 * deciphering what came. Who may say what, and when, is decided by those who use it: `usm-head.ts` for what a manager asks,
 * `authority.ts` for what an agent answers, `trap-security.ts` for what arrives unasked.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { NO_OCTETS, TAG, Writer } from './ber.ts'
import { type Frame, VERSION } from './frame.ts'
import { FLAG, LEVEL, type SecureHead, USM } from './secure-head.ts'
import type { KeyCache, Password } from './usm-keys.ts'
import {
  AUTH,
  type CipherKey,
  cipherKeyOf,
  decipher,
  digestOf,
  encipher,
  hasDigest,
  SALT_OCTETS,
  type Vector,
} from './usm-protocols.ts'
import type { Credentials } from './usm-user.ts'

/** msgMaxSize as we send it: what UDP over IPv4 can carry. */
const MAX_SIZE = 65_507

/** One user on one engine. Keys are made when they are first needed: a stranger's message costs none that enciphers. */
export class Keys {
  readonly credentials: Credentials
  readonly engineId: Uint8Array
  readonly #cache: KeyCache
  #authKey: KeyObject | undefined
  #privacyKey: CipherKey | undefined

  constructor(cache: KeyCache, credentials: Credentials, engineId: Uint8Array) {
    this.#cache = cache
    this.credentials = credentials
    this.engineId = engineId
  }

  /** Whether the message has this user's digest; false if the user has no password. */
  proves(head: SecureHead): boolean {
    const { auth } = this.credentials
    return auth !== undefined && hasDigest(auth.protocol, this.#authKeyOf(auth), head.bytes, head)
  }

  /** Writes the digest of a message into it. */
  sign(message: Uint8Array, digestAt: number): void {
    const { auth } = this.credentials
    if (auth === undefined) return
    message.set(digestOf(auth.protocol, this.#authKeyOf(auth), message, digestAt), digestAt)
  }

  encipher(plain: Uint8Array, vector: Vector): Uint8Array {
    const { privacy } = this.credentials
    if (privacy === undefined) throw new Error('a user without a privacy password cannot encipher')
    return encipher(this.#privacyKeyOf(privacy), plain, vector)
  }

  /** The ScopedPDU, or noise if the key is wrong; nothing if these octets cannot have been enciphered by the protocol. */
  decipher({ data, boots, time, salt }: SecureHead): Uint8Array | undefined {
    const { privacy } = this.credentials
    if (privacy === undefined) return undefined
    return decipher(this.#privacyKeyOf(privacy), data, { boots, time, salt })
  }

  #authKeyOf(password: Password): KeyObject {
    this.#authKey ??= createSecretKey(this.#cache.auth(password, this.engineId))
    return this.#authKey
  }

  #privacyKeyOf({ password, protocol }: NonNullable<Credentials['privacy']>): CipherKey {
    this.#privacyKey ??= cipherKeyOf(protocol, this.#cache.privacy(password, protocol, this.engineId))
    return this.#privacyKey
  }
}

/**
 * Lays out the ScopedPDU of a message whose head was judged (RFC 3414 section 3.2 step 8). Noise in place of a ScopedPDU is
 * `undecipherable`: a wrong key shows itself in no other way.
 */
export function openScoped(frame: Frame, keys: Keys | undefined): 'whole' | 'malformed' | 'undecipherable' {
  const { data, flags } = frame.secure
  if ((flags & FLAG.priv) === 0) return frame.readScoped(data, false) === 'whole' ? 'whole' : 'malformed'
  const plain = keys?.decipher(frame.secure)
  if (plain === undefined) return 'undecipherable'
  return frame.readScoped(plain, true) === 'whole' ? 'whole' : 'undecipherable'
}

/** A PDU in its context (RFC 3412 section 6.8). */
export function scopedPdu(pdu: Uint8Array, contextEngineId: Uint8Array, contextName: Uint8Array): Uint8Array {
  const writer = new Writer()
  writer.octets(pdu)
  writer.element(TAG.octets, contextName)
  writer.element(TAG.octets, contextEngineId)
  writer.wrap(TAG.sequence, 0)
  return writer.take()
}

/** What a message says besides its PDU. */
interface Outgoing {
  readonly messageId: number
  /** The level and whether a Report may come back, as in msgFlags. */
  readonly flags: number
  readonly engineId: Uint8Array
  readonly boots: number
  readonly time: number
  readonly user: Uint8Array
  readonly scoped: Uint8Array
}

/**
 * Encodes a message, enciphered and signed as its flags say (RFC 3414 section 3.1).
 * @throws Error on flags that the keys do not serve: nothing leaves weaker than it says.
 */
export function sealMessage(message: Outgoing, keys: Keys | undefined, salts: () => Uint8Array): Uint8Array {
  const { flags, boots, time, scoped } = message
  const level = flags & LEVEL
  if ((level & ~(keys?.credentials.level ?? 0)) !== 0) throw new Error(`no keys for a message of level ${level}`)
  const isEnciphered = (flags & FLAG.priv) !== 0
  const auth = level === 0 ? undefined : keys?.credentials.auth
  const salt = isEnciphered ? salts() : NO_OCTETS
  const writer = new Writer()
  if (isEnciphered && keys !== undefined) writer.element(TAG.octets, keys.encipher(scoped, { boots, time, salt }))
  else writer.octets(scoped)
  const afterParameters = writer.length
  writer.element(TAG.octets, salt)
  const afterDigest = writer.length
  writer.element(TAG.octets, new Uint8Array(auth === undefined ? 0 : AUTH[auth.protocol].digest))
  writer.element(TAG.octets, message.user)
  writer.signed(TAG.integer, time)
  writer.signed(TAG.integer, boots)
  writer.element(TAG.octets, message.engineId)
  writer.wrap(TAG.sequence, afterParameters)
  writer.wrap(TAG.octets, afterParameters)
  writeGlobalData(writer, message)
  const bytes = writer.take()
  if (auth !== undefined) keys?.sign(bytes, bytes.length - afterDigest - AUTH[auth.protocol].digest)
  return bytes
}

function writeGlobalData(writer: Writer, { messageId, flags }: Outgoing): void {
  const since = writer.length
  writer.signed(TAG.integer, USM)
  writer.element(TAG.octets, Uint8Array.of(flags))
  writer.signed(TAG.integer, MAX_SIZE)
  writer.signed(TAG.integer, messageId)
  writer.wrap(TAG.sequence, since)
  writer.signed(TAG.integer, VERSION.v3)
  writer.wrap(TAG.sequence, 0)
}

/**
 * Salts that are never the same twice: a counter from a random start (RFC 3826 section 3.1.2.1). DES would have our
 * snmpEngineBoots in the first half (RFC 3414 section 8.1.1.1); a manager has none to keep, and 64 random bits serve the same end.
 */
export function randomSalts(): () => Uint8Array {
  let next = randomBytes(SALT_OCTETS).readBigUInt64BE()
  return () => {
    next = BigInt.asUintN(64, next + 1n)
    const salt = Buffer.alloc(SALT_OCTETS)
    salt.writeBigUInt64BE(next)
    return salt
  }
}
