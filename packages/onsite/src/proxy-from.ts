/** Which proxy leads to Central: the one in onsite.toml, else the one that the machine names in its environment, as other programs take it. */
import { BlockList, isIP } from 'node:net'

/** The environment, as a composition root gives it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** In onsite.toml: go straight, whatever the environment says. */
export const STRAIGHT = 'none'

/** The proxy's address, or null for none. */
export function proxyFor(server: string, configured: string | undefined, environment: Environment): string | null {
  if (configured !== undefined) return configured === STRAIGHT ? null : configured
  const url = new URL(server)
  const isSecure = url.protocol === 'https:'
  // In a web server's environment HTTP_PROXY may be what a visitor sent, but this program is none.
  const names = isSecure ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']
  const named = [...names, 'all_proxy', 'ALL_PROXY'].map((name) => environment[name]).find(isFilled)
  if (named === undefined || isExempt(url, environment.no_proxy ?? environment.NO_PROXY ?? '')) return null
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : `http://${named}`
  return URL.canParse(full) && new URL(full).protocol === 'http:' ? full : null
}

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== ''
}

/** Names with everything below them, literal addresses, address blocks, or * for all; with a port only that port. */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(isFilled)
    .some((entry) => {
      if (entry === '*') return true
      const [, name = entry, only = port] = /^([^:]+):(\d+)$/.exec(entry) ?? []
      if (only !== port) return false
      if (name.includes('/')) return isWithin(host, name)
      const bare = name.replace(/^\*?\./, '')
      return host === bare || host.endsWith(`.${bare}`)
    })
}

function isWithin(host: string, block: string): boolean {
  const [address = '', bits = ''] = block.split('/')
  const version = isIP(address)
  if (version === 0 || isIP(host) !== version || !/^\d{1,3}$/.test(bits)) return false
  const most = version === 4 ? 32 : 128
  if (Number(bits) > most) return false
  const kind = version === 4 ? 'ipv4' : 'ipv6'
  const blocks = new BlockList()
  blocks.addSubnet(address, Number(bits), kind)
  return blocks.check(host, kind)
}
