import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { FakeDevice, lastSent, oids, settled } from './fakes.testing.ts'
import { Frame } from './frame.ts'
import { type Outcome, Secret, type Session, type User } from './index.ts'
import {
  authorityOf,
  connectV3,
  KEEPER,
  PRINTER,
  replyOf,
  SIGNER,
  targetOf,
  v3World,
  type World,
  type WorldOptions,
} from './v3.testing.ts'

const NAMES = oids('1.3.6.1.2.1.1.5.0')
const DEVICE = new FakeDevice({
  '1.3.6.1.2.1.1.5.0': { type: 'integer', value: 42 },
  '1.3.6.1.2.1.1.7.0': { type: 'integer', value: 72 },
})

function connected(options: WorldOptions = {}): World {
  const world = v3World(options)
  connectV3(world, world.authority, DEVICE)
  return world
}

function shown(outcome: Outcome): unknown {
  return outcome.ok
    ? outcome.varbinds.map(({ value }) => ('value' in value ? value.value : value.type))
    : outcome.reason
}

/** The outcome of one question, time passing until there is one. */
async function ask(world: World, session: Session): Promise<unknown> {
  const outcome = session.get(NAMES)
  await world.clock.advance(30_000)
  return shown(await outcome)
}

describe('a v3 request ends by name', () => {
  const other = (change: Partial<User>): User => ({ ...KEEPER, ...change })

  it.each([
    ['wrongUser', 'a user the device does not know', other({ name: 'somebody' })],
    ['wrongPassword', 'another password', other({ auth: { protocol: 'sha1', password: 'not maplesyrup' } })],
    ['wrongPassword', 'another hash', other({ auth: { protocol: 'sha256', password: 'maplesyrup' } })],
    ['wrongPassword', 'another privacy password', other({ privacy: { protocol: 'aes128', password: 'not private' } })],
    ['wrongPassword', 'another cipher', other({ privacy: { protocol: 'aes256b', password: 'a private word' } })],
  ] as const)('%s: %s', async (reason, _what, user) => {
    const world = connected()
    const session = world.client.session(targetOf(user))
    expect(await ask(world, session)).toBe(reason)
  })

  it('wrongPassword: the device keeps silent on what it cannot decipher, the first time and later', async () => {
    const world = v3World({ users: [KEEPER] })
    world.net.answer = ({ bytes, address, port }) => {
      const received = world.authority.receive(bytes)
      if (received.ok || received.reply === undefined || received.reason === 'undecipherable') return
      const { reply } = received
      queueMicrotask(() => world.net.arrive(reply, { address, port }))
    }
    const user = other({ privacy: { protocol: 'aes128', password: 'not private' } })
    for (let time = 0; time < 2; time++) {
      expect(await ask(world, world.client.session(targetOf(user, { tries: 1 })))).toBe('wrongPassword')
    }
    connectV3(world, world.authority, DEVICE)
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toEqual([42])
    world.net.answer = () => {}
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toBe('silent')
  })

  it('wrongLevel: the device has no such level for the user', async () => {
    const world = connected({ users: [SIGNER] })
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toBe('wrongLevel')
  })

  it('unsupportedSecurity: the device has no user-based security at all', async () => {
    const world = v3World()
    // A Report of snmpUnknownSecurityModels, made of one that the engine sends.
    world.net.answer = ({ bytes, address, port }) => {
      const report = Buffer.from(replyOf(world.authority, DEVICE, bytes) ?? [])
      const at = report.indexOf(Buffer.from('2b060106030f010104', 'hex'))
      if (at >= 0) report.set(Buffer.from('2b060106030b020101', 'hex'), at)
      queueMicrotask(() => world.net.arrive(report, { address, port }))
    }
    const session = world.client.session(targetOf({ name: 'fleet' }, { engineId: '8000000009090909' }))
    expect(await ask(world, session)).toBe('unsupportedSecurity')
  })

  it('silent: nobody answers, and the discovery is all that was sent', async () => {
    const world = v3World()
    const session = world.client.session(targetOf(KEEPER, { tries: 2 }))
    expect(await ask(world, session)).toBe('silent')
    expect(session.cost.requests).toBe(2)
  })

  it('notInTimeWindow: the engine goes on saying so, after one lesson in time', async () => {
    const world = v3World()
    let boots = 7
    // An engine that has always just started again.
    world.net.answer = ({ bytes, address, port }) => {
      const authority = authorityOf(world.clock, { boots: boots++ })
      const reply = replyOf(authority, DEVICE, bytes)
      if (reply !== undefined) queueMicrotask(() => world.net.arrive(reply, { address, port }))
    }
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toBe('notInTimeWindow')
    expect(world.net.sent).toHaveLength(3)
  })

  it('notInTimeWindow: the engine’s clock went back', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER, { tries: 1 }))
    expect(await ask(world, session)).toEqual([42])
    connectV3(world, authorityOf(world.clock, { boots: 6 }), DEVICE)
    expect(await ask(world, session)).toBe('notInTimeWindow')
    expect(world.client.stats.unproven).toBeGreaterThan(0)
  })

  it('wrongEngine: another engine answers at an address whose engine was proven', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER))
    expect(await ask(world, session)).toEqual([42])
    expect(world.client.engineId(PRINTER.address)).toBe('8000000001020304')
    connectV3(world, authorityOf(world.clock, { engineId: Buffer.from('8000000005060708', 'hex') }), DEVICE)
    expect(await ask(world, session)).toBe('wrongEngine')
    world.client.forgetEngine(PRINTER.address)
    expect(world.client.engineId(PRINTER.address)).toBeUndefined()
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toEqual([42])
    expect(world.client.engineId(PRINTER.address)).toBe('8000000005060708')
  })

  it('refused: the user may not ask at so low a level', async () => {
    const world = connected()
    expect(await ask(world, world.client.session(targetOf(SIGNER)))).toBe('refused')
  })

  it('aborted: the signal was raised while an engine was asked for its id, by this request or by another', async () => {
    const world = v3World()
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()]
    const outcomes = [first, second, third].map(({ signal }) =>
      world.client.session(targetOf(KEEPER, { signal })).get(NAMES),
    )
    second.abort()
    expect(shown(await (outcomes[1] ?? Promise.reject(new Error('none'))))).toBe('aborted')
    first.abort()
    expect(shown(await (outcomes[0] ?? Promise.reject(new Error('none'))))).toBe('aborted')
    connectV3(world, world.authority, DEVICE)
    await world.clock.advance(2_000)
    expect(shown(await (outcomes[2] ?? Promise.reject(new Error('none'))))).toEqual([42])
  })

  it('aborted: the client is closed while an engine is being asked for its id', async () => {
    const world = v3World()
    const session = world.client.session(targetOf(KEEPER))
    const outcomes = [session.get(NAMES), session.get(NAMES)]
    await world.client.close()
    expect((await Promise.all(outcomes)).map(shown)).toEqual(['aborted', 'aborted'])
  })
})

