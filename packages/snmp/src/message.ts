/**
 * Whole SNMP v1 and v2c messages as values: what a responder reads and writes, and what tools print. The client itself
 * works on frames and never builds these. There is no way to encode a SetRequest: this package only reads printers.
 */
import { TAG, Writer } from './ber.ts'
import { Frame, PDU, STRIDE } from './frame.ts'
import { isOid, Oid } from './oid.ts'
import { type Value, type Varbind, writeValue } from './value.ts'
import { ArrivedVarbind } from './varbind.ts'

export type Version = 'v1' | 'v2c'

/** RFC 3416 section 3, under short names. */
export type PduType = 'get' | 'next' | 'response' | 'set' | 'inform' | 'trap2' | 'report'

export type Pdu =
  | { type: PduType; id: number; errorStatus: number; errorIndex: number; varbinds: readonly Varbind[] }
  | { type: 'bulk'; id: number; nonRepeaters: number; maxRepetitions: number; varbinds: readonly Varbind[] }

/** One v1 or v2c message; the community is read as UTF-8. */
export interface Message {
  version: Version
  community: string
  pdu: Pdu
}

export type Decoded =
  | { ok: true; message: Message }
  | { ok: false; reason: 'malformed' | 'unsupported'; detail: string }

const TYPES = new Map<number, PduType>([
  [PDU.get, 'get'],
  [PDU.next, 'next'],
  [PDU.response, 'response'],
  [PDU.set, 'set'],
  [PDU.inform, 'inform'],
  [PDU.trap2, 'trap2'],
  [PDU.report, 'report'],
])

const NULL: Value = { type: 'null' }

/** Decodes any datagram; total, linear in its length. v3 and v1 traps are `unsupported`, everything else that is not right `malformed`. */
export function decodeMessage(bytes: Uint8Array): Decoded {
  const frame = new Frame()
  const look = frame.read(bytes)
  if (look !== 'whole') return { ok: false, reason: look, detail: frame.fault }
  if (frame.impossible >= 0) return malformed(`the value of varbind ${frame.impossible + 1} is out of its type's range`)
  const varbinds: Varbind[] = []
  for (let spot = 0; spot < frame.count * STRIDE; spot += STRIDE) {
    const oid = oidAt(frame, spot)
    if (oid === undefined) return malformed(`the name of varbind ${varbinds.length + 1} is no object identifier`)
    varbinds.push(new ArrivedVarbind(oid, frame, spot))
  }
  const community = new TextDecoder().decode(bytes.subarray(frame.communityStart, frame.communityEnd))
  return { ok: true, message: { version: frame.version === 0 ? 'v1' : 'v2c', community, pdu: pduOf(frame, varbinds) } }
}

function malformed(detail: string): Decoded {
  return { ok: false, reason: 'malformed', detail }
}

function pduOf(frame: Frame, varbinds: readonly Varbind[]): Pdu {
  const { id, status, index } = frame
  const type = TYPES.get(frame.pdu)
  if (type === undefined) return { type: 'bulk', id, nonRepeaters: status, maxRepetitions: index, varbinds }
  return { type, id, errorStatus: status, errorIndex: index, varbinds }
}

/** The name of the varbind at this spot, or nothing if its octets are no object identifier. */
export function oidAt(frame: Frame, spot: number): Oid | undefined {
  const start = frame.spots[spot] ?? 0
  const end = frame.spots[spot + 1] ?? 0
  if (!isOid(frame.bytes, start, end)) return undefined
  return new Oid(new Uint8Array(frame.bytes.buffer, frame.bytes.byteOffset + start, end - start))
}

/** A request as the client sends it; `repetitions` counts for 'bulk' only. */
export interface RequestParts {
  version: Version
  community: string
  type: 'get' | 'next' | 'bulk'
  id: number
  oids: readonly Oid[]
  repetitions?: number
}

/** Encodes one request. The client uses templates instead; this is for tools and tests. */
export function encodeRequest(parts: RequestParts): Uint8Array {
  const writer = new Writer()
  for (let at = parts.oids.length - 1; at >= 0; at--) {
    const oid = parts.oids[at]
    if (oid !== undefined) writeVarbind(writer, { oid, value: NULL })
  }
  writer.wrap(TAG.sequence, 0)
  writer.signed(TAG.integer, parts.type === 'bulk' ? (parts.repetitions ?? 1) : 0)
  writer.signed(TAG.integer, 0)
  writer.signed(TAG.integer, parts.id)
  writer.wrap(PDU[parts.type], 0)
  return finish(writer, parts)
}

/** A response as an agent sends it; version, community and id are those of the request. */
export interface ResponseParts {
  version: Version
  community: string
  id: number
  errorStatus?: number
  errorIndex?: number
  varbinds: readonly Varbind[]
}

/** Encodes one Response. @throws RangeError if a value does not fit its type. */
export function encodeResponse(parts: ResponseParts): Uint8Array {
  const writer = new Writer()
  for (let at = parts.varbinds.length - 1; at >= 0; at--) {
    const varbind = parts.varbinds[at]
    if (varbind !== undefined) writeVarbind(writer, varbind)
  }
  writer.wrap(TAG.sequence, 0)
  writer.signed(TAG.integer, parts.errorIndex ?? 0)
  writer.signed(TAG.integer, parts.errorStatus ?? 0)
  writer.signed(TAG.integer, parts.id)
  writer.wrap(PDU.response, 0)
  return finish(writer, parts)
}

function writeVarbind(writer: Writer, varbind: Varbind): void {
  const since = writer.length
  writeValue(writer, varbind.value)
  writer.element(TAG.oid, varbind.oid.bytes)
  writer.wrap(TAG.sequence, since)
}

function finish(writer: Writer, parts: { version: Version; community: string }): Uint8Array {
  writer.element(TAG.octets, new TextEncoder().encode(parts.community))
  writer.signed(TAG.integer, versionNumber(parts.version))
  writer.wrap(TAG.sequence, 0)
  return writer.take()
}

/** The version as it is written in a message (RFC 1157, RFC 1901). */
export function versionNumber(version: Version): number {
  return version === 'v1' ? 0 : 1
}
