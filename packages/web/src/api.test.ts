import { describe, expect, it } from 'vitest'
import { ApiFailure, createApi, metersCsvAddress } from './api.ts'

const answering = (status: number, body: string) => createApi(async () => new Response(body, { status }))
const reasonOf = async (asked: Promise<unknown>) => {
  const failure: unknown = await asked.catch((error: unknown) => error)
  return failure instanceof ApiFailure ? failure.reason : 'none'
}

describe('the door to Central', () => {
  it('names why a request gave nothing', async () => {
    const refusal = JSON.stringify({ code: 'x', message: 'y' })
    const reasons = [401, 403, 404, 429, 503, 400, 409, 500].map((status) =>
      reasonOf(answering(status, refusal).overview()),
    )
    expect(await Promise.all(reasons)).toEqual([
      'signedOut',
      'forbidden',
      'missing',
      'tooMany',
      'tooMany',
      'refused',
      'refused',
      'broken',
    ])
  })

  it('tells a gateway without Central behind it from Central itself', async () => {
    expect(await reasonOf(answering(503, '<html>Bad gateway</html>').overview())).toBe('unreachable')
    expect(await reasonOf(answering(502, '').overview())).toBe('unreachable')
    expect(await reasonOf(createApi(() => Promise.reject(new TypeError('no network'))).overview())).toBe('unreachable')
  })

  it('lets nothing through that does not follow the contract', async () => {
    expect(await reasonOf(answering(200, '<html>Welcome to the hotel</html>').overview())).toBe('nonsense')
    expect(await reasonOf(answering(200, '{"devices":"many"}').overview())).toBe('nonsense')
  })

  it('marks every change with the header a foreign page cannot send', async () => {
    const seen: RequestInit[] = []
    const api = createApi(async (_, init) => {
      seen.push(init)
      return new Response(null, { status: 204 })
    })
    await api.signOut()
    await api.revokeOnsite('a/b')
    expect(seen.map(({ method, headers }) => [method, new Headers(headers).get('x-platen')])).toEqual([
      ['POST', '1'],
      ['POST', '1'],
    ])
  })

  it('writes ids and queries so that they stay what they are', async () => {
    const urls: string[] = []
    const api = createApi(async (url) => {
      urls.push(url)
      return new Response('', { status: 404 })
    })
    await reasonOf(api.device('../me'))
    await reasonOf(api.history('1', { meter: 'total.all.all.all/impressions', from: undefined }))
    expect(urls).toEqual(['/api/devices/..%2Fme', '/api/devices/1/history?meter=total.all.all.all%2Fimpressions'])
    expect(metersCsvAddress({ date: '2026-11-20', language: 'de' })).toBe('/api/meters.csv?date=2026-11-20&language=de')
  })
})
