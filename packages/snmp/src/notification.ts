/**
 * What a device tells unasked, the same whichever version it came in: traps of SNMPv1 (RFC 1157 section 4.1.6) are turned
 * into the form of SNMPv2 (RFC 3584 section 3), and those who send traps write either.
 */
import { TAG, Writer } from './ber.ts'
import { type Frame, PDU, VERSION } from './frame.ts'
import { type Envelope, finish } from './message.ts'
import { isOid, Oid } from './oid.ts'
import { varbindsOf, writeValues, writeVarbinds } from './pdu.ts'
import { type Varbind, writeValue } from './value.ts'

/** One trap or inform. */
export interface Notification {
  /** Whether it waits to be acknowledged. */
  readonly kind: 'trap' | 'inform'
  /** snmpTrapOID: what has happened. */
  readonly trap: Oid
  /** sysUpTime of who noticed it, in hundredths of a second. */
  readonly upTime: number
  /** What is told besides. */
  readonly varbinds: readonly Varbind[]
  /** v1 only: agent-addr, the IPv4 address of who noticed it, in its own words; behind a proxy it is not the sender's. */
  readonly agentAddress?: string
  /** v1 only: enterprise, the kind of device. */
  readonly enterprise?: Oid
}

/** sysUpTime.0 and snmpTrapOID.0, with which every notification of SNMPv2 begins (RFC 3416 section 4.2.6). */
const UP_TIME = Oid.parse('1.3.6.1.2.1.1.3.0')
const TRAP_OID = Oid.parse('1.3.6.1.6.3.1.1.4.1.0')

/** snmpTraps: coldStart is 1, and so on in the order of generic-trap, which begins with 0 (RFC 3584 section 3.1). */
const GENERIC_TRAPS = Oid.parse('1.3.6.1.6.3.1.1.5')
const ENTERPRISE_SPECIFIC = 6

/** Any object: the arcs appended to it are those wanted. */
const STEM = Oid.parse('1.3')

/** The notification in a frame that holds a whole PDU, or what is wrong with it. */
export function notificationOf(frame: Frame): Notification | string {
  const varbinds = varbindsOf(frame)
  if (typeof varbinds === 'string') return varbinds
  if (frame.isTrap) return trapOf(frame, varbinds)
  const isNotification = frame.pdu === PDU.trap2 || frame.pdu === PDU.inform
  if (!isNotification || frame.version === VERSION.v1) return 'a PDU that is no notification'
  const [first, second, ...others] = varbinds
  if (!first?.oid.equals(UP_TIME) || first.value.type !== 'timeTicks') return 'no sysUpTime'
  if (!second?.oid.equals(TRAP_OID) || second.value.type !== 'oid') return 'no snmpTrapOID'
  const kind = frame.pdu === PDU.inform ? 'inform' : 'trap'
  return { kind, trap: second.value.value, upTime: first.value.value, varbinds: others }
}

/** RFC 3584 section 3.1. */
function trapOf(frame: Frame, varbinds: readonly Varbind[]): Notification | string {
  const enterprise = Oid.fromBytes(frame.enterprise)
  const isGeneric = frame.status < ENTERPRISE_SPECIFIC
  const trap = isGeneric ? GENERIC_TRAPS.child(frame.status + 1) : specificTrap(enterprise, frame.index)
  if (trap === undefined) return 'a specific trap that is no object identifier'
  const agentAddress = frame.agentAddress.join('.')
  return { kind: 'trap', trap, upTime: frame.timeStamp, varbinds, agentAddress, enterprise }
}

/** enterprise.0.specific-trap. */
function specificTrap(enterprise: Oid, specific: number): Oid | undefined {
  if (specific < 0) return undefined
  const arcs = STEM.child(`0.${specific}`).bytes.subarray(STEM.bytes.length)
  const bytes = Uint8Array.from([...enterprise.bytes, ...arcs])
  return isOid(bytes, 0, bytes.length) ? new Oid(bytes) : undefined
}

/** What a notification says; `id` counts for v2c only. */
export interface NotificationParts extends Omit<Notification, 'kind'> {
  id?: number
}

/** A trap of SNMPv1, or a trap or inform of SNMPv2, as a device sends it. */
export type NotificationMessage = Envelope & NotificationParts & { kind?: Notification['kind'] }

/** Encodes a trap or inform. @throws RangeError if a value does not fit its type. */
export function encodeNotification(message: NotificationMessage): Uint8Array {
  const writer = new Writer()
  if (message.version === 'v1') writeTrap(writer, message)
  else writeNotification(writer, message.kind ?? 'trap', message)
  return finish(writer, message)
}

/** Appends the PDU of SNMPv2 (RFC 3416 section 4.2.6). */
export function writeNotification(writer: Writer, kind: Notification['kind'], parts: NotificationParts): void {
  const varbinds: Varbind[] = [
    { oid: UP_TIME, value: { type: 'timeTicks', value: parts.upTime } },
    { oid: TRAP_OID, value: { type: 'oid', value: parts.trap } },
    ...parts.varbinds,
  ]
  writeValues(writer, kind === 'inform' ? 'inform' : 'trap2', { id: parts.id ?? 0, varbinds })
}

/** Appends the PDU of SNMPv1 (RFC 1157 section 4.1.6, RFC 3584 section 3.2). */
function writeTrap(writer: Writer, parts: NotificationParts): void {
  const { enterprise, generic, specific } = named1(parts.trap)
  writeVarbinds(writer, parts.varbinds)
  writeValue(writer, { type: 'timeTicks', value: parts.upTime })
  writer.signed(TAG.integer, specific)
  writer.signed(TAG.integer, generic)
  writeValue(writer, { type: 'address', value: parts.agentAddress ?? '0.0.0.0' })
  writer.element(TAG.oid, (parts.enterprise ?? enterprise).bytes)
  writer.wrap(PDU.trap1, 0)
}

/** RFC 3584 section 3.2: a trap's name as SNMPv1 has it. */
function named1(trap: Oid): { enterprise: Oid; generic: number; specific: number } {
  const arcs = trap.text.split('.')
  const last = Number(arcs.at(-1))
  if (trap.startsWith(GENERIC_TRAPS) && last >= 1 && last <= ENTERPRISE_SPECIFIC) {
    return { enterprise: GENERIC_TRAPS, generic: last - 1, specific: 0 }
  }
  const kept = arcs.at(-2) === '0' ? -2 : -1
  return { enterprise: Oid.parse(arcs.slice(0, kept).join('.')), generic: ENTERPRISE_SPECIFIC, specific: last }
}
