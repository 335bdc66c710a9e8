/**
 * Runs in a network namespace of its own (holes.ts): exchanges into connections that die without a word. What goes to the far address is
 * dropped from the moment its route is taken away, as by a firewall that has forgotten a connection. Says JSON.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { httpExchange, type Way } from '../exchange.ts'

/** How one exchange ended: its reason, milliseconds, and the most connections there were at once. */
export interface Fallen {
  readonly name: string
  readonly ended: string
  readonly milliseconds: number
  readonly connections: number
}

const FAR = '10.9.0.2'
const PORT = 8_080
const HEX_FAR = '0200090A'
const HEX_PORT = PORT.toString(16).toUpperCase().padStart(4, '0')
/** SYN_SENT and ESTABLISHED, as the kernel numbers them. */
const ALIVE = /^(01|02)$/

const idleMs = process.argv[2] === undefined ? {} : { idleMs: Number(process.argv[2]) }
const ip = (...words: string[]) => execFileSync('ip', words, { stdio: 'pipe' })
ip('link', 'set', 'lo', 'up')
// A cable to nobody: what is sent to the far address arrives under a card's number that nothing has, and is dropped there.
ip('link', 'add', 'hole', 'type', 'veth', 'peer', 'name', 'bottom')
for (const end of ['hole', 'bottom']) ip('link', 'set', end, 'up')
ip('address', 'add', '10.9.0.1/24', 'dev', 'hole')
ip('neighbour', 'add', FAR, 'lladdr', '02:00:00:00:00:99', 'dev', 'hole', 'nud', 'permanent')
const appear = () => ip('route', 'add', 'local', FAR, 'dev', 'lo', 'src', '10.9.0.1', 'table', 'local')
const vanish = () => ip('route', 'del', 'local', FAR, 'dev', 'lo', 'table', 'local')

let play: (socket: Socket) => void = () => undefined
const sockets = new Set<Socket>()
const server = createServer((socket) => {
  sockets.add(socket)
  socket.on('error', () => undefined)
  play(socket)
})
await new Promise<void>((resolve) => server.listen(PORT, '0.0.0.0', resolve))

const large = new Uint8Array(4 * 1024 * 1024)
const plain: Way = { server: `http://${FAR}:${PORT}`, ...idleMs }
const secure: Way = { server: `https://${FAR}:${PORT}`, ...idleMs }
const proxied: Way = { server: 'https://central.test', proxy: plain.server, ...idleMs }
const onceSaid = (then: (socket: Socket) => void) => (socket: Socket) => void socket.once('data', () => then(socket))

const fallen: Fallen[] = []
await fall('nobody there, over TLS', secure, null)
await fall('nobody there', plain, null)
await fall('a proxy that is not there', proxied, null)
await fall('gone after the request', plain, onceSaid(vanish))
await fall('gone in the middle of a large request', plain, onceSaid(vanish), large)
await fall(
  'gone in the middle of the answer',
  plain,
  onceSaid((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nPlaten: 1\r\nContent-Length: 900\r\n\r\nhalf of it', () => setTimeout(vanish, 50))
  }),
)
await fall('takes the connection and reads nothing', plain, (socket) => void socket.pause(), large)
await fall('says nothing to the TLS greeting', secure, (socket) => void socket.resume())
await fall('a proxy that says nothing to CONNECT', proxied, (socket) => void socket.resume())
await fall(
  'a tunnel to nowhere',
  proxied,
  onceSaid((socket) => void socket.write('HTTP/1.1 200 Connection established\r\n\r\n')),
)
for (const socket of sockets) socket.destroy()
server.close()
process.stdout.write(JSON.stringify(fallen))

/** One exchange with something that is there or, for null, is not. */
async function fall(
  name: string,
  way: Way,
  there: ((socket: Socket) => void) | null,
  body?: Uint8Array,
): Promise<void> {
  play = there ?? (() => undefined)
  if (there !== null) appear()
  const began = performance.now()
  let connections = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      connections = Math.max(connections, alive())
      await wait(20)
    }
  })()
  const ask = { method: 'POST', path: '/onsite/deliver', body: body ?? new Uint8Array(2_000) } as const
  const got = await httpExchange(way)(ask)
  isOver = true
  await watching
  const milliseconds = Math.round(performance.now() - began)
  fallen.push({ name, ended: got.ok ? 'ok' : got.reason, milliseconds, connections })
  process.stderr.write(`  ${name.padEnd(44)} ${got.ok ? 'ok' : got.reason} after ${milliseconds} ms\n`)
  try {
    vanish()
  } catch {
    // It has vanished already: that was the play.
  }
}

/** Connections of ours to the far address. */
function alive(): number {
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)
  return rows.filter((row) => {
    const [, , remote = '', state = ''] = row.trim().split(/\s+/)
    return remote === `${HEX_FAR}:${HEX_PORT}` && ALIVE.test(state)
  }).length
}
