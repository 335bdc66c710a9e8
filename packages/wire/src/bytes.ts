/** Text forms of bytes on the line (hex, base64url, UTF-8), and the few byte operations every format here is made of. */
import { createHash } from 'node:crypto'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text of UTF-8 bytes, or null where they are not UTF-8: nothing is replaced silently. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** What JSON bytes say, or undefined where they are not UTF-8 or not JSON (JSON itself cannot say undefined). */
export function parseJson(bytes: Uint8Array): unknown {
  const text = fromUtf8(bytes)
  return text === null ? undefined : parseJsonText(text)
}

/** What JSON text says, or undefined where it is not JSON. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** Bytes of a hex text. @throws RangeError when the text is not pairs of hex digits. */
export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new RangeError('not hex')
  return Uint8Array.from(Buffer.from(text, 'hex'))
}

/** base64url without padding (RFC 4648 section 5). */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/** Bytes of a base64url text without padding. @throws RangeError when another text would give the same bytes, or when it is none. */
export function fromBase64url(text: string): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64url'))
  if (toBase64url(bytes) !== text) throw new RangeError('not base64url')
  return bytes
}

/** One array holding all parts in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** True when both hold the same bytes. Not for secrets: it stops at the first difference. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}

/** A 32-bit unsigned big-endian number. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** The 32-bit unsigned big-endian number at an offset that the caller knows to be inside. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset)
}

/** SHA-256 (FIPS 180-4), 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return Uint8Array.from(hash.digest())
}
