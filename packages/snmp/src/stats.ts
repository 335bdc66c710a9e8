/** What a client counts: nothing that arrives or fails to arrive goes unseen. */
import type { Refusal } from './head.ts'

/**
 * What happened to datagrams and requests so far. `answered` were accepted; the counters of refused datagrams are named
 * after the reason. `notResponse` are PDUs that are no Response; `unasked` have no live request's id: forged, twice, or after
 * the last time-out.
 */
export interface ClientStats extends Record<Refusal, number> {
  answered: number
  unsupported: number
  wrongAddress: number
  wrongPort: number
  wrongVersion: number
  /** Answers to live requests that were cut on the way. */
  truncated: number
  /** Answers accepted from another address or port than was asked, as `answersFrom` of their target allows. */
  fromElsewhere: number
  /** v3 Reports that nothing proves to be the device's: kept in case nothing better comes. */
  unproven: number
  /** Tries sent again after a time-out. */
  retried: number
  /** Requests that ended in silence. */
  silent: number
}

/** Counters at their start. */
export function noStats(): ClientStats {
  return {
    answered: 0,
    malformed: 0,
    unsupported: 0,
    notResponse: 0,
    unasked: 0,
    wrongAddress: 0,
    wrongPort: 0,
    wrongVersion: 0,
    wrongCommunity: 0,
    wrongEngine: 0,
    wrongUser: 0,
    wrongLevel: 0,
    wrongDigest: 0,
    notInTime: 0,
    undecipherable: 0,
    wrongContext: 0,
    truncated: 0,
    fromElsewhere: 0,
    unproven: 0,
    retried: 0,
    silent: 0,
  }
}
