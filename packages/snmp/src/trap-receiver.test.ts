import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foreignTraps, hasBadInput, trapCases, trapPayloads } from './badinput.testing.ts'
import { Writer } from './ber.ts'
import { FakeClock, FakeTransport, messageOf, oids } from './fakes.testing.ts'
import { Frame } from './frame.ts'
import {
  encodeNotification,
  encodeResponse,
  type NotificationMessage,
  Oid,
  type ReceivedTrap,
  TrapReceiver,
  type TrapReceiverOptions,
  type User,
} from './index.ts'
import { notificationOf, writeNotification } from './notification.ts'
import { NO_ROWS, questionOf } from './question.ts'
import { FLAG } from './secure-head.ts'
import { Keys, randomSalts, scopedPdu, sealMessage } from './usm.ts'
import { KeyCache } from './usm-keys.ts'
import { credentialsOf } from './usm-user.ts'
import { authorityOf, ENGINE_ID, KEEPER, SIGNER } from './v3.testing.ts'

const SENDER = { address: '10.0.0.7', port: 50_162 }
const OWN_ENGINE = { id: Uint8Array.from(Buffer.from('80000000aabbccdd', 'hex')), boots: 4 }
const [COLD_START = Oid.parse('1.3')] = oids('1.3.6.1.6.3.1.1.5.1')
const [OBJECT = Oid.parse('1.3')] = oids('1.3.6.1.2.1.43.18.1.1.8.1.1')
const TRAP: NotificationMessage = {
  version: 'v2c',
  community: 'public',
  id: 77,
  trap: COLD_START,
  upTime: 1_234,
  varbinds: [{ oid: OBJECT, value: { type: 'octets', value: new TextEncoder().encode('jam') } }],
}

function listening(options: Partial<TrapReceiverOptions> = {}) {
  const clock = new FakeClock()
  const net = new FakeTransport()
  const delivered: ReceivedTrap[] = []
  const receiver = new TrapReceiver({
    transport: net,
    clock,
    isKnown: (address) => address === SENDER.address,
    deliver: (trap) => delivered.push(trap),
    communities: ['public'],
    users: [KEEPER],
    engine: OWN_ENGINE,
    ...options,
  })
  return { receiver, net, clock, delivered, arrive: (bytes: Uint8Array) => net.arrive(bytes, SENDER) }
}

describe('a trap receiver drops, and counts by name', () => {
  it('all of unknown senders, unread, and answers none of it', () => {
    const { receiver, net, delivered } = listening()
    for (const bytes of [
      encodeNotification(TRAP),
      encodeNotification({ ...TRAP, kind: 'inform' }),
      new Uint8Array(9),
    ]) {
      net.arrive(bytes, { address: '10.0.0.8', port: 1 })
    }
    expect(receiver.stats).toMatchObject({ arrived: 3, unknownSender: 3, delivered: 0 })
    expect([delivered.length, net.sent.length]).toEqual([0, 0])
  })

  it('another community, messages that are no notification, and nonsense', () => {
    const { receiver, net, arrive } = listening()
    arrive(encodeNotification({ ...TRAP, community: 'private', kind: 'inform' }))
    arrive(encodeResponse({ version: 'v2c', community: 'public', id: 1, varbinds: [] }))
    arrive(Uint8Array.of(0x30, 3, 2, 1, 9))
    arrive(Uint8Array.of(0x30, 1))
    expect(receiver.stats).toMatchObject({ wrongCommunity: 1, notNotification: 1, unsupported: 1, malformed: 1 })
    expect([receiver.stats.delivered, net.sent.length]).toEqual([0, 0])
  })

  it('a community that differs in a byte order mark only', () => {
    const { receiver, arrive } = listening()
    arrive(encodeNotification({ ...TRAP, community: '\ufeffpublic' }))
    expect(receiver.stats).toMatchObject({ wrongCommunity: 1, delivered: 0 })
  })

  it('what one sender tells too often, while others are heard', async () => {
    const { receiver, net, clock } = listening({
      isKnown: () => true,
      limits: { perSender: { burst: 5, perSecond: 1 }, all: { burst: 100, perSecond: 10 } },
    })
    const bytes = encodeNotification(TRAP)
    for (let count = 0; count < 20; count++) net.arrive(bytes, SENDER)
    expect(receiver.stats).toMatchObject({ delivered: 5, overSenderLimit: 15 })
    net.arrive(bytes, { address: '10.0.0.9', port: 1 })
    expect(receiver.stats.delivered).toBe(6)
    await clock.advance(2_000)
    for (let count = 0; count < 20; count++) net.arrive(bytes, SENDER)
    expect(receiver.stats.delivered).toBe(8)
  })

  it('what all together tell too often, from however many addresses', () => {
    const { receiver, net } = listening({ isKnown: () => true })
    const bytes = encodeNotification(TRAP)
    for (let from = 0; from < 100_000; from++) {
      net.arrive(bytes, { address: `10.${from >> 16}.${(from >> 8) & 255}.${from & 255}`, port: 1 })
    }
    expect(receiver.stats).toMatchObject({ arrived: 100_000, delivered: 2_000, overTotalLimit: 98_000 })
  })
})

