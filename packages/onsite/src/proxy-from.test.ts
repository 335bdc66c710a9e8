import { describe, expect, it } from 'vitest'
import { proxyFor } from './proxy-from.ts'

const HTTP = 'http://central.example.test'
const HTTPS = 'https://central.example.test:8443'
const PROXY = 'http://proxy.example.test:3128'

describe('the proxy on the way to Central', () => {
  it.each<[what: string, server: string, configured: string | undefined, environment: Record<string, string>]>([
    ['nothing is said', HTTP, undefined, {}],
    ['onsite.toml says none, whatever the environment says', HTTP, 'none', { http_proxy: PROXY }],
    ['the environment names one for https only', HTTP, undefined, { https_proxy: PROXY }],
    ['it is empty', HTTP, undefined, { http_proxy: ' ' }],
    ['it is no HTTP proxy', HTTP, undefined, { http_proxy: 'socks5://proxy:1080' }],
    ['it is nonsense', HTTP, undefined, { http_proxy: 'http://[' }],
    ['all are exempt', HTTP, undefined, { http_proxy: PROXY, no_proxy: 'other, *' }],
    ['the name is exempt', HTTP, undefined, { http_proxy: PROXY, NO_PROXY: 'central.example.test' }],
    ['everything below a name is exempt', HTTP, undefined, { http_proxy: PROXY, no_proxy: '.example.test' }],
    ['the name is exempt at this port', HTTPS, undefined, { https_proxy: PROXY, no_proxy: 'example.test:8443' }],
    [
      'the address lies in an exempt block',
      'http://10.1.2.3',
      undefined,
      { http_proxy: PROXY, no_proxy: '10.0.0.0/8' },
    ],
    ['so in IPv6', 'http://[fd00::7]', undefined, { http_proxy: PROXY, no_proxy: 'fd00::/8' }],
  ])('is none where %s', (_what, server, configured, environment) => {
    expect(proxyFor(server, configured, environment)).toBeNull()
  })

  it.each<[what: string, server: string, configured: string | undefined, environment: Record<string, string>]>([
    ['onsite.toml names it', HTTP, PROXY, { http_proxy: 'http://other' }],
    ['the environment does', HTTP, undefined, { http_proxy: PROXY }],
    ['the environment does in capitals', HTTPS, undefined, { HTTPS_PROXY: PROXY }],
    ['there is one for all', HTTPS, undefined, { all_proxy: PROXY }],
    ['another port is exempt', HTTPS, undefined, { https_proxy: PROXY, no_proxy: 'example.test:443' }],
    ['a name that only ends alike is exempt', HTTP, undefined, { http_proxy: PROXY, no_proxy: 'ample.test' }],
    [
      'another block is exempt',
      'http://11.1.2.3',
      undefined,
      { http_proxy: PROXY, no_proxy: '10.0.0.0/8 10.0.0.0/99 x/8' },
    ],
  ])('is the one named where %s', (_what, server, configured, environment) => {
    expect(proxyFor(server, configured, environment)).toBe(PROXY)
  })

  it('may be written without http://', () => {
    expect(proxyFor(HTTP, undefined, { http_proxy: 'proxy.example.test:3128' })).toBe(PROXY)
  })
})
