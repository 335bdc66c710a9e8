/**
 * Whole SNMP v1 and v2c messages as values (RFC 1157 section 4, RFC 1901): what a responder reads and writes, and what
 * tools print. The client itself works on frames and never builds these.
 */
import { TAG, textOfOctets, Writer } from './ber.ts'
import { Frame, VERSION } from './frame.ts'
import {
  type Pdu,
  pduOf,
  type RequestPdu,
  type ValuePdu,
  varbindsOf,
  writeAcknowledgement,
  writeRequest,
  writeValues,
} from './pdu.ts'

/** The versions whose only security is a community. */
export type Version = 'v1' | 'v2c'

/** One v1 or v2c message; the community is read as UTF-8. */
export interface Message {
  version: Version
  community: string
  pdu: Pdu
}

export type Decoded =
  | { ok: true; message: Message }
  | { ok: false; reason: 'malformed' | 'unsupported'; detail: string }

/**
 * Decodes any datagram; total, linear in its length. A v3 message (an `Authority` reads those) and a v1 trap
 * (`TrapReceiver`) are `unsupported`, everything else that is not right `malformed`.
 */
export function decodeMessage(bytes: Uint8Array): Decoded {
  const frame = new Frame()
  const look = frame.read(bytes)
  if (look === 'secured') return { ok: false, reason: 'unsupported', detail: 'version 3' }
  if (look !== 'whole') return { ok: false, reason: look, detail: frame.fault }
  if (frame.isTrap) return { ok: false, reason: 'unsupported', detail: 'a v1 trap' }
  const varbinds = varbindsOf(frame)
  if (typeof varbinds === 'string') return { ok: false, reason: 'malformed', detail: varbinds }
  const community = textOfOctets(bytes.subarray(frame.communityStart, frame.communityEnd))
  const version = frame.version === VERSION.v1 ? 'v1' : 'v2c'
  return { ok: true, message: { version, community, pdu: pduOf(frame, varbinds) } }
}

/** Version and community of a message. */
export interface Envelope {
  version: Version
  community: string
}

/** A request as the client sends it; `repetitions` counts for 'bulk' only. */
export interface RequestParts extends Envelope, RequestPdu {}

/** Encodes one request. The client uses templates instead; this is for tools and tests. */
export function encodeRequest(parts: RequestParts): Uint8Array {
  const writer = new Writer()
  writeRequest(writer, parts)
  return finish(writer, parts)
}

/** A response as an agent sends it; version, community and id are those of the request. */
export interface ResponseParts extends Envelope, ValuePdu {}

/** Encodes one Response. @throws RangeError if a value does not fit its type. */
export function encodeResponse(parts: ResponseParts): Uint8Array {
  const writer = new Writer()
  writeValues(writer, 'response', parts)
  return finish(writer, parts)
}

/** Encodes the acknowledgement of an inform, whose frame still holds it. */
export function encodeAcknowledgement(frame: Frame, envelope: Envelope): Uint8Array {
  const writer = new Writer()
  writeAcknowledgement(writer, frame.id, frame.list)
  return finish(writer, envelope)
}

/** Puts version and community around the PDU written so far, and takes the message. */
export function finish(writer: Writer, { version, community }: Envelope): Uint8Array {
  writer.element(TAG.octets, new TextEncoder().encode(community))
  writer.signed(TAG.integer, VERSION[version])
  writer.wrap(TAG.sequence, 0)
  return writer.take()
}
