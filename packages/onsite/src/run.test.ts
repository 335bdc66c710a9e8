import { afterEach, describe, expect, it } from 'vitest'
import { isClosingOpen, openAtClosing } from './closing.ts'
import type { Exchange } from './exchange.ts'
import { httpExchange } from './exchange.ts'
import { plainSettings } from './fake-central.testing.ts'
import { hastyClock, printer, Rig } from './rig.testing.ts'
import { run } from './run.ts'
import { statusOf } from './status.ts'
import { FakeThread } from './trap-thread.testing.ts'

const rig = new Rig()
afterEach(() => rig.clear())

async function started(exchange?: Exchange, printers = 2) {
  const central = await rig.central()
  const { port } = await rig.fleet({ base: '127.32.0.1', recordings: [printer], count: printers })
  const world = rig.world()
  const clock = hastyClock(world.clock)
  central.wall = clock.wall
  let way: Exchange | null = null
  const changes = {
    world: { ...world, clock },
    exchange: () => (ask: Parameters<Exchange>[0]) => (way ?? httpExchange({ server: central.url }))(ask),
  }
  const scope = `demo = true\nranges = ["127.32.0.1-127.32.0.${printers}"]\n`
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

  it('reads the meters at a closing, and asks those again who were silent then, for a day', async () => {
    const { central, clock, onsite } = await started()
    const at = new Date(clock.wall() + 40 * 60_000)
    const closing = { day: at.getUTCDate(), at: at.toISOString().slice(11, 16) }
    central.settings = { ...plainSettings, version: 2, intervalMinutes: 1440, closing }
    const stop = new AbortController()
    const looks: { kind: string; at: number; read: number }[] = []
    await run(onsite, {
      signal: stop.signal,
      onRound: (done) => {
        if (!done.ok) throw new Error(done.reason)
        looks.push({ kind: done.kind, at: clock.wall(), read: done.tally.read })
        // A third printer is known, and switched off from now on.
        const [one] = onsite.store.devices()
        if (looks.length === 1 && one !== undefined) onsite.store.saw([{ ...one, address: '127.32.0.3' }])
        if (looks.length === 5) stop.abort()
      },
    })
    const [, first, second, ...again] = looks
    const due = Math.floor(at.getTime() / 60_000) * 60_000
    expect(first).toMatchObject({ kind: 'closing', read: 2 })
    expect(Math.abs((first?.at ?? 0) - due)).toBeLessThan(60_000)
    expect(second).toMatchObject({ kind: 'closing', read: 0 })
    expect(Math.round(((second?.at ?? 0) - due) / 60_000)).toBe(15)
    expect(again.map(({ kind }) => kind)).toEqual(['closing', 'closing'])
    expect(onsite.store.get('closing')?.open).toEqual(['127.32.0.3'])
    expect(isClosingOpen(onsite, due + 23 * 3_600_000)).toBe(true)
    expect(isClosingOpen(onsite, due + 25 * 3_600_000)).toBe(false)
    expect(onsite.store.get('problems')?.join()).toMatch(
      /^1 printers were not read for the closing of .*: 127\.32\.0\.3$/,
    )
    expect(openAtClosing(onsite)).toEqual([])
  })

  it('asks each kind of data at its own interval, and brings the inventory forward for a swapped printer', async () => {
    const { central, onsite } = await started()
    const looks = { statusMinutes: 5, suppliesMinutes: 15, inventoryMinutes: 240 }
    central.settings = { ...plainSettings, version: 2, intervalMinutes: 30, looks }
    const stop = new AbortController()
    const kinds: string[] = []
    const read: (string | undefined)[][] = []
    await run(onsite, {
      signal: stop.signal,
      spread: false,
      onKept: (kept) => read.push(kept.map(({ reading }) => reading.visit?.kind)),
      onRound: (done) => {
        if (!done.ok) throw new Error(done.reason)
        kinds.push(done.kind)
        // As if other printers had been there until now.
        if (kinds.length === 14)
          onsite.store.saw(onsite.store.devices().map((one) => ({ ...one, serial: 'ACME-OLD', rows: null })))
        if (kinds.length === 22) stop.abort()
      },
    })
    expect(kinds.slice(0, 13)).toEqual([
      'inventory',
      'status',
      'status',
      'supplies',
      'status',
      'status',
      'round',
      'status',
      'status',
      'supplies',
      'status',
      'status',
      'round',
    ])
    expect(read.slice(1, 4)).toEqual([
      ['status', 'status'],
      ['status', 'status'],
      ['supplies', 'supplies'],
    ])
    expect(kinds.slice(14)).toContain('inventory')
  })

  it('asks nobody outside the working hours', async () => {
    const { central, clock, onsite } = await started()
    const opens = (new Date(clock.wall()).getUTCHours() + 3) % 24
    const hour = (at: number) => `${String(at % 24).padStart(2, '0')}:00`
    const hours = { days: [1, 2, 3, 4, 5, 6, 7], from: hour(opens), to: hour(opens + 1) }
    central.settings = { ...plainSettings, version: 2, intervalMinutes: 15, hours }
    const stop = new AbortController()
    const at: Date[] = []
    await run(onsite, { signal: stop.signal, onRound: () => at.push(new Date(clock.wall())) === 5 && stop.abort() })
    // The first round is made before Central has said anything of hours.
    expect(at.slice(1).map((time) => time.getUTCHours())).toEqual([opens, opens, opens, opens])
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
    thread.onOrders = ({ groups }) => {
      const known = groups.flatMap((group) => group.known)
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

  it('tells Central what printers said before it looks at more of them, however many never stop telling', async () => {
    const { central, onsite } = await started(undefined, 130)
    const stop = new AbortController()
    const thread = new FakeThread()
    let isTold = false
    thread.onOrders = ({ groups }) => {
      const known = groups.flatMap((group) => group.known)
      if (isTold || known.length < 130) return
      isTold = true
      thread.tell({ kind: 'heard', addresses: [...known] })
    }
    let looked = 0
    const untold: number[] = []
    const sizes: number[] = []
    await run(onsite, {
      signal: stop.signal,
      spread: false,
      startTraps: () => {
        setImmediate(() => thread.tell({ kind: 'listening' }))
        return thread
      },
      onRound: (done) => {
        untold.push(looked - central.readings.size)
        const size = done.ok ? done.tally.read : -1
        sizes.push(size)
        looked += size
        if (looked >= 260) stop.abort()
      },
    })
    // Before each look all of the looks before it was told, however many printers wait.
    expect(untold).toEqual(untold.map(() => 0))
    expect([sizes[0], looked]).toEqual([130, 260])
    expect(sizes.length).toBeGreaterThan(2)
  })
})
