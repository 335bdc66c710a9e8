/** Storms of traps at the port as the program has it: what they may make us do is a look at a printer we know, once in a while, and nothing else. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { encodeNotification, Oid } from '@platen/snmp'
import { freePort } from '../rig.testing.ts'
import { TrapHints } from '../trap-hints.ts'
import { TrapWatch } from '../trap-watch.ts'

/** By name; each answers what was wrong, or null. */
export const STORMS: Readonly<Record<string, (size: StormSize) => Promise<string | null>>> = {
  'trap-flood': flood,
  'trap-spoof': spoof,
  'trap-asks-poll': asksPoll,
}

/** Milliseconds that a flood lasts, and how many others pretend to be printers. */
export interface StormSize {
  readonly milliseconds: number
  readonly senders: number
}

const KNOWN = ['127.51.0.1', '127.51.0.2', '127.51.0.3'] as const
const trap = encodeNotification({
  version: 'v2c',
  community: 'public',
  trap: Oid.parse('1.3.6.1.2.1.43.18.2.0.1'),
  upTime: 1,
  varbinds: [],
})

/** A trap port that knows three printers, what it heard, and when a printer would be looked at for it. */
async function atPort<T>(work: (port: Port) => Promise<T>): Promise<T> {
  const place = { port: await freePort(), fd: null }
  const heard: string[] = []
  const states: string[] = []
  const clock = { now: () => performance.now(), after: () => () => undefined }
  const hints = new TrapHints(clock)
  const watch = new TrapWatch({
    start: () => new Worker(join(import.meta.dirname, '../main.ts'), { workerData: place }),
    clock,
    onHeard: (address) => {
      heard.push(address)
      hints.hear(address)
    },
    onState: (state) => states.push(state),
  })
  const sockets: Socket[] = []
  const sender = async (address: string): Promise<Socket> => {
    const socket = createSocket('udp4')
    sockets.push(socket)
    socket.bind(0, address)
    await once(socket, 'listening')
    return socket
  }
  try {
    const groups = [{ known: [...KNOWN], communities: ['public'], users: [] }]
    watch.update({ groups, engine: { id: '80007ed9050102030405060708', boots: 1 } })
    for (let tries = 0; tries < 500 && watch.state !== 'listening'; tries++) await wait(20)
    return await work({ port: place.port, heard, states, hints, sender })
  } finally {
    for (const socket of sockets) socket.close()
    await watch.close()
  }
}

interface Port {
  readonly port: number
  readonly heard: readonly string[]
  /** What became of the thread. */
  readonly states: readonly string[]
  readonly hints: TrapHints
  readonly sender: (address: string) => Promise<Socket>
}

/** One printer we know tells without end: it is looked at once, and another one is still heard. */
function flood({ milliseconds }: StormSize): Promise<string | null> {
  return atPort(async ({ port, heard, states, hints, sender }) => {
    const [mad, other] = [await sender(KNOWN[0]), await sender(KNOWN[1])]
    const ends = performance.now() + milliseconds
    let sent = 0
    while (performance.now() < ends) {
      for (let at = 0; at < 500; at++) mad.send(trap, port, '127.0.0.1')
      sent += 500
      await turn()
    }
    const told = heard.length
    for (let tries = 0; tries < 100 && !heard.includes(KNOWN[1]); tries++) {
      other.send(trap, port, '127.0.0.1')
      await wait(50)
    }
    if (!heard.includes(KNOWN[0]) || !heard.includes(KNOWN[1]))
      return `after ${sent} traps only ${heard.join()} was heard`
    if (states.join() !== 'listening') return `the thread went through ${states.join()}`
    // Told a few times a second at the most, and a look waits for each printer once.
    if (told > milliseconds / 200 + 5) return `told ${told} times in ${milliseconds} ms`
    return hints.waiting === 2 ? null : `${hints.waiting} looks wait`
  })
}

/** Whoever is not known is not heard. */
function spoof({ senders }: StormSize): Promise<string | null> {
  return atPort(async ({ port, heard, sender }) => {
    for (const address of strangers(senders)) await tell(sender, address, port)
    await wait(600)
    return heard.length === 0 ? null : `heard ${heard.slice(0, 5).join()}`
  })
}

/** However many senders there are, only those we know are looked at. */
function asksPoll({ senders }: StormSize): Promise<string | null> {
  return atPort(async ({ port, heard, hints, sender }) => {
    for (const address of [...strangers(senders), ...KNOWN]) await tell(sender, address, port)
    for (let tries = 0; tries < 100 && new Set(heard).size < KNOWN.length; tries++) {
      for (const address of KNOWN) await tell(sender, address, port)
      await wait(50)
    }
    const others = heard.filter((address) => !KNOWN.some((known) => known === address))
    if (others.length > 0) return `looks at ${others.slice(0, 5).join()}`
    return hints.waiting === KNOWN.length ? null : `${hints.waiting} looks wait, ${KNOWN.length} are known`
  })
}

async function tell(sender: Port['sender'], address: string, port: number): Promise<void> {
  const socket = await sender(address)
  await new Promise<void>((done) => socket.send(trap, port, '127.0.0.1', () => done()))
}

function strangers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `127.52.${Math.floor(at / 250)}.${(at % 250) + 1}`)
}
