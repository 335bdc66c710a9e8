/**
 * The thread that listens for traps and informs: what it hears of printers we know is a hint that something changed there, and nothing
 * else. It parses what anybody in the network can send, so it has a thread and a memory of its own: its death costs hints, never a round.
 */
import type { MessagePort } from 'node:worker_threads'
import { SharedPort, systemClock, type Transport, TrapReceiver, type User, udpTransport } from '@platen/snmp'
import { authProtocols, privacyProtocols } from '@platen/wire'
import { z } from 'zod'

/** Printers remembered as senders; the round knows no more of them. */
const KNOWN_MOST = 100_000

/** What the thread is started with: the UDP port, or the number of a socket that the service manager has bound. */
const placeSchema = z.strictObject({
  port: z.int().min(1).max(65_535),
  fd: z.int().min(3).nullable(),
})
export type TrapPlace = z.infer<typeof placeSchema>

const password = z.string().max(256)
const userSchema = z.strictObject({
  name: z.string().max(64),
  auth: z.strictObject({ protocol: z.enum(authProtocols), password }).optional(),
  privacy: z.strictObject({ protocol: z.enum(privacyProtocols), password }).optional(),
})

/** Whose traps count, by which communities and users: those that the settings have for these printers; told after each round. */
const groupSchema = z.strictObject({
  known: z.array(z.string()).max(KNOWN_MOST),
  communities: z.array(z.string()).max(64),
  users: z.array(userSchema).max(64),
})
const ordersSchema = z.strictObject({
  groups: z.array(groupSchema).max(64),
  /** Our own engine, which informs of v3 are signed for; boots go up whenever it begins anew (RFC 3414 section 2.2). */
  engine: z.strictObject({ id: z.string().regex(/^([0-9a-f]{2}){5,32}$/), boots: z.int().min(0) }),
})
export type TrapOrders = z.infer<typeof ordersSchema>
type TrapGroup = TrapOrders['groups'][number]

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
  const shared = new SharedPort(opened.transport)
  let parts: readonly Transport[] = []
  let told = ''
  const heard = new Set<string>()
  const hear = (address: string) => {
    if (heard.size === 0) systemClock.after(GATHER_MS, () => tell({ kind: 'heard', addresses: takeAll(heard) }))
    heard.add(address)
  }
  parent.on('message', (message: unknown) => {
    const { groups, engine } = ordersSchema.parse(message)
    const credentials = JSON.stringify([engine, groups.map(({ communities, users }) => [communities, users])])
    // Whoever told something is remembered with it, so that it cannot be played again: that is kept as long as it can be.
    if (credentials !== told) {
      for (const part of parts) void part.close()
      parts = groups.map((group) => partFor(shared, group, { engine, hear }))
    }
    told = credentials
    shared.assign(
      new Map(
        groups.flatMap(({ known }, at) => {
          const part = parts[at]
          return part === undefined ? [] : known.map((address) => [address, part] as const)
        }),
      ),
    )
  })
  parent.once('close', () => void shared.close())
  tell({ kind: 'listening' })
}

/** Hears the printers of one group, which comes to the same port as the others. */
function partFor(
  shared: SharedPort,
  { communities, users }: TrapGroup,
  { engine, hear }: { readonly engine: TrapOrders['engine']; readonly hear: (address: string) => void },
): Transport {
  const transport = shared.part()
  new TrapReceiver({
    transport,
    clock: systemClock,
    isKnown: () => true,
    communities,
    users: users.map(userOf),
    engine: { id: Uint8Array.from(Buffer.from(engine.id, 'hex')), boots: engine.boots },
    deliver: ({ address }) => hear(address),
  })
  return transport
}

function userOf({ name, auth, privacy }: z.infer<typeof userSchema>): User {
  return { name, ...(auth === undefined ? {} : { auth }), ...(privacy === undefined ? {} : { privacy }) }
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