describe('a notification', () => {
  it('arrives with what it tells and where from', () => {
    const { receiver, net, arrive, delivered } = listening()
    arrive(encodeNotification(TRAP))
    const [trap] = delivered
    expect(trap).toMatchObject({ ...SENDER, version: 'v2c', kind: 'trap', upTime: 1_234 })
    expect(trap?.trap.text).toBe(COLD_START.text)
    expect(trap?.varbinds.map(({ oid, value }) => [oid.text, value])).toEqual(
      TRAP.varbinds.map(({ oid, value }) => [oid.text, value]),
    )
    expect(receiver.stats).toMatchObject({ arrived: 1, delivered: 1, acknowledged: 0 })
    expect(net.sent).toEqual([])
  })

  it('that is an inform is acknowledged by its own varbinds', () => {
    const { receiver, net, arrive, delivered } = listening()
    arrive(encodeNotification({ ...TRAP, kind: 'inform' }))
    expect(delivered[0]?.kind).toBe('inform')
    const { pdu } = messageOf(net.sent[0]?.bytes ?? new Uint8Array(0))
    expect(net.sent[0]).toMatchObject(SENDER)
    expect(pdu).toMatchObject({ type: 'response', id: 77, errorStatus: 0 })
    expect(pdu.varbinds.map(({ oid }) => oid.text)).toEqual(['1.3.6.1.2.1.1.3.0', '1.3.6.1.6.3.1.1.4.1.0', OBJECT.text])
    expect(receiver.stats.acknowledged).toBe(1)
  })

  it('that is an inform of more octets than we keep is acknowledged by all of them', () => {
    const { net, arrive } = listening()
    const long = { oid: OBJECT, value: { type: 'octets', value: new Uint8Array(2_000).fill(65) } } as const
    const inform = encodeNotification({ ...TRAP, kind: 'inform', varbinds: [long] })
    arrive(inform)
    const list = new Frame()
    list.read(inform)
    const [answer] = net.sent.map(({ bytes }) => Buffer.from(bytes))
    expect(answer?.subarray(-list.list.length)).toEqual(Buffer.from(list.list))
    expect(answer).toHaveLength(inform.length)
  })

  it('that is an inform told again is acknowledged again and delivered once', async () => {
    const { receiver, net, arrive, clock } = listening()
    arrive(encodeNotification({ ...TRAP, kind: 'inform' }))
    await clock.advance(60_000)
    arrive(encodeNotification({ ...TRAP, kind: 'inform' }))
    arrive(encodeNotification({ ...TRAP, kind: 'inform', id: 78 }))
    expect(receiver.stats).toMatchObject({ arrived: 3, delivered: 2, repeated: 1, acknowledged: 3 })
    expect(net.sent).toHaveLength(3)
  })

  it('whose delivery fails is not acknowledged, and is delivered when it is told again', () => {
    let isFull = true
    const { receiver, net, arrive } = listening({
      deliver: () => {
        if (isFull) throw new Error('the disk is full')
      },
    })
    const inform = encodeNotification({ ...TRAP, kind: 'inform' })
    expect(() => arrive(inform)).toThrow('the disk is full')
    expect([receiver.stats.delivered, net.sent.length]).toEqual([0, 0])
    isFull = false
    arrive(inform)
    expect(receiver.stats).toMatchObject({ delivered: 1, repeated: 0, acknowledged: 1 })
  })

  it.each([
    ['1.3.6.1.6.3.1.1.5.4', '1.3.6.1.4.1.9999.1'],
    ['1.3.6.1.4.1.9999.1.0.42', '1.3.6.1.4.1.9999.1'],
    ['1.3.6.1.2.1.43.18.2.0.1', '1.3.6.1.2.1.43.18.2'],
  ])('of v1 has the name %s that v2 has for it (RFC 3584)', (name, enterprise) => {
    const { arrive, delivered } = listening()
    const trap = Oid.parse(name)
    arrive(
      encodeNotification({
        ...TRAP,
        version: 'v1',
        trap,
        enterprise: Oid.parse(enterprise),
        agentAddress: '10.1.2.3',
      }),
    )
    expect(delivered[0]).toMatchObject({ kind: 'trap', version: 'v1', upTime: 1_234, agentAddress: '10.1.2.3' })
    expect([delivered[0]?.trap.text, delivered[0]?.enterprise?.text]).toEqual([name, enterprise])
  })

  it('decodes to what was encoded, whatever it tells', () => {
    const arc = fc.integer({ min: 0, max: 2 ** 31 - 1 })
    const oid = fc.array(arc, { minLength: 2, maxLength: 20 }).map((arcs) => Oid.parse(['1.3', ...arcs].join('.')))
    const parts = fc.record({
      version: fc.constantFrom('v1', 'v2c'),
      community: fc.constant('public'),
      trap: oid.map((one) => one.child('0.7')),
      upTime: fc.nat(),
      varbinds: fc.array(fc.record({ oid, value: fc.record({ type: fc.constant('integer'), value: fc.nat() }) }), {
        maxLength: 5,
      }),
    })
    fc.assert(
      fc.property(parts, (sent) => {
        const frame = new Frame()
        expect(frame.read(encodeNotification(sent))).toBe('whole')
        const read = notificationOf(frame)
        if (typeof read === 'string') throw new Error(read)
        expect([read.trap.text, read.upTime]).toEqual([sent.trap.text, sent.upTime])
        expect(read.varbinds.map((one) => [one.oid.text, one.value])).toEqual(
          sent.varbinds.map((one) => [one.oid.text, one.value]),
        )
      }),
    )
  })
})

