import { describe, expect, it } from 'vitest'
import { AllProbes } from './all-probes.ts'
import { CommunityHead } from './community.ts'
import { FakeClock } from './fakes.testing.ts'
import { Flight, type Peer } from './flight.ts'
import { Probes, type Probing } from './probes.ts'
import { NO_ROWS, questionOf } from './question.ts'
import { noCost } from './session.ts'
import { Window } from './window.ts'

const ID_AT = 2

function peerAt(address: string, port: number): Peer {
  return {
    ...{ address, port, laneName: `${address} ${port}`, lane: undefined, head: new CommunityHead('v2c', 'public') },
    ...{ timeout: 1_000, tries: 2, answersFrom: 'asked', heedsNoise: false, signal: undefined, cost: noCost() },
  }
}

/** Probes of their own: what was sent, what ended, and how often there was room again. */
function made(options: { tries?: number; copies?: boolean; port?: number } = {}) {
  const clock = new FakeClock()
  const window = new Window(1e9)
  const sent: { id: number; address: string; watched: boolean; bytes: Uint8Array }[] = []
  const ended: string[] = []
  const counts: { retried: number; silent: string[]; pumped: number } = { retried: 0, silent: [], pumped: 0 }
  const { signal } = new AbortController()
  const port = options.port ?? 161
  const probing: Probing = {
    message: new Uint8Array(8),
    idAt: ID_AT,
    port,
    timeout: 1_000,
    tries: options.tries ?? 2,
    signal,
    cost: noCost(),
    flightTo: (address) => new Flight(peerAt(address, port), questionOf('get', [], NO_ROWS), () => {}),
    ended: (address, outcome) => ended.push(`${address} ${outcome.ok || outcome.reason}`),
  }
  let last = 0
  const probes = new Probes(probing, {
    clock,
    window,
    freeId: () => ++last,
    send: (bytes, address, _port, watched) => {
      sent.push({ id: Buffer.from(bytes).readInt32BE(ID_AT), address, watched, bytes })
    },
    copies: () => options.copies === true,
    retried: () => {
      counts.retried++
    },
    silent: (_probes, address) => counts.silent.push(address),
    pump: () => {
      counts.pumped++
      while (probes.sendNext(clock.now()));
    },
  })
  return { probes, clock, window, sent, ended, counts }
}

describe('the probes of one sweep', () => {
  it('ends them all once when they are aborted, sent or not, and gives the window back', () => {
    const { probes, clock, window, ended, sent } = made()
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) probes.ask(address)
    probes.sendNext(0)
    probes.sendNext(0)
    probes.abort({ ok: false, reason: 'aborted', detail: 'enough' })
    expect(ended.sort()).toEqual(['10.0.0.1 aborted', '10.0.0.2 aborted', '10.0.0.3 aborted'])
    expect([probes.live, probes.waiting, clock.pending, sent.length]).toEqual([0, 0, 0, 2])
    probes.abort({ ok: false, reason: 'aborted', detail: 'again' })
    expect(ended).toHaveLength(3)
    for (let more = 0; more < window.size - 1; more++) window.take(false)
    expect(window.open).toBe(true)
  })

  it('asks a silent address as often as it may, then says so; whether the last try left is asked for', async () => {
    const { probes, clock, sent, counts } = made()
    probes.ask('10.0.0.1')
    probes.sendNext(0)
    await clock.advance(3_000)
    expect(sent.map(({ id, watched }) => [id, watched])).toEqual([
      [1, false],
      [1, true],
    ])
    expect(counts).toMatchObject({ retried: 1, silent: ['10.0.0.1'] })
    expect([probes.live, clock.pending]).toEqual([0, 0])
  })

  it('has the answers read first when the process was held up', async () => {
    const { probes, clock, counts } = made({ tries: 1 })
    probes.ask('10.0.0.1')
    probes.sendNext(0)
    clock.stall(5_000)
    await clock.advance(1)
    expect(counts.silent).toEqual([])
    await clock.advance(100)
    expect(counts.silent).toEqual(['10.0.0.1'])
  })

  it('makes a flight of what was heard, which it then no longer knows', async () => {
    const { probes, clock, sent, counts } = made()
    probes.ask('10.0.0.1')
    probes.ask('10.0.0.2')
    probes.sendNext(clock.now())
    probes.sendNext(clock.now())
    expect(probes.findRecent('10.0.0.9')).toBe(-1)
    const slot = probes.find(sent[1]?.id ?? 0)
    expect(probes.findRecent('10.0.0.2')).toBe(slot)
    const flight = probes.land(slot)
    expect(flight).toMatchObject({ id: 2, tries: 1, wait: 1_000 })
    expect(flight.peer.address).toBe('10.0.0.2')
    expect([probes.find(2), probes.findRecent('10.0.0.2'), probes.live]).toEqual([-1, -1, 1])
    await clock.advance(3_000)
    expect(counts.silent).toEqual(['10.0.0.1'])
    expect(sent.filter(({ address }) => address === '10.0.0.2')).toHaveLength(1)
  })

  it('uses one message for all where it is copied, and a new one for each where not', () => {
    for (const copies of [true, false]) {
      const { probes, sent } = made({ copies })
      for (const address of ['10.0.0.1', '10.0.0.2']) {
        probes.ask(address)
        probes.sendNext(0)
      }
      expect(sent.map(({ id }) => id)).toEqual([1, 2])
      expect(sent[0]?.bytes === sent[1]?.bytes).toBe(copies)
    }
  })
})

describe('the probes of all sweeps', () => {
  it('take turns, and forget a sweep that has nothing under way until it comes back', () => {
    const [one, other] = [made(), made({ port: 1_161 })]
    const all = new AllProbes()
    for (const last of [1, 2]) all.add(one.probes, `10.0.0.${last}`)
    for (const last of [1, 2]) all.add(other.probes, `10.0.1.${last}`)
    expect([all.live, all.waiting]).toEqual([4, 4])
    all.sendNext(0)
    all.sendNext(0)
    expect([one.sent.length, other.sent.length, all.waiting]).toEqual([1, 1, 2])
    expect([all.has(1), all.has(77)]).toEqual([true, false])
    expect(all.landRecent('10.0.1.1', 161)).toBeUndefined()
    expect(all.landRecent('10.0.1.1', 1_161)?.peer.address).toBe('10.0.1.1')
    all.abort(undefined, { ok: false, reason: 'aborted', detail: 'over' })
    expect([one.ended.length, other.ended.length, all.live]).toEqual([2, 1, 0])
    expect(all.sendNext(0)).toBe(false)
    all.add(one.probes, '10.0.0.3')
    expect(all.sendNext(0)).toBe(true)
    expect(all.land(one.sent.at(-1)?.id ?? 0)?.peer.address).toBe('10.0.0.3')
    expect(all.land(one.sent.at(-1)?.id ?? 0)).toBeUndefined()
  })
})
