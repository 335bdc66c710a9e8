import { connect, type Socket } from 'node:net'
import { deliveryMost } from '@platen/wire'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { realDice } from '../real-world.ts'
import type { Clock } from '../world.ts'
import { openOnsiteDoor } from './onsite-door.ts'
import { type App, createServer } from './server.ts'

/** A clock whose timers the test fires. */
class TimerClock implements Clock {
  readonly timers: { readonly after: number; readonly run: () => void; cancelled: boolean }[] = []
  now(): number {
    return 0
  }
  after(milliseconds: number, run: () => void): () => void {
    const timer = { after: milliseconds, run, cancelled: false }
    this.timers.push(timer)
    return () => {
      timer.cancelled = true
    }
  }
}

describe('a body that comes slowly', () => {
  const open: { app?: App; socket?: Socket } = {}
  afterEach(async () => {
    open.socket?.destroy()
    await open.app?.close()
  })

  async function start(): Promise<{ app: App; clock: TimerClock; port: number }> {
    const clock = new TimerClock()
    const app = await createServer({
      logger: pino({ level: 'silent' }),
      dice: realDice,
      secure: false,
      trustProxy: false,
      clock,
    })
    open.app = app
    app.post('/api/form', () => ({}))
    await openOnsiteDoor(app, (door) => {
      door.post('/onsite/deliver', { bodyLimit: deliveryMost }, () => ({}))
    })
    const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
    return { app, clock, port }
  }
  async function begin(port: number, path: string, length: string): Promise<() => string> {
    let answer = ''
    const socket = connect(port, '127.0.0.1')
    open.socket = socket
    socket.on('error', () => {})
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    const type = path.startsWith('/api') ? 'application/json' : 'application/octet-stream'
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`)
    return () => answer
  }

  it('is waited for as long as a delivery of 4 MiB needs at 32 KB/s, and no longer than a slow line may take', async () => {
    const { app, clock, port } = await start()
    await begin(port, '/onsite/deliver', `Content-Length: ${deliveryMost}`)
    await expect.poll(() => clock.timers.length).toBe(1)
    const needed = (deliveryMost / (32 * 1024)) * 1000
    expect(clock.timers[0]?.after).toBeGreaterThan(2 * needed)
    expect(clock.timers[0]?.after).toBeLessThan(10 * 60_000)
    expect(app.server.requestTimeout).toBeGreaterThan(clock.timers[0]?.after ?? 0)
  })

  it('is waited for a minute where it is small, and as long as the largest where no size is said', async () => {
    const { clock, port } = await start()
    await begin(port, '/api/form', 'Content-Length: 100')
    await expect.poll(() => clock.timers.length).toBe(1)
    expect(clock.timers[0]?.after).toBeLessThan(61_000)
    open.socket?.destroy()
    await begin(port, '/onsite/deliver', 'Transfer-Encoding: chunked')
    await expect.poll(() => clock.timers.length).toBe(2)
    expect(clock.timers[1]?.after).toBeGreaterThan(300_000)
  })

  it("ends in Central's own refusal with its mark, so that an Onsite does not blame a proxy", async () => {
    const { clock, port } = await start()
    const answer = await begin(port, '/onsite/deliver', 'Content-Length: 1000')
    open.socket?.write('PD1')
    await expect.poll(() => clock.timers.length).toBe(1)
    clock.timers[0]?.run()
    await expect.poll(answer).toContain('"refused"')
    expect(answer()).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer().toLowerCase()).toContain('platen: 1')
    expect(answer()).toContain('{"refused":"busy","retryAfterSeconds":60}')
  })

  it('is answered in the manner of the other door for people, and forgotten when it was whole in time', async () => {
    const { app, clock, port } = await start()
    const answer = await begin(port, '/api/form', 'Content-Length: 1000')
    await expect.poll(() => clock.timers.length).toBe(1)
    clock.timers[0]?.run()
    await expect.poll(answer).toContain('"code":"tooSlow"')
    const whole = await app.inject({ method: 'POST', url: '/api/form', payload: { a: 1 } })
    expect([whole.statusCode, clock.timers[1]?.cancelled]).toEqual([200, true])
  })
})
