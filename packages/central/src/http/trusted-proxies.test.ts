import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { realDice } from '../real-world.ts'
import { HandClock } from '../testing/rig.ts'
import { createServer } from './server.ts'
import { readTrustedProxies, type TrustedProxies } from './trusted-proxies.ts'

describe('proxies before Central', () => {
  it('are said by number or address; "yes" is refused with what to say instead', () => {
    expect(readTrustedProxies('yes')).toMatchObject({ ok: false, detail: expect.stringContaining('how many proxies') })
    for (const wrong of [
      'true',
      '',
      '10.0.0.0/33',
      '10.0.0.0/0',
      '10.0.0',
      'proxy.example',
      '11',
      '1,2',
      '10.0.0.1/8/8',
    ])
      expect(readTrustedProxies(wrong), wrong).toMatchObject({ ok: false })
    expect(readTrustedProxies('no')).toEqual({ ok: true, proxies: false })
    expect(readTrustedProxies('2')).toEqual({ ok: true, proxies: 2 })
    expect(readTrustedProxies('10.0.0.5, 2001:db8::/32,loopback')).toEqual({
      ok: true,
      proxies: ['10.0.0.5', '2001:db8::/32', 'loopback'],
    })
  })

  it('are believed about the address before them, and about nothing a caller made up before that', async () => {
    const seen = async (trustProxy: TrustedProxies, from: string): Promise<string> => {
      const app = await createServer({
        logger: pino({ level: 'silent' }),
        dice: realDice,
        clock: new HandClock('2026-11-16T10:00:00.000Z'),
        secure: false,
        trustProxy,
      })
      app.get('/ip', (request) => request.ip)
      const headers = { 'x-forwarded-for': '198.51.100.66, 203.0.113.9' }
      const { body } = await app.inject({ url: '/ip', headers, remoteAddress: from })
      await app.close()
      return body
    }
    expect(await seen(false, '10.0.0.5')).toBe('10.0.0.5')
    expect(await seen(1, '10.0.0.5')).toBe('203.0.113.9')
    expect(await seen(['10.0.0.0/8'], '10.0.0.5')).toBe('203.0.113.9')
    expect(await seen(['10.0.0.0/8'], '192.0.2.1')).toBe('192.0.2.1')
  })
})
