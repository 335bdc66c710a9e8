/** How a round went, as numbers: one fate for each address, and what became of the readings. */

/** How asking one address ended. */
export type Fate =
  /** A printer, read; the reading is in a batch or on the disk. */
  | 'read'
  /** Answers SNMP and is no printer: nothing more was asked. */
  | 'other'
  /** No answer within the time-outs. */
  | 'silent'
  /** The network says the address cannot be reached. */
  | 'unreachable'
  /** It answered, but with a refusal or with what cannot be understood. */
  | 'refused'
  /** A printer that said nothing more after it had said who it is, or whose answers brought out a bug (logged with an id). */
  | 'failed'
  /** Not in scope: no packet was sent. */
  | 'notAllowed'
  /** The round was ended before its turn came, or before it had answered everything. */
  | 'notAsked'

/** Addresses by fate; and readings kept in the outbox, not kept, and envelopes dropped at the outbox's cap. */
export type Tally = Record<Fate, number> & { kept: number; notKept: number; dropped: number }

/** A tally of nothing yet. */
export function emptyTally(): Tally {
  return {
    read: 0,
    other: 0,
    silent: 0,
    unreachable: 0,
    refused: 0,
    failed: 0,
    notAllowed: 0,
    notAsked: 0,
    kept: 0,
    notKept: 0,
    dropped: 0,
  }
}

/** Addresses that were sent at least one packet. */
export function askedIn(tally: Tally): number {
  return tally.read + tally.other + tally.silent + tally.unreachable + tally.refused + tally.failed
}
