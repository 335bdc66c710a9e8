import { describe, expect, it } from 'vitest'
import { ProxyLogin } from './proxy-login.ts'

/** User, password and cnonce of the example in RFC 7616 section 3.9.1. */
const cnonce = () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
const loginOf = (login = 'Mufasa:Circle%20of%20Life') => new ProxyLogin(new URL(`http://${login}@proxy:3128`), cnonce)
const partsOf = (header: string | undefined) =>
  new Map([...(header ?? '').matchAll(/([a-z*]+)=("?)([^",]*)\2/g)].map(([, name = '', , value = '']) => [name, value]))

describe('a login at a proxy', () => {
  it('sends nothing before it is asked, nothing to a scheme it does not know, and nothing without a name', () => {
    const login = loginOf()
    expect([login.state, login.header('GET', '/')]).toEqual(['notAsked', {}])
    expect(login.learn('Negotiate, NTLM')).toBe(false)
    expect(login.learn('Digest realm="x", nonce="n", algorithm=SHA-1')).toBe(false)
    expect(login.learn('Digest realm="x", nonce="n", qop="auth-int"')).toBe(false)
    expect(login.learn('')).toBe(false)
    expect([login.state, login.header('GET', '/')]).toEqual(['notAsked', {}])
    const nobody = new ProxyLogin(new URL('http://proxy:3128'), cnonce)
    expect([nobody.state, nobody.learn('Basic realm="x"'), nobody.header('GET', '/')]).toEqual(['none', false, {}])
  })

  it('does not try a password twice, but a nonce that is too old', () => {
    const login = loginOf()
    expect(login.learn('Digest realm="x", nonce="n1", qop="auth"')).toBe(true)
    expect(login.learn('Digest realm="x", nonce="n2", qop="auth"')).toBe(false)
    expect(login.learn('Digest realm="x", nonce="n3", qop="auth", stale=TRUE')).toBe(true)
    const basic = loginOf()
    expect([basic.learn('Basic realm="x"'), basic.learn('Basic realm="x"')]).toEqual([true, false])
  })

  it('takes the best of what is offered, in whatever order and in one header', () => {
    const login = loginOf()
    const digest = (more: string) => `Digest realm="a, \\"b\\" c", nonce="n", qop="auth,auth-int", ${more}`
    login.learn(`Basic realm="x", ${digest('algorithm=MD5')}, ${digest('algorithm=SHA-256, opaque="o=="')}`)
    const header = login.header('GET', '/')['Proxy-Authorization'] ?? ''
    expect(header).toContain('realm="a, \\"b\\" c"')
    expect(header).toMatch(/^Digest .*algorithm=SHA-256, opaque="o==".*qop=auth, nc=00000001$/)
  })

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers as in the example of RFC 7616 section 3.9.1 (%s)', (algorithm, response) => {
    const login = loginOf()
    login.learn(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    )
    const parts = partsOf(login.header('GET', '/dir/index.html')['Proxy-Authorization'])
    expect(parts.get('response')).toBe(response)
    expect(parts.get('nc')).toBe('00000001')
    expect(partsOf(login.header('GET', '/dir/index.html')['Proxy-Authorization']).get('nc')).toBe('00000002')
  })

  it('answers as in the example of RFC 7616 section 3.9.2: another hash, a name beyond ASCII that is not shown', () => {
    const login = new ProxyLogin(
      new URL('http://J%C3%A4s%C3%B8n%20Doe:Secret%2C%20or%20not%3F@proxy:3128'),
      () => 'NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm',
    )
    login.learn(
      'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, charset=UTF-8, userhash=true, ' +
        'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS"',
    )
    const parts = partsOf(login.header('GET', '/doe.json')['Proxy-Authorization'])
    expect(parts.get('username')).toBe('793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b')
    expect(parts.get('userhash')).toBe('true')
  })

  it('answers old proxies that have no qop, and writes names as they can be written', () => {
    const login = loginOf('Mufasa:Circle%20Of%20Life')
    // The example of RFC 2617 section 3.5, as RFC 2069 had it.
    login.learn('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"')
    const parts = partsOf(login.header('GET', '/dir/index.html')['Proxy-Authorization'])
    expect(parts.get('response')).toBe('670fd8c2df070c60b045671b8b24ff02')
    expect([parts.has('nc'), parts.has('cnonce'), parts.has('algorithm')]).toEqual([false, false, false])
    const other = loginOf('J%C3%A4s%C3%B8n:x')
    other.learn('Digest realm="x", nonce="n", qop="auth"')
    expect(other.header('GET', '/')['Proxy-Authorization']).toContain("username*=UTF-8''J%C3%A4s%C3%B8n")
  })
})
