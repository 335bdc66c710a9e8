/** Octets in, octets out: one device's SNMP port, with its community, its versions and the size of datagram it can send. */
import {
  type Authority,
  decodeMessage,
  encodeResponse,
  type Pdu,
  type SecuredRequest,
  type User,
  type Version,
} from '@platen/snmp'
import { type Answer, answer, STATUS, type View } from './agent.ts'

/** How a device's agent is set up. */
export interface AgentSettings {
  readonly community: string
  readonly versions: readonly Version[]
  /** Longest SNMP message it sends, in octets. */
  readonly maxBytes: number
  /** Users that it knows on v3; none if it is not said, and then it does not speak v3. */
  readonly users?: readonly User[]
  /** It has a fault of its own, and answers genErr. */
  readonly fails?: boolean
  /** GETBULK is answered with so many rows, if it is not 0. */
  readonly floodRows?: number
  /** It answers on v2c what it was asked on v3. */
  readonly answersPlainly?: boolean
  /** It answers under a request id that was never asked with. */
  readonly otherId?: boolean
}

/** An agent's settings with the engine that its users belong to. */
export interface Agent extends AgentSettings {
  readonly authority?: Authority | undefined
}

/** One Ethernet frame's worth (1,500 less IP and UDP headers): what printers send without fragments. */
export const ORDINARY_AGENT: AgentSettings = { community: 'public', versions: ['v1', 'v2c'], maxBytes: 1_472 }

/** The datagram that answers a datagram; nothing for nonsense, a foreign community, a version not spoken, or what needs no answer. */
export function respond(datagram: Uint8Array, view: View, agent: Agent): Uint8Array | undefined {
  const decoded = decodeMessage(datagram)
  if (!decoded.ok) return agent.authority && respondSecured(datagram, view, { ...agent, authority: agent.authority })
  const { version, community, pdu } = decoded.message
  // RFC 1157 section 4.1 and RFC 3584: a wrong community is an authentication failure, which is met with silence.
  if (community !== agent.community || !agent.versions.includes(version)) return undefined
  const id = idOf(pdu, agent)
  const asked: Asked = { version, pdu, encode: (reply) => encodeResponse({ version, community, id, ...reply }) }
  return answerOf(asked, view, agent)
}

/** RFC 3414: what the engine does not take it tells by a Report; what it takes is answered as on v2c, sealed as it was asked. */
function respondSecured(
  datagram: Uint8Array,
  view: View,
  agent: Agent & { readonly authority: Authority },
): Uint8Array | undefined {
  const received = agent.authority.receive(datagram)
  if (!received.ok) return received.reply
  const { request } = received
  if (agent.answersPlainly === true) return answeredPlainly(request, view, agent)
  const maxBytes = Math.min(agent.maxBytes, request.maxSize)
  return answerOf(askedBy(request, agent), view, { ...agent, maxBytes })
}

function answeredPlainly({ pdu }: SecuredRequest, view: View, agent: AgentSettings): Uint8Array | undefined {
  const { community } = agent
  const encode = (reply: Answer) => encodeResponse({ version: 'v2c', community, id: pdu.id, ...reply })
  return answerOf({ version: 'v2c', pdu, encode }, view, agent)
}

const askedBy = (request: SecuredRequest, agent: AgentSettings): Asked => ({
  version: 'v2c',
  pdu: request.pdu,
  encode: (reply) => request.answer({ ...reply, id: idOf(request.pdu, agent) }),
})

const idOf = ({ id }: Pdu, { otherId = false }: AgentSettings): number => (otherId ? id ^ 0x55 : id)

/** A request, and how its answers are wrapped. */
interface Asked {
  /** Whose rules hold; v3 has those of v2c (RFC 3416). */
  readonly version: Version
  readonly pdu: Pdu
  encode(reply: Answer): Uint8Array
}

function answerOf(asked: Asked, view: View, agent: AgentSettings): Uint8Array | undefined {
  const { pdu } = asked
  const isFlooding = pdu.type === 'bulk' && (agent.floodRows ?? 0) > 0
  const reply = answer(view, asked.version, isFlooding ? { ...pdu, maxRepetitions: agent.floodRows ?? 0 } : pdu)
  if (reply === undefined) return undefined
  if (agent.fails) return asked.encode({ errorStatus: STATUS.genErr, errorIndex: 1, varbinds: asked.pdu.varbinds })
  return asked.pdu.type === 'bulk' ? shortened(asked, reply, agent.maxBytes) : orTooBig(asked, reply, agent.maxBytes)
}

/** RFC 3416 section 4.2.1: too big for the device is an error with no varbinds; RFC 1157 section 4.1.2: v1 sends them back as they came. */
function orTooBig(asked: Asked, reply: Answer, maxBytes: number): Uint8Array {
  const bytes = asked.encode(reply)
  if (bytes.length <= maxBytes) return bytes
  const varbinds = asked.version === 'v1' ? asked.pdu.varbinds : []
  return asked.encode({ errorStatus: STATUS.tooBig, errorIndex: 0, varbinds })
}

/** GETBULK ends where the datagram is full; it is too big only when not even one varbind fits. */
function shortened(asked: Asked, reply: Answer, maxBytes: number): Uint8Array {
  let varbinds = reply.varbinds
  let bytes = asked.encode(reply)
  while (bytes.length > maxBytes && varbinds.length > 0) {
    const share = Math.floor((varbinds.length * maxBytes) / bytes.length)
    varbinds = varbinds.slice(0, Math.min(share, varbinds.length - 1))
    bytes = asked.encode({ ...reply, varbinds })
  }
  if (varbinds.length === 0 && reply.varbinds.length > 0) {
    return asked.encode({ errorStatus: STATUS.tooBig, errorIndex: 0, varbinds: [] })
  }
  return bytes
}