describe('a discovery that another request began', () => {
  it('is begun again by who has more patience, and said to be silent to who has waited long enough', async () => {
    const world = v3World()
    const start = (timeout: number, tries: number) =>
      world.client.session(targetOf(KEEPER, { timeout, tries })).get(NAMES)
    const ends = new Map<string, unknown>()
    const kept = (name: string, outcome: Promise<Outcome>) => outcome.then((one) => ends.set(name, shown(one)))
    kept('hasty', start(50, 1))
    kept('as hasty', start(50, 1))
    kept('patient', start(5_000, 3))
    await world.clock.advance(200)
    expect([...ends]).toEqual([
      ['hasty', 'silent'],
      ['as hasty', 'silent'],
    ])
    connectV3(world, world.authority, DEVICE)
    await world.clock.advance(10_000)
    expect(ends.get('patient')).toEqual([42])
  })

  it('is not waited for by who is aborted already', async () => {
    const world = v3World()
    const first = world.client.session(targetOf(KEEPER)).get(NAMES)
    const outcome = await world.client.session(targetOf(KEEPER, { signal: AbortSignal.abort() })).get(NAMES)
    expect(shown(outcome)).toBe('aborted')
    await world.client.close()
    expect(shown(await first)).toBe('aborted')
  })
})

describe('a Report that nobody signed', () => {
  /** A report as the device at this address would send it on a bad message, under the id of the last one sent. */
  function forgedReport(world: World, leaf: number): Uint8Array {
    const stranger = authorityOf(world.clock, { users: [{ name: 'nobody' }] })
    const report = Buffer.from(replyOf(stranger, DEVICE, lastSent(world.net).bytes) ?? [])
    report[report.indexOf(Buffer.from('2b060106030f0101', 'hex')) + 8] = leaf
    return report
  }

  it.each([1, 2, 3, 4, 5, 6])('does not end a signed question (usmStats %i): the genuine answer does', async (leaf) => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER))
    expect(await ask(world, session)).toEqual([42])
    world.net.answer = () => {}
    const outcome = session.get(NAMES)
    await settled()
    const genuine = replyOf(world.authority, DEVICE, lastSent(world.net).bytes)
    world.net.arrive(forgedReport(world, leaf), PRINTER)
    await world.clock.advance(15)
    world.net.arrive(genuine ?? new Uint8Array(0), PRINTER)
    expect(shown(await outcome)).toEqual([42])
    expect(world.client.stats.unproven).toBe(1)
  })

  it('does not take the tries away of a user for whom the engine has signed before', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER))
    expect(await ask(world, session)).toEqual([42])
    // Somebody on the way is quicker than the genuine answer, which is lost.
    world.net.answer = () => {
      const report = forgedReport(world, 3)
      queueMicrotask(() => world.net.arrive(report, PRINTER))
      connectV3(world, world.authority, DEVICE)
    }
    expect(await ask(world, session)).toEqual([42])
  })

  it('is of no counter that we know: it is counted and nothing else', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER, { tries: 1 }))
    expect(await ask(world, session)).toEqual([42])
    world.net.answer = () => {}
    const outcome = session.get(NAMES)
    await settled()
    world.net.arrive(forgedReport(world, 9), PRINTER)
    await world.clock.advance(5_000)
    expect(shown(await outcome)).toBe('malformed')
    expect(world.client.stats).toMatchObject({ notResponse: 1, unproven: 0 })
  })

  it('ends a question that nobody signed at once: it is as good as an answer', async () => {
    const world = connected({ users: [SIGNER] })
    const outcome = await world.client.session(targetOf({ name: 'nobody' })).get(NAMES)
    expect(shown(outcome)).toBe('wrongUser')
  })
})