describe('a trap of v3', () => {
  const parts = { trap: COLD_START, upTime: 5, varbinds: [], id: 9 }

  it('is believed of who has the passwords, at their level, from any engine', () => {
    const { receiver, arrive, delivered, clock } = listening()
    arrive(authorityOf(clock).notify('fleet', parts))
    arrive(authorityOf(clock, { engineId: Buffer.from('8000000099999999', 'hex') }).notify('fleet', parts))
    expect(receiver.stats).toMatchObject({ delivered: 2 })
    expect(delivered[0]).toMatchObject({
      version: 'v3',
      kind: 'trap',
      witness: { user: 'fleet', level: 'authPriv', engineId: '8000000001020304' },
    })
  })

  it.each([
    ['wrongUser', { ...KEEPER, name: 'nobody' }],
    ['wrongLevel', { name: 'fleet' }],
    ['wrongLevel', SIGNER],
    ['wrongDigest', { ...KEEPER, auth: { protocol: 'sha1', password: 'not maplesyrup' } }],
    ['undecipherable', { ...KEEPER, privacy: { protocol: 'aes128', password: 'not the word' } }],
  ] as const)('is dropped as %s, and nothing is said', (reason, user: User) => {
    const { receiver, net, arrive, clock } = listening()
    arrive(authorityOf(clock, { users: [user] }).notify(user.name, parts))
    expect(receiver.stats).toMatchObject({ [reason]: 1, delivered: 0, refused: 0 })
    expect(net.sent).toEqual([])
  })

  it('that is played again later is dropped', async () => {
    const { receiver, arrive, clock } = listening()
    const authority = authorityOf(clock)
    const old = authority.notify('fleet', parts)
    arrive(old)
    await clock.advance(200_000)
    arrive(authority.notify('fleet', parts))
    arrive(old)
    expect(receiver.stats).toMatchObject({ delivered: 2, notInTimeWindow: 1 })
  })

  it('that is played again at once is dropped too, from whatever address it comes', async () => {
    const { receiver, net, arrive, clock } = listening({ isKnown: () => true })
    const trap = authorityOf(clock).notify('fleet', parts)
    arrive(trap)
    await clock.advance(149_000)
    arrive(trap)
    net.arrive(trap, { address: '10.0.0.66', port: 1 })
    expect(receiver.stats).toMatchObject({ delivered: 1, repeated: 2 })
  })

  it('that was held back for hours is delivered, and opens the door to nothing older', async () => {
    const { receiver, arrive, clock } = listening()
    const authority = authorityOf(clock)
    const first = authority.notify('fleet', parts)
    arrive(first)
    await clock.advance(1_000)
    const held = authority.notify('fleet', parts)
    await clock.advance(18_000_000)
    arrive(held)
    arrive(first)
    arrive(held)
    expect(receiver.stats).toMatchObject({ delivered: 2, notInTimeWindow: 1, repeated: 1 })
  })

  it('is believed of two devices with one engine id, each by its own clock', () => {
    const { receiver, net, arrive, clock } = listening({ isKnown: () => true })
    const [old, young] = [authorityOf(clock, { boots: 50 }), authorityOf(clock, { boots: 4 })]
    arrive(old.notify('fleet', parts))
    net.arrive(young.notify('fleet', parts), { address: '10.0.0.8', port: 1 })
    arrive(old.notify('fleet', parts))
    expect(receiver.stats).toMatchObject({ delivered: 3 })
  })

  it('of a device that was set up anew is believed when its address was forgotten', () => {
    const { receiver, arrive, clock } = listening()
    arrive(authorityOf(clock, { boots: 50 }).notify('fleet', parts))
    const anew = authorityOf(clock, { boots: 1, time: 0 })
    arrive(anew.notify('fleet', parts))
    expect(receiver.stats).toMatchObject({ delivered: 1, notInTimeWindow: 1 })
    receiver.forgetEngine('10.0.0.8')
    expect(receiver.engines()).toHaveLength(1)
    receiver.forgetEngine(SENDER.address)
    arrive(anew.notify('fleet', parts))
    expect(receiver.stats).toMatchObject({ delivered: 2 })
  })

  it('told before our own restart is not believed after it, if the clocks are handed on', async () => {
    const before = listening()
    const authority = authorityOf(before.clock)
    const trap = authority.notify('fleet', parts)
    before.arrive(trap)
    const knownEngines = before.receiver.engines()
    expect(knownEngines).toEqual([{ address: SENDER.address, engineId: '8000000001020304', boots: 7, time: 1_000 }])
    const after = listening({ knownEngines })
    after.arrive(trap)
    await before.clock.advance(1_000)
    after.arrive(authority.notify('fleet', parts))
    expect(after.receiver.stats).toMatchObject({ delivered: 1, notInTimeWindow: 1 })
  })

  it('of another engine than is known to stand there is dropped', () => {
    const { receiver, arrive, clock } = listening({ engineOf: () => '8000000001020304' })
    arrive(authorityOf(clock, { engineId: Buffer.from('8000000099999999', 'hex') }).notify('fleet', parts))
    arrive(authorityOf(clock).notify('fleet', parts))
    expect(receiver.stats).toMatchObject({ wrongEngine: 1, delivered: 1 })
  })
})

