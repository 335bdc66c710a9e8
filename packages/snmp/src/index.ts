/** SNMP v1 and v2c for Node: a manager that reads any number of devices over one socket, and the codec a responder needs. */
export { Client, type ClientOptions } from './client.ts'
export { type Clock, systemClock } from './clock.ts'
export type { AnswersFrom } from './flight.ts'
export {
  type Decoded,
  decodeMessage,
  encodeRequest,
  encodeResponse,
  type Message,
  type RequestParts,
  type ResponseParts,
  type Version,
} from './message.ts'
export { type Neighbours, neighboursOf, type Route } from './neighbours.ts'
export { Oid } from './oid.ts'
export type { Pdu, PduType } from './pdu.ts'
export { Secret } from './secret.ts'
export type { Outcome, RequestFailure, Session, SessionCost, Target } from './session.ts'
export type { ClientStats } from './stats.ts'
export { type Table, type TableOptions, table } from './table.ts'
export { type Receiver, type Transport, type UdpOptions, udpTransport } from './transport.ts'
export { MAX_OCTETS, type Value, type Varbind } from './value.ts'
