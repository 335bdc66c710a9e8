/**
 * How messages to one device are wrapped, and how the wrapping of what comes back is judged: by a community (`community.ts`)
 * or by the User-based Security Model (`usm-head.ts`). The traffic knows no more of security than this.
 */
import type { Flight } from './flight.ts'
import type { Frame } from './frame.ts'
import type { Outcome } from './session.ts'

/**
 * Why a datagram with a live id from the right address was not believed; each is a counter of the client.
 * The levels, digests, engines and so on are those of RFC 3414 section 3.2 and RFC 3412 section 7.2.
 */
export type Refusal =
  | 'malformed'
  | 'notResponse'
  | 'unasked'
  | 'wrongCommunity'
  | 'wrongEngine'
  | 'wrongUser'
  | 'wrongLevel'
  | 'wrongDigest'
  | 'notInTime'
  | 'undecipherable'
  | 'wrongContext'

/** What a device tells about the message itself, in a Report. Not proven: anybody may have said it who saw the message pass. */
export interface Told {
  readonly reply: Outcome
  readonly isProven: boolean
}

/** `opened`: the frame holds the PDU of a Response that is the device's own; its contents are judged next. */
export type Opened = 'opened' | Refusal | Told

/** The wrapping of messages to one device. */
export interface Head {
  /** msgVersion, as it stands in a message. */
  readonly version: number
  /** The message of a flight that has its id; a new array of its own, since a socket may still hold the last one. */
  datagram(flight: Flight): Uint8Array
  /** Judges a message of this version that has the flight's id and came from its address. */
  open(frame: Frame, flight: Flight): Opened
}
