/** Octets in, octets out: one device's SNMP port, with its community, its versions and the size of datagram it can send. */
import { decodeMessage, encodeResponse, type Message, type Version } from '@platen/snmp'
import { type Answer, answer, STATUS, type View } from './agent.ts'

/** How a device's agent is set up. */
export interface AgentSettings {
  readonly community: string
  readonly versions: readonly Version[]
  /** Longest SNMP message it sends, in octets. */
  readonly maxBytes: number
}

/** One Ethernet frame's worth (1,500 less IP and UDP headers): what printers send without fragments. */
export const ORDINARY_AGENT: AgentSettings = { community: 'public', versions: ['v1', 'v2c'], maxBytes: 1_472 }

/** The datagram that answers a datagram; nothing for nonsense, a foreign community, a version not spoken, or what needs no answer. */
export function respond(datagram: Uint8Array, view: View, settings: AgentSettings): Uint8Array | undefined {
  const decoded = decodeMessage(datagram)
  if (!decoded.ok) return undefined
  const { message } = decoded
  // RFC 1157 section 4.1 and RFC 3584: a wrong community is an authentication failure, which is met with silence.
  if (message.community !== settings.community || !settings.versions.includes(message.version)) return undefined
  const reply = answer(view, message.version, message.pdu)
  if (reply === undefined) return undefined
  return message.pdu.type === 'bulk'
    ? shortened(message, reply, settings.maxBytes)
    : orTooBig(message, reply, settings.maxBytes)
}

function encode({ version, community, pdu }: Message, reply: Answer): Uint8Array {
  return encodeResponse({ version, community, id: pdu.id, ...reply })
}

/** RFC 3416 section 4.2.1: too big for the device is an error with no varbinds; RFC 1157 section 4.1.2: v1 sends them back as they came. */
function orTooBig(message: Message, reply: Answer, maxBytes: number): Uint8Array {
  const bytes = encode(message, reply)
  if (bytes.length <= maxBytes) return bytes
  const varbinds = message.version === 'v1' ? message.pdu.varbinds : []
  return encode(message, { errorStatus: STATUS.tooBig, errorIndex: 0, varbinds })
}

/** GETBULK ends where the datagram is full; it is too big only when not even one varbind fits. */
function shortened(message: Message, reply: Answer, maxBytes: number): Uint8Array {
  let varbinds = reply.varbinds
  let bytes = encode(message, reply)
  while (bytes.length > maxBytes && varbinds.length > 0) {
    const share = Math.floor((varbinds.length * maxBytes) / bytes.length)
    varbinds = varbinds.slice(0, Math.min(share, varbinds.length - 1))
    bytes = encode(message, { ...reply, varbinds })
  }
  if (varbinds.length === 0 && reply.varbinds.length > 0) {
    return encode(message, { errorStatus: STATUS.tooBig, errorIndex: 0, varbinds: [] })
  }
  return bytes
}
