/** Many datagrams a system call, where this machine has the small native part (native/batch.c); without it everything works, at three times the CPU. */
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * The native part. Both functions take the datagrams `from` up to `to` and answer how many were sent or received, or minus the
 * system's error number. A head is three words: for sending where the datagram ends in `octets` (it begins where the one before
 * ends), for receiving its length; then IPv4 address and port. Received datagrams lie `SLOT` octets apart.
 */
export interface Batch {
  send(fd: number, octets: Uint8Array, heads: Uint32Array, from: number, to: number): number
  receive(fd: number, octets: Uint8Array, heads: Uint32Array, from: number, to: number): number
}

/** Datagrams a call, octets of a received one's slot, and words of a head, as native/batch.c has them. */
export const BATCH = 64
export const SLOT = 65_536
export const WORDS = 3

/** The native part, if it was built for this machine (native/build.ts); a program that is one file has it in a folder beside it. */
export function nativeBatch(): Batch | undefined {
  try {
    return createRequire(import.meta.url)(join(import.meta.dirname, 'native/batch.node'))
  } catch {
    // Not built, or for another machine: Node's own sockets do.
    return undefined
  }
}
