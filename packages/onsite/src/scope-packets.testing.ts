/**
 * Runs the real Onsite in a network namespace where every address of the world is this machine, and counts what leaves: for each target that a
 * hostile Central may push, the addresses that got a packet on port 161 and all datagrams sent. Started by scope-packets.test.ts; says JSON.
 */
import { execFileSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { settingsSchema } from '@platen/wire'
import type { Onsite } from './onsite.ts'
import { Rig } from './rig.testing.ts'
import type { World } from './world.ts'

/** What the tests want to know: the scope file, addresses to watch one by one, and the targets. */
export interface Wanted {
  readonly scope: string
  readonly watch: readonly string[]
  /** Own addresses with the prefix of their network: its broadcast address is then the kernel's business too. */
  readonly own?: readonly string[]
  readonly cases: readonly { readonly target: string; readonly answers: readonly (readonly string[])[] }[]
}

/** What one target brought out: all datagrams that left, and who among the watched got one. */
export interface Counted {
  readonly target: string
  readonly datagrams: number
  /** Those of them that came to port 161, the only one that is listened on. */
  readonly toSnmp: number
  /** TCP connections begun. */
  readonly connections: number
  readonly got: readonly string[]
}

const wanted: Wanted = JSON.parse(readFileSync(0, 'utf8'))
const ip = (...args: string[]) => execFileSync('ip', args)
ip('link', 'set', 'lo', 'up')
ip('route', 'add', 'local', '0.0.0.0/0', 'dev', 'lo')
ip('-6', 'route', 'add', 'local', '::/0', 'dev', 'lo')
for (const address of wanted.watch.filter((each) => each.includes(':')))
  ip('-6', 'address', 'add', `${address}/128`, 'dev', 'lo', 'nodad')

if (wanted.own !== undefined) {
  ip('link', 'add', 'own0', 'type', 'veth', 'peer', 'name', 'own1')
  for (const end of ['own0', 'own1']) ip('link', 'set', end, 'up')
  for (const address of wanted.own) ip('address', 'add', address, 'dev', 'own0', 'broadcast', '+')
}

const got: string[] = []
const sockets = await Promise.all(['0.0.0.0', '::', ...wanted.watch].map(listener))
const rig = new Rig()
let answers: readonly (readonly string[])[] = []
let asked = 0
const lookup: World['lookup'] = async () => answers[Math.min(asked++, answers.length - 1)] ?? []
const changes = { world: rig.world({ lookup }) }
const { onsite } = await rig.enrolled({ scope: wanted.scope, central: await rig.central(), snmpPort: 161, changes })
const counted: Counted[] = []
for (const each of wanted.cases) counted.push(await count(onsite, each))
process.stdout.write(JSON.stringify(counted))
await rig.clear()
for (const socket of sockets) socket.close()

/** Central pushes the target as a range of its settings, and a person at the keyboard asks it too. */
async function count(one: Onsite, each: Wanted['cases'][number]): Promise<Counted> {
  const settings = one.store.get('settings')
  if (settings === null) throw new Error('no settings')
  const impatient = { ...settings, timeoutMs: 100, tries: 1 }
  answers = each.answers
  asked = 0
  got.length = 0
  const before = sent()
  const isRange = each.answers.length === 0
  if (isRange) {
    const pushed = { ...impatient, ranges: [each.target] }
    // What is no range by its letters is refused with the whole settings, before anybody looks at the scope.
    if (settingsSchema.safeParse(pushed).success) {
      one.store.set('settings', pushed)
      await one.round()
    }
  }
  one.store.set('settings', { ...impatient, ranges: [] })
  await one.ask(each.target)
  const after = sent()
  const [datagrams, connections] = [after.datagrams - before.datagrams, after.connections - before.connections]
  return { target: each.target, datagrams, toSnmp: got.length, connections, got: [...new Set(got)].sort() }
}

async function listener(address: string): Promise<Socket> {
  const type = address.includes(':') ? 'udp6' : 'udp4'
  const socket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6' })
  socket.on('message', () => got.push(address))
  socket.bind(161, address)
  await once(socket, 'listening')
  return socket
}

/** The kernel's own counts of this namespace: UDP datagrams sent over both families, and TCP connections begun. */
function sent(): { datagrams: number; connections: number } {
  const four = (protocol: string, name: string) => {
    const lines = readFileSync('/proc/net/snmp', 'utf8').split('\n')
    const [names = [], values = []] = lines.filter((line) => line.startsWith(protocol)).map((line) => line.split(' '))
    return Number(values[names.indexOf(name)])
  }
  const six = /^Udp6OutDatagrams\s+(\d+)/m.exec(readFileSync('/proc/net/snmp6', 'utf8'))
  return {
    datagrams: four('Udp:', 'OutDatagrams') + Number(six?.[1] ?? 0),
    connections: four('Tcp:', 'ActiveOpens'),
  }
}
