/**
 * What must hold whatever arrives. Each mutant goes to the decoder, to a client as the answer to a live request on v2c and on v3,
 * and to a trap port; a broken promise is thrown with the seed that breaks it again.
 */
import { FakeClock, FakeDevice, FakeTransport, lastSent, messageOf, oids, respond, settled } from '../fakes.testing.ts'
import {
  Client,
  type Clock,
  decodeMessage,
  encodeNotification,
  encodeResponse,
  type Message,
  Oid,
  type Outcome,
  type Session,
  TrapReceiver,
  type Value,
  type Varbind,
} from '../index.ts'
import { KEEPER, PRINTER, replyOf, targetOf, v3World } from '../v3.testing.ts'
import { type Dice, diceOf, mutate } from './mutator.ts'

/** How a run went: mutants tried, what became of them, and the slowest in milliseconds. */
export interface FuzzReport {
  readonly tried: number
  readonly decoded: number
  /** Answers believed on v2c; on v3 they would be forgeries. */
  readonly believed: number
  readonly delivered: number
  readonly slowest: number
}

/** Milliseconds that one datagram may take in all; what is slower is tried again, since machines pause. */
export const SLOW = 5

const NOTHING = new Uint8Array(0)
const ASKED = oids('1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.3.0')
const COLD_START = Oid.parse('1.3.6.1.6.3.1.1.5.1')
const VALUES: readonly Value[] = [
  { type: 'integer', value: -2 },
  { type: 'octets', value: new TextEncoder().encode('a printer') },
  { type: 'counter32', value: 4_294_967_295 },
  { type: 'counter64', value: 18_446_744_073_709_551_615n },
  { type: 'timeTicks', value: 12_345 },
  { type: 'oid', value: Oid.parse('1.3.6.1.4.1.4294967295.1') },
  { type: 'address', value: '10.0.0.7' },
  { type: 'float', value: 2.5 },
  { type: 'noSuchInstance' },
  { type: 'endOfMibView' },
]

/** Feeds so many mutants. Each has dice of its own: its number and the seed are enough to make it again. */
export async function fuzz(seed: number, count: number, first = 0): Promise<FuzzReport> {
  const plain = plainTarget(seed)
  const secure = await secureTarget()
  const traps = trapTarget()
  const report = { tried: 0, decoded: 0, believed: 0, delivered: 0, slowest: 0 }
  for (let number = first; number < first + count; number++) {
    const dice = diceOf((seed + Math.imul(number, 0x9e37_79b9)) >>> 0)
    const mutants = [await plain.genuine(dice), await secure.genuine(dice), traps.genuine(dice)].map((genuine) =>
      mutate(genuine, dice),
    )
    const [answer = NOTHING, secured = NOTHING, trap = NOTHING] = mutants
    const began = performance.now()
    try {
      if (mutants.map(checkDecoder)[0]) report.decoded++
      if (await plain.takes(answer)) report.believed++
      if (await secure.takes(secured)) throw new Error('a forged v3 answer was believed')
      if (traps.takes(trap)) report.delivered++
    } catch (error) {
      const octets = mutants.map((mutant) => Buffer.from(mutant).toString('hex'))
      throw new Error(`seed ${seed}, mutant ${number}: ${String(error)}\n${octets.join('\n')}`, { cause: error })
    }
    report.slowest = Math.max(report.slowest, performance.now() - began)
    report.tried++
  }
  return report
}

/** What decodes encodes again to what it was, and is read in time; whether it decodes. */
export function checkDecoder(bytes: Uint8Array): boolean {
  let took = decodingTime(bytes)
  for (let again = 0; again < 3 && took > SLOW; again++) took = decodingTime(bytes)
  if (took > SLOW) throw new Error(`decoding took ${took} ms`)
  const decoded = decodeMessage(bytes)
  if (decoded.ok) checkRoundTrip(decoded.message)
  return decoded.ok
}

function decodingTime(bytes: Uint8Array): number {
  const began = performance.now()
  const decoded = decodeMessage(bytes)
  if (decoded.ok) for (const { oid, value } of decoded.message.pdu.varbinds) `${oid.text}${value.type}`
  return performance.now() - began
}

function checkRoundTrip({ version, community, pdu }: Message): void {
  const varbinds = pdu.varbinds.map(({ oid, value }) => ({ oid, value }))
  const again = decodeMessage(encodeResponse({ version, community, id: pdu.id, varbinds }))
  if (!again.ok) throw new Error(`its encoding is ${again.reason}: ${again.detail}`)
  const [before, after] = [varbinds, again.message.pdu.varbinds].map((all) =>
    all.map(({ oid, value }) => `${oid.text}=${shown(value)}`).join(),
  )
  if (before !== after) throw new Error(`${before} became ${after}`)
}

function shown(value: Value): string {
  return `${value.type} ${'value' in value ? String(value.value) : ''}`
}

interface Target {
  genuine(dice: Dice): Promise<Uint8Array>
  takes(mutant: Uint8Array): Promise<boolean>
}

