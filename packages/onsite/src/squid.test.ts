import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { testCertificate, testKey } from './certificate.testing.ts'
import { httpExchange } from './exchange.ts'
import { hasSquid, startSquid } from './squid.testing.ts'

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function listening(server: Server | ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(() => new Promise((resolve) => server.close(resolve)))
  // border: a server that listens on TCP has an address with a port.
  return (server.address() as AddressInfo).port
}

/** Somebody who says how many bytes came; both ways of reaching it. */
async function somebody() {
  const asked: string[] = []
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    asked.push(`${incoming.method} ${incoming.headers['proxy-authorization'] ?? 'no login'}`)
    let length = 0
    incoming.on('data', (part: Uint8Array) => {
      length += part.length
    })
    incoming.on('end', () => outgoing.writeHead(200, { Platen: '1' }).end(`${length} bytes`))
  }
  const http = await listening(createServer(answer))
  const https = await listening(createTlsServer({ key: testKey, cert: testCertificate }, answer))
  return { http: `http://127.0.0.1:${http}`, https: `https://127.0.0.1:${https}`, asked }
}

const deliver = { method: 'POST', path: '/onsite/deliver', body: new Uint8Array(200_000).fill(7) } as const

describe.skipIf(!hasSquid)('a real Squid that wants a login (skipped without the package squid)', () => {
  describe.each(['digest', 'basic'] as const)('by %s', (scheme) => {
    it('refuses a wrong password, which is not tried again and again', async () => {
      const [squid, to] = [await startSquid(scheme, 'print', 'right'), await somebody()]
      opened.push(() => squid.close())
      const proxy = `http://print:wrong@127.0.0.1:${squid.port}`
      expect(await httpExchange({ server: to.http, proxy })(deliver)).toMatchObject({ ok: true, status: 407 })
      const tunnel = await httpExchange({ server: to.https, proxy, ca: testCertificate })(deliver)
      expect(tunnel).toMatchObject({ ok: false, reason: 'proxyRefused', status: 407 })
      expect(to.asked).toEqual([])
      expect(squid.log().length).toBeLessThanOrEqual(6)
    })

    it('lets us through, with content sent once, and tells nobody behind it the login', async () => {
      const [squid, to] = [await startSquid(scheme, 'print', 'p@ss: "word" ü'), await somebody()]
      opened.push(() => squid.close())
      const password = encodeURIComponent('p@ss: "word" ü')
      const exchange = httpExchange({ server: to.http, proxy: `http://print:${password}@127.0.0.1:${squid.port}` })
      for (let turn = 0; turn < 3; turn++) {
        const got = await exchange(deliver)
        expect(got).toMatchObject({ ok: true, status: 200 })
        expect(got.ok && Buffer.from(got.body).toString()).toBe('200000 bytes')
      }
      expect(to.asked).toEqual(['POST no login', 'POST no login', 'POST no login'])
      const statuses = squid.log().map((line) => line.split(' ').slice(0, 2).join(' '))
      expect(statuses).toEqual(['407 GET', '200 POST', '200 POST', '200 POST'])
    })

    it('makes a tunnel for TLS', async () => {
      const [squid, to] = [await startSquid(scheme, 'print', 'right'), await somebody()]
      opened.push(() => squid.close())
      const proxy = `http://print:right@127.0.0.1:${squid.port}`
      const exchange = httpExchange({ server: to.https, proxy, ca: testCertificate })
      for (let turn = 0; turn < 2; turn++) expect(await exchange(deliver)).toMatchObject({ ok: true, status: 200 })
      expect(to.asked).toEqual(['POST no login', 'POST no login'])
    })
  })
})