describe('an engine', () => {
  it('that was proven stays known, however many addresses are asked that never answer', async () => {
    const world = connected()
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toEqual([42])
    for (let at = 0; at < 70_000; at++) {
      world.client.session({ ...targetOf(KEEPER), address: `10.${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}` })
    }
    expect(world.client.engineId(PRINTER.address)).toBe('8000000001020304')
    connectV3(world, authorityOf(world.clock, { engineId: Buffer.from('8000000005060708', 'hex') }), DEVICE)
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toBe('wrongEngine')
  })

  it('that was proven is not pushed out by another that a session met before', async () => {
    const world = v3World()
    const early = world.client.session(targetOf(KEEPER))
    // So many others that the early session's engine is no longer shared.
    for (let at = 0; at < 2_000; at++)
      world.client.session({ ...targetOf(KEEPER), address: `10.1.${at >> 8}.${at & 255}` })
    connectV3(world, world.authority, DEVICE)
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toEqual([42])
    connectV3(world, authorityOf(world.clock, { engineId: Buffer.from('8000000005060708', 'hex') }), DEVICE)
    await ask(world, early)
    expect(world.client.engineId(PRINTER.address)).toBe('8000000001020304')
  })

  it('that said it has started again and is then off is silent: its user’s password was right before', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER))
    expect(await ask(world, session)).toEqual([42])
    connectV3(world, authorityOf(world.clock, { boots: 8, time: 0 }), DEVICE)
    const { answer } = world.net
    world.net.answer = (sent) => {
      world.net.answer = () => undefined
      answer(sent)
    }
    expect(await ask(world, session)).toBe('silent')
  })

  it('is asked for its id once, whoever waits for it, and for its time once', async () => {
    const world = connected({ users: [KEEPER, { name: 'other', auth: { protocol: 'md5', password: 'maplesyrup' } }] })
    const sessions = [
      world.client.session(targetOf(KEEPER)),
      world.client.session(targetOf(KEEPER)),
      world.client.session(targetOf({ name: 'other', auth: { protocol: 'md5', password: 'maplesyrup' } })),
    ]
    const outcomes = sessions.flatMap((session) => [session.get(NAMES), session.get(NAMES)])
    await world.clock.advance(1_000)
    expect((await Promise.all(outcomes)).map(shown)).toEqual(outcomes.map(() => [42]))
    // One discovery, one lesson in time, six answers.
    expect(world.net.sent).toHaveLength(8)
  })

  it('whose id and time are known is asked at once', async () => {
    const world = connected()
    await ask(world, world.client.session(targetOf(KEEPER)))
    const before = world.net.sent.length
    const session = world.client.session(targetOf(KEEPER))
    expect(await ask(world, session)).toEqual([42])
    expect(world.net.sent.length - before).toBe(1)
    expect(session.cost).toMatchObject({ requests: 1, varbinds: 1 })
    expect(session.cost.bytesOut).toBe(lastSent(world.net).bytes.length)
    expect(session.cost.bytesIn).toBeGreaterThan(100)
  })

  it('given by the caller is never asked for', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER, { engineId: '8000000001020304' }))
    expect(await ask(world, session)).toEqual([42])
    expect(world.net.sent).toHaveLength(2)
    const frame = new Frame()
    frame.read(world.net.sent[0]?.bytes ?? new Uint8Array(0))
    expect([frame.secure.level, frame.secure.boots, frame.secure.time]).toEqual([3, 0, 0])
  })

  it('whose first id was a lie is asked for it again', async () => {
    const world = v3World()
    const liar = authorityOf(world.clock, { engineId: Buffer.from('80000000deadbeef', 'hex') })
    let count = 0
    world.net.answer = ({ bytes, address, port }) => {
      const reply = replyOf(count++ === 0 ? liar : world.authority, DEVICE, bytes)
      if (reply !== undefined) queueMicrotask(() => world.net.arrive(reply, { address, port }))
    }
    expect(await ask(world, world.client.session(targetOf(KEEPER)))).toEqual([42])
  })

  it('that nobody’s signature proves is asked for its id again when another one answers', async () => {
    const user = { name: 'plain' }
    const world = connected({ users: [user] })
    const session = world.client.session(targetOf(user))
    expect(await ask(world, session)).toEqual([42])
    expect(world.client.engineId(PRINTER.address)).toBeUndefined()
    const other = authorityOf(world.clock, { users: [user], engineId: Buffer.from('8000000005060708', 'hex') })
    connectV3(world, other, DEVICE)
    expect(await ask(world, session)).toEqual([42])
  })

  it('is still in time hours later, and after it has started again', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER))
    expect(await ask(world, session)).toEqual([42])
    await world.clock.advance(36_000_000)
    const before = world.net.sent.length
    expect(await ask(world, session)).toEqual([42])
    expect(world.net.sent.length - before).toBe(1)
    connectV3(world, authorityOf(world.clock, { boots: 8, time: 0 }), DEVICE)
    expect(await ask(world, session)).toEqual([42])
    expect(world.net.sent.length - before).toBe(3)
  })

  it('that drifts by more than the window is met again by one lesson', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER))
    expect(await ask(world, session)).toEqual([42])
    connectV3(world, authorityOf(world.clock, { time: 5_000 }), DEVICE)
    expect(await ask(world, session)).toEqual([42])
  })
})