describe('an inform of v3', () => {
  it('is believed and acknowledged at its level', () => {
    const { receiver, net, arrive, delivered, clock } = listening()
    arrive(informOf(clock, KEEPER))
    expect(receiver.stats).toMatchObject({ delivered: 1, acknowledged: 1 })
    expect(delivered[0]).toMatchObject({ kind: 'inform', version: 'v3', witness: { user: 'fleet', level: 'authPriv' } })
    const frame = new Frame()
    expect(frame.read(net.sent[0]?.bytes ?? new Uint8Array(0))).toBe('secured')
    expect(frame.secure.level).toBe(3)
  })

  it('told again in another message is acknowledged again and delivered once', () => {
    const { receiver, net, arrive, clock } = listening()
    arrive(informOf(clock, KEEPER))
    clock.stall(5_000)
    arrive(informOf(clock, KEEPER))
    expect(receiver.stats).toMatchObject({ delivered: 1, repeated: 1, acknowledged: 2 })
    expect(net.sent).toHaveLength(2)
  })

  it('of less than the user’s level is dropped', () => {
    const { receiver, arrive, clock } = listening()
    arrive(informOf(clock, SIGNER))
    expect(receiver.stats).toMatchObject({ wrongLevel: 1, delivered: 0 })
  })

  it('is told our engine id, but only if the sender is known', () => {
    const { receiver, net, arrive } = listening()
    net.arrive(DISCOVERY, { address: '10.0.0.8', port: 1 })
    expect(net.sent).toEqual([])
    arrive(DISCOVERY)
    expect(receiver.stats).toMatchObject({ unknownSender: 1, wrongEngine: 1, refused: 1 })
    const frame = new Frame()
    frame.read(net.sent[0]?.bytes ?? new Uint8Array(0))
    expect(Buffer.from(frame.secure.engineId)).toEqual(Buffer.from(OWN_ENGINE.id))
  })

  it('is dropped where we have no engine', () => {
    const clock = new FakeClock()
    const net = new FakeTransport()
    const receiver = new TrapReceiver({
      transport: net,
      clock,
      isKnown: () => true,
      deliver: () => {},
      users: [KEEPER],
    })
    net.arrive(informOf(clock, KEEPER), SENDER)
    net.arrive(DISCOVERY, SENDER)
    expect(receiver.stats).toMatchObject({ wrongEngine: 2, delivered: 0, refused: 0 })
  })
})

