/**
 * The thread that listens for traps and informs: what it hears of printers we know is a hint that something changed there, and nothing
 * else. It parses what anybody in the network can send, so it has a thread and a memory of its own: its death costs hints, never a round.
 */
import type { MessagePort } from 'node:worker_threads'
import { systemClock, TrapReceiver, udpTransport } from '@platen/snmp'
import { z } from 'zod'

/** Printers remembered as senders; the round knows no more of them. */
const KNOWN_MOST = 100_000

/** What the thread is started with: the UDP port, or the number of a socket that the service manager has bound. */
const placeSchema = z.strictObject({
  port: z.int().min(1).max(65_535),
  fd: z.int().min(3).nullable(),
})
export type TrapPlace = z.infer<typeof placeSchema>

/** Whose traps count, by which communities; told after each round. */
const ordersSchema = z.strictObject({
  known: z.array(z.string()).max(KNOWN_MOST),
  communities: z.array(z.string()).max(64),
})
export type TrapOrders = z.infer<typeof ordersSchema>

/** What the thread tells: that it listens, that it cannot, or which printers were heard since it last told. */
export const newsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('listening') }),
  z.strictObject({ kind: z.literal('deaf'), code: z.string().max(64) }),
  z.strictObject({ kind: z.literal('heard'), addresses: z.array(z.string()).max(KNOWN_MOST) }),
])
export type TrapNews = z.infer<typeof newsSchema>

/** Milliseconds in which printers are gathered before they are told: a printer in trouble says several things at once. */
const GATHER_MS = 250

/** Runs the thread until its other end is closed. */
export async function trapPort(parent: MessagePort, given: unknown): Promise<void> {
  const tell = (news: TrapNews) => parent.postMessage(news)
  const place = placeSchema.parse(given)
  const opened = await openPort(place)
  if (!opened.ok) {
    tell({ kind: 'deaf', code: opened.code })
    parent.close()
    return
  }
  let known: ReadonlySet<string> = new Set()
  let receiver: TrapReceiver | undefined
  const heard = new Set<string>()
  const hear = (address: string) => {
    if (heard.size === 0) systemClock.after(GATHER_MS, () => tell({ kind: 'heard', addresses: takeAll(heard) }))
    heard.add(address)
  }
  parent.on('message', (message: unknown) => {
    const orders = ordersSchema.parse(message)
    known = new Set(orders.known)
    // A receiver takes its communities once; it holds nothing else on v1 and v2c that would be missed.
    receiver = new TrapReceiver({
      transport: opened.transport,
      clock: systemClock,
      isKnown: (address) => known.has(address),
      communities: orders.communities,
      deliver: ({ address }) => hear(address),
    })
  })
  parent.once('close', () => void (receiver ?? opened.transport).close())
  tell({ kind: 'listening' })
}

function takeAll(from: Set<string>): string[] {
  const all = [...from]
  from.clear()
  return all
}

/** Over Node's own sockets only: nothing native runs where strangers send. */
async function openPort({ port, fd }: TrapPlace) {
  try {
    const where = fd === null ? { port, address6: '' } : { fd }
    return { ok: true, transport: await udpTransport({ ...where, batch: null }) } as const
  } catch (error) {
    // The port is taken, or the system does not allow it: that is for a person to mend.
    if (error instanceof Error && 'code' in error) return { ok: false, code: String(error.code) } as const
    throw error
  }
}
