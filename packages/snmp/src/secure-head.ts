/**
 * The head of an SNMPv3 message (RFC 3412 section 6) with the parameters of the User-based Security Model in it
 * (RFC 3414 section 2.4): where what lies, before anything of it is believed.
 */
import { NO_OCTETS, type Reader, TAG } from './ber.ts'

/** The bits of msgFlags (RFC 3412 section 6.4). */
export const FLAG = { auth: 1, priv: 2, reportable: 4 } as const

/** The bits that are the security level; privacy alone is none (RFC 3412 section 7.2 step 5d). */
export const LEVEL = FLAG.auth | FLAG.priv

/** The User-based Security Model's number (RFC 3411, SnmpSecurityModel); no other is spoken here. */
export const USM = 3

/** An engine id has 5 to 32 octets (RFC 3411, SnmpEngineID); none at all asks for it (RFC 3414 section 4). */
const ENGINE_ID = { least: 5, most: 32 } as const

/** msgUserName has at most this many octets (RFC 3414 section 2.4). */
export const MOST_USER_OCTETS = 32

/** One head; its views are of the datagram and valid until the next `read`. */
export class SecureHead {
  /** The whole message, which is what a digest is made of. */
  bytes: Uint8Array = NO_OCTETS
  messageId = 0
  /** msgMaxSize as it came; RFC 3412 has 484 as the least. */
  maxSize = 0
  flags = 0
  engineId: Uint8Array = NO_OCTETS
  boots = 0
  time = 0
  user: Uint8Array = NO_OCTETS
  /** msgAuthenticationParameters. */
  digest: Uint8Array = NO_OCTETS
  /** Where in `bytes` the digest begins. */
  digestAt = 0
  /** msgPrivacyParameters. */
  salt: Uint8Array = NO_OCTETS
  /** The ScopedPDU with its tag and length, or the octets it was enciphered to. */
  data: Uint8Array = NO_OCTETS

  /** noAuthNoPriv 0, authNoPriv 1, authPriv 3. */
  get level(): number {
    return this.flags & LEVEL
  }

  get isReportable(): boolean {
    return (this.flags & FLAG.reportable) !== 0
  }

  /** Reads what follows the version, up to `end`; what is wrong stands in the reader's `fault`. */
  read(reader: Reader, end: number): 'secured' | 'malformed' | 'unsupported' {
    this.bytes = reader.bytes
    const model = this.#readGlobalData(reader, end)
    if (reader.fault !== '') return 'malformed'
    if (model !== USM) {
      reader.fail(`security model ${model}`)
      return 'unsupported'
    }
    this.#readParameters(reader, end)
    this.#readData(reader, end)
    return reader.fault === '' ? 'secured' : 'malformed'
  }

  /** msgGlobalData; answers the security model. */
  #readGlobalData(reader: Reader, limit: number): number {
    reader.expect(TAG.sequence, limit)
    const end = reader.stop
    this.messageId = reader.natural(end)
    this.maxSize = reader.natural(end)
    const flags = reader.octets(end)
    const model = reader.integer(end)
    this.flags = flags[0] ?? 0
    if (flags.length !== 1) reader.fail('msgFlags is not one octet')
    if (this.level === FLAG.priv) reader.fail('msgFlags say privacy without authentication')
    if (reader.at !== end) reader.fail('octets follow msgGlobalData')
    return model
  }

  /** msgSecurityParameters: an OCTET STRING that holds exactly one SEQUENCE. */
  #readParameters(reader: Reader, limit: number): void {
    reader.expect(TAG.octets, limit)
    const end = reader.stop
    reader.expect(TAG.sequence, end)
    if (reader.stop !== end) reader.fail('octets follow the security parameters')
    this.engineId = reader.octets(end)
    this.boots = reader.natural(end)
    this.time = reader.natural(end)
    this.user = reader.octets(end)
    this.digest = reader.octets(end)
    this.digestAt = reader.at - this.digest.length
    this.salt = reader.octets(end)
    if (reader.at !== end) reader.fail('octets follow msgPrivacyParameters')
    if (this.user.length > MOST_USER_OCTETS) reader.fail('the user name is too long')
    const { length } = this.engineId
    if (length !== 0 && !isEngineIdLength(length)) reader.fail(`an engine id of ${length} octets`)
  }

  #readData(reader: Reader, end: number): void {
    const start = reader.at
    const isEnciphered = (this.flags & FLAG.priv) !== 0
    reader.expect(isEnciphered ? TAG.octets : TAG.sequence, end)
    if (reader.stop !== end) reader.fail('octets follow msgData')
    this.data = this.bytes.subarray(isEnciphered ? reader.at : start, end)
  }
}

/** Whether an engine id may have so many octets. */
export function isEngineIdLength(length: number): boolean {
  return length >= ENGINE_ID.least && length <= ENGINE_ID.most
}