const NOBODY = new Uint8Array(0)

/** The question for an engine id, as RFC 3414 section 4 has it. */
const DISCOVERY = sealMessage(
  {
    messageId: 1,
    flags: FLAG.reportable,
    engineId: NOBODY,
    boots: 0,
    time: 0,
    user: NOBODY,
    scoped: scopedPdu(questionOf('get', [], NO_ROWS).pdu, NOBODY, NOBODY),
  },
  undefined,
  randomSalts(),
)

/** An inform to our engine, as a device sends it that knows our id and clock. */
function informOf(clock: FakeClock, user: User): Uint8Array {
  const credentials = credentialsOf(user)
  const writer = new Writer()
  writeNotification(writer, 'inform', { trap: COLD_START, upTime: 5, varbinds: [], id: 9 })
  return sealMessage(
    {
      messageId: 5,
      flags: credentials.level | FLAG.reportable,
      engineId: OWN_ENGINE.id,
      boots: OWN_ENGINE.boots,
      time: Math.floor(clock.now() / 1_000),
      user: credentials.name,
      // It is about the sender's own engine.
      scoped: scopedPdu(writer.take(), ENGINE_ID, NOBODY),
    },
    new Keys(new KeyCache(), credentials, OWN_ENGINE.id),
    randomSalts(),
  )
}

if (!hasBadInput) console.log('skipped: the hostile traps of ../shared/badinput are not here')

/** A receiver that hears everybody and everything, and takes any community that the suites use. */
const openEars = () =>
  listening({
    isKnown: () => true,
    communities: ['public', ''],
    limits: { perSender: { burst: 1e9, perSecond: 1e9 }, all: { burst: 1e9, perSecond: 1e9 } },
  })

describe.skipIf(!hasBadInput)('hostile traps', () => {
  it.each(trapCases().map((one) => [one.name, one.expect, one.hex] as const))('%s: %s', (_name, expected, hex) => {
    const { receiver, net, arrive } = listening()
    arrive(Buffer.from(hex, 'hex'))
    const isTaken = expected === 'accept-maybe-no-reply'
    expect([receiver.stats.delivered, net.sent.length]).toEqual(isTaken ? [1, 1] : [0, 0])
  })

  it('are five, the rest of the 139', () => {
    expect(trapCases()).toHaveLength(5)
  })

  it('of the PROTOS suite are delivered or counted, in time', () => {
    const { receiver, arrive } = openEars()
    const payloads = trapPayloads(process.env.PROTOS === undefined ? 25 : 1)
    const slow = payloads
      .filter((bytes) => timed(() => arrive(bytes)) > 5)
      .filter((bytes) => timed(() => arrive(bytes)) > 5)
    expect(slow).toHaveLength(0)
    const { arrived, delivered, acknowledged, refused, ...dropped } = receiver.stats
    expect(payloads.length).toBeGreaterThan(900)
    expect(delivered + Object.values(dropped).reduce((sum, each) => sum + each, 0)).toBe(arrived)
    expect([acknowledged, refused]).toEqual([0, 0])
    expect(delivered).toBeGreaterThan(10)
  })

  it('of other people’s captures decode', () => {
    const { receiver, arrive } = openEars()
    for (const bytes of foreignTraps()) arrive(bytes)
    expect(receiver.stats.delivered).toBeGreaterThan(0)
  })

  it('of random octets, and of a right trap with some changed, end in a count', () => {
    const { receiver, arrive } = openEars()
    const right = encodeNotification({
      ...TRAP,
      version: 'v1',
      enterprise: COLD_START,
      trap: Oid.parse('1.3.6.1.4.1.9999.0.1'),
    })
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
    const changed = fc.array(change, { minLength: 1, maxLength: 5 }).map((changes) => {
      const bytes = Uint8Array.from(right)
      for (const [at, octet] of changes) bytes[at % bytes.length] = octet
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), changed), (bytes) => arrive(bytes)),
      { numRuns: 2_000 },
    )
    expect(receiver.stats.arrived).toBeGreaterThan(1_999)
  })
})

function timed(work: () => void): number {
  const began = performance.now()
  work()
  return performance.now() - began
}