describe('a session with a user', () => {
  it('walks, asks for rows and hands on absent objects as on v2c', async () => {
    const world = connected({ users: [{ name: 'fleet' }] })
    const session = world.client.session(targetOf({ name: 'fleet' }))
    expect(shown(await session.get(oids('1.3.6.1.2.1.1.6.0')))).toEqual(['noSuchInstance'])
    expect(shown(await session.next(oids('1.3.6.1.2.1.1.5.0')))).toEqual([72])
    expect(shown(await session.bulk(oids('1.3.6.1.2.1.1'), 3))).toEqual([42, 72, 'endOfMibView'])
  })

  it('asks in its context, and an answer from another context is not believed', async () => {
    const world = v3World()
    const contexts: string[] = []
    world.net.answer = ({ bytes, address, port }) => {
      const received = world.authority.receive(bytes)
      if (received.ok) contexts.push(received.request.context)
      const reply = received.ok ? received.request.answer({ varbinds: [] }) : received.reply
      if (reply !== undefined) queueMicrotask(() => world.net.arrive(reply, { address, port }))
    }
    const session = world.client.session(targetOf(KEEPER, { context: 'tray' }))
    expect(await ask(world, session)).toBe('malformed')
    expect(contexts).toEqual(['tray'])
  })

  it('asks less of a device whose answers are cut', async () => {
    const world = v3World()
    world.net.answer = ({ bytes, address, port }) => {
      const reply = replyOf(world.authority, DEVICE, bytes)?.subarray(0, 200)
      if (reply !== undefined) queueMicrotask(() => world.net.arrive(reply, { address, port }))
    }
    const session = world.client.session(targetOf(KEEPER))
    const outcome = session.get(Array.from({ length: 12 }, () => NAMES).flat())
    await world.clock.advance(30_000)
    expect(shown(await outcome)).toEqual(new Array(12).fill(42))
    expect(world.client.stats.truncated).toBeGreaterThan(0)
  })

  it('sends a second try that says what time it is then', async () => {
    const world = connected()
    const session = world.client.session(targetOf(KEEPER, { timeout: 20_000 }))
    expect(await ask(world, session)).toEqual([42])
    world.net.answer = () => {}
    const outcome = session.get(NAMES)
    await settled()
    const [first] = world.net.sent.slice(-1)
    connectV3(world, world.authority, DEVICE)
    await world.clock.advance(60_000)
    expect(shown(await outcome)).toEqual([42])
    const times = [first, lastSent(world.net)].map((sent) => {
      const frame = new Frame()
      frame.read(sent?.bytes ?? new Uint8Array(0))
      return frame.secure.time
    })
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(0)
  })

  it.each([
    ['an engine id of three octets', { engineId: '800001' }],
    ['an engine id that is no hexadecimal text', { engineId: '80000000zz020304' }],
    ['a context of 256 octets', { context: 'c'.repeat(256) }],
  ])('is refused with %s', (_what, more) => {
    const { client } = v3World()
    expect(() => client.session(targetOf(KEEPER, more))).toThrow(RangeError)
  })

  it('never shows its passwords', () => {
    const user: User = {
      name: 'fleet',
      auth: { protocol: 'sha1', password: new Secret('maplesyrup') },
      privacy: { protocol: 'des', password: new Secret('a private word') },
    }
    const session = v3World().client.session(targetOf(user))
    const text = inspect({ session, user }, { depth: 20, showHidden: true }) + JSON.stringify({ session, user })
    expect(text).not.toMatch(/maplesyrup|private word/)
    expect(text).not.toContain(inspect(Buffer.from('maplesyrup')))
  })
})
