/** What Node keeps to itself of a UDP socket: the number the kernel knows it by. It is looked for, and may not be there. */
import type { Socket } from 'node:dgram'

/** The inner handle of a socket that is open; `recvStop` makes Node read it no more. */
export interface Handle {
  readonly fd: number
  recvStop?(): unknown
}

/** The handle, if this Node has one with a number. */
export function handleOf(socket: Socket): Handle | undefined {
  for (const key of Object.getOwnPropertySymbols(socket)) {
    const state: unknown = Reflect.get(socket, key)
    if (typeof state === 'object' && state !== null && 'handle' in state && isOpen(state.handle)) return state.handle
  }
  return undefined
}

function isOpen(handle: unknown): handle is Handle {
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return false
  return typeof handle.fd === 'number' && handle.fd >= 0
}
