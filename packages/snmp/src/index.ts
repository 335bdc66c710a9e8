/** SNMP v1, v2c and v3 for Node: a manager that reads any number of devices over one socket, and what a responder needs. */
export { addressesOf } from './addresses.ts'
export {
  type AnswerParts,
  Authority,
  type AuthorityOptions,
  type AuthorityRefusal,
  type Received,
  type SecuredRequest,
} from './authority.ts'
// public: who builds the native part elsewhere says where it is.
export type { Batch } from './batch.ts'
export type { Bucket, Limit } from './bucket.ts'
export { Client, type ClientOptions, type SweepAccess } from './client.ts'
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
// public: where the system does not tell its routes, who knows them does.
export { type Neighbours, neighboursOf, type Route } from './neighbours.ts'
export {
  encodeNotification,
  type Notification,
  type NotificationMessage,
  type NotificationParts,
} from './notification.ts'
export { Oid } from './oid.ts'
export type { Pdu, PduType } from './pdu.ts'
export { Secret } from './secret.ts'
export type {
  CommunityAccess,
  Outcome,
  Place,
  RequestFailure,
  SecurityFailure,
  Session,
  SessionCost,
  Target,
  UserAccess,
} from './session.ts'
export { SharedPort } from './shared-port.ts'
export type { ClientStats } from './stats.ts'
export { paceOf, type Sweep, type SweepProgress, type SweepQuestion, type SweepResult } from './sweep.ts'
export { type Table, type TableOptions, table } from './table.ts'
export { type Receiver, type Transport, type UdpOptions, udpTransport } from './transport.ts'
export {
  type ReceivedTrap,
  TrapReceiver,
  type TrapReceiverOptions,
  type TrapRefusal,
  type TrapStats,
} from './trap-receiver.ts'
export type { KnownEngine, Witness } from './trap-security.ts'
export type { AuthProtocol, PrivacyProtocol } from './usm-protocols.ts'
export type { SecurityLevel, User } from './usm-user.ts'
export { MAX_OCTETS, type Value, type Varbind } from './value.ts'
