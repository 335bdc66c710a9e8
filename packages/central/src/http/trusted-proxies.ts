/**
 * Whose word about the caller's address is believed. A caller can send X-Forwarded-For too, so "everybody's" would let a guesser come from
 * a new address with each try: it has to be said how many proxies stand before Central, or which.
 */
import { isIP } from 'node:net'

/** None, so many from Central outwards, or those at these addresses. */
export type TrustedProxies = false | number | readonly string[]

/** More in a row is a mistake. */
const hopsMost = 10
/** Names that Fastify knows for loopback, link-local and private addresses. */
const names = ['loopback', 'linklocal', 'uniquelocal']

/** Reads `no`, a number of proxies, or addresses and CIDR ranges between commas. */
export function readTrustedProxies(
  text: string,
): { readonly ok: true; readonly proxies: TrustedProxies } | { readonly ok: false; readonly detail: string } {
  const said = text.trim()
  if (said === 'no' || said === '0') return { ok: true, proxies: false }
  if (/^\d+$/.test(said)) {
    const hops = Number(said)
    return hops <= hopsMost
      ? { ok: true, proxies: hops }
      : { ok: false, detail: `more than ${hopsMost} proxies in a row` }
  }
  const addresses = said.split(',').map((one) => one.trim())
  const wrong = addresses.find((one) => !isRange(one))
  if (wrong === undefined) return { ok: true, proxies: addresses }
  const how = 'say how many proxies stand before Central (1), or their addresses (10.0.0.5, 10.1.0.0/16)'
  return said === 'yes'
    ? { ok: false, detail: `"yes" would believe any address that a caller claims to have: ${how}` }
    : { ok: false, detail: `"${wrong}" is no address: ${how}` }
}

function isRange(text: string): boolean {
  if (names.includes(text)) return true
  const [address = '', bits, more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more !== undefined) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (version === 4 ? 32 : 128))
  )
}