/** A live request of which every mutant claims to be the answer. Whoever is believed must name what was asked under the live id. */
function plainTarget(seed: number): Target {
  const [clock, net, dice] = [new FakeClock(), new FakeTransport(), diceOf(seed)]
  const client = new Client({ transport: net, clock, ids: () => Math.floor(dice() * 4_294_967_296) })
  const session = client.session({ ...PRINTER, version: 'v2c', community: 'public', tries: 1, timeout: 20 })
  let isLive = false
  let ended: Outcome | undefined
  const ask = async (): Promise<Message> => {
    if (!isLive) {
      isLive = true
      ended = undefined
      void session.get(ASKED).then((outcome) => {
        isLive = false
        ended = outcome
      })
    }
    await settled()
    return messageOf(lastSent(net).bytes)
  }
  return {
    genuine: async (dice) => {
      const request = await ask()
      const value = () => VALUES[Math.floor(dice() * VALUES.length)] ?? { type: 'null' as const }
      return respond(request, { varbinds: request.pdu.varbinds.map(({ oid }) => ({ oid, value: value() })) })
    },
    takes: async (mutant) => {
      const { id } = (await ask()).pdu
      const before = client.stats.answered
      net.arrive(mutant, PRINTER)
      net.sent.splice(0, net.sent.length - 1)
      if (client.stats.answered === before) return false
      await settled()
      // An error-status is believed too: the session may ask for less, and is still live then.
      if (ended?.ok) checkBelieved(mutant, ended.varbinds, id)
      await clock.advance(1)
      return true
    },
  }
}

function checkBelieved(mutant: Uint8Array, varbinds: readonly Varbind[], id: number): void {
  const decoded = decodeMessage(mutant)
  if (!decoded.ok) throw new Error('an answer was believed that does not decode')
  const { community, pdu } = decoded.message
  const isRight = community === 'public' && pdu.type === 'response' && pdu.id === id
  const names = varbinds.map(({ oid }) => oid.text).join()
  if (!isRight || names !== ASKED.map(({ text }) => text).join()) throw new Error('a wrong answer was believed')
}

/** A live request with signature and cipher: nothing but the genuine octets may be believed. */
async function secureTarget(): Promise<Target> {
  const world = v3World()
  const { client, clock, net, authority } = world
  const device = new FakeDevice({ '1.3.6.1.2.1.1.1.0': { type: 'integer', value: 7 } })
  const session = client.session(targetOf(KEEPER, { tries: 1, timeout: 60_000 }))
  await acquaint(session, client, () => {
    const reply = replyOf(authority, device, lastSent(net).bytes)
    if (reply !== undefined) net.arrive(reply, PRINTER)
  })
  const live = session.get(ASKED.slice(0, 1))
  await settled()
  const genuine = replyOf(authority, device, lastSent(net).bytes) ?? new Uint8Array(0)
  let isEnded = false
  void live.then(() => {
    isEnded = true
  })
  return {
    genuine: async () => genuine,
    takes: async (mutant) => {
      if (isEnded) throw new Error('a forged v3 answer ended the request')
      if (Buffer.compare(mutant, genuine) === 0) return false
      const before = client.stats.answered
      net.arrive(mutant, PRINTER)
      await Promise.resolve()
      if (clock.now() > 0) throw new Error('time passed')
      return client.stats.answered > before
    },
  }
}

/** Lets a session meet its engine: answers what it sends until its request has ended. */
async function acquaint(session: Session, client: Client, answer: () => void): Promise<void> {
  const first = session.get(ASKED.slice(0, 1))
  for (let turn = 0; turn < 5 && client.load.live >= 0; turn++) {
    await settled()
    answer()
  }
  const outcome = await first
  if (!outcome.ok) throw new Error(`the genuine v3 answer was refused: ${outcome.detail}`)
}

/** A trap port that believes one community and no user. */
function trapTarget() {
  const clock: Clock = { now: () => 0, after: () => () => undefined }
  const net = new FakeTransport()
  const limits = { perSender: { burst: 1e9, perSecond: 1e9 }, all: { burst: 1e9, perSecond: 1e9 } }
  const receiver = new TrapReceiver({
    transport: net,
    clock,
    isKnown: () => true,
    deliver: ({ varbinds }) => void varbinds.map(({ value }) => shown(value)),
    communities: ['public'],
    limits,
  })
  return {
    genuine: (dice: Dice) => {
      const value = VALUES[Math.floor(dice() * VALUES.length)] ?? { type: 'null' as const }
      const varbinds = ASKED.map((oid) => ({ oid, value }))
      const kind = dice() < 0.5 ? 'trap' : 'inform'
      return encodeNotification({
        kind,
        version: 'v2c',
        community: 'public',
        id: 1,
        upTime: 5,
        trap: COLD_START,
        varbinds,
      })
    },
    takes: (mutant: Uint8Array) => {
      const before = receiver.stats.delivered
      net.arrive(mutant, PRINTER)
      net.sent.length = 0
      return receiver.stats.delivered > before
    },
  }
}
