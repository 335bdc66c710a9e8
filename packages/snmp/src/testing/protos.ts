/** All payloads of the PROTOS suite (test data from outside the repository), as answers and as traps, with what they cost. */
import { FakeTransport, fakeClient, lastSent, messageOf, oids, settled } from '../fakes.testing.ts'
import { type Clock, TrapReceiver } from '../index.ts'
import { checkDecoder, SLOW } from './fuzz.ts'

const PRINTER = { address: '10.0.0.7', port: 161 }

/** What came of a whole run; `heap` is what it grew by, in octets. */
export interface ProtosReport {
  readonly payloads: number
  readonly decoded: number
  readonly answers: Readonly<Record<string, number>>
  readonly delivered: number
  readonly heap: number
}

/** Feeds all payloads both ways. @throws Error if one is read slowly, crashes anything, or leaves a request without an end. */
export async function feedProtos(payloads: readonly Uint8Array[], collect: () => void): Promise<ProtosReport> {
  await feed(payloads.slice(0, 1_000))
  collect()
  const before = process.memoryUsage().heapUsed
  const report = await feed(payloads)
  collect()
  return { ...report, heap: process.memoryUsage().heapUsed - before }
}

async function feed(payloads: readonly Uint8Array[]): Promise<Omit<ProtosReport, 'heap'>> {
  let decoded = 0
  for (const bytes of payloads) for (const each of [bytes, answerOf(bytes)]) if (checkDecoder(each)) decoded++
  return {
    payloads: payloads.length,
    decoded,
    answers: await inTime(payloads, asAnswers),
    delivered: await inTime(payloads, async (all, clock) => asTraps(all, clock)),
  }
}

/** Measures each datagram that arrives. */
type Clocked = (bytes: Uint8Array, arrive: () => void) => void

/** What came of them the first time. Whatever took too long is taken again, since machines pause. @throws Error if it always does. */
async function inTime<T>(
  payloads: readonly Uint8Array[],
  take: (payloads: readonly Uint8Array[], clocked: Clocked) => Promise<T>,
): Promise<T> {
  const slow = new Set<Uint8Array>()
  const clocked: Clocked = (bytes, arrive) => {
    const began = performance.now()
    arrive()
    if (performance.now() - began > SLOW) slow.add(bytes)
  }
  const first = await take(payloads, clocked)
  for (let again = 0; again < 3 && slow.size > 0; again++) {
    const late = [...slow]
    slow.clear()
    await take(late, clocked)
  }
  if (slow.size > 0) throw new Error(`${slow.size} datagrams took more than ${SLOW} ms each time`)
  return first
}

/** Each payload as the answer to a live v1 request; how the requests ended. */
async function asAnswers(payloads: readonly Uint8Array[], clocked: Clocked): Promise<Record<string, number>> {
  const { client, clock, net } = fakeClient()
  const session = client.session({ ...PRINTER, version: 'v1', community: 'public', tries: 1, timeout: 20 })
  const ends: Record<string, number> = {}
  for (const bytes of payloads) {
    const outcome = session.get(oids('1.3.6.1.2.1.1.1.0'))
    const answer = answerOf(bytes, messageOf(lastSent(net).bytes).pdu.id)
    clocked(bytes, () => net.arrive(answer, PRINTER))
    net.sent.splice(0, net.sent.length - 1)
    await settled()
    await clock.advance(50)
    const ended = await outcome
    const end = ended.ok ? 'ok' : ended.reason
    ends[end] = (ends[end] ?? 0) + 1
  }
  if (client.load.live > 0) throw new Error('a request has not ended')
  return ends
}

/** Each payload at a trap port that knows its community; how many were delivered. */
function asTraps(payloads: readonly Uint8Array[], clocked: Clocked): number {
  const clock: Clock = { now: () => 0, after: () => () => undefined }
  const net = new FakeTransport()
  const limits = { perSender: { burst: 1e9, perSecond: 1e9 }, all: { burst: 1e9, perSecond: 1e9 } }
  const receiver = new TrapReceiver({
    transport: net,
    clock,
    isKnown: () => true,
    deliver: ({ varbinds }) => void varbinds.map(({ oid, value }) => `${oid.text} ${value.type}`),
    communities: ['public'],
    limits,
  })
  for (const bytes of payloads) clocked(bytes, () => net.arrive(bytes, PRINTER))
  return receiver.stats.delivered
}

/** The payload with its first request tag turned into that of a Response, and its id into this one where it has an id of one octet or two. */
export function answerOf(bytes: Uint8Array, id?: number): Uint8Array {
  const answer = Uint8Array.from(bytes)
  const at = answer.findIndex((octet) => octet >= 0xa0 && octet <= 0xa3)
  if (at < 0) return answer
  answer[at] = 0xa2
  const isShort = answer[at + 1] !== undefined && (answer[at + 1] ?? 0) < 0x80 && answer[at + 2] === 2
  const length = isShort ? (answer[at + 3] ?? 0) : 0
  if (id === undefined || length === 0 || length > 2) return answer
  const octets = [4, id >>> 24, id >>> 16, id >>> 8, id].map((octet) => octet & 0xff)
  const grown = Uint8Array.from([...answer.subarray(0, at + 3), ...octets, ...answer.subarray(at + 4 + length)])
  const more = 4 - length
  if ((grown[1] ?? 0) < 0x80) grown[1] = (grown[1] ?? 0) + more
  grown[at + 1] = (grown[at + 1] ?? 0) + more
  return grown
}
