/** Where the local page is: an address of this machine and a port. */
import { isIP } from 'node:net'

export interface PagePlace {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:8161` or `[::1]:8161`; null for what is none. */
export function pagePlace(text: string): PagePlace | null {
  const [, six, four, port] = /^(?:\[([0-9a-fA-F:]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text) ?? []
  const host = six ?? four ?? ''
  const number = Number(port)
  return isIP(host) !== 0 && number > 0 && number < 65_536 ? { host, port: number } : null
}

/** Whether only this machine reaches it. */
export function isLoopback({ host }: PagePlace): boolean {
  return host === '::1' || host.startsWith('127.')
}
