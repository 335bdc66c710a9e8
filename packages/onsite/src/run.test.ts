import { afterEach, describe, expect, it } from 'vitest'
import type { Exchange } from './exchange.ts'
import { httpExchange } from './exchange.ts'
import { plainSettings } from './fake-central.testing.ts'
import { hastyClock, printer, Rig } from './rig.testing.ts'
import { run } from './run.ts'
import { statusOf } from './status.ts'
import { FakeThread } from './trap-thread.testing.ts'

const rig = new Rig()
afterEach(() => rig.clear())

const scope = 'demo = true\nranges = ["127.32.0.1-127.32.0.2"]\n'

async function started(exchange?: Exchange) {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: '127.32.0.1', recordings: [printer], count: 2 })
  const world = rig.world()
  const clock = hastyClock(world.clock)
  let way: Exchange | null = null
  const changes = {
    world: { ...world, clock },
    exchange: () => (ask: Parameters<Exchange>[0]) => (way ?? httpExchange({ server: central.url }))(ask),
  }
  const made = await rig.enrolled({ scope, central, snmpPort: port, changes })
  way = exchange ?? null
  return { central, clock, ...made }
}

describe('the service', () => {
  it('reads at once, calls within two minutes, and keeps both up until it is told to stop', async () => {
    const { central, clock, onsite } = await started()
    const stop = new AbortController()
    let rounds = 0
    await run(onsite, {
      signal: stop.signal,
      onRound: () => {
        rounds += 1
        if (rounds === 4) stop.abort()
      },
    })
    expect(rounds).toBe(4)
    expect(clock.skipped).toBeGreaterThan(2.9 * 3_600_000)
    expect(clock.skipped).toBeLessThan(3.3 * 3_600_000)
    expect(central.readings.size).toBe(6)
    expect(central.contacts.length).toBeGreaterThan(6)
    expect(onsite.outbox.waiting().readings).toBe(2)
  })

  it('waits longer and longer while Central is away, loses nothing, and goes on reading', async () => {
    const { clock, onsite } = await started(async () => ({ ok: false, reason: 'unreachable', detail: 'gone' }))
    const stop = new AbortController()
    const calls: number[] = []
    await run(onsite, { signal: stop.signal, onContact: () => calls.push(clock.now()) === 12 && stop.abort() })
    const gaps = calls.slice(1).map((at, n) => at - (calls[n] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15 * 60_000 - 1000)
    expect(Math.max(...gaps)).toBeLessThan(31 * 60_000)
    expect(onsite.outbox.waiting().readings).toBeGreaterThan(4)
    expect(statusOf(onsite)).toMatchObject({
      delivery: { ok: false, reason: 'unreachable', failures: 12 },
      printers: 2,
      ledgerBroken: null,
    })
  })

  it('takes a new interval from the settings without being restarted', async () => {
    const { central, clock, onsite } = await started()
    central.settings = { ...plainSettings, version: 2, intervalMinutes: 5 }
    const stop = new AbortController()
    const starts: number[] = []
    await run(onsite, { signal: stop.signal, onRound: () => starts.push(clock.now()) === 5 && stop.abort() })
    const last = (starts[4] ?? 0) - (starts[3] ?? 0)
    expect(last).toBeGreaterThan(4 * 60_000)
    expect(last).toBeLessThan(7 * 60_000)
  })

  it('logs a bug with an id and goes on with the next thing', async () => {
    const { onsite } = await started()
    const stop = new AbortController()
    let asked = 0
    onsite.round = async () => {
      asked += 1
      if (asked === 3) stop.abort()
      throw new Error('a bug')
    }
    await run(onsite, { signal: stop.signal })
    expect(rig.lines.filter(({ level }) => level === 'error')).toHaveLength(3)
    expect(rig.lines[0]?.what).toMatch(/round failed, incident [0-9a-f]{8}/)
  })

  it('does not read again at once when it is restarted', async () => {
    const { clock, onsite } = await started()
    await onsite.round()
    const stop = new AbortController()
    const before = clock.now()
    await run(onsite, { signal: stop.signal, onRound: () => stop.abort() })
    expect(clock.now() - before).toBeGreaterThan(55 * 60_000)
  })

  it('looks at a printer that told of something, tells Central at once, and keeps the time of its rounds', async () => {
    const { central, clock, onsite } = await started()
    const stop = new AbortController()
    const thread = new FakeThread()
    let told = ''
    thread.onOrders = ({ known }) => {
      if (told !== '' || known.length < 2) return
      told = known[1] ?? ''
      // A printer says several things at once.
      for (let times = 0; times < 3; times++) thread.tell({ kind: 'heard', addresses: [told] })
    }
    const ends: { at: number; read: number }[] = []
    await run(onsite, {
      signal: stop.signal,
      spread: false,
      startTraps: ({ port }) => {
        expect(port).toBe(162)
        setImmediate(() => thread.tell({ kind: 'listening' }))
        return thread
      },
      onRound: (done) => {
        ends.push({ at: clock.now(), read: done.ok ? done.tally.read : -1 })
        if (ends.length === 3) stop.abort()
      },
    })
    const [first, look, second] = ends
    expect([first?.read, look?.read, second?.read]).toEqual([2, 1, 2])
    expect((look?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(60_000)
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(55 * 60_000)
    expect(central.readings.size).toBe(3)
    const looked = onsite.ledger.last(50).filter(({ what }) => what === 'looked')
    expect(looked.map(({ detail }) => JSON.parse(detail))).toMatchObject([{ addresses: [told], read: 1, kept: 1 }])
    expect(onsite.store.get('traps')).toMatchObject({ state: 'listening', port: 162 })
  })
})
