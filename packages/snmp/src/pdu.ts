/**
 * PDUs as values, the same in every version's message: what a responder reads and writes, and what tools print. There is
 * no way to encode a SetRequest: this package only reads.
 */
import { TAG, type Writer } from './ber.ts'
import { type Frame, PDU, STRIDE } from './frame.ts'
import { isOid, Oid } from './oid.ts'
import { type Value, type Varbind, writeValue } from './value.ts'
import { ArrivedVarbind } from './varbind.ts'

/** RFC 3416 section 3, under short names. */
export type PduType = 'get' | 'next' | 'response' | 'set' | 'inform' | 'trap2' | 'report'

export type Pdu =
  | { type: PduType; id: number; errorStatus: number; errorIndex: number; varbinds: readonly Varbind[] }
  | { type: 'bulk'; id: number; nonRepeaters: number; maxRepetitions: number; varbinds: readonly Varbind[] }

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

/** The PDU that a frame holds, with the varbinds read from it; not for a v1 trap, which has no id. */
export function pduOf(frame: Frame, varbinds: readonly Varbind[]): Pdu {
  const { id, status, index } = frame
  const type = TYPES.get(frame.pdu)
  if (type === undefined) return { type: 'bulk', id, nonRepeaters: status, maxRepetitions: index, varbinds }
  return { type, id, errorStatus: status, errorIndex: index, varbinds }
}

/** The varbinds of a frame, or what is wrong with the first that is none. Values are decoded when looked at. */
export function varbindsOf(frame: Frame): Varbind[] | string {
  if (frame.impossible >= 0) return `the value of varbind ${frame.impossible + 1} is out of its type's range`
  const varbinds: Varbind[] = []
  for (let spot = 0; spot < frame.count * STRIDE; spot += STRIDE) {
    const oid = oidAt(frame, spot)
    if (oid === undefined) return `the name of varbind ${varbinds.length + 1} is no object identifier`
    varbinds.push(new ArrivedVarbind(oid, frame, spot))
  }
  return varbinds
}

/** The name of the varbind at this spot, or nothing if its octets are no object identifier. */
export function oidAt(frame: Frame, spot: number): Oid | undefined {
  const start = frame.spots[spot] ?? 0
  const end = frame.spots[spot + 1] ?? 0
  if (!isOid(frame.bytes, start, end)) return undefined
  return new Oid(new Uint8Array(frame.bytes.buffer, frame.bytes.byteOffset + start, end - start))
}

/** A request as a manager sends it; `repetitions` counts for 'bulk' only. */
export interface RequestPdu {
  type: 'get' | 'next' | 'bulk'
  id: number
  oids: readonly Oid[]
  repetitions?: number
}

/** All that a manager can say here, whatever it is asked to. */
const REQUESTS: ReadonlyMap<string, number> = new Map([
  ['get', PDU.get],
  ['next', PDU.next],
  ['bulk', PDU.bulk],
])

/** Appends a request. @throws RangeError on any type but those three, which JavaScript can ask for. */
export function writeRequest(writer: Writer, parts: RequestPdu): void {
  const tag = REQUESTS.get(parts.type)
  if (tag === undefined) throw new RangeError(`'${parts.type}' is no request: this package only reads`)
  const since = writer.length
  writeVarbinds(
    writer,
    parts.oids.map((oid) => ({ oid, value: NULL })),
  )
  writer.signed(TAG.integer, parts.type === 'bulk' ? (parts.repetitions ?? 1) : 0)
  writer.signed(TAG.integer, 0)
  writer.signed(TAG.integer, parts.id)
  writer.wrap(tag, since)
}

/** A PDU that carries values: what answers, reports or notifies (RFC 3416 section 4.2). */
export interface ValuePdu {
  id: number
  errorStatus?: number
  errorIndex?: number
  varbinds: readonly Varbind[]
}

/** Appends a PDU that carries values. @throws RangeError if a value does not fit its type. */
export function writeValues(writer: Writer, type: 'response' | 'report' | 'trap2' | 'inform', parts: ValuePdu): void {
  const since = writer.length
  writeVarbinds(writer, parts.varbinds)
  writer.signed(TAG.integer, parts.errorIndex ?? 0)
  writer.signed(TAG.integer, parts.errorStatus ?? 0)
  writer.signed(TAG.integer, parts.id)
  writer.wrap(PDU[type], since)
}

/** Appends the Response to an inform: its own VarBindList, octet by octet (RFC 3416 section 4.2.7). */
export function writeAcknowledgement(writer: Writer, id: number, list: Uint8Array): void {
  const since = writer.length
  writer.octets(list)
  writer.signed(TAG.integer, 0)
  writer.signed(TAG.integer, 0)
  writer.signed(TAG.integer, id)
  writer.wrap(PDU.response, since)
}

/** Appends a VarBindList. @throws RangeError if a value does not fit its type. */
export function writeVarbinds(writer: Writer, varbinds: readonly Varbind[]): void {
  const since = writer.length
  for (const { oid, value } of varbinds.toReversed()) {
    const before = writer.length
    writeValue(writer, value)
    writer.element(TAG.oid, oid.bytes)
    writer.wrap(TAG.sequence, before)
  }
  writer.wrap(TAG.sequence, since)
}
